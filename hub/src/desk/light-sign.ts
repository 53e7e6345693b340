import { renderSVG, renderUnicodeCompact } from "uqr";

/** A link as a QR code (ISO/IEC 18004). M: readable with a seventh of it scratched or soiled. */

const CORRECTION = { ecc: "M" } as const;

/** As wide as the standard asks for (§6.3.8): on a sign there may be anything around it. */
const QUIET_ZONE = 4;

export const signDrawing = (address: string): string =>
  renderSVG(address, { ...CORRECTION, border: QUIET_ZONE });

/** Dark on light, whatever the colours of the terminal are. */
export const signInTerminal = (address: string): string => {
  const lines = renderUnicodeCompact(address, { ...CORRECTION, border: QUIET_ZONE }).split("\n");
  return lines.map((line) => `${LIGHT_ON_BLACK}${line}${AS_BEFORE}\n`).join("");
};

/** ECMA-48 §8.3.117; the code's light parts are what is written. */
const LIGHT_ON_BLACK = "\u001b[97;40m";
const AS_BEFORE = "\u001b[0m";
