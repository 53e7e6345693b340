import type { Sentence } from "@battant/hub/api/contract";

/** What people read on a board's chip or in a shop's page, by the ids that USB gives it. */

export type UsbId = { readonly vendorId: number; readonly productId: number };

type Maker = {
  readonly name: string;
  /** On boards with an ESP32. */
  readonly isLikely: boolean;
  readonly products: { readonly [productId: number]: string };
};

/** As the Linux drivers cp210x, ch341, cdc-acm, ftdi_sio and pl2303 list them. */
const MAKERS: { readonly [vendorId: number]: Maker } = {
  0x10c4: {
    name: "Silicon Labs",
    isLikely: true,
    products: { 0xea60: "CP2102", 0xea70: "CP2105", 0xea71: "CP2108" },
  },
  0x1a86: {
    name: "WCH",
    isLikely: true,
    products: {
      0x7523: "CH340",
      0x7522: "CH340K",
      0x5523: "CH341",
      0x55d2: "CH342",
      0x55d3: "CH343",
      0x55d4: "CH9102",
    },
  },
  0x0403: {
    name: "FTDI",
    isLikely: true,
    products: { 0x6001: "FT232R", 0x6010: "FT2232", 0x6014: "FT232H", 0x6015: "FT231X" },
  },
  0x067b: { name: "Prolific", isLikely: true, products: { 0x2303: "PL2303" } },
  0x303a: { name: "Espressif", isLikely: false, products: { 0x1001: "USB-JTAG" } },
};

/** Of the chips that boards carry, also those with a newer chip than ours. */
export const USB_VENDORS: readonly number[] = Object.keys(MAKERS).map(Number);

export const isLikelyBoard = (usb: UsbId | undefined): boolean =>
  usb === undefined || MAKERS[usb.vendorId]?.isLikely === true;

export const labelOf = (usb: UsbId | undefined, maker: string | undefined): Sentence => {
  const known = usb === undefined ? undefined : MAKERS[usb.vendorId];
  const product = usb === undefined ? undefined : known?.products[usb.productId];
  const name = [known?.name ?? maker, product].filter((part) => part !== undefined).join(" ");
  if (name === "") return { fr: "Port USB-série", en: "USB serial port" };
  return { fr: `USB-série ${name}`, en: `${name} USB serial` };
};
