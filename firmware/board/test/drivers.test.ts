import { expect, test } from "vitest";
import { countEdge, createPulseCounter, pulsePower } from "../drivers/pulse.ts";
import { createBench } from "./bench.ts";

// Goal: each pulse of a meter counts once, however much its contact bounces.
// Method: pins touched by hand on the bench, time passed by hand.

const METER = 34;

const meterBench = () => {
  const bench = createBench();
  const counter = createPulseCounter();
  bench.hardware.input({ pin: METER });
  bench.hardware.watch({ pin: METER }, (edge) => countEdge(counter, edge));
  const pulse = (width: number, rest: number): void => {
    bench.input(METER, true);
    bench.pass(width);
    bench.input(METER, false);
    bench.pass(rest);
  };
  const power = (): number | undefined => pulsePower(counter, 1000, bench.hardware.uptime());
  return { bench, counter, pulse, power };
};

test("each pulse counts once, and at 1000 per kWh one every 36 s is 100 W", () => {
  const { counter, pulse, power } = meterBench();
  for (let i = 0; i < 5; i++) pulse(50, 35_950);
  expect(counter.count).toBe(5);
  expect(power()).toBeCloseTo(100, 6);
});

test("power is unknown before the second pulse", () => {
  const { pulse, power } = meterBench();
  expect(power()).toBeUndefined();
  pulse(50, 950);
  expect(power()).toBeUndefined();
});

test("power falls while the next pulse is late: after ten times as long, to a tenth", () => {
  const { bench, pulse, power } = meterBench();
  pulse(50, 35_950);
  pulse(50, 35_950);
  bench.pass(324_000);
  expect(power()).toBeCloseTo(10, 6);
});

const disturbances: readonly [what: string, edges: readonly (readonly [number, boolean])[]][] = [
  [
    "a spike shorter than 20 ms",
    [
      [0, true],
      [19, false],
    ],
  ],
  [
    "many spikes",
    [
      [0, true],
      [5, false],
      [8, true],
      [15, false],
      [22, true],
      [30, false],
    ],
  ],
  ["an end without a beginning", [[0, false]]],
];

for (const [what, edges] of disturbances) {
  test(`${what} is not a pulse`, () => {
    const { bench, counter } = meterBench();
    let before = 0;
    for (const [at, active] of edges) {
      bench.pass(at - before);
      before = at;
      bench.input(METER, active);
    }
    expect(counter.count).toBe(0);
  });
}

test("a contact that bounces at both ends and in the middle is one pulse", () => {
  const { bench, counter } = meterBench();
  const moments = [0, 1, 2, 30, 31, 60, 61, 62];
  let before = 0;
  moments.forEach((at, i) => {
    bench.pass(at - before);
    before = at;
    bench.input(METER, i % 2 === 0);
  });
  bench.pass(1000);
  bench.input(METER, false);
  expect(counter.count).toBe(1);
});
