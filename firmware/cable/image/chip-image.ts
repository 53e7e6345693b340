import { type Decoded, refused } from "@battant/protocol/wire/decoded";

/**
 * A program as an ESP32 starts it (Espressif, "Firmware Image Format"): a header, segments, and one
 * byte that all of them XOR to. Whether it is whole is seen here rather than by a chip that does not
 * start.
 */
export type ChipImage = {
  /** What its header says of the chip's flash, in bytes. */
  readonly flashSize: number;
};

const MAGIC = 0xe9;
const HEADER_BYTES = 24;
const SEGMENT_HEADER_BYTES = 8;
const SEGMENTS_MAX = 16;
/** ESP32; 2 is an S2, 5 a C3, 9 an S3. */
const CHIP = 0;
const CHECKSUM_SEED = 0xef;
const MEGABYTE = 0x10_0000;

/** Where the segments end, and what their bytes XOR to; undefined when they are not all there. */
const segmentsOf = (bytes: Uint8Array) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint8(1);
  if (count === 0 || count > SEGMENTS_MAX) return undefined;
  let checksum = CHECKSUM_SEED;
  let at = HEADER_BYTES;
  for (let segment = 0; segment < count; segment++) {
    const data = at + SEGMENT_HEADER_BYTES;
    if (data > bytes.length) return undefined;
    at = data + view.getUint32(at + 4, true);
    if (at > bytes.length) return undefined;
    for (let i = data; i < at; i++) checksum ^= bytes[i]!;
  }
  return { end: at, checksum };
};

/** `what`: for the refusal. */
export const decodeChipImage = (bytes: Uint8Array, what: string): Decoded<ChipImage> => {
  if (bytes[0] !== MAGIC || bytes.length < HEADER_BYTES) {
    return refused(`${what} is no program for an ESP32`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chip = view.getUint16(12, true);
  if (chip !== CHIP) return refused(`${what} is for another chip than the ESP32 (${chip})`);
  const segments = segmentsOf(bytes);
  // The checksum is the last byte of a block of 16.
  const at = segments === undefined ? bytes.length : segments.end | 15;
  if (bytes[at] === undefined || bytes[at] !== segments?.checksum) {
    return refused(`${what} is damaged or not whole: download it again`);
  }
  return { ok: true, value: { flashSize: MEGABYTE << (view.getUint8(3) >> 4) } };
};
