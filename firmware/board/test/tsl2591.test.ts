import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { luxOf, tsl2591Chip, TSL2591_ADDRESS } from "../drivers/tsl2591.ts";
import type { I2CBus } from "../hardware.ts";
import { silentBus } from "./bench.ts";
import { busOf, lowFirst, sampleOf } from "./light-bench.ts";

// Goal: the right illuminance in any mixture of light and infrared, and an answer whatever happens.
// Method: the arithmetic from vectors; then a chip that counts as its datasheet says.

type Vector = {
  readonly c0: number;
  readonly c1: number;
  readonly it: number;
  readonly gain: number;
  readonly lux: number;
};

const vectors = (
  JSON.parse(readFileSync(new URL("./fixtures/tsl2591.json", import.meta.url), "utf8")) as {
    readonly tsl2591: readonly Vector[];
  }
).tsl2591;

for (const { c0, c1, it: time, gain, lux } of vectors) {
  test(`${c0} and ${c1} counts at gain ${gain} in ${time} ms are ${lux} lx`, () => {
    expect(luxOf({ all: c0, infrared: c1 }, gain, time)).toBeCloseTo(lux, 3);
  });
}

test("darkness, and infrared alone, are 0 lx and never light out of nothing", () => {
  expect(luxOf({ all: 0, infrared: 0 }, 1, 100)).toBe(0);
  expect(luxOf({ all: 100, infrared: 100 }, 1, 100)).toBe(0);
  expect(luxOf({ all: 100, infrared: 5000 }, 1, 100)).toBe(0);
});

/** `infrared`: its share of what the first channel sees. */
type Light = { readonly illuminance: number; readonly infrared: number };

const GAINS = [1, 25, 428, 9876];

type Chip = { readonly bus: I2CBus; readonly gains: number[] };

const chipIn = (light: () => Light): Chip => {
  const gains: number[] = [];
  let gain = 1;
  // As somebody else may have left it.
  let isOn = true;
  let channels: readonly number[] = [];
  const bus = busOf(TSL2591_ADDRESS, {
    write: (command, bytes) => {
      const [value] = bytes;
      expect(bytes).toHaveLength(1);
      if (command === 0xa1) {
        expect(value! & ~0x30, "an integration of 100 ms").toBe(0);
        expect(isOn, "the gain is changed while it is off").toBe(false);
        gain = GAINS[value! >> 4]!;
      } else {
        expect(command).toBe(0xa0);
        isOn = value === 3;
        channels = [];
        if (value !== 3) return;
        gains.push(gain);
        const { illuminance, infrared } = light();
        const all = (illuminance * 100 * gain) / 408 / (1 - infrared) ** 2;
        channels = [all, all * infrared].map((it) => Math.min(36863, Math.round(it)));
      }
    },
    read: (command) => {
      expect(command).toBe(0xb4);
      return channels.flatMap(lowFirst);
    },
  });
  return { bus, gains };
};

const sampleIn = (light: () => Light) => sampleOf(tsl2591Chip, chipIn(light).bus, TSL2591_ADDRESS);

const gains: readonly (readonly [illuminance: number, infrared: number, gains: number[]])[] = [
  [0, 0, [1, 428]],
  [100, 0.2, [1, 428]],
  [1_000, 0.2, [1, 25]],
  // As much light from an incandescent lamp fills the converter nine times as much.
  [100, 0.7, [1, 25]],
  [3_000, 0.2, [1, 25]],
  [3_500, 0.2, [1]],
  [20_000, 0.2, [1]],
];

for (const [illuminance, infrared, expected] of gains) {
  test(`at ${illuminance} lx with ${infrared} infrared it looks with gain ${expected.join(", then ")}`, () => {
    const chip = chipIn(() => ({ illuminance, infrared }));
    expect(sampleOf(tsl2591Chip, chip.bus, TSL2591_ADDRESS).ok).toBe(true);
    expect(chip.gains).toEqual(expected);
  });
}

test("is right within 2 % or 0.2 lx, whatever the share of infrared", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 400_000 }).map((it) => it / 10),
      fc.double({ min: 0, max: 0.45, noNaN: true }),
      (illuminance, infrared) => {
        const sample = sampleIn(() => ({ illuminance, infrared }));
        if (!sample.ok) throw new Error(`no value at ${illuminance} lx`);
        const error = Math.abs(sample.value - illuminance);
        expect(error).toBeLessThan(Math.max(0.2, illuminance / 50));
      },
    ),
  );
});

test("says it is saturated rather than naming a number", () => {
  const problem = { ok: false, problem: "saturated" };
  expect(sampleIn(() => ({ illuminance: 200_000, infrared: 0.2 }))).toEqual(problem);
  const switchedOn = [10, 30_000];
  expect(sampleIn(() => ({ illuminance: switchedOn.shift() ?? 30_000, infrared: 0.2 }))).toEqual(
    problem,
  );
});

const daylight = (): Light => ({ illuminance: 100, infrared: 0.2 });

const faults: readonly (readonly [name: string, bus: I2CBus])[] = [
  ["the chip is missing", silentBus],
  [
    "the chip dies between command and reading",
    { ...chipIn(daylight).bus, readReg: silentBus.readReg },
  ],
  [
    "the bus returns fewer bytes than asked for",
    { ...chipIn(daylight).bus, readReg: () => Uint8Array.of(1, 2, 3) },
  ],
];

for (const [name, bus] of faults) {
  test(`answers when ${name}`, () => {
    expect(sampleOf(tsl2591Chip, bus, TSL2591_ADDRESS)).toEqual({
      ok: false,
      problem: "no-response",
    });
  });
}
