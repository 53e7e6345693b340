import { expect, test } from "vitest";
import { watts } from "@battant/protocol/vocabulary/units";
import { baseline } from "../src/evidence/baseline.ts";
import { burningInDaylight } from "../src/evidence/burning.ts";
import { type Figure, lengthOf } from "../src/evidence/figure.ts";
import { loadOf } from "../src/evidence/load.ts";
import type { Range } from "../src/evidence/records.ts";
import { savings } from "../src/evidence/savings.ts";
import { timeline } from "../src/evidence/timeline.ts";
import { rowsOf } from "../src/evidence/worth.ts";
import {
  APRIL,
  FEBRUARY,
  MARCH,
  NO_POWER,
  OCTOBER,
  PARIS,
  terms,
  utc,
  writer,
} from "./evidence-kit.ts";
import { count, kWhOf, liveOctober, type Minute, samplesOf, writeDown } from "./evidence-world.ts";

// Goal: of a month whose truth is known, hours within one minute and energy within 0.5 %, with
// duplicates, late records, contradictions, gaps, a clock put back and the change to winter time.
// Method: a hall lived minute by minute, its truth counted minute by minute.

const HOUR = 3_600_000;
const ONE_MINUTE = 1 / 60;
const ACTS = utc("2026-10-14T22:00");
const BEFORE: Range = { from: OCTOBER.from, to: ACTS };
const ACTING: Range = { from: ACTS, to: OCTOBER.to };
const NEW_PRICE = utc("2026-10-19T22:00");
const prices = [
  { from: NEW_PRICE, eurosPerKWh: 0.25 },
  { from: utc("2026-01-01T00:00"), eurosPerKWh: 0.194 },
];

const isBefore = ({ mode, isKnown }: Minute): boolean => isKnown && mode === "observe";
const isAfter = ({ mode, isKnown }: Minute): boolean => isKnown && mode === "act";
const isBurning = ({ isLit, isSufficient }: Minute): boolean => isLit && isSufficient;

function expectHours(figure: Figure, truth: number): void {
  expect(Math.abs(figure.total / HOUR - truth), `${truth} h`).toBeLessThan(ONE_MINUTE);
  expect(lengthOf(figure.intervals)).toBe(figure.total);
}

const expectWithin = (share: number, found: number | undefined, truth: number): void =>
  expect(Math.abs((found ?? NaN) / truth - 1), `${found} for ${truth}`).toBeLessThan(share);

const total = (values: readonly (number | undefined)[]): number =>
  values.reduce<number>((sum, value) => sum + (value ?? NaN), 0);

test.each([1, 2, 3, 4, 5])("October 2026 is proven as it was, seed %i", (seed) => {
  const truth = liveOctober(seed);
  const history = writeDown(truth, seed);
  const samples = samplesOf(truth, seed);
  const load = loadOf({ ...NO_POWER, samples }, timeline(history, OCTOBER));
  const priced = terms({ load, prices });

  const before = baseline(timeline(history, BEFORE), priced);
  expectHours(before.known, count(truth, isBefore));
  expectHours(
    before.sufficient,
    count(truth, (it) => isBefore(it) && it.isSufficient),
  );
  const burningHours = count(truth, (it) => isBefore(it) && isBurning(it));
  expectHours(before.burning, burningHours);
  expectHours(
    before.unknown,
    count(truth, (it) => !it.isKnown && it.mode === "observe"),
  );
  expectWithin(0.005, before.worth.wattHours, kWhOf(burningHours) * 1000);
  expectWithin(0.005, before.worth.cents, kWhOf(burningHours) * 19.4);
  expect(before.known.total + before.unknown.total).toBe(BEFORE.to - BEFORE.from);
  if (!before.rate.ok) throw new Error(before.rate.because);
  expect(before.rate.days).toBe(12);

  const saved = savings(timeline(history, ACTING), before, priced);
  const isKeptOff = (it: Minute): boolean => isAfter(it) && it.isInhibited;
  const keptHours = count(truth, isKeptOff);
  expectHours(saved.keptOff, keptHours);
  expectHours(
    saved.unknown,
    count(truth, (it) => !it.isKnown && it.mode === "act"),
  );
  const rate = burningHours / count(truth, (it) => isBefore(it) && it.isSufficient);
  expectWithin(0.005, saved.avoided?.wattHours, kWhOf(rate * keptHours) * 1000);
  const cents = (it: Minute, index: number): number =>
    isKeptOff(it) ? (OCTOBER.from + index * 60_000 < NEW_PRICE ? 19.4 : 25) : 0;
  expectWithin(0.005, saved.avoided?.cents, (kWhOf(rate) * total(truth.map(cents))) / 60);
  expectWithin(0.005, saved.upTo.wattHours, kWhOf(keptHours) * 1000);

  // What would really have burned is what the method estimates from other days.
  const reallyAvoided = count(truth, (it) => isKeptOff(it) && it.isWanted);
  expectWithin(0.1, (saved.avoided?.time ?? NaN) / HOUR, reallyAvoided);

  for (const [key, rows] of [
    ["keptOff", saved.days.map((row) => row.keptOff)],
    ["unknown", saved.days.map((row) => row.unknown)],
  ] as const) {
    expect(total(rows), key).toBe(saved[key].total);
  }
  expect(total(saved.days.map((row) => row.avoided?.time))).toBe(saved.avoided?.time);
  expect(total(saved.days.map((row) => row.avoided?.wattHours))).toBe(saved.avoided?.wattHours);
  expect(total(saved.days.map((row) => row.avoided?.cents))).toBe(saved.avoided?.cents);
  for (const [index, row] of saved.days.entries()) {
    const day = count(truth, (it) => isKeptOff(it) && it.day === index + 15);
    expect(Math.abs(row.keptOff / HOUR - day)).toBeLessThan(ONE_MINUTE);
  }

  const rows = rowsOf(saved.keptOff, priced, before.rate.value);
  expect(total(rows.map((row) => row.time))).toBe(saved.avoided?.time);
  expect(total(rows.map((row) => row.wattHours))).toBe(saved.avoided?.wattHours);
  expect(total(rows.map((row) => row.cents))).toBe(saved.avoided?.cents);

  const month = burningInDaylight(timeline(history, OCTOBER), priced);
  expectHours(
    month.burning,
    count(truth, (it) => it.isKnown && isBurning(it)),
  );
  expect(total(month.days.map((row) => row.worth.wattHours))).toBe(month.worth.wattHours);
});

test.each([
  ["February", FEBRUARY, 28 * 24, 28],
  ["March, which ends in summer time", MARCH, 31 * 24 - 1, 31],
  ["April, which begins in it", APRIL, 30 * 24, 30],
  ["October, which ends in winter time", OCTOBER, 31 * 24 + 1, 31],
])("%s: a light that burned all the time did so for all its hours", (_, range, hours, days) => {
  const it = writer();
  it.hourly(range, {});
  const found = burningInDaylight(timeline(it.history, range), terms());
  expect(found.burning.total).toBe(hours * HOUR);
  expect(found.worth).toEqual({ time: hours * HOUR, wattHours: hours * 100, cents: hours * 2 });
  expect(found.days.map(({ day }) => day)).toHaveLength(days);
  for (const { day, worth } of found.days) {
    expect(day).toEqual({ from: PARIS.dayOf(day.from).start, to: PARIS.dayOf(day.from).end });
    expect(worth.wattHours).toBe((day.to - day.from) / 36_000);
  }
});

test("without its breaks a history is still counted once", () => {
  const truth = liveOctober(1);
  const { circuit, verdicts } = writeDown(truth, 1);
  const { range, intervals } = timeline({ circuit, verdicts, breaks: [] }, OCTOBER);
  expect(lengthOf(intervals)).toBe(range.to - range.from);
});

test("declared power gives the same month, and says that it was declared", () => {
  const truth = liveOctober(1);
  const line = timeline(writeDown(truth, 1), OCTOBER);
  const declared = [{ from: OCTOBER.from, power: watts(108) }];
  const load = loadOf({ ...NO_POWER, declared }, line);
  const hours = count(truth, (it) => it.isKnown && isBurning(it));
  expect(load?.origin).toBe("declared");
  expectWithin(
    0.005,
    burningInDaylight(line, terms({ load })).worth.wattHours,
    kWhOf(hours) * 1000,
  );
});
