import type { Worker } from "node:worker_threads";

/**
 * A worker thread that answers questions one after the other. When it dies, what it was asked is
 * answered `undefined` at once, and after a pause the next question starts it again.
 */
export type Thread<Question, Answer> = {
  ask(question: Question): Promise<Answer | undefined>;
  /** Why it last died. */
  lastWords(): string | undefined;
  /** Ends the thread at once. */
  end(): Promise<void>;
};

const PAUSE_MS_MIN = 250;
const PAUSE_MS_MAX = 30_000;

export function createThread<Question, Answer>(spawn: () => Worker): Thread<Question, Answer> {
  let worker: Worker | undefined;
  let waiting: ((answer: Answer | undefined) => void)[] = [];
  let deaths = 0;
  let restUntil = 0;
  let words: string | undefined;
  let ended = false;

  const start = (): Worker => {
    const started = spawn();
    started.on("message", (answer: Answer) => {
      deaths = 0;
      waiting.shift()?.(answer);
    });
    started.on("error", (error) => {
      words = error.message;
    });
    started.on("exit", () => {
      if (worker === started) mourn();
    });
    return started;
  };

  const mourn = (): void => {
    worker = undefined;
    deaths += 1;
    restUntil = performance.now() + pauseAfter(deaths);
    const unanswered = waiting;
    waiting = [];
    for (const settle of unanswered) settle(undefined);
  };

  const rests = (): boolean => worker === undefined && performance.now() < restUntil;

  return {
    ask: (question) =>
      new Promise((settle) => {
        if (ended || rests()) return settle(undefined);
        try {
          worker ??= start();
        } catch (error) {
          words = error instanceof Error ? error.message : String(error);
          mourn(); // The machine has no room for another thread now.
          return settle(undefined);
        }
        waiting.push(settle);
        worker.postMessage(question);
      }),
    lastWords: () => words,
    end: async () => {
      ended = true;
      await worker?.terminate();
    },
  };
}

/** Doubles with each death in a row, with jitter so that threads do not fall into step. */
function pauseAfter(deaths: number): number {
  const pause = Math.min(PAUSE_MS_MIN * 2 ** (deaths - 1), PAUSE_MS_MAX);
  return pause * (0.5 + Math.random() / 2);
}
