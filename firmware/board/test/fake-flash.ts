import type { EspruinoStorage } from "../espruino/globals.ts";

/**
 * Espruino's `Storage` as its sources have it (jsflash.c, 2v29), in memory: files one after another,
 * bytes that are written once, replacing that erases first, and power that may go at any byte.
 */
export type FakeFlash = {
  readonly storage: EspruinoStorage;
  /** The power goes when so many more bytes have been written. */
  cutAfter(bytes: number): void;
  powerOn(): void;
  /** The power went in the middle of something: whatever the program did since did not happen. */
  isCut(): boolean;
  /** Flips a bit of a file, as worn flash does. */
  flip(name: string, bit: number): void;
  /** How often files have moved, which must never happen to a running program. */
  compactions(): number;
  /** Files as they lie there, erased ones without a name. */
  readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
};

export class PowerCut extends Error {}

type File = { name: string; readonly bytes: Uint8Array };

const HEADER = 32;
const BLANK = 0xff;

const sizeOf = (file: File): number => HEADER + Math.ceil(file.bytes.length / 4) * 4;

const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === BLANK);

export const createFakeFlash = (capacity: number): FakeFlash => {
  let files: File[] = [];
  let energy = Number.POSITIVE_INFINITY;
  let compactions = 0;

  const spend = (cost: number): void => {
    if (energy < cost) {
      energy = -1;
      throw new PowerCut("the power is gone");
    }
    energy -= cost;
  };
  const find = (name: string): File | undefined => files.find((it) => it.name === name);
  const free = (): number => capacity - files.reduce((sum, file) => sum + sizeOf(file), 0);

  const compact = (): void => {
    compactions++;
    files = files.filter((it) => it.name !== "");
  };

  const erase = (file: File): void => {
    spend(1);
    file.name = "";
  };

  const create = (name: string, size: number): File => {
    const file: File = { name, bytes: new Uint8Array(size).fill(BLANK) };
    if (free() < sizeOf(file)) compact();
    if (free() < sizeOf(file)) throw new Error("Unable to find or create file");
    spend(HEADER);
    files.push(file);
    return file;
  };

  const fill = (file: File, data: string, offset: number): void => {
    if (offset + data.length > file.bytes.length) throw new Error("Too much data for file size");
    if (!isBlank(file.bytes.subarray(offset, offset + data.length))) {
      throw new Error("File already written with different data");
    }
    for (let i = 0; i < data.length; i++) {
      spend(1);
      file.bytes[offset + i] = data.charCodeAt(i);
    }
  };

  const text = (file: File): string => Buffer.from(file.bytes).toString("latin1");

  const write = (name: string, data: string, offset = 0, wanted = 0): boolean => {
    const size = wanted === 0 ? data.length : wanted;
    if (size === 0) throw new Error("Can't create zero length file");
    let file = find(name);
    if (
      offset === 0 &&
      file !== undefined &&
      (file.bytes.length !== size || !isBlank(file.bytes))
    ) {
      if (text(file) === data) return true;
      erase(file);
      file = undefined;
    }
    if (file === undefined && offset > 0) throw new Error("Unable to find or create file");
    fill(file ?? create(name, size), data, offset);
    return true;
  };

  const alive = <T>(action: () => T): T => {
    spend(0);
    return action();
  };

  return {
    storage: {
      read: (name) =>
        alive(() => {
          const file = find(name);
          return file === undefined ? undefined : text(file);
        }),
      write: (name, data, offset, size) => alive(() => write(name, data, offset, size)),
      erase: (name) =>
        alive(() => {
          const file = find(name);
          if (file !== undefined) erase(file);
        }),
      list: (pattern) =>
        files.map((it) => it.name).filter((name) => name !== "" && pattern.test(name)),
      getFree: free,
      getStats: () => ({
        trashBytes: files.filter((it) => it.name === "").reduce((sum, it) => sum + sizeOf(it), 0),
      }),
      compact,
    },
    cutAfter: (bytes) => {
      energy = bytes;
    },
    powerOn: () => {
      energy = Number.POSITIVE_INFINITY;
    },
    isCut: () => energy < 0,
    flip: (name, bit) => {
      const file = find(name);
      if (file === undefined) throw new Error(`there is no file ${name}`);
      const at = Math.floor(bit / 8) % file.bytes.length;
      file.bytes[at] = (file.bytes[at] as number) ^ (1 << (bit % 8));
    },
    compactions: () => compactions,
    get files() {
      return files;
    },
  };
};
