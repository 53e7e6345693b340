import { statSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type {
  Appended,
  CircuitLog,
  Clock,
  DecisionLog,
  Journal,
  ReadingStore,
  WriteOutcome,
} from "../../ports.ts";
import { type CommitFigures, createCommitting } from "./committing.ts";
import { createPending } from "./pending.ts";
import type { ReadingAnswer, ReadingQuestion } from "./reading-thread.ts";
import type { Reader } from "./reader.ts";
import { DEFAULT_RETENTION, type Retention } from "./sweep.ts";
import { createThread, type Thread } from "./thread.ts";
import type { WrittenCircuit } from "./witness.ts";
import type { WriterAnswer, WriterOptions, WriterQuestion } from "./writer.ts";

/**
 * The journal: every reading reaches this one SQLite file first, and is acknowledged when it is on
 * the disk. The same file is the embedded store and the decision log. Its work is done on two
 * threads of its own, one that writes and one that reads; here is only what waits.
 */

export type JournalOptions = {
  readonly path: string;
  /** IANA name: days are cut in it. */
  readonly timezone: string;
  readonly clock: Clock;
  readonly commitWindowMs?: number;
  readonly retention?: Retention;
  /** Names of the stores a forwarder fills: they get a reading before it is let go of. */
  readonly forwardTo?: readonly string[];
  /** Readings that may wait for the disk; more are refused. */
  readonly pendingMax?: number;
  readonly fileBytesMax?: number;
  /** How the threads are made. */
  readonly spawn?: Spawn;
};

export type Spawn = (file: URL, workerData: unknown) => Worker;

export type Opened =
  | { readonly ok: true; readonly embedded: Embedded }
  | { readonly ok: false; readonly problem: string };

export type Embedded = {
  /** Closing it closes all of them. */
  readonly journal: Journal;
  readonly store: ReadingStore;
  readonly decisions: DecisionLog;
  readonly circuits: CircuitLog;
  /** Anything else one may ask the file. */
  readonly ask: Ask;
  figures(): JournalFigures;
};

export type Ask = <Name extends keyof Reader>(
  name: Name,
  ...args: Parameters<Reader[Name]>
) => Promise<ReturnType<Reader[Name]>>;

export type JournalFigures = CommitFigures & {
  readonly pending: number;
  readonly decisionsLost: number;
  readonly fileBytes: number;
  readonly walBytes: number;
};

/**
 * Written to the card per day for 20 boards that send four readings a minute (`write_bytes` of
 * proc_pid_io(5)): 1180 MB without a window, 580 MB with 1 s, 400 MB with 2 s, 220 MB with 5 s.
 */
export const DEFAULT_COMMIT_WINDOW_MS = 2000;
const PENDING_MAX = 50_000;
const SWEEP_EVERY_MS = 600_000;
const SWEEP_PAUSE_MS = 1000;

export async function openJournal(options: JournalOptions): Promise<Opened> {
  const { path, timezone, fileBytesMax, spawn = spawnWorker } = options;
  const data: WriterOptions = { path, timezone, fileBytesMax };
  const writer: Writer = createThread(() => spawn(new URL("./writer.ts", import.meta.url), data));
  const reader: ReaderThread = createThread(() =>
    spawn(new URL("./reading-thread.ts", import.meta.url), path),
  );
  const opened = await writer.ask({ kind: "open" });
  // On a full disk the hub runs all the same: lamps need no journal, and room may come back.
  if (opened?.ok === true || opened?.trouble.problem === "disk-full") {
    return { ok: true, embedded: createEmbedded(options, writer, reader) };
  }
  await writer.end();
  const problem = opened?.trouble.detail ?? writer.lastWords();
  return { ok: false, problem: problem ?? "the journal's writer did not start" };
}

type Writer = Thread<WriterQuestion, WriterAnswer>;
type ReaderThread = Thread<ReadingQuestion, ReadingAnswer>;

/** A thread holds a batch or a page at a time, and a Raspberry Pi 3 has one gigabyte for all. */
const MEMORY = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

const spawnWorker: Spawn = (file, workerData) =>
  new Worker(file, { workerData, resourceLimits: MEMORY });

function createEmbedded(options: JournalOptions, writer: Writer, reader: ReaderThread): Embedded {
  const { path, commitWindowMs = DEFAULT_COMMIT_WINDOW_MS, pendingMax = PENDING_MAX } = options;
  const pending = createPending();
  const committing = createCommitting(pending, writer, commitWindowMs);
  const stopSweeping = startSweeping(options, writer);
  const ask = createAsk(reader);
  let closed = false;

  const append = async (readings: readonly Reading[]): Promise<Appended> => {
    const refusal = closed ? isClosed : whyNot(readings, pendingMax - pending.readings());
    if (refusal !== undefined) return refusal;
    if (readings.length === 0) return { ok: true, stored: 0, duplicates: 0 };
    const appended = pending.append(readings);
    committing.added();
    return appended;
  };

  const close = async (): Promise<void> => {
    if (closed) return;
    closed = true;
    stopSweeping();
    await committing.finish();
    // The last to leave the file tidies its log away, and a reader may not.
    await reader.end();
    await writer.ask({ kind: "close" });
    await writer.end();
  };

  return {
    journal: {
      append,
      after: (cursor, limit) => ask("after", cursor, limit),
      cursor: (store) => ask("cursor", store),
      moveCursor: async (store, cursor) => {
        if (closed) throw new Error(isClosed.detail);
        mustBeWhole(cursor, "a cursor");
        const moved = pending.move(store, cursor);
        committing.added();
        if (!(await moved)) throw new Error(`the cursor of ${store} was not moved`);
      },
      close,
    },
    store: {
      write: async (readings) => outcomeOf(await append(readings)),
      raw: (series, range, limit) => ask("raw", series, range, limit),
      windows: (series, range, size) => ask("windows", series, range, size),
      close: async () => {}, // The file is the journal's.
    },
    decisions: {
      append: ({ at, zone, decision }) => {
        if (closed) return;
        mustBeWhole(at, "the time of a decision");
        pending.decide({ at, zone, decision: JSON.stringify(decision) });
        committing.added();
      },
    },
    circuits: createCircuitLog((written) => {
      if (closed) return;
      pending.witness(written);
      committing.added();
    }),
    ask,
    figures: () => ({
      ...committing.figures(),
      pending: pending.readings(),
      decisionsLost: pending.decisionsLost(),
      fileBytes: bytesOf(path),
      walBytes: bytesOf(`${path}-wal`),
    }),
  };
}

function createCircuitLog(write: (written: WrittenCircuit) => void): CircuitLog {
  let isFirst = true;
  return {
    append: (record) => {
      mustBeWhole(record.at, "the time of a circuit record");
      write({ ...record, kind: "circuit", isFirst });
      isFirst = false;
    },
    brokeOff: ({ from, to }) => {
      mustBeWhole(from, "the beginning of a break");
      mustBeWhole(to, "the end of a break");
      write({ kind: "break", from, to });
    },
  };
}

type Refusal = Appended & { readonly ok: false };

const isClosed: Refusal = { ok: false, problem: "failed", detail: "the journal is closed" };

/** One append that SQLite would refuse must not take the others of its commit with it. */
function whyNot(readings: readonly Reading[], room: number): Refusal | undefined {
  if (readings.length > room) {
    const detail = "more readings wait than the disk can take; send again later";
    return { ok: false, problem: "overloaded", detail };
  }
  const bad = readings.find((it) => !isStorable(it));
  if (bad === undefined) return undefined;
  const detail = `reading ${bad.sequence} of ${bad.board} has a number that is not one`;
  return { ok: false, problem: "failed", detail };
}

const isStorable = ({ sequence, at, received, value }: Reading): boolean =>
  Number.isSafeInteger(sequence) &&
  Number.isSafeInteger(at) &&
  Number.isSafeInteger(received) &&
  Number.isFinite(value);

/** SQLite would refuse the whole commit, again and again. */
function mustBeWhole(number: number, what: string): void {
  if (!Number.isSafeInteger(number))
    throw new Error(`${what} must be a whole number, not ${number}`);
}

const outcomeOf = (appended: Appended): WriteOutcome =>
  appended.ok ? { ok: true } : { ok: false, next: "retry", detail: appended.detail };

function createAsk(reader: ReaderThread): Ask {
  return async (name, ...args) => {
    const answer = await reader.ask({ name, args });
    if (answer?.ok === true) return answer.value as ReturnType<Reader[typeof name]>;
    throw new Error(answer?.problem ?? "the journal's reader stopped; ask again in a moment");
  };
}

function startSweeping(options: JournalOptions, writer: Writer): () => void {
  const { clock, retention = DEFAULT_RETENTION, forwardTo = [] } = options;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const sweep = async (): Promise<void> => {
    clearTimeout(timer);
    const order = { now: clock.now(), retention, forwardTo };
    const answer = await writer.ask({ kind: "sweep", order });
    if (stopped || answer?.ok !== true || !answer.more) return;
    timer = setTimeout(() => void sweep(), SWEEP_PAUSE_MS);
  };
  const stop = clock.every(SWEEP_EVERY_MS, () => void sweep());
  return () => {
    stopped = true;
    stop();
    clearTimeout(timer);
  };
}

const bytesOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
