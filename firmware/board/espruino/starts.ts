import type { BootId } from "@battant/protocol/vocabulary/ids";
import { type Sha256, toHex } from "@battant/protocol/wire/sealed";
import type { Storage } from "../hardware.ts";

/**
 * Counts the starts of this board, so that no two are called the same: the interpreter's random
 * numbers begin alike each time, and the chip keeps no clock without power.
 *
 * One byte of flash per start. A file has room for 256 and begins with the count before it; two files
 * take turns, so that one of them is whole whenever the power goes.
 */
const FILES = ["starts0", "starts1"];
const ROOM = 256;
const BASE_LENGTH = 8;
const UNWRITTEN = "\xff";
const HASH_LENGTH = 16;

/** Starts counted in a file; `undefined` when it is not there, or was not finished. */
const countIn = (file: string | undefined): number | undefined => {
  if (file === undefined || file.length !== BASE_LENGTH + ROOM) return undefined;
  const base = file.substring(0, BASE_LENGTH);
  if (/[^0-9]/.test(base)) return undefined;
  const marks = file.indexOf(UNWRITTEN, BASE_LENGTH);
  return Number(base) + (marks < 0 ? ROOM : marks - BASE_LENGTH);
};

const begin = (storage: Storage, name: string, base: number): boolean => {
  let digits = "" + base;
  while (digits.length < BASE_LENGTH) digits = "0" + digits;
  // The base last: until it is there the file does not count.
  return storage.reserve(name, BASE_LENGTH + ROOM) && storage.writeAt(name, digits, 0);
};

/** Counts this start. `undefined` when flash takes no mark. */
const countStart = (storage: Storage): number | undefined => {
  const counts = FILES.map((name) => countIn(storage.read(name)));
  const first = counts[0] === undefined ? -1 : counts[0];
  const second = counts[1] === undefined ? -1 : counts[1];
  const count = Math.max(first, second, 0);
  const current = second > first ? 1 : 0;
  const name = FILES[current] as string;
  const base = Number((storage.read(name) || "0").substring(0, BASE_LENGTH));
  if (counts[current] !== undefined && count < base + ROOM) {
    return storage.writeAt(name, "\x00", BASE_LENGTH + count - base) ? count : undefined;
  }
  const next = FILES[counts[current] === undefined ? current : 1 - current] as string;
  if (!begin(storage, next, count)) return undefined;
  return storage.writeAt(next, "\x00", BASE_LENGTH) ? count : undefined;
};

/** What differs from one start to the next, and from one board to another. */
export type Noise = { readonly serial: string; readonly text: string };

/**
 * `COUNT-HASH`, both hexadecimal. The count makes it new; the hash, of everything that may differ,
 * keeps it so when flash was erased and the count begins again. As the noise holds the board's key,
 * nobody can guess the next start, and have the hub seal something for it beforehand.
 */
export const nextBootId = (storage: Storage, sha256: Sha256, noise: Noise): BootId => {
  const count = countStart(storage);
  const seed = noise.serial + " " + count + " " + noise.text;
  const hash = toHex(sha256(seed)).substring(0, HASH_LENGTH);
  return ((count === undefined ? "x" : count.toString(16)) + "-" + hash) as BootId;
};
