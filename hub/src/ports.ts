import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Lease } from "@battant/protocol/vocabulary/relay";
import type { BoardSettings } from "@battant/protocol/vocabulary/settings";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { UpdateChunk, UpdateOffer, UpdateReport } from "@battant/protocol/vocabulary/update";
import type { Building } from "./domain/building.ts";
import type { CircuitState } from "./domain/circuit.ts";
import type { Decision } from "./domain/decision.ts";
import type { Effect, HubEvent } from "./domain/event.ts";
import type { Site } from "./domain/site.ts";
import type { BoardUpdate, UpdateProgress, WantedProgram } from "./domain/update.ts";

/** What the hub needs from the world, and what the world may tell the hub. */

export type Clock = {
  now(): Instant;
  /** Calls back about every `periodMs` until the returned function is called. */
  every(periodMs: number, action: () => void): () => void;
};

/** Where adapters hand in what arrived, decoded and checked. */
export type Inbox = {
  /**
   * Resolves once the readings are on disk: only then may they be acknowledged. Resolves with a
   * refusal when they are not; the sender must keep them.
   */
  readings(batch: readonly Reading[]): Promise<Appended>;
  event(event: HubEvent): void;
  /** How a board gets on with the program it is being sent. No rule goes by that: it is no event. */
  updateReported(board: BoardId, report: UpdateReport): void;
  refused(refusal: Refusal): void;
};

/** Something from outside that was turned away. Counted, shown by `battant doctor`, forgotten. */
export type Refusal = {
  /** Who sent it, as far as known: a board, a user name, an address. Never a secret. */
  readonly from: string;
  readonly where: string;
  /** In words a person can act on. */
  readonly problem: string;
};

export type Appended =
  | { readonly ok: true; readonly stored: number; readonly duplicates: number }
  | {
      readonly ok: false;
      readonly problem: "disk-full" | "overloaded" | "failed";
      readonly detail: string;
    };

/** The append-only record on the local disk: the first and the safest place a reading reaches. */
export type Journal = {
  /** Appends all or nothing, together with others that arrive in the same commit window. */
  append(readings: readonly Reading[]): Promise<Appended>;
  /** Readings in order of arrival after `cursor`, at most `limit`, with the cursor of the last. */
  after(cursor: number, limit: number): Promise<JournalPage>;
  /** Where the forwarder to `store` had come to. 0 at first. */
  cursor(store: string): Promise<number>;
  moveCursor(store: string, cursor: number): Promise<void>;
  close(): Promise<void>;
};

export type JournalPage = { readonly readings: readonly Reading[]; readonly cursor: number };

/** One line of values over time. */
export type Series = {
  readonly board: BoardId;
  readonly sensor: SensorId;
  readonly quantity: Quantity;
};

export type Range = { readonly from: Instant; readonly to: Instant };

export type Sample = { readonly at: Instant; readonly value: number };

/** `10-minutes`: UTC. `day`: midnight to midnight in the building's time zone, 23 to 25 hours. */
export type WindowSize = "10-minutes" | "day";

export type Window = {
  readonly start: Instant;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  /** Value of the latest sample in the window; for registers, what the meter stood at. */
  readonly last: number;
};

/** An hour of several series together, as it is lived again. */
export type PastHour = {
  /** The next hour begins there. */
  readonly end: Instant;
  /** In order of measured time. */
  readonly samples: readonly PastSample[];
  readonly windows: readonly PastWindow[];
};

/** `line` counts the series that were asked for. */
export type PastSample = Sample & {
  readonly line: number;
  /** How long after it was measured it reached the hub. */
  readonly delay: number;
};

/** Of ten minutes. */
export type PastWindow = {
  readonly line: number;
  readonly start: Instant;
  readonly mean: number;
  readonly max: number;
};

/** A database of readings. Writing the same reading twice leaves it there once. */
export type ReadingStore = {
  write(readings: readonly Reading[]): Promise<WriteOutcome>;
  /** Samples with `from <= at < to`, oldest first, at most `limit` (default 10 000). */
  raw(series: Series, range: Range, limit?: number): Promise<readonly Sample[]>;
  windows(series: Series, range: Range, size: WindowSize): Promise<readonly Window[]>;
  close(): Promise<void>;
};

/** `retry`: keep it and try later. `drop`: the store will never take these, park them and go on. */
export type WriteOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly next: "retry" | "drop"; readonly detail: string };

/**
 * How the hub speaks to boards. A send never waits and never fails: the report is the answer. All
 * of it is sealed with the board's key; a board without one, or that has not said which start it is
 * in, hears nothing.
 */
export type BoardLink = {
  lease(board: BoardId, relay: RelayId, lease: Lease): void;
  clock(board: BoardId, now: Instant): void;
  /** Sent if they are others than the board `kept`, by their digest; the same once a minute at most. */
  settings(board: BoardId, settings: BoardSettings, kept: string | undefined): void;
  offer(board: BoardId, offer: UpdateOffer): void;
  chunk(board: BoardId, chunk: UpdateChunk): void;
};

/** Programs for boards, as somebody asked for them beside the running hub. */
export type Programs = {
  list(): readonly BoardUpdate[];
  /** A part of the bundle; empty if it is there no longer. */
  part(digest: string, at: number, length: number): string;
  /** Forgotten if something else was asked for in the meantime. False if it could not be written. */
  note(wanted: WantedProgram, progress: UpdateProgress): boolean;
  /** Calls back within about a second of a change, until the returned function is called. */
  changes(action: () => void): () => void;
};

export type DecisionRecord = {
  readonly at: Instant;
  readonly zone: ZoneId;
  readonly decision: Decision;
};

export type DecisionLog = { append(record: DecisionRecord): void };

export type CircuitRecord = {
  readonly at: Instant;
  readonly zone: ZoneId;
  readonly state: CircuitState;
};

/** Kept for years: what a circuit did before anything acted is what savings are measured against. */
export type CircuitLog = {
  append(record: CircuitRecord): void;
  /** The clock jumped: nothing is known of the time between. Earlier `to` than `from` if back. */
  brokeOff(range: Range): void;
};

/** What happened and what was made of it, in order: a recorded day can be lived again. */
export type Trace = { record(moment: TraceMoment): void };

export type TraceMoment = {
  readonly now: Instant;
  readonly event: HubEvent;
  readonly effects: readonly Effect[];
  /** By which plan, and what the hub believed just before: to open a new part with. */
  readonly site: Site;
  readonly before: Building;
};

/** Which boards may connect. Asked at each connection, so that a removed board is out at once. */
export type BoardAccess = {
  /** True if `password` is the one given when `board` was added. Constant time. */
  verify(board: BoardId, password: string): boolean;
  isKnown(board: BoardId): boolean;
  /** 32 bytes that seal what is sent to the board; none if it was added when boards had no keys. */
  key(board: BoardId): Uint8Array | undefined;
};

export type Role = "manager" | "council" | "resident" | "workshop" | "display";

export type Account = { readonly name: string; readonly role: Role };

export type SignIn =
  | { readonly ok: true; readonly token: string; readonly account: Account }
  | { readonly ok: false; readonly problem: "wrong" | "too-many" };

/** People who may sign in. Passwords are argon2id; tokens are kept hashed and can be revoked. */
export type Accounts = {
  setupOpen(): boolean;
  /** Creates the first account, once, for whoever holds the one-time token. */
  completeSetup(token: string, name: string, password: string): Promise<SignIn>;
  signIn(name: string, password: string, from: string): Promise<SignIn>;
  session(token: string): Account | undefined;
  signOut(token: string): void;
};

/** A board's message that could not be decoded, and the like, as `battant doctor` lists them. */
export type RefusalCount = Refusal & {
  readonly count: number;
  readonly first: Instant;
  readonly last: Instant;
};

/** A board that may connect, as it was added or flashed. */
export type RegisteredBoard = {
  readonly id: BoardId;
  readonly name: string;
  readonly flat: string | undefined;
  readonly added: Instant;
  /** False for a board added when boards had no keys: nothing can be sent to it. */
  readonly hasKey: boolean;
  /** Of the chip it was last flashed into, 12 hexadecimal digits; none for one added by hand. */
  readonly mac: string | undefined;
  readonly model: string | undefined;
  readonly flashed: Instant | undefined;
  /** Somebody said that it is for nothing. */
  readonly isIgnored: boolean;
};

/** Which boards may connect, for those who look after them. */
export type BoardBook = {
  list(): readonly RegisteredBoard[];
  find(board: BoardId): RegisteredBoard | undefined;
  /** Whose readings are kept under this name, also once it is forgotten. */
  flatOf(board: BoardId): string | undefined;
  /** What people call it, and its flat: only ever given, also to a name that may not connect. */
  describe(board: BoardId, about: { readonly name: string; readonly flat?: string }): void;
  setIgnored(board: BoardId, isIgnored: boolean): void;
  /** False if there was none. */
  remove(board: BoardId): boolean;
};

/** What is about to be written into a chip. */
export type FlashOrder = {
  readonly board: BoardId;
  readonly name: string;
  readonly flat: string | undefined;
  readonly mac: string;
  readonly model: string;
};

/**
 * Credentials for chips that are being written. A board keeps those it has until its flash is
 * confirmed, so a flash that fails leaves it working.
 */
export type FlashTickets = {
  /** Password and key are hexadecimal; they are shown this once. */
  prepare(order: FlashOrder): {
    readonly ticket: string;
    readonly password: string;
    readonly key: string;
  };
  /** Lets the board in with what was drawn for it. Undefined if the ticket is none, or no longer. */
  confirm(ticket: string): BoardId | undefined;
};

/** An open network has an empty password. */
export type Wifi = { readonly ssid: string; readonly password: string };

/** The network that boards are told to join. */
export type WifiMemory = {
  read(): Wifi | undefined;
  keep(wifi: Wifi): void;
  /** False if there was none. */
  forget(): boolean;
};

/** What was done to things that matter. Never holds a secret. */
export type Audit = {
  /** `who` is the name of an account, or `command line`. */
  record(line: { readonly who: string; readonly action: string; readonly about: string }): void;
};
