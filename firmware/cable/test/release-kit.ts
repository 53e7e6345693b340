import { createHash } from "node:crypto";
import type { EspruinoFiles } from "../image/layout.ts";

/**
 * A release of Espruino that is none: three small files, well-formed in every byte that we look at,
 * with the partitions of the real ones. No chip would start it.
 */
export type Pretence = {
  readonly version?: string;
  /** Of the code in the application. */
  readonly size?: number;
  /** 2 and more are other chips than the ESP32. */
  readonly chip?: number;
};

const SEGMENT_AT = 24;

/** A program with one segment, as a chip and its tools check it. 4 MB of flash, DIO. */
export const chipImage = (content: Uint8Array, chip = 0): Uint8Array => {
  const length = Math.ceil(content.length / 4) * 4;
  const end = SEGMENT_AT + 8 + length;
  const image = new Uint8Array((end | 15) + 1);
  const view = new DataView(image.buffer);
  image.set([0xe9, 1, 0x02, 0x20]);
  view.setUint16(12, chip, true);
  view.setUint32(SEGMENT_AT, 0x3f400020, true);
  view.setUint32(SEGMENT_AT + 4, length, true);
  image.set(content, SEGMENT_AT + 8);
  image[image.length - 1] = content.reduce((sum, byte) => sum ^ byte, 0xef);
  return image;
};

export type TableEntry = readonly [
  name: string,
  type: number,
  subtype: number,
  address: number,
  length: number,
];

/** As in targets/esp32 of Espruino 2v27 and later. */
export const ESPRUINO_TABLE: readonly TableEntry[] = [
  ["nvs", 1, 2, 0x9000, 0x3000],
  ["otadata", 1, 0, 0xc000, 0x2000],
  ["free", 1, 0x40, 0xe000, 0x2000],
  ["factory", 0, 0, 0x10000, 0x180000],
  ["ota_0", 0, 0x10, 0x190000, 0x180000],
  ["flash", 1, 0x40, 0x310000, 0x10000],
  ["storage", 1, 0x41, 0x320000, 0xe0000],
];

export const partitionTable = (entries: readonly TableEntry[]): Uint8Array => {
  const table = new Uint8Array(0xc00).fill(0xff);
  const view = new DataView(table.buffer);
  for (const [index, [name, type, subtype, address, length]] of entries.entries()) {
    const at = index * 32;
    table.fill(0, at, at + 32).set([0xaa, 0x50, type, subtype], at);
    view.setUint32(at + 4, address, true);
    view.setUint32(at + 8, length, true);
    table.set(Buffer.from(name, "latin1"), at + 12);
  }
  const at = entries.length * 32;
  const md5 = createHash("md5").update(table.subarray(0, at)).digest();
  table.set([0xeb, 0xeb], at);
  table.set(md5, at + 16);
  return table;
};

/** Bytes that do not compress to nothing, always the same. */
const noise = (length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
};

export const pretendRelease = ({
  version = "2v30",
  size = 20_000,
  chip = 0,
}: Pretence = {}): EspruinoFiles => {
  const banner = Buffer.from(`\n ${version} (c) 2026 G.Williams\n\0`, "latin1");
  return {
    bootloader: chipImage(noise(3000)),
    partitions: partitionTable(ESPRUINO_TABLE),
    application: chipImage(Buffer.concat([banner, noise(size)]), chip),
  };
};
