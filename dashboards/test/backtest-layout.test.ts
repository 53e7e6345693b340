import type { BacktestResultView, BacktestView } from "@battant/hub/api/backtest";
import { expect, test } from "vitest";
import { FIRST_DRAFT, NO_TRIAL, requestOf } from "../src/backtest/draft.ts";
import { monthsOf, rowsOf } from "../src/backtest/layout.ts";
import { createWallClock } from "../src/backtest/wall-clock.ts";

// Goal: the chart stands on the building's own clock, wherever the reader is and whatever clocks do.
// Method: days worked out by hand, with those of 23 and 25 hours.

const clock = createWallClock("Europe/Paris");
const at = (text: string): number => Date.parse(text);
const HOUR = 3_600_000;

const days: readonly [day: string, start: string, hours: number][] = [
  ["2026-03-29", "2026-03-28T23:00Z", 23],
  ["2026-10-25", "2026-10-24T22:00Z", 25],
  ["2026-06-21", "2026-06-20T22:00Z", 24],
  ["2026-01-01", "2025-12-31T23:00Z", 24],
];

test.each(days)("%s begins at %s and has %d hours", (day, start, hours) => {
  const from = clock.startOf(day)!;
  expect(from).toBe(at(start));
  expect([clock.dayOf(from), clock.dayOf(from - 1) < day, clock.hourOf(from)]).toEqual([
    day,
    true,
    0,
  ]);
  const draft = { ...FIRST_DRAFT, range: "dates", from: day, to: day } as const;
  const request = requestOf(draft, 0, clock)!;
  expect([request.from, (request.to - request.from) / HOUR]).toEqual([from, hours]);
});

const viewOf = (from: string, to: string, keptOff: BacktestResultView["keptOff"]): BacktestView => {
  const day = {
    from: at(from),
    to: at(to),
    sun: [{ from: at(from) + 6 * HOUR, to: at(to) - HOUR }],
  };
  const sum = { keptOff_ms: 0, avoided_ms: 90 * 60_000, unknown_ms: 0 };
  const result = { keptOff, days: [sum] } as unknown as BacktestResultView;
  return {
    days: [day],
    results: [result, { ...result, keptOff: null }],
  } as unknown as BacktestView;
};

const kept = (from: string, to: string) => ({ from: at(from), to: at(to), avoided: true });

test("in spring noon is noon, and the hour that is left out is empty", () => {
  const view = viewOf("2026-03-28T23:00Z", "2026-03-29T22:00Z", [
    kept("2026-03-29T00:30Z", "2026-03-29T01:30Z"),
    kept("2026-03-29T10:00Z", "2026-03-29T12:30Z"),
  ]);
  const [row] = rowsOf(view, clock);
  expect(row!.hours).toBe(23);
  expect(row!.kept[0]!.map(({ x, width }) => [x, width])).toEqual([
    [1.5, 2],
    [12, 2.5],
  ]);
  expect(row!.kept[1]).toEqual([]);
  expect(row!.nights.map(({ x, width }) => [x, width])).toEqual([
    [0, 7],
    [23, 1],
  ]);
});

test("what goes on across midnight is in both days, and says when it really began", () => {
  const { days: first, results } = viewOf("2026-06-20T22:00Z", "2026-06-21T22:00Z", [
    kept("2026-06-21T20:00Z", "2026-06-22T00:00Z"),
  ]);
  const next = { ...first[0]!, from: at("2026-06-21T22:00Z"), to: at("2026-06-22T22:00Z") };
  const rows = rowsOf({ days: [first[0]!, next], results } as unknown as BacktestView, clock);
  expect(rows.map((row) => row.kept[0]!.map(({ x, width }) => [x, width]))).toEqual([
    [[22, 2]],
    [[0, 2]],
  ]);
  expect(rows[1]!.kept[0]![0]!.from).toBe(at("2026-06-21T20:00Z"));
});

test("months add up what their days avoided", () => {
  const view = viewOf("2026-06-20T22:00Z", "2026-06-21T22:00Z", []);
  const [june, none] = monthsOf(rowsOf(view, clock), view, clock);
  expect([june!.rows.length, june!.avoided_ms]).toEqual([1, [90 * 60_000, 90 * 60_000]]);
  expect(none).toBeUndefined();
});

test("what is left empty is not asked for, and a decimal comma will do", () => {
  const trials = [{ ...NO_TRIAL, margin: "1,8" }, NO_TRIAL];
  const now = at("2026-06-21T12:00Z");
  expect(requestOf({ ...FIRST_DRAFT, trials, price: "0,25" }, now, clock)).toEqual({
    from: at("2026-05-21T22:00Z"),
    to: now,
    settings: [{}, { margin: 1.8 }, {}],
    burns: "as-seen",
    price_EURperkWh: 0.25,
  });
});
