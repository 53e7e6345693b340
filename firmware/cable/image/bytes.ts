/**
 * Bytes as Espruino knows them, characters below 256 in a string, and as they travel in JSON: base64.
 */

export const toBytes = (text: string): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw new Error(`character ${i} is no byte`);
    bytes[i] = code;
  }
  return bytes;
};

/** A call takes no more arguments than its stack holds. */
const PIECE = 0x8000;

export const toText = (bytes: Uint8Array): string => {
  let text = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    text += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return text;
};

const DIGITS = toBytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
const FILLER = 0x3d;

/** RFC 4648, §4. By hand: `btoa` wants text, and of a megabyte and a half that takes long. */
export const toBase64 = (bytes: Uint8Array): string => {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4).fill(FILLER);
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const left = bytes.length - from;
    const bits = (bytes[from]! << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0);
    text[to] = DIGITS[bits >> 18]!;
    text[to + 1] = DIGITS[(bits >> 12) & 63]!;
    if (left > 1) text[to + 2] = DIGITS[(bits >> 6) & 63]!;
    if (left > 2) text[to + 3] = DIGITS[bits & 63]!;
  }
  return new TextDecoder().decode(text);
};

/** Undefined for what is not base64. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return toBytes(atob(text));
  } catch {
    return undefined;
  }
};
