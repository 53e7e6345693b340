import { openJournal } from "../src/adapters/sqlite/journal.ts";
import { handClock, readings } from "./journal-readings.ts";

/**
 * Appends numbered readings without end, several packets at once like several boards, and prints
 * the numbers of each packet after it was acknowledged. Somebody kills it.
 *
 * Arguments: the file, the first number, the commit window in ms.
 */

const [path = "", first = "", commitWindowMs = ""] = process.argv.slice(2);
const PACKETS_AT_ONCE = 6;

const opened = await openJournal({
  path,
  timezone: "Europe/Paris",
  clock: handClock(),
  commitWindowMs: Number(commitWindowMs),
});
if (!opened.ok) throw new Error(opened.problem);
const { journal } = opened.embedded;

let next = Number(first);

async function appendForEver(): Promise<never> {
  for (;;) {
    const from = next;
    const to = from + (from % 7);
    next = to + 1;
    const appended = await journal.append(readings(from, to));
    if (!appended.ok) throw new Error(appended.detail);
    process.stdout.write(`${from} ${to}\n`); // Synchronous, being a pipe.
  }
}

await Promise.all(Array.from({ length: PACKETS_AT_ONCE }, appendForEver));
