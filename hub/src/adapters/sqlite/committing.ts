import type { Appended } from "../../ports.ts";
import type { Outcome } from "./commit.ts";
import type { Pending } from "./pending.ts";
import type { Thread } from "./thread.ts";
import type { WriterAnswer, WriterQuestion } from "./writer.ts";

/**
 * When a commit begins: the one before is done, and either its first reading has waited for the
 * commit window or enough have gathered. Fewer, larger commits are what spares a memory card.
 */
export type Committing = {
  /** Something was added to what is pending. */
  added(): void;
  /** Commits all that is pending. */
  finish(): Promise<void>;
  figures(): CommitFigures;
};

export type CommitFigures = {
  readonly stored: number;
  readonly duplicates: number;
  /** Duplicates with other content than the first. */
  readonly conflicts: number;
  readonly commits: number;
  /** Why the last commit failed, until one succeeds. */
  readonly problem: string | null;
};

/** So many readings do not wait for the window. */
const READINGS_ENOUGH = 256;

export function createCommitting(
  pending: Pending,
  writer: Thread<WriterQuestion, WriterAnswer>,
  commitWindowMs: number,
): Committing {
  let due = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const tally = { stored: 0, duplicates: 0, conflicts: 0, commits: 0 };
  let problem: string | null = null;

  const commitOnce = async (): Promise<void> => {
    const load = pending.take();
    const answer = await writer.ask({ kind: "commit", batch: load.batch });
    if (answer?.ok === true) {
      problem = null;
      tally.commits += 1;
      count(tally, answer.outcomes);
      load.stored(answer.outcomes);
    } else {
      const refusal = refusalFrom(answer, writer.lastWords());
      problem = refusal.detail;
      load.refused(refusal);
    }
  };

  const run = async (): Promise<void> => {
    while (due && !pending.isEmpty()) {
      clearTimeout(timer);
      timer = undefined;
      due = false;
      await commitOnce();
      // What came during the commit has its own window, unless it is much. What did not fit into
      // the commit has waited already. (Decisions that a failed commit left wait for company.)
      const leftOver = timer === undefined && pending.readings() > 0;
      due ||= leftOver || pending.readings() >= READINGS_ENOUGH;
    }
    running = undefined;
  };

  const leave = (): void => {
    due = true;
    running ??= run();
  };

  return {
    added: () => {
      if (pending.readings() >= READINGS_ENOUGH) leave();
      else timer ??= setTimeout(leave, commitWindowMs);
    },
    finish: async () => {
      await running;
      leave();
      await running;
    },
    figures: () => ({ ...tally, problem }),
  };
}

type Tally = { stored: number; duplicates: number; conflicts: number };

function count(tally: Tally, outcomes: readonly Outcome[]): void {
  for (const { stored, duplicates, conflicts } of outcomes) {
    tally.stored += stored;
    tally.duplicates += duplicates;
    tally.conflicts += conflicts;
  }
}

function refusalFrom(
  answer: (WriterAnswer & { readonly ok: false }) | undefined,
  lastWords: string | undefined,
): Appended & { readonly ok: false } {
  if (answer !== undefined) return { ok: false, ...answer.trouble };
  const why = lastWords === undefined ? "" : ` (${lastWords})`;
  const detail = `the journal's writer stopped${why}; it is started again by itself`;
  return { ok: false, problem: "failed", detail };
}
