import type { Reading } from "@battant/protocol/vocabulary/reading";
import {
  type Instant,
  instant,
  lux,
  type Milliseconds,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createAccount } from "../src/backtest/account.ts";
import { createRun } from "../src/backtest/simulate.ts";
import { onBeat, type TickPlan } from "../src/backtest/ticks.ts";
import { createCalendar } from "../src/domain/calendar.ts";
import type { PastZone } from "../src/backtest/question.ts";
import type { DaylightSettings } from "../src/domain/site.ts";
import type { DecisionRecord } from "../src/ports.ts";
import { siteOf, settings, stairs } from "./building.ts";
import { light, lit, someone, turns, ZONE } from "./backtest-kit.ts";

// Goal: few ticks decide as many do: nothing is found later than by a hub that ticks all the time.
// Method: random weather, gaps and settings, lived once with a tick every five seconds and once with
// those that matter; every change of decision must fall on the same instant.

const EVERY_BEAT: TickPlan = (_, now) => onBeat(now + 1);

type Lived = { readonly zone?: PastZone; readonly ticks?: TickPlan };

function live(readings: readonly Reading[], daylight: DaylightSettings, lived: Lived = {}) {
  const { zone = ZONE, ticks } = lived;
  const decisions: DecisionRecord[] = [];
  const from = readings[0]!.at;
  const account = createAccount({
    calendar: createCalendar("Europe/Paris"),
    load: undefined,
    prices: [],
  });
  let ticked = 0;
  const run = createRun({
    site: siteOf(stairs),
    zone,
    daylight,
    burns: "as-seen",
    from,
    account,
    decisions: { append: (record) => void decisions.push(record) },
    ...(ticks && {
      ticks: (then, now) => {
        ticked += 1;
        return ticks(then, now);
      },
    }),
  });
  for (const it of readings) run.see(it);
  run.pass(instant(readings.at(-1)!.at + minutes(40)));
  return { turns: turns(decisions), total: account.total(), ticked };
}

/** What the sky does next: how long until it is told, how much brighter, how often in a row. */
const weather = fc.array(
  fc.record({
    apart: fc.oneof(
      fc.constant(60_000),
      fc.integer({ min: 2000, max: 70_000 }),
      fc.integer({ min: 200_000, max: 400_000 }),
      fc.integer({ min: 0, max: 3 * 3_600_000 }),
    ),
    lux: fc.oneof(fc.constantFrom(100, 149, 151, 225, 300, 600), fc.integer({ min: 0, max: 900 })),
    times: fc.integer({ min: 1, max: 80 }),
    jitter: fc.boolean(),
    lit: fc.constantFrom(undefined, 0, 1),
  }),
  { minLength: 3, maxLength: 25 },
);

const tried = fc.record({
  offDelay: fc.constantFrom(minutes(3), minutes(10), minutes(35)),
  onDelay: fc.constantFrom(seconds(1), seconds(20), seconds(60)),
  readingAgeMax: fc.constantFrom(minutes(2), minutes(5), minutes(15)),
  margin: fc.constantFrom(1.1, 1.5, 3),
  luminaireContribution: fc.constantFrom(lux(0), lux(60), lux(200), undefined),
});

const starts = fc.constantFrom<Instant>(
  instant(Date.UTC(2026, 5, 21, 2, 0, 3)),
  instant(Date.UTC(2026, 2, 28, 14, 30, 1)),
  instant(Date.UTC(2026, 11, 21, 6, 55, 2, 500)),
  instant(Date.UTC(2023, 7, 28, 10, 0, 0)),
);

test("a decision changes at the same instant, whether ticks are many or few", () => {
  let many = 0;
  let switchings = 0;
  fc.assert(
    fc.property(weather, tried, starts, (story, change, start) => {
      const readings: Reading[] = [];
      let now: number = start;
      for (const part of story) {
        if (part.lit !== undefined) readings.push(lit(now, part.lit));
        for (let time = 0; time < part.times && readings.length < 600; time++) {
          readings.push(light(now, part.lux + (part.jitter ? time % 3 : 0)));
          now += time === 0 ? part.apart : Math.min(part.apart, 90_000);
        }
      }
      const daylight = { ...settings, ...change };
      const dense = live(readings, daylight, { ticks: EVERY_BEAT });
      const sparse = live(readings, daylight);
      expect(sparse.turns).toEqual(dense.turns);
      expect(sparse.total).toEqual(dense.total);
      many += dense.ticked;
      switchings += dense.total.switchings;
    }),
    { numRuns: 150 },
  );
  // Otherwise the stories were too dull to tell anything.
  expect(many).toBeGreaterThan(100_000);
  expect(switchings).toBeGreaterThan(100);
});

/** A stairwell whose lamps come back by themselves, watched by one detector. */
const watched = (hold: Milliseconds): PastZone => {
  const { board, sensor } = someone(0, 0);
  const sensors = [{ board, sensor }];
  const circuit = { ...stairs.circuit!, offWhenVacant: true };
  return { plan: { ...stairs, circuit, presence: { sensors, hold } }, presence: sensors };
};

/** A detector repeats itself every five minutes, falls silent now and then, or gets stuck. */
const visits = fc.array(
  fc.record({
    apart: fc.oneof(
      fc.constant(300_000),
      fc.integer({ min: 5000, max: 590_000 }),
      fc.integer({ min: 0, max: 5 * 3_600_000 }),
    ),
    there: fc.constantFrom(0, 0, 0, 1),
    times: fc.integer({ min: 1, max: 60 }),
    lux: fc.constantFrom(undefined, 40, 160, 600),
  }),
  { minLength: 3, maxLength: 12 },
);

test("nobody there is found out at the same instant too", () => {
  let vacant = 0;
  fc.assert(
    fc.property(
      visits,
      fc.constantFrom(minutes(1), minutes(3), minutes(20)),
      starts,
      (story, hold, start) => {
        const readings: Reading[] = [];
        let now: number = start;
        for (const { apart, there, times, lux: value } of story) {
          for (let time = 0; time < times && readings.length < 400; time++) {
            readings.push(someone(now, there));
            if (value !== undefined) readings.push(light(now + 1000, value + (time % 3)));
            now += time === 0 ? apart : Math.min(apart, 300_000);
          }
        }
        const daylight = { ...settings, luminaireContribution: lux(0) };
        const zone = watched(hold);
        const dense = live(readings, daylight, { zone, ticks: EVERY_BEAT });
        const sparse = live(readings, daylight, { zone });
        expect(sparse.turns).toEqual(dense.turns);
        expect(sparse.total).toEqual(dense.total);
        vacant += dense.turns.filter((it) => it.now === "inhibit vacant").length;
      },
    ),
    { numRuns: 100 },
  );
  expect(vacant).toBeGreaterThan(100);
});
