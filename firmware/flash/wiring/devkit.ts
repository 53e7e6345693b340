/**
 * The headers of an ESP32-DevKitC V4 and of the many boards made after it, seen from above, antenna
 * up, USB down (Espressif, "ESP32-DevKitC V4 Getting Started Guide", header block).
 */

export type Rail = "3V3" | "5V" | "GND";

/** A number is that of a GPIO; what is neither is of no use to us. */
export type HeaderPin = number | Rail | "EN";

export type Side = "left" | "right";

export const HEADERS: { readonly [side in Side]: readonly HeaderPin[] } = {
  left: [
    ...(["3V3", "EN", 36, 39, 34, 35, 32, 33, 25, 26, 27, 14, 12, "GND", 13, 9, 10, 11] as const),
    "5V",
  ],
  right: [...(["GND", 23, 22, 1, 3, 21, "GND", 19, 18, 5, 17, 16, 4, 0, 2, 15, 8, 7, 6] as const)],
};

export const PINS_PER_SIDE = HEADERS.left.length;

/** Where a GPIO comes out; undefined if it comes out nowhere. */
export const placeOf = (
  pin: HeaderPin,
): { readonly side: Side; readonly row: number } | undefined => {
  for (const side of ["left", "right"] as const) {
    const row = HEADERS[side].indexOf(pin);
    if (row >= 0) return { side, row };
  }
  return undefined;
};
