import type { CablePort } from "../../port.ts";
import type { Cable, Signals } from "./cable.ts";
import type { Esp32 } from "./chip.ts";

/**
 * A simulated chip as the port of this package, in memory: plugged in when the port is made. The chip
 * sees DTR, RTS and the baud rate. It behaves as a browser's port does (WICG Web Serial, §4), with
 * `setBaudRate` beside unless it is to be a browser's in that, too.
 */
export type MemoryPort = CablePort & {
  unplug(): void;
  /** Plugs it in once more. */
  plug(): void;
};

export type MemoryPortOptions = { readonly likeBrowser?: boolean };

type Streams = {
  readable: ReadableStream<Uint8Array> | undefined;
  writable: WritableStream<Uint8Array> | undefined;
  source: ReadableStreamDefaultController<Uint8Array> | undefined;
  sink: WritableStreamDefaultController | undefined;
};

const lost = (): DOMException => new DOMException("The device has been lost.", "NetworkError");

/** Made when somebody looks, anew after they were cancelled or closed. */
const createStreams = (send: (bytes: Uint8Array) => void) => {
  const streams: Streams = {
    readable: undefined,
    writable: undefined,
    source: undefined,
    sink: undefined,
  };
  const readable = (): ReadableStream<Uint8Array> => {
    streams.readable ??= new ReadableStream<Uint8Array>({
      start: (controller) => {
        streams.source = controller;
      },
      cancel: () => {
        streams.readable = undefined;
        streams.source = undefined;
      },
    });
    return streams.readable;
  };
  const writable = (): WritableStream<Uint8Array> => {
    streams.writable ??= new WritableStream<Uint8Array>({
      start: (controller) => {
        streams.sink = controller;
      },
      write: (bytes) => send(bytes.slice()),
      close: () => {
        streams.writable = undefined;
      },
      abort: () => {
        streams.writable = undefined;
      },
    });
    return streams.writable;
  };
  return {
    readable,
    writable,
    hear: (bytes: Uint8Array) => {
      readable();
      streams.source?.enqueue(bytes);
    },
    fail: () => {
      streams.source?.error(lost());
      streams.sink?.error(lost());
    },
    isLocked: () => streams.readable?.locked === true || streams.writable?.locked === true,
  };
};

export const createMemoryPort = (chip: Esp32, options: MemoryPortOptions = {}): MemoryPort => {
  let cable: Cable | undefined;
  let streams: ReturnType<typeof createStreams> | undefined;
  let signals: Signals = { dtr: false, rts: false };
  const plug = (): void => {
    cable = chip.plug({
      hear: (bytes) => streams?.hear(bytes),
      gone: () => {
        cable = undefined;
        streams?.fail();
        streams = undefined;
      },
    });
  };
  const drive = (next: Signals): void => {
    signals = next;
    cable?.setSignals(next);
  };
  plug();
  const port: MemoryPort = {
    get readable() {
      return streams?.readable() ?? null;
    },
    get writable() {
      return streams?.writable() ?? null;
    },
    open: async ({ baudRate }) => {
      if (cable === undefined) {
        throw new DOMException("Failed to open serial port.", "NetworkError");
      }
      if (streams !== undefined) {
        throw new DOMException("The port is already open.", "InvalidStateError");
      }
      streams = createStreams((bytes) => cable?.send(bytes));
      cable.setBaud(baudRate);
      drive({ dtr: true, rts: true });
    },
    close: async () => {
      if (streams?.isLocked() === true) throw new TypeError("Cannot close a locked stream");
      streams = undefined;
      drive({ dtr: false, rts: false });
    },
    setSignals: async ({ dataTerminalReady, requestToSend }) => {
      if (streams === undefined) throw lost();
      drive({ dtr: dataTerminalReady ?? signals.dtr, rts: requestToSend ?? signals.rts });
    },
    getInfo: () => ({ usbVendorId: 0x10c4, usbProductId: 0xea60 }),
    unplug: () => cable?.unplug(),
    plug,
  };
  if (options.likeBrowser === true) return port;
  return Object.assign(port, {
    setBaudRate: async (baud: number) => cable?.setBaud(baud),
  });
};
