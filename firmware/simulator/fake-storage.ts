import type { Storage } from "@battant/board/hardware";

/**
 * Espruino's `Storage` in memory, with the manners of the real one: a byte is written once, bits are
 * only ever cleared, what is replaced or erased stays as waste until it is tidied up. It outlives
 * the starts of its board, and can lose its power in the middle of a write.
 */
export type FakeStorage = {
  readonly storage: Storage;
  /** After so many more bytes the power goes: the write in progress is torn, and throws. */
  cutPowerAfter(bytes: number): void;
  /** What the loader does before it starts the program. */
  tidyUp(): void;
  figures(): StorageFigures;
};

export type StorageFigures = {
  /** Bytes of flash used up since the beginning, headers included. */
  readonly written: number;
  readonly tidied: number;
};

export type FakeStorageSettings = {
  /** 896 kB on an ESP32. */
  readonly size?: number;
  /** Bits that a torn byte has not cleared yet, 0 to 255; by default none is cleared. */
  readonly noise?: () => number;
};

/** The board has no power: nothing of its program may run on. */
export class PowerCut extends Error {}

const SIZE = 896 * 1024;
const HEADER = 32;
const NAME_LENGTH_MAX = 28;
const UNWRITTEN = 0xff;

const spaceOf = (length: number): number => HEADER + Math.ceil(length / 4) * 4;

type State = {
  readonly size: number;
  readonly noise: () => number;
  readonly files: Map<string, Uint8Array>;
  waste: number;
  written: number;
  tidied: number;
  bytesLeft: number;
};

const filesSize = (state: State): number => {
  let size = 0;
  for (const bytes of state.files.values()) size += spaceOf(bytes.length);
  return size;
};

const free = (state: State): number => Math.max(0, state.size - filesSize(state) - state.waste);

/** Spends what a write needs; answers how much of it there was power for. */
const spend = (state: State, bytes: number): number => {
  const spent = Math.min(bytes, state.bytesLeft);
  state.bytesLeft -= spent;
  return spent;
};

const program = (state: State, bytes: Uint8Array, content: string, at: number): void => {
  const complete = spend(state, content.length);
  for (let i = 0; i < content.length; i++) {
    const noise = i < complete ? 0 : state.noise();
    bytes[at + i]! &= content.charCodeAt(i) | noise;
  }
  if (complete < content.length) throw new PowerCut("in the middle of a write");
};

const erase = (state: State, name: string): void => {
  const bytes = state.files.get(name);
  if (bytes === undefined) return;
  state.waste += spaceOf(bytes.length);
  state.files.delete(name);
};

const create = (state: State, name: string, size: number): Uint8Array | undefined => {
  const space = spaceOf(size);
  if (name.length === 0 || name.length > NAME_LENGTH_MAX || size <= 0) return undefined;
  if (space > free(state)) return undefined;
  erase(state, name);
  state.written += space;
  if (spend(state, HEADER) < HEADER) {
    state.waste += space;
    throw new PowerCut("in the middle of a file's header");
  }
  const bytes = new Uint8Array(size).fill(UNWRITTEN);
  state.files.set(name, bytes);
  return bytes;
};

const asText = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

const write = (state: State, name: string, content: string): boolean => {
  const before = state.files.get(name);
  if (before !== undefined && asText(before) === content) return true;
  const bytes = create(state, name, content.length);
  if (bytes === undefined) return false;
  program(state, bytes, content, 0);
  return true;
};

const writeAt = (state: State, name: string, content: string, at: number): boolean => {
  const bytes = state.files.get(name);
  if (bytes === undefined || content === "" || at < 0) return false;
  if (at + content.length > bytes.length) return false;
  if (bytes.subarray(at, at + content.length).some((it) => it !== UNWRITTEN)) return false;
  program(state, bytes, content, at);
  return true;
};

export const createFakeStorage = (settings: FakeStorageSettings = {}): FakeStorage => {
  const state: State = {
    size: settings.size ?? SIZE,
    noise: settings.noise ?? (() => UNWRITTEN),
    files: new Map(),
    waste: 0,
    written: 0,
    tidied: 0,
    bytesLeft: Infinity,
  };
  return {
    storage: {
      read: (name) => {
        const bytes = state.files.get(name);
        return bytes === undefined ? undefined : asText(bytes);
      },
      write: (name, content) => write(state, name, content),
      reserve: (name, size) => create(state, name, size) !== undefined,
      writeAt: (name, content, at) => writeAt(state, name, content, at),
      erase: (name) => erase(state, name),
      names: (prefix) => [...state.files.keys()].filter((name) => name.startsWith(prefix)),
      free: () => free(state),
      waste: () => state.waste,
    },
    cutPowerAfter: (bytes) => {
      state.bytesLeft = bytes;
    },
    tidyUp: () => {
      state.bytesLeft = Infinity;
      if (state.waste > 0) state.tidied++;
      state.waste = 0;
    },
    figures: () => ({ written: state.written, tidied: state.tidied }),
  };
};
