import { expect, test } from "vitest";
import { createPulseCounter } from "../drivers/pulse.ts";
import { createRelay } from "../drivers/relay.ts";
import { createBench } from "./bench.ts";

// Goal: what the pins do is told once, rightly, however much contacts bounce.
// Method: pins touched by hand on the bench, time passed by hand.

const OUTPUT = 4;
const LIT = 34;
const SWITCH = 35;

const relayBench = () => {
  const bench = createBench();
  const seen: string[] = [];
  const relay = createRelay(
    {
      output: bench.hardware.output({ pin: OUTPUT }),
      lit: bench.hardware.input({ pin: LIT }),
      wallSwitch: bench.hardware.input({ pin: SWITCH }),
    },
    bench.hardware.timers,
    { onPress: () => seen.push("press"), onLit: (lit) => seen.push(lit ? "lit" : "dark") },
  );
  return { bench, relay, seen };
};

test("a relay is de-energised from the start, which leaves the light available", () => {
  expect(relayBench().bench.output(OUTPUT)).toBe(false);
});

test("a relay without inputs does not claim to know whether the light burns", () => {
  const bench = createBench();
  const output = bench.hardware.output({ pin: OUTPUT });
  const nothing = { onPress: () => undefined, onLit: () => undefined };
  expect(createRelay({ output }, bench.hardware.timers, nothing).lit()).toBeUndefined();
});

test("a bouncing push-button is one press, a second press is a second one", () => {
  const { bench, seen } = relayBench();
  for (const active of [true, false, true, false, true, false]) {
    bench.input(SWITCH, active);
    bench.pass(3);
  }
  bench.pass(500);
  bench.input(SWITCH, true);
  expect(seen).toEqual(["press", "press"]);
});

test("a push-button that is held or stuck is one press", () => {
  const { bench, seen } = relayBench();
  bench.input(SWITCH, true);
  bench.pass(3_600_000);
  expect(seen).toEqual(["press"]);
});

test("the light is known to burn once the contact has settled", () => {
  const { bench, relay, seen } = relayBench();
  bench.input(LIT, true);
  bench.input(LIT, false);
  bench.input(LIT, true);
  expect(relay.lit()).toBe(false);
  bench.pass(100);
  expect(relay.lit()).toBe(true);
  expect(seen).toEqual(["lit"]);
});

test("a flicker that ends as it began is nothing", () => {
  const { bench, seen } = relayBench();
  bench.input(LIT, true);
  bench.input(LIT, false);
  bench.pass(1000);
  expect(seen).toEqual([]);
});

const METER = 34;

const meterBench = () => {
  const bench = createBench();
  const counter = createPulseCounter(bench.hardware.input({ pin: METER }), 1000);
  const pulse = (width: number, rest: number): void => {
    bench.input(METER, true);
    bench.pass(width);
    bench.input(METER, false);
    bench.pass(rest);
  };
  const power = (): number | undefined => counter.power(bench.hardware.uptime());
  return { bench, counter, pulse, power };
};

test("1000 pulses per kWh: each is 1 Wh, and one every 36 s is 100 W", () => {
  const { counter, pulse, power } = meterBench();
  for (let i = 0; i < 5; i++) pulse(50, 35_950);
  expect(counter.energy()).toBe(5);
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
    expect(counter.energy()).toBe(0);
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
  expect(counter.energy()).toBe(1);
});

test("a meter with 800 pulses per kWh counts whole Wh, none invented", () => {
  const bench = createBench();
  const counter = createPulseCounter(bench.hardware.input({ pin: METER }), 800);
  for (let i = 0; i < 3; i++) {
    bench.input(METER, true);
    bench.pass(50);
    bench.input(METER, false);
    bench.pass(950);
  }
  expect(counter.energy()).toBe(3); // 3.75 Wh
});
