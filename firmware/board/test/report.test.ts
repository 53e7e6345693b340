import { lux, milliseconds } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LightSensor } from "../drivers/bh1750.ts";
import { watchLight } from "../light.ts";
import { isDue, median, REPORT_RULES, type Reported } from "../report.ts";
import type { Sample } from "../sample.ts";
import { createBench } from "./bench.ts";

// Goal: everything worth knowing is reported, and hardly anything else.
// Method: a table of the rule; the light sensor at work on the bench, sample by sample.

const at = (value: number, seconds: number): Reported => ({
  value,
  at: milliseconds(seconds * 1000),
});

const light: readonly [name: string, last: Reported | undefined, sample: Reported, due: boolean][] =
  [
    ["the first", undefined, at(100, 0), true],
    ["the same, soon", at(100, 0), at(100, 30), false],
    ["the same, a minute later: the heartbeat", at(100, 0), at(100, 60), true],
    ["5 lx more, at 50 lx: within the dead band", at(50, 0), at(55, 30), false],
    ["5.1 lx more, at 50 lx", at(50, 0), at(55.1, 30), true],
    ["5 % more, at 1000 lx: within the dead band", at(1000, 0), at(1050, 30), false],
    ["5.1 % less, at 1000 lx", at(1000, 0), at(949, 30), true],
    ["twice as bright, but 9 s after the last", at(1000, 0), at(2000, 9), false],
    ["twice as bright, 10 s after the last", at(1000, 0), at(2000, 10), true],
  ];

for (const [name, last, sample, due] of light) {
  test(`illuminance: ${name} is ${due ? "reported" : "kept"}`, () => {
    expect(isDue(REPORT_RULES.illuminance, last, sample)).toBe(due);
  });
}

test("a light that goes on or off is reported at once", () => {
  expect(isDue(REPORT_RULES.lit, at(0, 0), at(1, 0.1))).toBe(true);
  expect(isDue(REPORT_RULES.lit, at(1, 0), at(1, 299))).toBe(false);
  expect(isDue(REPORT_RULES.lit, at(1, 0), at(1, 300))).toBe(true);
});

test("energy is reported once a minute, however fast it grows", () => {
  expect(isDue(REPORT_RULES.energy, at(0, 0), at(1_000_000, 59))).toBe(false);
  expect(isDue(REPORT_RULES.energy, at(0, 0), at(0, 60))).toBe(true);
});

test("the median ignores one outlier in three, and is between smallest and largest", () => {
  expect(median([300, 5, 310])).toBe(300);
  expect(median([4, 2])).toBe(3);
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e5 }), { minLength: 1 }), (all) => {
      expect(median(all)).toBeGreaterThanOrEqual(Math.min(...all));
      expect(median(all)).toBeLessThanOrEqual(Math.max(...all));
    }),
  );
});

/** `...` is a sample that failed. Each sample comes two seconds after the one before. */
const reportsOf = (
  samples: readonly (number | "...")[],
): readonly (readonly [number, number])[] => {
  const bench = createBench();
  const queue = [...samples];
  const sensor: LightSensor = {
    sample: (done) => {
      const next = queue.shift();
      const sample: Sample<ReturnType<typeof lux>> =
        next === undefined || next === "..."
          ? { ok: false, problem: "no-response" }
          : { ok: true, value: lux(next) };
      bench.hardware.timers.after(milliseconds(100), () => done(sample));
    },
  };
  const reports: (readonly [number, number])[] = [];
  watchLight(sensor, bench.hardware, (value) =>
    reports.push([Math.floor(bench.hardware.uptime() / 1000), value]),
  );
  bench.pass((samples.length + 1) * 2000);
  return reports;
};

test("light: a single flash among the samples is not reported", () => {
  const calm = Array.from({ length: 10 }, () => 100);
  expect(reportsOf([...calm, 90_000, ...calm])).toEqual([[6, 100]]);
});

test("light: a lasting change is reported once the median has followed", () => {
  const before = Array.from({ length: 10 }, () => 100);
  const after = Array.from({ length: 10 }, () => 400);
  expect(reportsOf([...before, ...after])).toEqual([
    [6, 100],
    [26, 400],
  ]);
});

test("light: a dead sensor is silent, and speaks again when it is back", () => {
  const good = Array.from({ length: 3 }, () => 100);
  const dead = Array.from({ length: 60 }, () => "..." as const);
  expect(reportsOf([...good, ...dead, ...good])).toEqual([
    [6, 100],
    [132, 100],
  ]);
});

test("light: a sensor that answers every third time is not believed", () => {
  const flaky = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 100 : ("..." as const)));
  expect(reportsOf(flaky)).toEqual([]);
});
