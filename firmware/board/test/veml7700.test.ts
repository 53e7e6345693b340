import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { luxOf, veml7700Chip, VEML7700_ADDRESS } from "../drivers/veml7700.ts";
import type { I2CBus } from "../hardware.ts";
import { silentBus } from "./bench.ts";
import { busOf, lowFirst, sampleOf } from "./light-bench.ts";

// Goal: the right illuminance from darkness to direct sun, and an answer whatever the chip does.
// Method: the arithmetic from vectors; then a chip that counts as its datasheet says.

type Vector = {
  readonly count: number;
  readonly gain: number;
  readonly it_ms: number;
  readonly lux_linear: number;
  readonly lux_corrected: number | null;
};

const vectors = (
  JSON.parse(readFileSync(new URL("./fixtures/veml7700.json", import.meta.url), "utf8")) as {
    readonly veml7700: readonly Vector[];
  }
).veml7700;

for (const { count, gain, it_ms: time, lux_linear: linear, lux_corrected } of vectors) {
  const expected = lux_corrected ?? linear;
  test(`${count} counts at gain ${gain} in ${time} ms are ${expected} lx`, () => {
    expect(luxOf(count, gain, time)).toBeCloseTo(expected, 2);
  });
}

test("the correction ends at 120 klx, above which it runs away", () => {
  expect(luxOf(65534, 0.125, 25)).toBe(120_000);
  expect(luxOf(12_400, 0.125, 25)).toBeLessThan(120_000);
});

test("more counts are never less light", () => {
  const counts = fc.integer({ min: 0, max: 65534 });
  fc.assert(
    fc.property(counts, counts, (a, b) => {
      const few = Math.min(a, b);
      expect(luxOf(few, 0.125, 25)).toBeLessThanOrEqual(luxOf(a + b - few, 0.125, 25));
    }),
  );
});

const TIMES: { readonly [bits: number]: number } = { 0b1100: 25, 0b0000: 100 };
const GAINS: { readonly [bits: number]: number } = { 0b01: 2, 0b10: 0.125 };

type Chip = { readonly bus: I2CBus; readonly written: string[] };

/** Counts this light as its configuration says; it bends in bright light as a real one does. */
const chipIn = (illuminance: () => number): Chip => {
  const written: string[] = [];
  let isShutDown = true;
  let counts = 0;
  const bus = busOf(VEML7700_ADDRESS, {
    write: (register, bytes) => {
      expect(register).toBe(0);
      const bits = bytes[0]! | (bytes[1]! << 8);
      const gain = GAINS[(bits >> 11) & 3]!;
      const time = TIMES[(bits >> 6) & 15]!;
      expect(isShutDown || (bits & 1) === 1, "changed only while shut down").toBe(true);
      isShutDown = (bits & 1) === 1;
      written.push(`${isShutDown ? "off" : "on"} gain ${gain} ${time} ms`);
      let straight = illuminance();
      if (straight > 1000) {
        let [low, high] = [0, 25_000];
        for (let i = 0; i < 60; i++) {
          const x = (low + high) / 2;
          const bent = 6.0135e-13 * x ** 4 - 9.3924e-9 * x ** 3 + 8.1488e-5 * x ** 2 + 1.0023 * x;
          if (bent < straight) low = x;
          else high = x;
        }
        straight = low;
      }
      counts = Math.min(65535, Math.round(straight / (0.0036 * (800 / time) * (2 / gain))));
    },
    read: (register) => {
      expect(register).toBe(4);
      expect(isShutDown).toBe(false);
      return lowFirst(counts);
    },
  });
  return { bus, written };
};

const sampleIn = (illuminance: () => number) =>
  sampleOf(veml7700Chip, chipIn(illuminance).bus, VEML7700_ADDRESS);

const ranges: readonly (readonly [illuminance: number, range: string])[] = [
  [0, "gain 2 100 ms"],
  [300, "gain 2 100 ms"],
  [850, "gain 2 100 ms"],
  [5_000, "gain 0.125 100 ms"],
  [60_000, "gain 0.125 25 ms"],
];

for (const [illuminance, range] of ranges) {
  test(`at ${illuminance} lx it measures with ${range}`, () => {
    const chip = chipIn(() => illuminance);
    sampleOf(veml7700Chip, chip.bus, VEML7700_ADDRESS);
    expect(chip.written.at(-1)).toBe(`on ${range}`);
  });
}

test("is right within 2 % or 0.1 lx from darkness to 110 klx", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.integer({ min: 0, max: 9_900 }).map((it) => it / 10),
        // The correction jumps from 1000 lx to 1075 lx: nothing lies between.
        fc.integer({ min: 1100, max: 110_000 }),
      ),
      (illuminance) => {
        const sample = sampleIn(() => illuminance);
        if (!sample.ok) throw new Error(`no value at ${illuminance} lx`);
        const error = Math.abs(sample.value - illuminance);
        expect(error).toBeLessThan(Math.max(0.1, illuminance / 50));
      },
    ),
  );
});

test("says it is saturated when a lamp comes on between the rough look and the fine one", () => {
  const light = [0, 0, 0, 30_000];
  expect(sampleIn(() => light.shift() ?? 30_000)).toEqual({ ok: false, problem: "saturated" });
});

test("says it is saturated when the converter is full at its coarsest", () => {
  const full = busOf(VEML7700_ADDRESS, { write: () => undefined, read: () => [255, 255] });
  expect(sampleOf(veml7700Chip, full, VEML7700_ADDRESS)).toEqual({
    ok: false,
    problem: "saturated",
  });
});

const faults: readonly (readonly [name: string, bus: I2CBus])[] = [
  ["the chip is missing", silentBus],
  [
    "the chip dies between command and reading",
    { ...chipIn(() => 100).bus, readReg: silentBus.readReg },
  ],
  [
    "the bus returns fewer bytes than asked for",
    { ...chipIn(() => 100).bus, readReg: () => Uint8Array.of(1) },
  ],
];

for (const [name, bus] of faults) {
  test(`answers when ${name}`, () => {
    expect(sampleOf(veml7700Chip, bus, VEML7700_ADDRESS)).toEqual({
      ok: false,
      problem: "no-response",
    });
  });
}
