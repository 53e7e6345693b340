import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Embedded, type JournalOptions, openJournal } from "../src/adapters/sqlite/journal.ts";
import { handClock } from "./journal-readings.ts";

/** A journal in a folder of its own, both gone when the test ends. */

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "battant-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opened, or the test fails with the reason. */
export async function open(options: Partial<JournalOptions> = {}): Promise<Embedded> {
  const opened = await openJournal({
    path: options.path ?? join(temporaryFolder(), "journal.db"),
    timezone: "Europe/Paris",
    clock: handClock(),
    commitWindowMs: 0,
    ...options,
  });
  if (!opened.ok) throw new Error(opened.problem);
  onTestFinished(() => opened.embedded.journal.close());
  return opened.embedded;
}

/** The test's own time limit ends the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 20));
}
