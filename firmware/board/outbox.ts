import type { BootId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading, ReportedTime } from "@battant/protocol/vocabulary/reading";
import { instant, milliseconds } from "@battant/protocol/vocabulary/units";
import { encodeReadings } from "@battant/protocol/wire/readings";
import type { Hardware } from "./hardware.ts";
import {
  claim,
  countKept,
  createRing,
  dateAll,
  FIRST_SEQUENCE,
  record,
  type Ring,
  settle,
  type Span,
} from "./ring.ts";
import type { Source } from "./sources.ts";

/**
 * Readings wait here until the hub has said that they are on its disk: a PUBACK, nothing less.
 *
 * When the outbox is full the oldest reading is dropped, and counted. What was recorded before the
 * link came up is the backlog: it goes oldest first and never has the whole window, so that it
 * keeps no live reading waiting.
 */
export type Outbox = {
  /** `source` is a position in the list of sources. */
  add(source: number, value: number): void;
  /** The clock has become known: readings dated by uptime get their time. */
  dateAll(): void;
  /** What was in flight has to go again; from now on, what is added is live. */
  linkUp(): void;
  takeLive(): Batch | undefined;
  takeBacklog(): Batch | undefined;
  acknowledged(slot: number): void;
  counters(): OutboxCounters;
};

export type Batch = {
  /** Its place in the window, to be named when it is acknowledged. */
  readonly slot: number;
  readonly payload: string;
  /** Sent before, on a connection that was lost before the answer came. */
  readonly again: boolean;
};

export type OutboxCounters = {
  readonly recorded: number;
  readonly dropped: number;
  readonly waiting: number;
};

export type OutboxSettings = {
  readonly boot: BootId;
  readonly sources: readonly Source[];
  readonly capacity: number;
};

export type OutboxClock = Pick<Hardware, "now" | "uptime">;

/** Batches in flight. */
export const WINDOW = 4;
const BACKLOG_WINDOW = 2;
/** Keeps the longest batch below 2 kB: half of what the contract allows in one payload. */
const BATCH_LENGTH_MAX = 16;

type Slot = { readonly span: Span; readonly backlog: boolean };

type State = {
  readonly settings: OutboxSettings;
  readonly clock: OutboxClock;
  readonly ring: Ring;
  readonly slots: (Slot | undefined)[];
  /** Below: backlog. From here on: live. */
  liveFrom: number;
  nextLive: number;
  nextBacklog: number;
};

const readingsOf = (state: State, span: Span): ReportedReading[] => {
  const ring = state.ring;
  const uptime = state.clock.uptime();
  const readings: ReportedReading[] = [];
  for (let i = span.from; i < span.to; i++) {
    const place = i % ring.capacity;
    const source = state.settings.sources[ring.sources[place] as number] as Source;
    const time = ring.times[place] as number;
    const reported: ReportedTime = ring.dated
      ? { kind: "at", at: instant(time) }
      : { kind: "age", age: milliseconds(Math.round(uptime - time)) };
    readings.push({
      sequence: i,
      sensor: source.sensor,
      quantity: source.quantity,
      value: ring.values[place] as number,
      time: reported,
    });
  }
  return readings;
};

const freeSlot = (state: State, backlog: boolean): number => {
  let free = -1;
  let backlogs = 0;
  for (let i = 0; i < WINDOW; i++) {
    const slot = state.slots[i];
    if (slot === undefined) free = i;
    else if (slot.backlog) backlogs++;
  }
  return backlog && backlogs >= BACKLOG_WINDOW ? -1 : free;
};

const take = (state: State, backlog: boolean): Batch | undefined => {
  const index = freeSlot(state, backlog);
  if (index < 0) return undefined;
  const span = backlog
    ? { from: state.nextBacklog, to: state.liveFrom }
    : { from: state.nextLive, to: state.ring.tail };
  const claimed = claim(state.ring, span, BATCH_LENGTH_MAX);
  if (claimed === undefined) return undefined;
  state.slots[index] = { span: claimed, backlog: backlog };
  if (backlog) state.nextBacklog = claimed.to;
  else state.nextLive = claimed.to;
  return {
    slot: index,
    payload: encodeReadings(state.settings.boot, readingsOf(state, claimed)),
    again: claimed.again,
  };
};

const free = (state: State, index: number, how: "done" | "give-back"): void => {
  const slot = state.slots[index];
  if (slot === undefined) return;
  state.slots[index] = undefined;
  settle(state.ring, slot.span, how);
};

const linkUp = (state: State): void => {
  for (let i = 0; i < WINDOW; i++) free(state, i, "give-back");
  state.liveFrom = state.ring.tail;
  state.nextLive = state.ring.tail;
  state.nextBacklog = state.ring.head;
};

const dateNow = (state: State): void => {
  const now = state.clock.now();
  if (now !== undefined) dateAll(state.ring, now, state.clock.uptime());
};

const add = (state: State, source: number, value: number): void => {
  dateNow(state);
  const time = state.ring.dated ? state.clock.now() : state.clock.uptime();
  record(state.ring, source, value, Math.round(time as number));
};

export const createOutbox = (settings: OutboxSettings, clock: OutboxClock): Outbox => {
  const state: State = {
    settings: settings,
    clock: clock,
    ring: createRing(settings.capacity, clock.now() !== undefined),
    slots: [undefined, undefined, undefined, undefined],
    liveFrom: FIRST_SEQUENCE,
    nextLive: FIRST_SEQUENCE,
    nextBacklog: FIRST_SEQUENCE,
  };
  return {
    add: (source, value) => add(state, source, value),
    dateAll: () => dateNow(state),
    linkUp: () => linkUp(state),
    takeLive: () => take(state, false),
    takeBacklog: () => take(state, true),
    acknowledged: (slot) => free(state, slot, "done"),
    counters: () => ({
      recorded: state.ring.tail - FIRST_SEQUENCE,
      dropped: state.ring.dropped,
      waiting: countKept(state.ring),
    }),
  };
};
