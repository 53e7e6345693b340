import { isHex } from "@battant/protocol/wire/decoded";
import { type Sha256, toHex } from "@battant/protocol/wire/sealed";
import type { Storage } from "./hardware.ts";

/**
 * Where the programs of a board are, and which one it starts.
 *
 * `app` came over the cable and is never touched again: the way back when all else is lost. Updates
 * go to `app-a` and `app-b` in turn, never over the program that runs. What the loader has to know
 * is a line of text with a check. Flash cannot replace a file in one step: the old one is gone
 * before the new one is whole. So the line lives in two files, written in turn; a torn one fails its
 * check and the other still says what was true before. A third, `slots`, is the line from the cable.
 */
export type SlotName = "app" | "app-a" | "app-b";

/** What the program knows of its slots. */
export type Slots = {
  readonly storage: Storage;
  readonly sha256: Sha256;
  /** What the loader has chosen. */
  readonly running: SlotName;
  /** This start is one of few tries: unless it is confirmed, the board comes back to the one before. */
  onTrial: boolean;
};

/** `kept`: the program before the one in `run`. The other slot is always `otherThan(run)`. */
type Other = "none" | "kept" | "trial" | "bad";

type SlotsState = {
  readonly generation: number;
  readonly run: SlotName;
  readonly digest: string;
  readonly other: Other;
  /** Empty with `none`. */
  readonly otherDigest: string;
  /** How often the trial was started. */
  readonly tries: number;
};

export const FACTORY_STATE_FILE = "slots";
const FACTORY_SLOT: SlotName = "app";
const TRIES_MAX = 3;
const CHECK_LENGTH = 16;
const FIELDS = 7;

const otherThan = (slot: SlotName): SlotName => (slot === "app-a" ? "app-b" : "app-a");

const isSlot = (text: unknown): text is SlotName =>
  text === "app" || text === "app-a" || text === "app-b";

const isOther = (text: unknown): text is Other =>
  text === "none" || text === "kept" || text === "trial" || text === "bad";

const checkOf = (text: string, sha256: Sha256): string =>
  toHex(sha256(text)).substring(0, CHECK_LENGTH);

const encode = (state: SlotsState, sha256: Sha256): string => {
  const text =
    state.generation +
    " " +
    state.run +
    " " +
    state.digest +
    " " +
    state.other +
    " " +
    state.otherDigest +
    " " +
    state.tries;
  return text + " " + checkOf(text, sha256);
};

const decode = (text: string | undefined, sha256: Sha256): SlotsState | undefined => {
  if (text === undefined) return undefined;
  const fields = text.split(" ");
  const body = text.substring(0, text.length - CHECK_LENGTH - 1);
  if (fields.length !== FIELDS || fields[FIELDS - 1] !== checkOf(body, sha256)) return undefined;
  const run = fields[1];
  const other = fields[3];
  // What carries our check was written by us, or by the tool at the cable: no more than its shape.
  if (!isSlot(run) || !isOther(other) || !isHex(fields[2], 64)) return undefined;
  return {
    generation: Number(fields[0]),
    run: run,
    digest: fields[2],
    other: other,
    otherDigest: fields[4] as string,
    tries: Number(fields[5]),
  };
};

/** What `slots` says on a board whose `app` has this SHA-256, in hexadecimal: written with it. */
export const factoryState = (digest: string, sha256: Sha256): string =>
  encode(
    {
      generation: 0,
      run: FACTORY_SLOT,
      digest: digest,
      other: "none",
      otherDigest: "",
      tries: 0,
    },
    sha256,
  );

const newer = (a: SlotsState | undefined, b: SlotsState | undefined): SlotsState | undefined => {
  if (a === undefined || b === undefined) return a === undefined ? b : a;
  return b.generation > a.generation ? b : a;
};

const fileOf = (generation: number): string => FACTORY_STATE_FILE + (generation % 2);

const readState = (storage: Storage, sha256: Sha256): SlotsState | undefined =>
  newer(
    newer(
      decode(storage.read(FACTORY_STATE_FILE), sha256),
      decode(storage.read(fileOf(0)), sha256),
    ),
    decode(storage.read(fileOf(1)), sha256),
  );

/** Into the file that does not hold the newest state, which stays true until this one is whole. */
const writeState = (storage: Storage, sha256: Sha256, state: SlotsState): boolean => {
  const name = fileOf(state.generation);
  const text = encode(state, sha256);
  return storage.write(name, text) && storage.read(name) === text;
};

const holds = (storage: Storage, sha256: Sha256, slot: SlotName, digest: string): boolean => {
  const program = storage.read(slot);
  return program !== undefined && toHex(sha256(program)) === digest;
};

/** A try counts before it begins: what is not written down may not be tried. */
const startTrial = (storage: Storage, sha256: Sha256, state: SlotsState): boolean => {
  const again =
    state.tries < TRIES_MAX && holds(storage, sha256, otherThan(state.run), state.otherDigest);
  const written = writeState(storage, sha256, {
    generation: state.generation + 1,
    run: state.run,
    digest: state.digest,
    other: again ? "trial" : "bad",
    otherDigest: state.otherDigest,
    tries: again ? state.tries + 1 : state.tries,
  });
  return again && written;
};

/** For the loader: the slot to start. Nothing is ever started that flash does not hold whole. */
export const chooseSlot = (storage: Storage, sha256: Sha256): SlotName | undefined => {
  const state = readState(storage, sha256);
  if (state !== undefined) {
    const other = otherThan(state.run);
    if (state.other === "trial" && startTrial(storage, sha256, state)) return other;
    if (holds(storage, sha256, state.run, state.digest)) return state.run;
    if (state.other === "kept" && holds(storage, sha256, other, state.otherDigest)) return other;
  }
  const factory = decode(storage.read(FACTORY_STATE_FILE), sha256);
  if (factory !== undefined && holds(storage, sha256, FACTORY_SLOT, factory.digest)) {
    return FACTORY_SLOT;
  }
  return undefined;
};

const stateOf = (slots: Slots): SlotsState | undefined => readState(slots.storage, slots.sha256);

/** `running`: what the loader has chosen. */
export const createSlots = (storage: Storage, sha256: Sha256, running: SlotName): Slots => {
  const state = readState(storage, sha256);
  return {
    storage: storage,
    sha256: sha256,
    running: running,
    onTrial: state !== undefined && state.other === "trial" && otherThan(state.run) === running,
  };
};

// Looked up each time: a text that was read from flash goes when its file is written anew.
const digestIn = (slots: Slots, state: SlotsState | undefined): string => {
  if (state !== undefined && state.run === slots.running) return state.digest;
  if (state !== undefined && otherThan(state.run) === slots.running) return state.otherDigest;
  const factory = decode(slots.storage.read(FACTORY_STATE_FILE), slots.sha256);
  return factory === undefined || slots.running !== FACTORY_SLOT ? "" : factory.digest;
};

/** SHA-256 of the program that runs, 64 hexadecimal digits; empty when flash does not say. */
export const runningDigest = (slots: Slots): string => digestIn(slots, stateOf(slots));

/** Makes room for a program of `size` bytes where no program runs. Never while on trial. */
export const reserveSlot = (slots: Slots, size: number): boolean =>
  !slots.onTrial && slots.storage.reserve(otherThan(slots.running), size);

export const writeSlot = (slots: Slots, at: number, data: string): boolean =>
  slots.storage.writeAt(otherThan(slots.running), data, at);

/** Whether flash gives back just what was announced. */
export const slotHolds = (slots: Slots, digest: string): boolean =>
  holds(slots.storage, slots.sha256, otherThan(slots.running), digest);

/** Verifies, and has the next start try it. */
export const tryNext = (slots: Slots, announced: string): boolean => {
  const state = stateOf(slots);
  const digest = digestIn(slots, state);
  if (slots.onTrial || digest === "" || !slotHolds(slots, announced)) return false;
  return writeState(slots.storage, slots.sha256, {
    generation: state === undefined ? 1 : state.generation + 1,
    run: slots.running,
    digest: digest,
    other: "trial",
    otherDigest: announced,
    tries: 0,
  });
};

/**
 * Ends the trial, if flash takes it: the board comes back to this program from now on, or to the one
 * before at the next start.
 */
export const endTrial = (slots: Slots, good: boolean): void => {
  const state = stateOf(slots);
  if (!slots.onTrial || state === undefined) return;
  const digest = digestIn(slots, state);
  // The program from the cable stays where it is, and needs no slot to be kept in.
  const keeps = good && state.run === otherThan(slots.running);
  const written = writeState(slots.storage, slots.sha256, {
    generation: state.generation + 1,
    run: good ? slots.running : state.run,
    digest: good ? digest : state.digest,
    other: good ? (keeps ? "kept" : "none") : "bad",
    otherDigest: good ? (keeps ? state.digest : "") : digest,
    tries: 0,
  });
  if (written) slots.onTrial = false;
};
