/**
 * Espruino's `Storage` as a board has it: files one after the other in flash, of which each byte is
 * written once; what is replaced or erased stays as waste until all is compacted.
 *
 * Sizes and refusals as in Espruino's jsflash.c. The flash outlives the vm it is given to, as it
 * outlives a board's restart.
 */
export type Flash = {
  /** What `require("Storage")` gives. */
  readonly storage: object;
  read(name: string): string | undefined;
  /** From outside, as over the cable. */
  write(name: string, content: string): void;
  /** How often it moved everything because a write found no room. */
  compactions(): number;
  /** The power goes when so many more bytes have been written, in the midst of a write if need be. */
  cutAfter(bytes: number, gone: () => void): void;
  /** Power is back, for good. */
  powerOn(): void;
};

export const FLASH_SIZE = 896 * 1024;
const HEADER = 32;
const NAME_LENGTH_MAX = 28;
const UNWRITTEN = "\xff";

type File = { readonly name: string; content: string; erased: boolean };

const room = (content: string): number => HEADER + ((content.length + 3) & ~3);

const isUnwritten = (content: string): boolean => !/[^\xff]/.test(content);

/** Thrown at a board whose power goes, and at whatever it still tries with its flash. */
const POWER_CUT = new Error("the power is gone");

type Power = {
  /** Of so many bytes to be written, those that there is power for. */
  spend(bytes: number): number;
  cutAfter(bytes: number, gone: () => void): void;
  powerOn(): void;
};

const createPower = (): Power => {
  let left = Number.POSITIVE_INFINITY;
  let tell: () => void = () => undefined;
  return {
    spend: (bytes) => {
      const spent = Math.min(bytes, left);
      left -= spent;
      if (spent < bytes) tell();
      return spent;
    },
    cutAfter: (bytes, gone) => {
      left = bytes;
      tell = gone;
    },
    powerOn: () => {
      left = Number.POSITIVE_INFINITY;
    },
  };
};

/** The files in their order, the erased ones among them. */
const createFiles = (size: number, power: Power) => {
  let files: readonly File[] = [];
  let compactions = 0;
  const taken = (wanted: (file: File) => boolean): number =>
    files.filter(wanted).reduce((sum, it) => sum + room(it.content), 0);
  const free = (): number => size - taken(() => true);
  const compact = (): void => {
    files = files.filter((it) => !it.erased);
  };
  return {
    taken,
    free,
    compact,
    living: () => files.filter((it) => !it.erased),
    erased: () => files.filter((it) => it.erased),
    compactions: () => compactions,
    create: (name: string, length: number): File => {
      // A header that is not whole is waste, as long as the file would have been.
      const erased = power.spend(HEADER) < HEADER;
      const file = { name, content: UNWRITTEN.repeat(length), erased };
      const missing = room(file.content) - free();
      if (missing > 0 && missing <= taken((it) => it.erased)) {
        compact();
        compactions++;
      }
      if (room(file.content) > free()) throw new Error("Unable to find or create file");
      files = [...files, file];
      if (erased) throw POWER_CUT;
      return file;
    },
    erase: (file: File): void => {
      if (power.spend(1) === 0) throw POWER_CUT;
      file.erased = true;
    },
    fill: (file: File, data: string, at: number): void => {
      const written = data.slice(0, power.spend(data.length));
      file.content = file.content.slice(0, at) + written + file.content.slice(at + written.length);
      if (written !== data) throw POWER_CUT;
    },
  };
};

type Files = ReturnType<typeof createFiles>;

const writeTo =
  (files: Files) =>
  (name: string, data: string, offset = 0, length = 0): boolean => {
    const total = length === 0 ? data.length : length;
    if (total === 0) throw new Error("Can't create zero length file");
    let file = files.living().find((it) => it.name === name);
    if (offset === 0 && file !== undefined) {
      if (file.content === data && total === data.length) return true;
      if (file.content.length !== total || !isUnwritten(file.content)) {
        files.erase(file);
        file = undefined;
      }
    }
    if (file === undefined && offset === 0) file = files.create(name, total);
    if (file === undefined) throw new Error("Unable to find or create file");
    const end = offset + data.length;
    if (end > file.content.length) throw new Error("Too much data for file size");
    if (!isUnwritten(file.content.slice(offset, end))) {
      throw new Error("File already written with different data");
    }
    files.fill(file, data, offset);
    return true;
  };

export const createFlash = (size: number = FLASH_SIZE): Flash => {
  const power = createPower();
  const files = createFiles(size, power);
  const find = (name: string): File | undefined => files.living().find((it) => it.name === name);
  const write = writeTo(files);
  const storage = {
    read: (name: string, from?: number, length?: number) => {
      const content = find(name)?.content;
      if (from === undefined) return content;
      return content?.slice(from, length === undefined ? undefined : from + length);
    },
    // What is longer than a name may be is cut off without a word.
    write: (name: string, data: string, offset?: number, length?: number) =>
      write(name.slice(0, NAME_LENGTH_MAX), data, offset, length),
    erase: (name: string) => {
      const file = find(name);
      if (file !== undefined) files.erase(file);
    },
    list: (pattern?: RegExp) =>
      files
        .living()
        .map((it) => it.name)
        .filter((name) => pattern === undefined || name.search(pattern) >= 0),
    getFree: files.free,
    getStats: () => ({
      totalBytes: size,
      freeBytes: files.free(),
      fileBytes: files.taken((it) => !it.erased),
      fileCount: files.living().length,
      trashBytes: files.taken((it) => it.erased),
      trashCount: files.erased().length,
    }),
    compact: files.compact,
  };
  return {
    storage,
    read: storage.read,
    write: (name, content) => void write(name, content),
    compactions: files.compactions,
    cutAfter: power.cutAfter,
    powerOn: power.powerOn,
  };
};
