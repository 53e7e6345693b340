import type { CablePort } from "@battant/cable/port";

/** The browser's serial ports (Web Serial, WICG §4), where there are any. */

export type Serial = {
  /** Asks the person; rejects with `NotFoundError` when none was chosen. */
  requestPort(options?: {
    readonly filters: readonly { readonly usbVendorId: number }[];
  }): Promise<CablePort>;
};

/** Why there are none: the page is not encrypted, or the browser has no Web Serial. */
export type Access =
  | { readonly kind: "open"; readonly serial: Serial }
  | { readonly kind: "insecure" }
  | { readonly kind: "unsupported" };

export const serialAccess = (): Access => {
  if (!isSecureContext) return { kind: "insecure" };
  const { serial } = navigator as { readonly serial?: Serial };
  return serial === undefined ? { kind: "unsupported" } : { kind: "open", serial };
};

/** Makers of the USB chips that ESP32 boards carry, by their USB vendor number. */
const CHIPS: readonly (readonly [vendor: number, name: string])[] = [
  [0x10c4, "CP210x (Silicon Labs)"],
  [0x1a86, "CH340 (WCH)"],
  [0x0403, "FT232 (FTDI)"],
  [0x067b, "PL2303 (Prolific)"],
  [0x303a, "USB (Espressif)"],
];

export const portName = (port: CablePort): string | undefined => {
  const { usbVendorId } = port.getInfo();
  return CHIPS.find(([vendor]) => vendor === usbVendorId)?.[1];
};

/** Plugged in again, it may be another port to the browser, which wants to be asked for it anew. */
export const isGone = (port: CablePort): boolean =>
  (port as { readonly connected?: boolean }).connected === false;

export type Choice =
  | { readonly kind: "chosen"; readonly port: CablePort }
  | { readonly kind: "none" }
  | { readonly kind: "refused" };

export const choosePort = async (serial: Serial, isEvery: boolean): Promise<Choice> => {
  const filters = CHIPS.map(([usbVendorId]) => ({ usbVendorId }));
  try {
    const port = await (isEvery ? serial.requestPort() : serial.requestPort({ filters }));
    return { kind: "chosen", port };
  } catch (error) {
    const isNone = error instanceof DOMException && error.name === "NotFoundError";
    return { kind: isNone ? "none" : "refused" };
  }
};
