import type { Instant, Milliseconds } from "@battant/protocol/vocabulary/units";

/**
 * Readings in RAM, named by their sequence numbers. Packed arrays, because an object per reading
 * would cost an ESP32 ten times as much.
 *
 * The oldest kept is at `head`, the next to be recorded at `tail`; in between, entries may already be
 * gone. Whoever takes some claims them, and later settles the claim.
 */
export type Ring = {
  readonly capacity: number;
  readonly times: Float64Array;
  readonly values: Float64Array;
  readonly sources: Uint8Array;
  readonly states: Uint8Array;
  head: number;
  tail: number;
  /** While false, `times` holds uptimes. */
  dated: boolean;
  dropped: number;
};

/** Entries from `from` up to, not including, `to`. */
export type Span = { readonly from: number; readonly to: number };

export const FIRST_SEQUENCE = 1;

const EMPTY = 0;
const WAITING = 1;
const WAITING_AGAIN = 2;
const CLAIMED = 3;

export const createRing = (capacity: number, dated: boolean): Ring => ({
  capacity: capacity,
  times: new Float64Array(capacity),
  values: new Float64Array(capacity),
  sources: new Uint8Array(capacity),
  states: new Uint8Array(capacity),
  head: FIRST_SEQUENCE,
  tail: FIRST_SEQUENCE,
  dated: dated,
  dropped: 0,
});

const stateOf = (ring: Ring, sequence: number): number =>
  ring.states[sequence % ring.capacity] as number;

const setState = (ring: Ring, sequence: number, state: number): void => {
  ring.states[sequence % ring.capacity] = state;
};

const isWaiting = (state: number): boolean => state === WAITING || state === WAITING_AGAIN;

/** Keeps the head on an entry that is still there. */
const advanceHead = (ring: Ring): void => {
  for (; ring.head < ring.tail; ring.head++) {
    if (stateOf(ring, ring.head) !== EMPTY) return;
  }
};

/** Drops the oldest when there is no room. */
export const record = (ring: Ring, source: number, value: number, time: number): void => {
  if (ring.tail - ring.head >= ring.capacity) {
    ring.dropped++;
    setState(ring, ring.head, EMPTY);
    advanceHead(ring);
  }
  const place = ring.tail % ring.capacity;
  ring.times[place] = time;
  ring.values[place] = value;
  ring.sources[place] = source;
  ring.states[place] = WAITING;
  ring.tail++;
};

/** Turns uptimes into times, once, when the clock has become known. */
export const dateAll = (ring: Ring, now: Instant, uptime: Milliseconds): void => {
  if (ring.dated) return;
  ring.dated = true;
  for (let i = ring.head; i < ring.tail; i++) {
    const place = i % ring.capacity;
    ring.times[place] = Math.round(now - uptime + (ring.times[place] as number));
  }
};

export type Claim = Span & {
  /** These were claimed before, and given back. */
  readonly again: boolean;
};

/** Claims the next waiting entries in `span`, at most `limit`, all of them new or all not. */
export const claim = (ring: Ring, span: Span, limit: number): Claim | undefined => {
  let from = Math.max(span.from, ring.head);
  for (; from < span.to && !isWaiting(stateOf(ring, from)); from++);
  if (from >= span.to) return undefined;
  const kind = stateOf(ring, from);
  let to = from;
  for (; to < span.to && to - from < limit && stateOf(ring, to) === kind; to++) {
    setState(ring, to, CLAIMED);
  }
  return { from: from, to: to, again: kind === WAITING_AGAIN };
};

export type Settlement = "done" | "give-back";

/** What was dropped meanwhile is not touched: its place may hold a newer entry. */
export const settle = (ring: Ring, claimed: Span, how: Settlement): void => {
  for (let i = Math.max(claimed.from, ring.head); i < claimed.to; i++) {
    setState(ring, i, how === "done" ? EMPTY : WAITING_AGAIN);
  }
  advanceHead(ring);
};

export const countKept = (ring: Ring): number => {
  let count = 0;
  for (let i = ring.head; i < ring.tail; i++) {
    if (stateOf(ring, i) !== EMPTY) count++;
  }
  return count;
};
