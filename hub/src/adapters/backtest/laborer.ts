import { setTimeout as pause } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Laborer, Lived, LivedProblem, Said, Work } from "../../backtest/desk.ts";

/**
 * A backtest in a thread of its own, so that the hub goes on as if nothing were asked: one at a time,
 * bounded in memory and in time, and ended at once when nobody waits for it any more.
 */

export type LaborerOptions = {
  /** The module that runs in the thread. */
  readonly thread: URL;
  readonly timeMsMax?: number;
  readonly onFailure: (problem: string) => void;
};

/** An hour of readings at a time, and a chart; a Raspberry Pi 3 has one gigabyte for all. */
const MEMORY = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 128 };

/** A year of a zone takes seconds on a PC, and a minute or two on a small computer. */
const TIME_MS_MAX = 10 * 60_000;

export function createLaborer({ thread, timeMsMax, onFailure }: LaborerOptions): Laborer {
  let running: { done: number; readonly end: AbortController } | undefined;

  const live = async (work: Work, signal: AbortSignal): Promise<Lived> => {
    if (running !== undefined) return failed("backtest-busy");
    const mine = { done: 0, end: new AbortController() };
    running = mine;
    try {
      const ends = AbortSignal.any([signal, mine.end.signal]);
      return await liveIn(new Worker(thread, { workerData: work, resourceLimits: MEMORY }), {
        ends,
        timeMsMax: timeMsMax ?? TIME_MS_MAX,
        onProgress: (done) => (mine.done = done),
        onFailure,
      });
    } catch (error) {
      // The machine has no room for another thread now.
      onFailure(error instanceof Error ? error.message : String(error));
      return failed("backtest-failed");
    } finally {
      running = undefined;
    }
  };

  return {
    live,
    done: () => running?.done,
    close: async () => running?.end.abort(),
  };
}

type Around = {
  readonly ends: AbortSignal;
  readonly timeMsMax: number;
  readonly onProgress: (done: number) => void;
  readonly onFailure: (problem: string) => void;
};

async function liveIn(worker: Worker, around: Around): Promise<Lived> {
  const { ends, timeMsMax, onProgress, onFailure } = around;
  const over = new AbortController();
  const answered = new Promise<Lived>((resolve) => {
    worker.on("message", (said: Said) => {
      if (said.kind === "progress") onProgress(said.done);
      else if (said.kind === "answer")
        resolve({ ok: true, answer: said.answer, facts: said.facts });
      else {
        onFailure(said.problem);
        resolve(failed("backtest-failed"));
      }
    });
    worker.on("error", (error: NodeJS.ErrnoException) => {
      onFailure(error.message);
      const isFull = error.code === "ERR_WORKER_OUT_OF_MEMORY";
      resolve(failed(isFull ? "backtest-too-much" : "backtest-failed"));
    });
    worker.on("exit", () => resolve(failed("backtest-failed")));
    ends.addEventListener("abort", () => resolve(failed("backtest-stopped")));
    if (ends.aborted) resolve(failed("backtest-stopped"));
  });
  const late = pause(timeMsMax, failed("backtest-too-much"), { signal: over.signal });
  try {
    return await Promise.race([answered, late]);
  } finally {
    over.abort();
    late.catch(() => {}); // It was in time.
    await worker.terminate();
  }
}

const failed = (problem: LivedProblem): Lived => ({ ok: false, problem });
