import { decimal } from "@battant/protocol/tic/digits";
import type { Storage } from "./hardware.ts";

/**
 * A count that outlives the board's restarts, in flash that is written once and never rewritten.
 *
 * A file begins with the count as 10 digits, then holds one record per save: how much it has grown
 * since that beginning. Every record ends in a check, so that one torn by a power cut is seen for what
 * it is; the one before it holds. When a file is full the next one is begun before the old one is
 * erased: at any instant one of them is whole, and of two the larger count is right.
 *
 * Wear, at one save a minute day and night: 1440 records of 4 bytes are 5 760 bytes a day; with the
 * beginnings of 2.8 files, 5 900 bytes of waste, 2.1 MB a year. Tidied up over the 896 kB that an ESP32
 * gives its files, each page is erased 2.4 times a year; flash bears 100 000.
 */
export type CountFile = {
  readonly storage: Storage;
  readonly name: string;
  /** `a` or `b`, behind the name. */
  half: string;
  /** The count that this file began with. */
  base: number;
  /** What is surely on flash. */
  saved: number;
  /** Where the next record goes. */
  end: number;
  /** How many saves are passed over. */
  pause: number;
};

/** Full of records to the last byte. */
export const COUNT_FILE_SIZE = 2048;
const DIGITS = 10;
/** Four-byte steps, as the flash of an ESP32 is written. */
const BEGINNING = 12;
const RECORD = 4;
const GROWTH_MAX = 262143;
const UNWRITTEN = "\xff\xff\xff\xff";

/** One of 64 printable characters, none of which needs an escape. */
const character = (value: number): string => String.fromCharCode(48 + (value & 63));

/**
 * How many bits of the text are 0. A write that was cut off leaves bits at 1, in the text, in this
 * number or in both: then they never agree (J. M. Berger, "A Note on Error Detection Codes", 1961).
 */
const checkOf = (text: string): string => {
  let zeros = 0;
  for (let i = 0; i < text.length; i++) {
    for (let rest = text.charCodeAt(i) ^ 255; rest > 0; rest >>= 1) zeros += rest & 1;
  }
  return String.fromCharCode(64 | zeros);
};

const checked = (text: string): string => text + checkOf(text);

const beginningOf = (count: number): string => {
  let digits = "" + count;
  while (digits.length < DIGITS) digits = "0" + digits;
  return checked(digits) + "\n";
};

const recordOf = (growth: number): string =>
  checked(character(growth >> 12) + character(growth >> 6) + character(growth));

/** What a file says: the count it began with, the latest one, and where the next record goes. */
type Content = { readonly base: number; readonly count: number; readonly end: number };

const growthIn = (record: string): number | undefined => {
  const growth =
    ((record.charCodeAt(0) - 48) << 12) |
    ((record.charCodeAt(1) - 48) << 6) |
    (record.charCodeAt(2) - 48);
  return record === recordOf(growth) ? growth : undefined;
};

/** The first record not written yet, by bisection: five hundred would keep a board for a second. */
const endOf = (content: string): number => {
  let low = 0;
  let high = Math.floor((content.length - BEGINNING) / RECORD);
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = BEGINNING + middle * RECORD;
    if (content.substring(at, at + RECORD) === UNWRITTEN) high = middle;
    else low = middle + 1;
  }
  return BEGINNING + low * RECORD;
};

const read = (content: string | undefined): Content | undefined => {
  if (content === undefined) return undefined;
  const digits = content.substring(0, DIGITS);
  if (content.substring(0, BEGINNING) !== checked(digits) + "\n") return undefined;
  // Of digits with zeros in front, Espruino would make an octal number.
  const base = decimal(digits);
  const end = endOf(content);
  for (let at = end - RECORD; at >= BEGINNING; at -= RECORD) {
    const growth = growthIn(content.substring(at, at + RECORD));
    if (growth !== undefined) return { base: base, count: base + growth, end: end };
  }
  return { base: base, count: base, end: end };
};

/** `name`: of at most 27 characters, and no other file's. */
export const openCountFile = (storage: Storage, name: string): CountFile => {
  const first = read(storage.read(name + "a"));
  const second = read(storage.read(name + "b"));
  const secondWins = second !== undefined && (first === undefined || second.count > first.count);
  const found = secondWins ? second : first;
  return {
    storage: storage,
    name: name,
    half: secondWins ? "b" : "a",
    base: found === undefined ? 0 : found.base,
    saved: found === undefined ? 0 : found.count,
    // Without a file there is no room in it.
    end: found === undefined ? COUNT_FILE_SIZE : found.end,
    pause: 0,
  };
};

const append = (file: CountFile, count: number): boolean => {
  const growth = count - file.base;
  if (file.end + RECORD > COUNT_FILE_SIZE || growth > GROWTH_MAX) return false;
  if (!file.storage.writeAt(file.name + file.half, recordOf(growth), file.end)) return false;
  file.end += RECORD;
  return true;
};

const begin = (file: CountFile, count: number): boolean => {
  const half = file.half === "a" ? "b" : "a";
  const next = file.name + half;
  file.storage.erase(next);
  if (!file.storage.reserve(next, COUNT_FILE_SIZE)) return false;
  if (!file.storage.writeAt(next, beginningOf(count), 0)) return false;
  file.storage.erase(file.name + file.half);
  file.half = half;
  file.base = count;
  file.end = BEGINNING;
  return true;
};

/** A flash that failed is left alone for so many saves: a try may cost it a file. */
const PAUSE = 60;

/** A count never goes back. False when it could not be kept: then `saved` stays what it was. */
export const saveCount = (file: CountFile, count: number): boolean => {
  if (count <= file.saved) return true;
  if (file.pause > 0) {
    file.pause--;
    return false;
  }
  if (!append(file, count) && !begin(file, count)) {
    file.pause = PAUSE;
    return false;
  }
  file.saved = count;
  return true;
};
