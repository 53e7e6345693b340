import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { ForwarderHealth } from "../api/contract.ts";
import type { Clock, Journal, ReadingStore } from "./ports.ts";

/**
 * Carries readings from the journal to a store, in order and in batches, from where it had come to.
 * The store may be away for days: the journal keeps them. What is sent twice after a crash
 * overwrites itself in the store, so the cursor need not be on disk after every batch.
 */
export type Forwarder = {
  start(): void;
  /** Ends after the batch in hand, with the cursor on disk. */
  stop(): Promise<void>;
  health(): ForwarderHealth;
};

export type ForwarderParts = {
  /** The journal keeps the cursor under this name. */
  readonly name: string;
  readonly journal: Pick<Journal, "after" | "cursor" | "moveCursor">;
  /** The cursor of the newest reading in the journal. */
  readonly newest: () => Promise<number>;
  readonly store: Pick<ReadingStore, "write">;
  readonly clock: Pick<Clock, "every">;
  /** From 0 to 1. Spreads the return of many hubs to one store. */
  readonly random: () => number;
};

const POLL_EVERY_MS = 1000;
/** The longest pause after failures, in polls: about a minute. */
const PAUSE_POLLS_MAX = 64;
/** A batch this long holds the event loop for some milliseconds, no lamp notices. */
const BATCH_MAX = 1000;
/** Memory cards wear out: the cursor is written now and then, and when it has moved far. */
const SAVE_EVERY_POLLS = 60;
const SAVE_EVERY_READINGS = 50_000;

export function createForwarder(parts: ForwarderParts): Forwarder {
  const { name, store, clock } = parts;
  const cursor = createCursor(parts);
  let behind = 0;
  let parked = 0;
  let parkedBecause: string | undefined;
  let problem: string | undefined;
  let failures = 0;
  let pollsToPause = 0;
  let running: Promise<void> | undefined;
  let stopPolling: (() => void) | undefined;
  let stopping = false;

  const carryPage = async (from: number): Promise<void> => {
    const page = await parts.journal.after(from, BATCH_MAX);
    if (page.readings.length === 0) throw new Error("the journal does not give what it counts");
    const carried = await carry(page.readings, store);
    if (carried.problem !== undefined) throw new Error(carried.problem);
    parked += carried.parked;
    parkedBecause = carried.because ?? parkedBecause;
    cursor.move(page.cursor);
  };

  const carryAll = async (): Promise<void> => {
    for (;;) {
      const position = await cursor.position();
      behind = Math.max(0, (await parts.newest()) - position);
      if (behind === 0 || stopping) return;
      await carryPage(position);
      if (cursor.unsaved() >= SAVE_EVERY_READINGS) await cursor.save();
    }
  };

  const run = async (): Promise<void> => {
    try {
      await carryAll();
      await cursor.saveIfDue();
      problem = undefined;
      failures = 0;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
      failures += 1;
      const pause = Math.min(2 ** failures, PAUSE_POLLS_MAX);
      pollsToPause = Math.round(pause * (0.5 + parts.random() / 2));
    }
    running = undefined;
  };

  const poll = (): void => {
    if (running !== undefined) return;
    pollsToPause -= 1;
    if (pollsToPause <= 0) running = run();
  };

  return {
    start: () => {
      stopPolling ??= clock.every(POLL_EVERY_MS, poll);
    },
    stop: async () => {
      stopping = true;
      stopPolling?.();
      await running;
      // Not saved, the last readings are only sent again.
      await cursor.save().catch(() => {});
    },
    health: () => ({
      store: name,
      behind,
      parked,
      problem: problem ?? (parkedBecause === undefined ? null : `refused: ${parkedBecause}`),
    }),
  };
}

function createCursor({ name, journal }: Pick<ForwarderParts, "name" | "journal">) {
  let position: number | undefined;
  let saved = 0;
  let polls = 0;

  const save = async (): Promise<void> => {
    if (position === undefined || position === saved) return;
    const to = position;
    await journal.moveCursor(name, to);
    saved = to;
    polls = 0;
  };
  return {
    position: async (): Promise<number> => {
      if (position === undefined) saved = position = await journal.cursor(name);
      return position;
    },
    move: (to: number): void => {
      position = to;
    },
    unsaved: (): number => (position ?? saved) - saved,
    save,
    saveIfDue: async (): Promise<void> => {
      polls += 1;
      if (polls >= SAVE_EVERY_POLLS) await save();
    },
  };
}

type Carried = {
  /** Readings the store will never take. They stay in the journal. */
  readonly parked: number;
  readonly because?: string;
  /** Why the rest has to wait. */
  readonly problem?: string;
};

/** A batch that is refused is halved until those remain that are refused by themselves. */
async function carry(
  readings: readonly Reading[],
  store: Pick<ReadingStore, "write">,
): Promise<Carried> {
  const outcome = await store.write(readings);
  if (outcome.ok) return { parked: 0 };
  if (outcome.next === "retry") return { parked: 0, problem: outcome.detail };
  if (readings.length === 1) return { parked: 1, because: outcome.detail };

  const middle = Math.floor(readings.length / 2);
  const left = await carry(readings.slice(0, middle), store);
  if (left.problem !== undefined) return left;
  const right = await carry(readings.slice(middle), store);
  return { ...left, ...right, parked: left.parked + right.parked };
}
