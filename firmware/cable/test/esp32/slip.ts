/**
 * SLIP, as the boot loader of an ESP32 frames what it says and hears (Espressif, "Serial Protocol",
 * low level protocol): 0xC0 around each packet, and 0xDB before what would be mistaken.
 */

const END = 0xc0;
const ESCAPE = 0xdb;
const ESCAPED_END = 0xdc;
const ESCAPED_ESCAPE = 0xdd;

export const slip = (packet: Uint8Array): Uint8Array => {
  const framed = [END];
  for (const byte of packet) {
    if (byte === END) framed.push(ESCAPE, ESCAPED_END);
    else if (byte === ESCAPE) framed.push(ESCAPE, ESCAPED_ESCAPE);
    else framed.push(byte);
  }
  framed.push(END);
  return Uint8Array.from(framed);
};

export type SlipReader = { hear(bytes: Uint8Array): void };

type Listener = {
  packet(bytes: Uint8Array): void;
  /** A packet that was too long, or escaped what needs no escape. */
  damaged(): void;
  /** Between two packets. */
  stray(byte: number): void;
};

export const createSlipReader = (lengthMax: number, listener: Listener): SlipReader => {
  const buffer = new Uint8Array(lengthMax);
  let length = 0;
  let isOpen = false;
  let isWhole = true;
  let isEscaped = false;

  const end = (): void => {
    if (isOpen && length > 0) {
      isOpen = false;
      if (isWhole && !isEscaped) listener.packet(buffer.slice(0, length));
      else listener.damaged();
    } else isOpen = true;
    length = 0;
    isWhole = true;
    isEscaped = false;
  };
  const unescape = (byte: number): number => {
    isEscaped = false;
    if (byte === ESCAPED_END) return END;
    if (byte === ESCAPED_ESCAPE) return ESCAPE;
    isWhole = false;
    return byte;
  };
  const take = (byte: number): void => {
    if (byte === END) end();
    else if (!isOpen) listener.stray(byte);
    else if (byte === ESCAPE && !isEscaped) isEscaped = true;
    else if (length === lengthMax) isWhole = false;
    else buffer[length++] = isEscaped ? unescape(byte) : byte;
  };
  return { hear: (bytes) => bytes.forEach(take) };
};
