import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Appended } from "../../ports.ts";
import type { Batch, Outcome, WrittenDecision } from "./commit.ts";

/** What waits for the next commit, and who waits for it. */
export type Pending = {
  append(readings: readonly Reading[]): Promise<Appended>;
  decide(decision: WrittenDecision): void;
  /** Resolves to whether the cursor is on disk. */
  move(store: string, cursor: number): Promise<boolean>;
  readings(): number;
  isEmpty(): boolean;
  /** Decisions that found no room. */
  decisionsLost(): number;
  take(): Load;
};

/** One commit's worth. */
export type Load = {
  readonly batch: Batch;
  readonly stored: (outcomes: readonly Outcome[]) => void;
  /** Appends and cursors are refused; decisions, which nobody would send again, go on waiting. */
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
const MOVES_MAX = 100;

export function createPending(): Pending {
  const appends: WaitingAppend[] = [];
  let decisions: WrittenDecision[] = [];
  let moves: WaitingMove[] = [];
  let readingCount = 0;
  let decisionsLost = 0;

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

  const keepWaiting = (records: readonly WrittenDecision[]): void => {
    decisions = [...records, ...decisions];
    const excess = Math.max(0, decisions.length - DECISIONS_MAX);
    decisions.splice(0, excess);
    decisionsLost += excess;
  };

  const take = (): Load => {
    const taken = { appends: takeAppends(), decisions, moves };
    decisions = [];
    moves = [];
    return {
      batch: {
        appends: taken.appends.map((it) => it.readings),
        decisions: taken.decisions,
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
        keepWaiting(taken.decisions);
      },
    };
  };

  return {
    append: (readings) => {
      readingCount += readings.length;
      return new Promise((settle) => appends.push({ readings, settle }));
    },
    decide: (decision) => {
      decisions.push(decision);
      if (decisions.length > DECISIONS_MAX) keepWaiting([]);
    },
    move: (store, cursor) => {
      if (moves.length >= MOVES_MAX) return Promise.resolve(false);
      return new Promise((settle) => moves.push({ store, cursor, settle }));
    },
    readings: () => readingCount,
    isEmpty: () => appends.length + decisions.length + moves.length === 0,
    decisionsLost: () => decisionsLost,
    take,
  };
}
