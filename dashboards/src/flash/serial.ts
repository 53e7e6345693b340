import type { Sentence } from "@battant/hub/api/contract";
import type { CablePort } from "@battant/cable/port";
import { labelOf, USB_VENDORS } from "@battant/cable/usb-names";

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

/** As the terminal calls it; a port that hangs on no USB has no name that anybody would know. */
export const portLabel = (port: CablePort): Sentence | undefined => {
  const { usbVendorId: vendorId, usbProductId: productId } = port.getInfo();
  if (vendorId === undefined || productId === undefined) return undefined;
  return labelOf({ vendorId, productId }, undefined);
};

/** Plugged in again, it may be another port to the browser, which wants to be asked for it anew. */
export const isGone = (port: CablePort): boolean =>
  (port as { readonly connected?: boolean }).connected === false;

export type Choice =
  | { readonly kind: "chosen"; readonly port: CablePort }
  | { readonly kind: "none" }
  | { readonly kind: "refused" };

export const choosePort = async (serial: Serial, isEvery: boolean): Promise<Choice> => {
  const filters = USB_VENDORS.map((usbVendorId) => ({ usbVendorId }));
  try {
    const port = await (isEvery ? serial.requestPort() : serial.requestPort({ filters }));
    return { kind: "chosen", port };
  } catch (error) {
    const isNone = error instanceof DOMException && error.name === "NotFoundError";
    return { kind: isNone ? "none" : "refused" };
  }
};
