/**
 * MD5 (RFC 1321), because a chip proves its flash with nothing else and a browser has no MD5. It
 * finds accidents on a cable; against an attacker it proves nothing.
 */
export const md5 = (bytes: Uint8Array): string => {
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  const whole = bytes.length - (bytes.length % BLOCK_BYTES);
  for (let at = 0; at < whole; at += BLOCK_BYTES) digest(state, bytes, at);
  const rest = padded(bytes.subarray(whole), bytes.length);
  for (let at = 0; at < rest.length; at += BLOCK_BYTES) digest(state, rest, at);
  return [...new Uint8Array(state.buffer)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
};

const BLOCK_BYTES = 64;

/** Left turns, four per round (RFC 1321 §3.4). */
const TURNS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21] as const;

const SINES = Uint32Array.from({ length: 64 }, (_, step) =>
  Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32),
);

/** A one bit, zeros, and the length in bits (RFC 1321 §3.1, §3.2). */
const padded = (rest: Uint8Array, length: number): Uint8Array => {
  const blocks = new Uint8Array(rest.length < 56 ? BLOCK_BYTES : 2 * BLOCK_BYTES);
  blocks.set(rest);
  blocks[rest.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, (length << 3) >>> 0, true);
  view.setUint32(blocks.length - 4, Math.floor(length / 2 ** 29), true);
  return blocks;
};

const digest = (state: Uint32Array, bytes: Uint8Array, at: number): void => {
  const words = new DataView(bytes.buffer, bytes.byteOffset + at, BLOCK_BYTES);
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    const word = wordOf(round, step);
    const turn = TURNS[round * 4 + (step & 3)] ?? 0;
    const sum =
      (a + mix(round, b, c, d) + words.getUint32(word * 4, true) + (SINES[step] ?? 0)) | 0;
    a = d;
    d = c;
    c = b;
    b = (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0;
  }
  [a, b, c, d].forEach((part, index) => (state[index] = (state[index] ?? 0) + part));
};

const mix = (round: number, b: number, c: number, d: number): number => {
  if (round === 0) return (b & c) | (~b & d);
  if (round === 1) return (b & d) | (c & ~d);
  if (round === 2) return b ^ c ^ d;
  return c ^ (b | ~d);
};

const wordOf = (round: number, step: number): number =>
  (round === 0 ? step : round === 1 ? 5 * step + 1 : round === 2 ? 3 * step + 5 : 7 * step) % 16;
