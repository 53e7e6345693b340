import { type Quantity, QUANTITIES } from "@battant/protocol/vocabulary/quantity";
import { lux, milliseconds } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LightSensor } from "../light-chip.ts";
import {
  createPackedReporter,
  isDue,
  median,
  registerRule,
  type Reported,
  reportRule,
} from "../report.ts";
import { watchLight } from "../sensors/light.ts";
import { type Bench, createBench, silentBus } from "./bench.ts";

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
    ["the same, a minute later by a timer that came early", at(100, 0), at(100, 59.6), true],
  ];

for (const [name, last, sample, due] of light) {
  test(`illuminance: ${name} is ${due ? "reported" : "kept"}`, () => {
    expect(isDue(reportRule("illuminance"), last, sample)).toBe(due);
  });
}

test("a light that goes on or off is reported at once", () => {
  expect(isDue(reportRule("lit"), at(0, 0), at(1, 0.1))).toBe(true);
  expect(isDue(reportRule("lit"), at(1, 0), at(1, 299))).toBe(false);
  expect(isDue(reportRule("lit"), at(1, 0), at(1, 300))).toBe(true);
});

test("energy is reported once a minute, however fast it grows", () => {
  expect(isDue(reportRule("energy"), at(0, 0), at(1_000_000, 59))).toBe(false);
  expect(isDue(reportRule("energy"), at(0, 0), at(0, 60))).toBe(true);
});

test("a tariff's register is reported once a minute while it counts, and once an hour while not", () => {
  const rule = registerRule();
  expect(isDue(rule, at(5, 0), at(6, 59))).toBe(false);
  expect(isDue(rule, at(5, 0), at(6, 60))).toBe(true);
  expect(isDue(rule, at(5, 0), at(5, 3599))).toBe(false);
  expect(isDue(rule, at(5, 0), at(5, 3600))).toBe(true);
});

test("every quantity is reported at least every five minutes, so that a calm sensor is not a dead one", () => {
  for (const quantity of Object.keys(QUANTITIES) as Quantity[]) {
    expect(reportRule(quantity).heartbeat, quantity).toBeLessThanOrEqual(300_000);
    expect(reportRule(quantity).heartbeat, quantity).toBeGreaterThanOrEqual(60_000);
  }
});

test("quantities reported together do not know of each other", () => {
  const seen: string[] = [];
  const offer = createPackedReporter(2, (place, value) => seen.push(`${place} ${value}`));
  const rule = reportRule("active-power");
  offer(0, rule, 100, milliseconds(0));
  offer(1, rule, 100, milliseconds(50_000));
  offer(0, rule, 104, milliseconds(59_499));
  offer(0, rule, 104, milliseconds(60_000));
  offer(1, rule, 106, milliseconds(60_000));
  expect(seen).toEqual(["0 100", "1 100", "0 104", "1 106"]);
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

/** Sees what `next` says, 100 ms after it was asked; `...` is a sample that failed. */
const sensorOf = (bench: Bench, next: () => number | "..." | "full"): LightSensor => {
  let counts: number | "..." | "full" = "...";
  return {
    place: { bus: silentBus, address: 0 },
    timers: bench.hardware.timers,
    chip: () => ({
      rough: 0,
      rangeFor: () => undefined,
      start: () => {
        counts = next();
        if (counts === "...") throw new Error("nobody there");
        return milliseconds(100);
      },
      read: () => (typeof counts === "number" ? { illuminance: lux(counts), counts } : undefined),
    }),
  };
};

/** `...` is a sample that failed. Each sample comes two seconds after the one before. */
const reportsOf = (
  samples: readonly (number | "...")[],
): readonly (readonly [number, number])[] => {
  const bench = createBench();
  const queue = [...samples];
  const sensor = sensorOf(bench, () => queue.shift() ?? "...");
  const reports: (readonly [number, number])[] = [];
  watchLight(sensor, bench.hardware, (_place, value) =>
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

test("light: a maker is told what was seen last, good or not", () => {
  const bench = createBench();
  const answers = [412.46, "full", "..."] as const;
  let asked = 0;
  const sensor = sensorOf(bench, () => answers[asked++]!);
  const running = watchLight(sensor, bench.hardware, () => undefined);
  const told = [running.tell()];
  for (let i = 0; i < 3; i++) {
    bench.pass(2000 + (i === 0 ? 100 : 0));
    told.push(running.tell());
  }
  expect(told).toEqual(["not looked yet", "412.5 lx", "saturated", "no-response"]);
});
