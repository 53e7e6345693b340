import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Appended } from "../../ports.ts";
import type { Batch, Outcome, WrittenDecision } from "./commit.ts";
import type { WrittenCircuit } from "./witness.ts";

/** What waits for the next commit, and who waits for it. */
export type Pending = {
  append(readings: readonly Reading[]): Promise<Appended>;
  decide(decision: WrittenDecision): void;
  witness(written: WrittenCircuit): void;
  /** Resolves to whether the cursor is on disk. */
  move(store: string, cursor: number): Promise<boolean>;
  readings(): number;
  isEmpty(): boolean;
  /** Decisions and circuit records that found no room. */
  decisionsLost(): number;
  take(): Load;
};

/** One commit's worth. */
export type Load = {
  readonly batch: Batch;
  readonly stored: (outcomes: readonly Outcome[]) => void;
  /** Appends and cursors are refused; what nobody would send again goes on waiting. */
  readonly refused: (refusal: Appended & { readonly ok: false }) => void;
};

type WaitingAppend = {
  readonly readings: readonly Reading[];
  readonly settle: (appended: Appended) => void;
};

type WaitingMove = {
  readonly store: string;
  readonly cursor: number;
  readonly settle: (moved: boolean) => void;
};

/** A commit of more would keep the next one waiting. */
const READINGS_PER_COMMIT_MAX = 4096;
const DECISIONS_MAX = 10_000;
const CIRCUITS_MAX = 10_000;
const MOVES_MAX = 100;

export function createPending(): Pending {
  const appends: WaitingAppend[] = [];
  const decisions = createKept<WrittenDecision>(DECISIONS_MAX);
  const circuits = createKept<WrittenCircuit>(CIRCUITS_MAX);
  let moves: WaitingMove[] = [];
  let readingCount = 0;

  const takeAppends = (): WaitingAppend[] => {
    let count = 0;
    let taken = 0;
    for (const { readings } of appends) {
      if (taken > 0 && count + readings.length > READINGS_PER_COMMIT_MAX) break;
      count += readings.length;
      taken += 1;
    }
    readingCount -= count;
    return appends.splice(0, taken);
  };

  const take = (): Load => {
    const taken = {
      appends: takeAppends(),
      decisions: decisions.take(),
      circuits: circuits.take(),
      moves,
    };
    moves = [];
    return {
      batch: {
        appends: taken.appends.map((it) => it.readings),
        decisions: taken.decisions,
        circuits: taken.circuits,
        cursors: taken.moves.map(({ store, cursor }) => ({ store, cursor })),
      },
      stored: (outcomes) => {
        for (const [index, { settle }] of taken.appends.entries()) {
          const { stored, duplicates } = outcomes[index]!; // One outcome per append.
          settle({ ok: true, stored, duplicates });
        }
        for (const { settle } of taken.moves) settle(true);
      },
      refused: (refusal) => {
        for (const { settle } of taken.appends) settle(refusal);
        for (const { settle } of taken.moves) settle(false);
        decisions.putBack(taken.decisions);
        circuits.putBack(taken.circuits);
      },
    };
  };

  return {
    append: (readings) => {
      readingCount += readings.length;
      return new Promise((settle) => appends.push({ readings, settle }));
    },
    decide: decisions.add,
    witness: circuits.add,
    move: (store, cursor) => {
      if (moves.length >= MOVES_MAX) return Promise.resolve(false);
      return new Promise((settle) => moves.push({ store, cursor, settle }));
    },
    readings: () => readingCount,
    isEmpty: () => appends.length + decisions.waiting() + circuits.waiting() + moves.length === 0,
    decisionsLost: () => decisions.lost() + circuits.lost(),
    take,
  };
}

/** Records that nobody would send again wait on through commits that fail; the oldest give way. */
function createKept<Kind>(max: number) {
  let records: Kind[] = [];
  let lost = 0;

  const trim = (): void => {
    const excess = Math.max(0, records.length - max);
    records.splice(0, excess);
    lost += excess;
  };
  return {
    add: (record: Kind): void => {
      records.push(record);
      trim();
    },
    take: (): readonly Kind[] => {
      const taken = records;
      records = [];
      return taken;
    },
    putBack: (taken: readonly Kind[]): void => {
      records = [...taken, ...records];
      trim();
    },
    waiting: (): number => records.length,
    lost: (): number => lost,
  };
}
