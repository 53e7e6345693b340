import type { DatabaseSync } from "node:sqlite";
import { parentPort, type MessagePort, workerData } from "node:worker_threads";
import { createCalendar } from "../../domain/calendar.ts";
import { type Batch, type Commit, createCommit, type Outcome } from "./commit.ts";
import { openForWriting, type WritingOptions } from "./schema.ts";
import { sweep, type SweepOrder } from "./sweep.ts";
import { keepDaysIn } from "./timezone.ts";
import { type Trouble, troubleWith } from "./trouble.ts";

/**
 * The thread that owns the writing connection: a card that takes a second to write delays nobody
 * else. Questions are answered in their order. The file is opened at the first question and, after
 * any failure, again at the next: so a disk that has room again is used again by itself.
 */

export type WriterOptions = WritingOptions & { readonly timezone: string };

export type WriterQuestion =
  | { readonly kind: "open" }
  | { readonly kind: "commit"; readonly batch: Batch }
  | { readonly kind: "sweep"; readonly order: SweepOrder }
  | { readonly kind: "close" };

export type WriterAnswer =
  | { readonly ok: true; readonly outcomes: readonly Outcome[]; readonly more: boolean }
  | { readonly ok: false; readonly trouble: Trouble };

type OpenFile = { readonly db: DatabaseSync; readonly commit: Commit };

function serve(port: MessagePort, options: WriterOptions): void {
  let file: OpenFile | undefined;

  const answer = (question: WriterQuestion): WriterAnswer => {
    try {
      if (question.kind === "close") return close();
      file ??= openFile(options);
      return perform(file, question);
    } catch (error) {
      close();
      return { ok: false, trouble: troubleWith(options.path, error) };
    }
  };

  const close = (): WriterAnswer => {
    file?.db.close();
    file = undefined;
    return done;
  };

  port.on("message", (question: WriterQuestion) => {
    port.postMessage(answer(question));
    if (question.kind === "close") port.close();
  });
}

const done: WriterAnswer = { ok: true, outcomes: [], more: false };

function openFile(options: WriterOptions): OpenFile {
  const calendar = createCalendar(options.timezone);
  const db = openForWriting(options);
  try {
    keepDaysIn(options.timezone, db, calendar);
    return { db, commit: createCommit(db, calendar) };
  } catch (error) {
    db.close();
    throw error;
  }
}

function perform(file: OpenFile, question: Exclude<WriterQuestion, { kind: "close" }>) {
  switch (question.kind) {
    case "open":
      return done;
    case "commit":
      return { ...done, outcomes: file.commit(question.batch) };
    case "sweep":
      return { ...done, more: sweep(file.db, question.order) };
  }
}

if (parentPort !== null) serve(parentPort, workerData as WriterOptions);
