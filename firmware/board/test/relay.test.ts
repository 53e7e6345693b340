import { expect, test } from "vitest";
import { blink, claimPins, createRelay, inhibit, isPress, settle } from "../drivers/relay.ts";
import { createBench } from "./bench.ts";

// Goal: a relay starts safe, and what its inputs see is told once, however much contacts bounce.
// Method: pins touched by hand on the bench, time passed by hand.

const OUTPUT = 4;
const LIT = 34;
const SWITCH = 35;

const PINS = { output: { pin: OUTPUT }, lit: { pin: LIT }, wallSwitch: { pin: SWITCH } };

const relayBench = (litAtStart = false) => {
  const bench = createBench();
  const { hardware } = bench;
  if (litAtStart) bench.input(LIT, true);
  const seen: string[] = [];
  claimPins(hardware, PINS);
  const relay = createRelay(hardware, PINS);
  hardware.watch(PINS.wallSwitch, (edge) => {
    if (isPress(relay, edge)) seen.push("press");
  });
  hardware.watch(PINS.lit, () => {
    if (!relay.settling) settle(relay, () => seen.push(relay.lit === true ? "lit" : "dark"));
  });
  return { bench, relay, seen };
};

test("a relay is de-energised from the start, which leaves the light available", () => {
  expect(relayBench().bench.output(OUTPUT)).toBe(false);
});

test("a relay is energised to keep the light off, and only then", () => {
  const { bench, relay } = relayBench();
  inhibit(relay, true);
  expect(bench.output(OUTPUT)).toBe(true);
  inhibit(relay, false);
  expect(bench.output(OUTPUT)).toBe(false);
});

/** When the relay is energised, within three seconds, in steps of 100 ms. */
const energised = (bench: ReturnType<typeof createBench>): number[] => {
  const times: number[] = [];
  for (let ms = 0; ms < 3000; ms += 100) {
    if (bench.output(OUTPUT) === true) times.push(ms);
    bench.pass(100);
  }
  return times;
};

test("a warning is two blinks of half a second, a second apart", () => {
  const { bench, relay } = relayBench();
  let ends = 0;
  blink(relay, () => ends++);
  expect(energised(bench)).toEqual([0, 100, 200, 300, 400, 1500, 1600, 1700, 1800, 1900]);
  expect(ends).toBe(1);
});

test("a blinking gives way at once to whoever wants the light, or the dark", () => {
  for (const on of [false, true]) {
    const { bench, relay } = relayBench();
    blink(relay, () => undefined);
    bench.pass(300);
    inhibit(relay, on);
    expect(energised(bench)).toHaveLength(on ? 30 : 0);
  }
});

test("a relay without inputs does not claim to know whether the light burns", () => {
  const bench = createBench();
  const pins = { output: PINS.output };
  claimPins(bench.hardware, pins);
  expect(createRelay(bench.hardware, pins).lit).toBeUndefined();
});

test("a light that burns already at the start is known to burn, and is no news", () => {
  const { bench, relay, seen } = relayBench(true);
  expect(relay.lit).toBe(true);
  bench.pass(1000);
  expect(seen).toEqual([]);
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

test("letting a push-button go is no press", () => {
  const { bench, seen } = relayBench();
  bench.input(SWITCH, true);
  bench.pass(1000);
  bench.input(SWITCH, false);
  expect(seen).toEqual(["press"]);
});

test("the light is known to burn once the contact has settled", () => {
  const { bench, relay, seen } = relayBench();
  bench.input(LIT, true);
  bench.input(LIT, false);
  bench.input(LIT, true);
  expect(relay.lit).toBe(false);
  bench.pass(100);
  expect(relay.lit).toBe(true);
  expect(seen).toEqual(["lit"]);
});

test("a flicker that ends as it began is nothing", () => {
  const { bench, seen } = relayBench();
  bench.input(LIT, true);
  bench.input(LIT, false);
  bench.pass(1000);
  expect(seen).toEqual([]);
});
