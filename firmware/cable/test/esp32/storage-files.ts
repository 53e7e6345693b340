import { readPartitions } from "./boot.ts";

/**
 * The files in a flash's storage, as Espruino finds them (`jsflash.h`): one after the other, each a
 * header of 32 bytes with its size and its name, then its content, filled up to 4 bytes.
 */
export type StorageFile = readonly [name: string, content: string];

const HEADER = 32;
const NAME = 4;
const SIZE_MASK = 0xffffff;
const UNWRITTEN = 0xffffffff;

const storageIn = (flash: Uint8Array): Buffer => {
  const partition = readPartitions(flash)?.find((it) => it.label === "storage");
  if (partition === undefined) throw new Error("the flash has no storage");
  const { address, size } = partition;
  return Buffer.from(flash.subarray(address, address + size));
};

/** Throws on what Espruino would take for a full or a damaged flash. */
export const readStorageFiles = (flash: Uint8Array): readonly StorageFile[] => {
  const storage = storageIn(flash);
  const files: StorageFile[] = [];
  for (let at = 0; at + HEADER <= storage.length;) {
    const word = storage.readUInt32LE(at);
    if (word === UNWRITTEN) {
      if (storage.subarray(at).some((byte) => byte !== 0xff)) {
        throw new Error("the storage is not erased behind its files");
      }
      return files;
    }
    const size = word & SIZE_MASK;
    const begin = at + HEADER;
    if (size === 0 || begin + size > storage.length) throw new Error(`no file at ${at}`);
    const name = storage.toString("latin1", at + NAME, begin).replace(/\0+$/, "");
    // A name that begins with nothing is one that was erased.
    if (storage[at + NAME] !== 0)
      files.push([name, storage.toString("latin1", begin, begin + size)]);
    at = begin + ((size + 3) & ~3);
  }
  return files;
};
