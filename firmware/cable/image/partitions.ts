import { type Decoded, refused } from "@battant/protocol/wire/decoded";
import { SECTOR_BYTES } from "../plan.ts";
import { toText } from "./bytes.ts";

/**
 * Where things are in a chip's flash: the partition table of an Espruino release (ESP-IDF, "Partition
 * Tables"). Entries of 32 bytes, then one with the MD5 of those before it, then erased flash. Its
 * layout differs between releases, which is why nothing of it is written anywhere in our code.
 */

export type Partition = {
  readonly name: string;
  readonly address: number;
  readonly length: number;
};

export type Partitions = {
  readonly settings: Partition;
  /** Which application starts. Without one, it is the first. */
  readonly choice: Partition | undefined;
  readonly application: Partition;
  readonly storage: Partition;
};

export type Surroundings = {
  /** In bytes. */
  readonly flashSize: number;
  /** 32 hexadecimal digits. */
  readonly md5: (bytes: Uint8Array) => string;
};

export const TABLE_ADDRESS = 0x8000;
const TABLE_BYTES_MAX = 0xc00;
const ENTRY_BYTES = 32;
const APPLICATION_ALIGNMENT = 0x10000;

const ENTRY = 0x50aa;
const CHECK = 0xebeb;
const END = 0xffff;

const APPLICATION = 0;
const DATA = 1;

/** What we need, as the tables of Espruino name it; the storage's subtype has changed over time. */
const WANTED = {
  settings: { name: "nvs", type: DATA, subtype: 2 },
  choice: { name: "otadata", type: DATA, subtype: 0 },
  application: { name: "factory", type: APPLICATION, subtype: 0 },
  storage: { name: "storage", type: DATA, subtype: undefined },
} as const;

type Entry = Partition & { readonly type: number; readonly subtype: number };

const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const readEntry = (bytes: Uint8Array): Entry => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    name: toText(bytes.subarray(12, 28)).replace(/\0.*$/s, ""),
    type: view.getUint8(2),
    subtype: view.getUint8(3),
    address: view.getUint32(4, true),
    length: view.getUint32(8, true),
  };
};

const readEntries = (table: Uint8Array, md5: Surroundings["md5"]): Decoded<readonly Entry[]> => {
  const entries: Entry[] = [];
  for (let at = 0; at + ENTRY_BYTES <= table.length; at += ENTRY_BYTES) {
    const bytes = table.subarray(at, at + ENTRY_BYTES);
    const magic = bytes[0]! | (bytes[1]! << 8);
    if (magic === END) break;
    if (magic === CHECK) {
      if (hex(bytes.subarray(16)) === md5(table.subarray(0, at))) break;
      return refused("the partition table is damaged: its MD5 is another");
    }
    if (magic !== ENTRY) return refused(`no partition table: entry ${at / ENTRY_BYTES} is none`);
    entries.push(readEntry(bytes));
  }
  return { ok: true, value: entries };
};

const problemIn = (entries: readonly Entry[], flashSize: number): string | undefined => {
  let free = TABLE_ADDRESS + SECTOR_BYTES;
  for (const { name, type, address, length } of entries.toSorted((a, b) => a.address - b.address)) {
    const alignment = type === APPLICATION ? APPLICATION_ALIGNMENT : SECTOR_BYTES;
    if (address % alignment !== 0 || length % SECTOR_BYTES !== 0 || length === 0) {
      return `partition ${name} does not lie on whole sectors`;
    }
    if (address < free) return `partition ${name} overlaps what is before it`;
    free = address + length;
    if (free > flashSize) return `partition ${name} ends beyond the flash of ${flashSize} bytes`;
  }
  return undefined;
};

export const decodePartitions = (
  table: Uint8Array,
  { flashSize, md5 }: Surroundings,
): Decoded<Partitions> => {
  if (table.length > TABLE_BYTES_MAX) return refused("the partition table is too long");
  const entries = readEntries(table, md5);
  if (!entries.ok) return entries;
  const problem = problemIn(entries.value, flashSize);
  if (problem !== undefined) return refused(problem);
  const find = ({ name, type, subtype }: (typeof WANTED)[keyof typeof WANTED]) =>
    entries.value.find(
      (it) => it.name === name && it.type === type && (subtype ?? it.subtype) === it.subtype,
    );
  const settings = find(WANTED.settings);
  const application = find(WANTED.application);
  const storage = find(WANTED.storage);
  if (settings === undefined || application === undefined || storage === undefined) {
    return refused("the partition table lacks one of nvs, factory and storage");
  }
  return { ok: true, value: { settings, choice: find(WANTED.choice), application, storage } };
};
