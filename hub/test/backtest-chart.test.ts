import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createAccount, type State } from "../src/backtest/account.ts";
import { createChart } from "../src/backtest/chart.ts";
import { daysIn } from "../src/backtest/days.ts";
import { createCalendar } from "../src/domain/calendar.ts";
import { at, minute } from "./backtest-kit.ts";

// Goal: what is drawn adds up to what is written, day by day, also on days of 23 and 25 hours, and
// stays small whatever a rule does.
// Method: stretches told by hand and by chance; days in Besançon and in the far north.

const PARIS = createCalendar("Europe/Paris");
const BESANCON = {
  timezone: "Europe/Paris",
  location: { latitudeDeg: 47.24, longitudeDeg: 6.02 },
  altitudeDeg: 0,
};
const HOUR = 3_600_000;

const OFF = { keptOff: true, avoided: true, unknown: false };

test("neighbouring stretches are one, unless the light would have been off anyway in one of them", () => {
  const chart = createChart(PARIS);
  const noon = at("2026-06-21T10:00:00Z");
  const then = (minutes: number): Instant => instant(noon + minute(minutes));
  chart.add(noon, then(1), OFF);
  chart.add(then(1), then(2), OFF);
  chart.add(then(2), then(3), { ...OFF, avoided: false });
  chart.add(then(5), then(6), OFF);
  expect(chart.total().keptOff).toEqual([
    { from: noon, to: then(2), avoided: true },
    { from: then(2), to: then(3), avoided: false },
    { from: then(5), to: then(6), avoided: true },
  ]);
  expect(chart.total().days).toEqual([
    { from: at("2026-06-20T22:00:00Z"), keptOff: minute(4), avoided: minute(3), unknown: 0 },
  ]);
});

const changes: readonly [day: string, from: string, hours: number][] = [
  ["as clocks go forward", "2026-03-29", 23],
  ["as clocks go back", "2026-10-25", 25],
  ["on any other", "2026-06-21", 24],
];

test.each(changes)("a day %s (%s) has %d hours", (_, day, hours) => {
  const chart = createChart(PARIS);
  const noon = at(`${day}T11:00:00Z`);
  chart.add(instant(noon - 40 * HOUR), instant(noon + 40 * HOUR), OFF);
  const days = chart.total().days.map((it) => it.keptOff / HOUR);
  expect(days[Math.floor(days.length / 2)]).toBe(hours);
  expect(days.reduce((sum, it) => sum + it, 0)).toBe(80);

  const [only] = daysIn({ from: noon, to: instant(noon + 1) }, BESANCON);
  expect((only!.to - only!.from) / HOUR).toBe(hours);
});

test("whatever happens, intervals and days each add up to the sums", () => {
  const stretch = fc.record({
    length: fc.integer({ min: 1, max: 30 * HOUR }),
    keptOff: fc.boolean(),
    burns: fc.boolean(),
    silent: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 60 }), (stretches) => {
      const account = createAccount({ calendar: PARIS, load: undefined, prices: [] });
      let now = at("2026-03-25T03:00:00Z");
      for (const { length, keptOff, burns, silent } of stretches) {
        const state: State = {
          because: silent && !keptOff ? "sensor-silent" : "too-dark",
          keptOff,
          wouldBurn: burns,
          seenLit: false,
          occupied: undefined,
          dark: false,
        };
        account.add(now, instant(now + length), state);
        now = instant(now + length);
      }
      const { avoided, unknown, chart } = account.total();
      const drawn = (chart.keptOff ?? []).filter((it) => it.avoided);
      const sum = (values: readonly number[]): number => values.reduce((all, it) => all + it, 0);
      expect(sum(drawn.map((it) => it.to - it.from))).toBe(avoided);
      expect(sum(chart.days.map((it) => it.avoided))).toBe(avoided);
      expect(sum(chart.days.map((it) => it.unknown))).toBe(unknown);
    }),
  );
});

test("a rule that flickers is told by its days alone", () => {
  const chart = createChart(PARIS);
  const noon = at("2026-06-21T10:00:00Z");
  for (let n = 0; n < 6000; n++) {
    chart.add(instant(noon + n * 10_000), instant(noon + n * 10_000 + 5000), OFF);
  }
  const { keptOff, days } = chart.total();
  expect(keptOff).toBeUndefined();
  expect(days.reduce((sum, it) => sum + it.keptOff, 0)).toBe(6000 * 5000);
});

test("days have the time in which the sun is up, by the almanac of the place", () => {
  const days = daysIn(
    { from: at("2026-06-20T22:00:00Z"), to: at("2026-06-22T22:00:00Z") },
    BESANCON,
  );
  expect(days).toHaveLength(2);
  // Geometric: a few minutes after the sunrise of calendars (05:38), before their sunset (21:34).
  const [sun] = days[0]!.sun;
  expect(new Date(sun!.from).toISOString().slice(0, 15)).toBe("2026-06-21T03:4");
  expect(new Date(sun!.to).toISOString().slice(0, 15)).toBe("2026-06-21T19:2");
});

test("in the far north the sun is up all day, or not at all", () => {
  const tromso = {
    ...BESANCON,
    timezone: "Europe/Oslo",
    location: { latitudeDeg: 69.65, longitudeDeg: 18.96 },
  };
  const on = (day: string) => {
    const noon = at(`${day}T11:00:00Z`);
    return daysIn({ from: noon, to: instant(noon + 1) }, tromso)[0]!;
  };
  const june = on("2026-06-21");
  expect(june.sun).toEqual([{ from: june.from, to: june.to }]);
  expect(on("2026-12-21").sun).toEqual([]);
});
