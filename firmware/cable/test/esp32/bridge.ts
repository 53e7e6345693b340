import type { Cable } from "./cable.ts";
import type { Esp32 } from "./chip.ts";

/**
 * A simulated chip at the Web Serial of a browser's page: the page gets a `navigator.serial` with one
 * port where a browser would have one, and what goes over it comes to the chip here.
 */

/** Of Playwright's page, what we use. */
export type BrowserPage = {
  exposeFunction(
    name: string,
    callback: (what: string, value: unknown) => boolean,
  ): Promise<unknown>;
  addInitScript(script: { readonly content: string }): Promise<unknown>;
  evaluate(code: string): Promise<unknown>;
};

export type Bridge = {
  /** Puts the cable into the machine, and takes it out. */
  plug(): void;
  unplug(): void;
};

/**
 * Runs in the page before anything else. A text, because it is code for another place: it knows the
 * two functions that are exposed below, and gives `battantCable` to be called back.
 */
const PAGE = `(() => {
  if (!isSecureContext) return;
  const encode = (bytes) => btoa(String.fromCharCode(...bytes));
  const decode = (text) => Uint8Array.from(atob(text), (it) => it.charCodeAt(0));
  const lost = () => new DOMException("The device has been lost.", "NetworkError");
  const port = new EventTarget();
  let isOpen = false, readable, writable, source, sink;
  let signals = { dataTerminalReady: false, requestToSend: false };
  const tell = (what, value) => globalThis.battantCableDo(what, value);
  const read = () => readable ??= new ReadableStream({
    start: (it) => { source = it; },
    cancel: () => { readable = source = undefined; },
  });
  const write = () => writable ??= new WritableStream({
    start: (it) => { sink = it; },
    write: async (bytes) => {
      for (let at = 0; at < bytes.length; at += 8192) await tell("write", encode(bytes.subarray(at, at + 8192)));
    },
    close: () => { writable = undefined; },
    abort: () => { writable = undefined; },
  });
  const forget = () => { isOpen = false; readable = writable = source = sink = undefined; };
  Object.defineProperties(port, {
    connected: { get: () => true },
    readable: { get: () => isOpen ? read() : null },
    writable: { get: () => isOpen ? write() : null },
  });
  Object.assign(port, {
    open: async ({ baudRate }) => {
      if (isOpen) throw new DOMException("The port is already open.", "InvalidStateError");
      if (!await tell("open", baudRate)) throw new DOMException("Failed to open serial port.", "NetworkError");
      isOpen = true;
      signals = { dataTerminalReady: true, requestToSend: true };
      read();
    },
    close: async () => {
      if (readable?.locked || writable?.locked) throw new TypeError("Cannot close a locked stream");
      forget();
      await tell("close");
    },
    setSignals: async (changed) => {
      if (!isOpen) throw new DOMException("The port is closed.", "InvalidStateError");
      signals = { ...signals, ...changed };
      await tell("signals", signals);
    },
    getSignals: async () => ({ clearToSend: false, dataCarrierDetect: false, dataSetReady: false, ringIndicator: false }),
    getInfo: () => ({ usbVendorId: 0x10c4, usbProductId: 0xea60 }),
    forget: async () => undefined,
  });
  globalThis.battantCable = {
    hear: (text) => { if (isOpen) { read(); source.enqueue(decode(text)); } },
    gone: () => {
      source?.error(lost());
      sink?.error(lost());
      forget();
      serial.dispatchEvent(new Event("disconnect"));
    },
  };
  const serial = Object.assign(new EventTarget(), {
    requestPort: async () => port,
    getPorts: async () => [],
  });
  Object.defineProperty(navigator, "serial", { configurable: true, get: () => serial });
})();`;

type PageSignals = { readonly dataTerminalReady: boolean; readonly requestToSend: boolean };

/** Before the page goes anywhere. The cable is in. */
export const installSerial = async (page: BrowserPage, chip: Esp32): Promise<Bridge> => {
  let cable: Cable | undefined;
  const send = (code: string): void => {
    // A page that is gone hears nothing any more.
    page.evaluate(code).catch(() => undefined);
  };
  const plug = (): void => {
    cable = chip.plug({
      hear: (bytes) => send(`battantCable.hear("${Buffer.from(bytes).toString("base64")}")`),
      gone: () => {
        cable = undefined;
        send("battantCable.gone()");
      },
    });
  };
  const perform = (what: string, value: unknown): boolean => {
    if (cable === undefined) return false;
    if (what === "open") {
      cable.setBaud(value as number);
      cable.setSignals({ dtr: true, rts: true });
    }
    if (what === "write") cable.send(Buffer.from(value as string, "base64"));
    if (what === "close") cable.setSignals({ dtr: false, rts: false });
    if (what === "signals") {
      const { dataTerminalReady, requestToSend } = value as PageSignals;
      cable.setSignals({ dtr: dataTerminalReady, rts: requestToSend });
    }
    return true;
  };
  await page.exposeFunction("battantCableDo", perform);
  await page.addInitScript({ content: PAGE });
  plug();
  return { plug, unplug: () => cable?.unplug() };
};
