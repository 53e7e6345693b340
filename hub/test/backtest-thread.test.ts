import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { instant, lux } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import { createLaborer } from "../src/adapters/backtest/laborer.ts";
import { openReader } from "../src/adapters/sqlite/reader.ts";
import { compare, signalsOf } from "../src/backtest/compare.ts";
import type { Lived, Work } from "../src/backtest/desk.ts";
import { createHistory } from "../src/backtest/history.ts";
import type { PastZone, Question } from "../src/backtest/question.ts";
import { siteOf, stairs } from "./building.ts";
import { folder, measured, reading } from "./cli-place.ts";

// Goal: a backtest runs beside the hub, one at a time, within bounds, is dropped when nobody waits,
// and knows no way to any board.
// Method: the real thread on a real journal; its imports, followed to the end.

const THREAD = new URL("../src/start/backtest-thread.ts", import.meta.url);
const ROOT = new URL("../..", import.meta.url).pathname;

const FIRST = reading("hall-1", 0).at;
const READINGS = 600;

async function work(more: Partial<Question> = {}): Promise<Work> {
  const dir = folder();
  const readings = Array.from({ length: READINGS }, (_, n) =>
    reading("hall-1", n, { value: (n < 300 ? 400 : 90) + (n % 3) }),
  );
  await measured(dir, { readings });
  const lightSensor = { board: "hall-1" as never, sensor: "light" as never };
  const daylight = { ...stairs.daylight, luminaireContribution: lux(0) };
  const zone: PastZone = { plan: { ...stairs, lightSensor, daylight }, presence: [] };
  const { location, timezone } = siteOf(stairs);
  return {
    journal: join(dir, "journal.db"),
    question: {
      site: { location, timezone },
      zones: [zone],
      settings: [
        { name: "", change: {} },
        { name: "", change: { margin: 2.5 } },
      ],
      from: FIRST,
      to: instant(FIRST + READINGS * 60_000),
      burns: "as-seen",
      prices: [],
      ...more,
    },
  };
}

const laborer = (timeMsMax = 60_000) => {
  const failures: string[] = [];
  const onFailure = (problem: string): void => void failures.push(problem);
  return { ...createLaborer({ thread: THREAD, timeMsMax, onFailure }), failures };
};

const never = new AbortController().signal;

const problemOf = (lived: Lived): string => (lived.ok ? "none" : lived.problem);

test("the thread answers what the same question answers here", async () => {
  const asked = await work();
  const { live, done, failures } = laborer();
  const lived = await live(asked, never);
  if (!lived.ok) throw new Error(`${lived.problem} ${failures.join()}`);
  const opened = openReader(asked.journal);
  if (!opened.ok) throw new Error(opened.problem);
  const { from, to } = asked.question;
  const series = asked.question.zones.flatMap(signalsOf);
  const { readings } = createHistory(opened.reader.past, series, { from: from!, to: to! });
  expect(lived.answer).toEqual(await compare(readings, asked.question));
  opened.close();
  expect(lived.facts.readings).toBe(READINGS);
  expect(lived.answer.zones[0]!.results[0]!.chart.keptOff).toHaveLength(1);
  expect(done()).toBeUndefined();
});

test("a second one is told to wait, and one comes after the other", async () => {
  const asked = await work();
  const { live, done } = laborer();
  const first = live(asked, never);
  expect(done()).toBe(0);
  expect(problemOf(await live(asked, never))).toBe("backtest-busy");
  expect(problemOf(await first)).toBe("none");
  expect(problemOf(await live(asked, never))).toBe("none");
});

test("what nobody waits for any more is ended, and makes room", async () => {
  const asked = await work();
  const { live, close } = laborer();
  const gone = new AbortController();
  const first = live(asked, gone.signal);
  gone.abort();
  expect(problemOf(await first)).toBe("backtest-stopped");
  expect(problemOf(await live(asked, gone.signal))).toBe("backtest-stopped");
  const last = live(asked, never);
  await close();
  expect(problemOf(await last)).toBe("backtest-stopped");
});

test("what takes too long is ended, and what cannot be read is told", async () => {
  const asked = await work();
  expect(problemOf(await laborer(1).live(asked, never))).toBe("backtest-too-much");
  const broken = laborer();
  const lost = { ...asked, journal: join(folder(), "no-such.db") };
  expect(problemOf(await broken.live(lost, never))).toBe("backtest-failed");
  expect(broken.failures.join()).toMatch(/no-such\.db/);
});

test("nothing that the thread imports can reach a board", () => {
  const args = ["--output-type", "json", "hub/src/start/backtest-thread.ts"];
  const run = spawnSync("node_modules/.bin/depcruise", args, {
    cwd: ROOT,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const { modules } = JSON.parse(run.stdout) as { modules: { source: string }[] };
  const names = modules.map(({ source }) => source);
  expect(names).toContain("hub/src/adapters/sqlite/reader.ts");
  expect(names).toContain("hub/src/pipeline.ts");
  const roads =
    /adapters\/(?!sqlite\/)|mqtt|aedes|^node:(net|tls|http|dgram)|^(net|tls|https?|dgram)$/;
  expect(names.filter((it) => roads.test(it))).toEqual([]);
});
