import { ERASED } from "../plan.ts";
import { toBytes, toText } from "./bytes.ts";

/**
 * What Espruino's `Storage` finds in flash (Espruino, src/jsflash.h and jsflash.c): files one after
 * the other from the start of the area, each a header of 32 bytes and its content, rounded up to
 * four bytes. A header is the length, with flags in its highest byte, and the name, filled up with
 * zeros. There is no table and no checksum; where a length would be and flash is erased, the list ends.
 */

/** Content: bytes, one a character. */
export type StorageFile = readonly [name: string, content: string];

const HEADER_BYTES = 32;
const NAME_AT = 4;
const NAME_BYTES_MAX = HEADER_BYTES - NAME_AT;
const LENGTH_MAX = 0xff_ffff;
const END = 0xffff_ffff;

const aligned = (length: number): number => Math.ceil(length / 4) * 4;

/** Why the format cannot hold this file; Espruino would cut the name, or take it for an erased file. */
const problemOf = ([name, content]: StorageFile): string | undefined => {
  if (name.length === 0 || name.length > NAME_BYTES_MAX) return "a name has 1 to 28 bytes";
  if (name.includes("\0")) return "a name is made of bytes other than zero";
  if (content.length === 0) return "an empty file cannot be kept";
  if (content.length > LENGTH_MAX) return "a file has less than 16 MB";
  return undefined;
};

/**
 * The whole area, the erased rest included: where something else was left behind it, the first
 * write of a running board would fail. Files stay in this order.
 */
export const storageImage = (
  files: readonly StorageFile[],
  size: number,
): Uint8Array<ArrayBuffer> => {
  const image = new Uint8Array(size).fill(ERASED);
  const view = new DataView(image.buffer);
  const names = new Set<string>();
  let at = 0;
  for (const file of files) {
    const [name, content] = file;
    const end = at + HEADER_BYTES + aligned(content.length);
    const problem = names.has(name) ? "it is there twice" : problemOf(file);
    if (problem !== undefined) throw new Error(`file ${JSON.stringify(name)}: ${problem}`);
    if (end > size) throw new Error(`file ${JSON.stringify(name)} does not fit: ${end} of ${size}`);
    names.add(name);
    view.setUint32(at, content.length, true);
    image.fill(0, at + NAME_AT, at + HEADER_BYTES);
    image.set(toBytes(name), at + NAME_AT);
    image.set(toBytes(content), at + HEADER_BYTES);
    at = end;
  }
  return image;
};

/** The files in an area, as a board would find them: erased ones are left out. */
export const readStorage = (image: Uint8Array): readonly StorageFile[] => {
  const view = new DataView(image.buffer, image.byteOffset, image.byteLength);
  const files: StorageFile[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= image.length) {
    const head = view.getUint32(at, true);
    if (head === END) break;
    const length = head & LENGTH_MAX;
    const end = at + HEADER_BYTES + length;
    if (length === 0 || end > image.length) throw new Error(`no file begins at ${at}`);
    const name = toText(image.subarray(at + NAME_AT, at + HEADER_BYTES)).replace(/\0+$/, "");
    const isErased = view.getUint32(at + NAME_AT, true) === 0;
    if (!isErased) files.push([name, toText(image.subarray(at + HEADER_BYTES, end))]);
    at += HEADER_BYTES + aligned(length);
  }
  return files;
};
