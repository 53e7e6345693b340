import { type Decoded, refused } from "@battant/protocol/wire/decoded";
import { toText } from "../image/bytes.ts";

/** The files in a tar archive (POSIX.1-2017, pax, "ustar Interchange Format"). */

export type ArchiveFile = { readonly name: string; readonly bytes: Uint8Array };

const BLOCK = 512;

const field = (header: Uint8Array, from: number, to: number): string =>
  toText(header.subarray(from, to)).replace(/\0.*$/s, "");

/** Octal digits, with spaces around them. NaN for anything else, such as the sizes of giants. */
const octal = (text: string): number => (/^ *[0-7]+ *$/.test(text) ? parseInt(text, 8) : NaN);

/** Sum of its bytes, those of the sum itself taken as spaces. */
const isWhole = (header: Uint8Array): boolean => {
  let sum = 8 * 32;
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte;
  return sum === octal(field(header, 148, 156));
};

export const readTar = (bytes: Uint8Array): Decoded<readonly ArchiveFile[]> => {
  const files: ArchiveFile[] = [];
  let at = 0;
  // It ends with blocks of zeros, or where it was cut off between two files.
  while (at + BLOCK <= bytes.length && bytes[at] !== 0) {
    const header = bytes.subarray(at, at + BLOCK);
    const length = octal(field(header, 124, 136));
    const end = at + BLOCK + length;
    if (!isWhole(header) || !(end <= bytes.length)) return refused("the archive is damaged");
    const kind = header[156];
    const prefix = field(header, 257, 262) === "ustar" ? field(header, 345, 500) : "";
    const name = field(header, 0, 100);
    if (kind === 0x30 || kind === 0) {
      files.push({
        name: prefix === "" ? name : `${prefix}/${name}`,
        bytes: bytes.subarray(at + BLOCK, end),
      });
    }
    at += BLOCK + Math.ceil(length / BLOCK) * BLOCK;
  }
  return { ok: true, value: files };
};
