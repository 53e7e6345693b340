import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { instant } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openReader } from "../src/adapters/sqlite/reader.ts";
import { createHistory } from "../src/backtest/history.ts";
import type { Range, Series } from "../src/ports.ts";
import { folder, measured, reading } from "./cli-place.ts";

// Goal: the past comes back in order of measured time, from readings where there still are any and
// from ten minutes where there are not, an hour at a time, and says which it was.
// Method: a real journal, from which readings are taken away as its retention would.

const series: readonly Series[] = [
  { board: "hall-1" as never, sensor: "light" as never, quantity: "illuminance" },
  { board: "hall-2" as never, sensor: "main" as never, quantity: "lit" },
];

const ALL: Range = { from: instant(0), to: instant(Date.UTC(2030, 0)) };

async function journalOf(readings: readonly Reading[], forgetBefore = 0): Promise<string> {
  const dir = folder();
  await measured(dir, { readings });
  const path = join(dir, "journal.db");
  const db = new DatabaseSync(path);
  db.prepare("DELETE FROM reading WHERE at < ?").run(forgetBefore);
  db.close();
  return path;
}

async function past(path: string, range = ALL, of = series) {
  const opened = openReader(path);
  if (!opened.ok) throw new Error(opened.problem);
  const { readings, facts } = createHistory(opened.reader.past, of, range);
  const all: Reading[] = [];
  let longest = 0;
  for await (const page of readings) {
    all.push(...page);
    longest = Math.max(longest, page.length);
  }
  opened.close();
  return { all, facts, longest };
}

const minuteOf = ({ at }: Reading): number => (at - reading("hall-1", 0).at) / 60_000;

test("readings of several boards come in order of measured time, whatever the order of arrival", async () => {
  const light = Array.from({ length: 200 }, (_, n) => reading("hall-1", n));
  const lit = Array.from({ length: 40 }, (_, n) =>
    reading("hall-2", n, {
      sensor: "main" as never,
      quantity: "lit",
      value: n % 2,
      at: instant(reading("hall-1", n * 5).at + 1),
    }),
  );
  const other = Array.from({ length: 50 }, (_, n) => reading("elsewhere", n));
  const path = await journalOf([...other, ...light.toReversed(), ...lit]);
  const { all, facts, longest } = await past(path);
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(all.filter((it) => it.quantity === "illuminance").map((it) => it.value)).toEqual(
    light.map((it) => it.value),
  );
  expect(all.filter((it) => it.quantity === "lit")).toHaveLength(40);
  expect(facts).toMatchObject({ readings: 240, late: 0, windows: 0, windowsFrom: undefined });
  expect(longest).toBeLessThan(75 + 20);
});

test("late readings stand where they were measured, and are counted", async () => {
  const told = [0, 1, 2, 3].map((n) =>
    reading("hall-1", n, { received: instant(reading("hall-1", n).at + (n === 2 ? 600_000 : 50)) }),
  );
  const { all, facts } = await past(await journalOf(told));
  expect(all.map(minuteOf)).toEqual([0, 1, 2, 3]);
  expect(facts.late).toBe(1);
});

test("where readings are gone, each minute of their ten minutes has the mean", async () => {
  const told = Array.from({ length: 40 }, (_, n) => reading("hall-1", n, { value: n }));
  const cut = reading("hall-1", 20).at;
  const { all, facts } = await past(await journalOf(told, cut));
  expect(all.map(minuteOf)).toEqual(Array.from({ length: 40 }, (_, n) => n));
  expect(all.map((it) => it.value)).toEqual([
    ...Array.from({ length: 10 }, () => 4.5),
    ...Array.from({ length: 10 }, () => 14.5),
    ...Array.from({ length: 20 }, (_, n) => n + 20),
  ]);
  expect(facts).toEqual({
    readings: 20,
    late: 0,
    windows: 2,
    windowsFrom: reading("hall-1", 0).at,
    windowsTo: cut,
  });
});

test("lamps that burned for a moment of ten minutes are taken to have burned", async () => {
  const told = [0, 1, 0, 0].map((value, n) =>
    reading("hall-2", n, { sensor: "main" as never, quantity: "lit", value }),
  );
  const { all } = await past(await journalOf(told, Infinity));
  expect(all.map((it) => [minuteOf(it), it.value])).toEqual([[0, 1]]);
});

test("a silence of months is passed over, and so is what was not asked for", async () => {
  const far = reading("hall-1", 9, { at: instant(reading("hall-1", 0).at + 200 * 86_400_000) });
  const path = await journalOf([reading("hall-1", 0), reading("hall-1", 1), far]);
  let asked = 0;
  const opened = openReader(path);
  if (!opened.ok) throw new Error(opened.problem);
  const counting: typeof opened.reader.past = (...it) => {
    asked += 1;
    return opened.reader.past(...it);
  };
  const { readings } = createHistory(counting, series, ALL);
  for await (const page of readings) expect(page.length).toBeGreaterThan(0);
  opened.close();
  expect(asked).toBe(3);

  const range = { from: reading("hall-1", 1).at, to: far.at };
  expect((await past(path, range)).all.map(minuteOf)).toEqual([1]);
  expect((await past(path, ALL, [])).all).toEqual([]);
});

test("every reading is there once, wherever the hours are cut", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 1, maxLength: 60 }),
      async (times) => {
        const told = times.map((ms, n) =>
          reading("hall-1", n, { at: instant(reading("hall-1", 0).at + ms), value: n }),
        );
        const { all } = await past(await journalOf(told));
        expect(all.map((it) => it.value).toSorted((a, b) => a - b)).toEqual(times.map((_, n) => n));
        expect(all.map((it) => it.at)).toEqual(all.map((it) => it.at).toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 20 },
  );
});
