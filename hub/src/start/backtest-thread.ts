import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { openReader } from "../adapters/sqlite/reader.ts";
import { compare, signalsOf } from "../backtest/compare.ts";
import type { Said, Work } from "../backtest/desk.ts";
import { createHistory } from "../backtest/history.ts";
import type { History } from "../backtest/question.ts";
import type { Range } from "../ports.ts";

/**
 * The thread in which a backtest is lived: the journal, opened so that nothing can be written, and the
 * rule. No link, no broker and no network is known here, so there is nothing a packet could leave by.
 */

const TELL_EVERY = 0.005;

async function serve(port: MessagePort, { journal, question }: Work): Promise<void> {
  const say = (said: Said): void => port.postMessage(said);
  const opened = openReader(journal);
  if (!opened.ok) return say({ kind: "problem", problem: opened.problem });
  try {
    const range = { from: question.from ?? instant(0), to: question.to ?? ENDLESS };
    const series = question.zones.flatMap(signalsOf);
    const { readings, facts } = createHistory(opened.reader.past, series, range);
    const told = telling(readings, range, (done) => say({ kind: "progress", done }));
    const answer = await compare(told, question);
    return say({ kind: "answer", answer, facts });
  } finally {
    opened.close();
  }
}

const ENDLESS = instant(Number.MAX_SAFE_INTEGER);

/** Says now and then how far it has come. */
async function* telling(history: History, range: Range, tell: (done: number) => void): History {
  let told = 0;
  for await (const page of history) {
    yield page;
    const last: Instant | undefined = page.at(-1)?.at;
    const done = last === undefined ? told : (last - range.from) / (range.to - range.from);
    if (done - told < TELL_EVERY) continue;
    told = done;
    tell(done);
  }
}

if (parentPort !== null) await serve(parentPort, workerData as Work);
