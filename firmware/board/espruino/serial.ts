import type { SerialPort, SerialWiring } from "../hardware.ts";
import type { EspruinoPins, EspruinoSerial } from "./globals.ts";

/**
 * A serial line of an ESP32 under Espruino. Parity errors are not told there, so whoever listens
 * checks what was said; no flow control, for a meter sends the same bytes as text.
 */

const INPUT_ONLY_FROM = 34;

/** Seven bits: where a line brings eight, the eighth is the parity. */
const withoutParity = (bytes: string): string => {
  if (!/[\x80-\xff]/.test(bytes)) return bytes;
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes.charCodeAt(i) & 0x7f);
  return text;
};

export const setUpLine = (
  pins: Pick<EspruinoPins, "Pin">,
  serial: EspruinoSerial,
  wiring: SerialWiring,
): void => {
  const sevenEven = wiring.sevenEven === true;
  if (wiring.tx === undefined && wiring.rx >= INPUT_ONLY_FROM) {
    throw new Error("pin " + wiring.rx + " cannot be a line's rx without a tx; take one below 34");
  }
  // Without a tx Espruino takes pin 4 or 17, and drives it: a relay may hang there. The same pin
  // twice ends as an input, because rx is set last.
  serial.setup(wiring.baud, {
    rx: new pins.Pin(wiring.rx),
    tx: new pins.Pin(wiring.tx === undefined ? wiring.rx : wiring.tx),
    bytesize: sevenEven ? 7 : 8,
    parity: sevenEven ? "even" : "none",
    stopbits: 1,
  });
};

/** Of a line that is set up. Whoever had the same line before, at another speed, is not heard. */
export const createSerialPort = (serial: EspruinoSerial, sevenEven: boolean): SerialPort => {
  let hear: ((bytes: string) => void) | undefined;
  serial.removeAllListeners("data");
  // Stays on while nobody listens: without a handler Espruino would keep the bytes.
  serial.on("data", (bytes) => {
    if (hear !== undefined) hear(sevenEven ? withoutParity(bytes) : bytes);
  });
  return {
    write: (bytes) => serial.write(bytes),
    listen: (onBytes) => {
      hear = onBytes;
    },
    deafen: () => {
      hear = undefined;
    },
  };
};
