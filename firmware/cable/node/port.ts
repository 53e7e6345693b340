import { access, readFile, realpath, stat } from "node:fs/promises";
import { SerialPort } from "serialport";
import type { CablePort } from "../port.ts";
import { Trouble } from "../trouble.ts";
import type { UsbId } from "../usb-names.ts";

/** A serial port of this machine, as the Web Serial API would give it to a page. */

/** Bytes that may wait for a reader; then the kernel holds them back. */
const BUFFER_BYTES = 65_536;

/** A driver whose hardware is gone may never answer a close. */
const CLOSE_MS_MAX = 2000;

const LOOK_EVERY_MS = 500;

export const openablePort = (path: string, usb?: UsbId): CablePort => {
  let opened: OpenPort | undefined;
  const held = (): OpenPort => {
    if (opened === undefined) throw new Error(`${path} is not open`);
    return opened;
  };
  return {
    get readable() {
      return opened?.readable() ?? null;
    },
    get writable() {
      return opened?.writable ?? null;
    },
    open: async ({ baudRate, bufferSize }) => {
      if (opened !== undefined) throw new Error(`${path} is open already`);
      opened = await openPort(path, baudRate, bufferSize ?? BUFFER_BYTES);
    },
    close: async () => {
      const closing = opened;
      opened = undefined;
      await closing?.close();
    },
    setSignals: (signals) => held().setSignals(signals),
    setBaudRate: (baudRate) => held().setBaudRate(baudRate),
    getInfo: () =>
      usb === undefined ? {} : { usbVendorId: usb.vendorId, usbProductId: usb.productId },
  };
};

type OpenPort = {
  readable(): ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array>;
  close(): Promise<void>;
  setSignals: CablePort["setSignals"];
  setBaudRate(baudRate: number): Promise<void>;
};

const openPort = async (path: string, baudRate: number, bufferBytes: number): Promise<OpenPort> => {
  // `hupcl` moves DTR and RTS when the port closes, which may reset the board.
  const serial = new SerialPort({ path, baudRate, hupcl: false, autoOpen: false });
  // Stays for good: an error event that nobody hears would end the process.
  serial.on("error", () => undefined);
  await done((end) => serial.open(end)).catch(async (error: Error) => {
    throw await troubleOf(path, error);
  });
  const setSignals = await createSignals(serial, path);
  // The kernel raised both when it opened the port, which presses neither button. A port without
  // them may still be written to: whoever moves them next is told.
  await setSignals({ dataTerminalReady: false, requestToSend: false }).catch(() => undefined);
  const lost = watchLoss(serial, path);
  const readable = createReadable(serial, lost, bufferBytes);
  return {
    readable,
    writable: createWritable(serial, lost),
    close: () => close(serial),
    setSignals,
    setBaudRate: (rate) => done((end) => serial.update({ baudRate: rate }, end)),
  };
};

/**
 * A line that was hung up reads as zero bytes for ever, which the library takes for none yet. So the
 * port's own file is looked at as well: it goes when the cable does.
 */
const watchLoss = (serial: SerialPort, path: string): Promise<Error> =>
  new Promise((resolve) => {
    const end = (error: Error | null): void => {
      clearInterval(watch);
      resolve(portLost(error));
    };
    const look = (): void => {
      access(path).catch((error: Error) => {
        end(error);
        void close(serial);
      });
    };
    const watch = setInterval(look, LOOK_EVERY_MS).unref();
    if (process.platform === "win32") clearInterval(watch); // Its ports are no files.
    serial.on("close", end);
    serial.on("error", end);
  });

/** Told as a browser tells it. */
const portLost = (error: Error | null): Error =>
  new DOMException(`The port has been lost: ${error?.message ?? "it is closed"}.`, "NetworkError");

const done = (act: (end: (error?: Error | null) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => act((error) => (error ? reject(error) : resolve())));

/** Both lines are always set: what `set` is not told, it takes for true. */
const createSignals = async (
  serial: SerialPort,
  path: string,
): Promise<CablePort["setSignals"]> => {
  const isPty = /^\/dev\/(pts\/|ttys\d)/.test(await realpath(path).catch(() => path));
  let dtr = false;
  let rts = false;
  return async ({ dataTerminalReady = dtr, requestToSend = rts }) => {
    dtr = dataTerminalReady;
    rts = requestToSend;
    // Nothing is at the end of a PTY's lines, and its driver says so (ENOTTY).
    await done((end) => serial.set({ dtr, rts, brk: false }, end)).catch((error: Error) => {
      if (!isPty || !/ioctl/i.test(error.message)) throw error;
    });
  };
};

/** A new stream as soon as one is cancelled, so that no byte is lost; none once the port is lost. */
const createReadable = (
  serial: SerialPort,
  lost: Promise<Error>,
  bufferBytes: number,
): (() => ReadableStream<Uint8Array> | null) => {
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const make = (): ReadableStream<Uint8Array> =>
    new ReadableStream<Uint8Array>(
      {
        start: (made) => {
          controller = made;
        },
        pull: () => {
          serial.resume();
        },
        cancel: () => {
          stream = stream === null ? null : make();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: bufferBytes }),
    );
  let stream: ReadableStream<Uint8Array> | null = make();
  serial.on("data", (bytes: Uint8Array) => {
    controller.enqueue(Uint8Array.from(bytes));
    if ((controller.desiredSize ?? 0) <= 0) serial.pause();
  });
  void lost.then((error) => {
    serial.removeAllListeners("data");
    controller.error(error);
    stream = null;
  });
  return () => stream;
};

const createWritable = (serial: SerialPort, lost: Promise<Error>): WritableStream<Uint8Array> =>
  new WritableStream<Uint8Array>({
    write: async (bytes) => {
      const write = async (): Promise<undefined> => {
        await done((end) => serial.write(bytes, end));
        await done((end) => serial.drain(end));
      };
      const error = await Promise.race([write(), lost]);
      if (error !== undefined) throw error;
    },
  });

const close = async (serial: SerialPort): Promise<void> => {
  if (!serial.isOpen) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS_MAX)));
  await Promise.race([done((end) => serial.close(end)).catch(() => undefined), late]);
  clearTimeout(timer);
};

/** The library passes on the words of the system's `strerror`, and no code. */
const troubleOf = async (path: string, error: Error): Promise<Trouble> => {
  const words = `${path}: ${error.message}`;
  if (/cannot lock|busy|temporarily unavailable|EBUSY/i.test(words))
    return new Trouble("port-busy", words);
  if (/permission denied|not permitted|access denied|EACCES|EPERM/i.test(words))
    return new Trouble("port-forbidden", `${words}${await owners(path)}`);
  return new Trouble("port-missing", words);
};

/** The group that may open it: where it is not `dialout`, the usual advice would not help. */
const owners = async (path: string): Promise<string> => {
  try {
    const { gid } = await stat(path);
    const groups = await readFile("/etc/group", "utf8");
    const name = groups.split("\n").find((line) => line.split(":")[2] === String(gid));
    return `; it belongs to the group ${name?.split(":")[0] ?? gid}`;
  } catch {
    return "";
  }
};
