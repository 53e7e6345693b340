import { readFileSync } from "node:fs";
import { lux, type Lux } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  bh1750Chip,
  BH1750_ADDRESS,
  luxOf,
  ONCE_HIGH,
  ONCE_HIGH_2,
  rangeFor,
  rangeOf,
} from "../drivers/bh1750.ts";
import type { I2CBus } from "../hardware.ts";
import { sampleLight } from "../light-chip.ts";
import type { Sample } from "../sample.ts";
import { createBench, silentBus } from "./bench.ts";
import { sampleOf } from "./light-bench.ts";

// Goal: the right illuminance from 0 to full scale, and an answer whatever the chip does.
// Method: the datasheet's arithmetic from vectors; then a bus that answers in counts of any kind.

type Vectors = {
  readonly bh1750: readonly { raw: number; mode: "H" | "H2"; mt: number; lux: number }[];
  readonly bh1750_opcodes: { readonly set_mt: Record<string, readonly [string, string]> };
};

const vectors = JSON.parse(
  readFileSync(new URL("./fixtures/bh1750.json", import.meta.url), "utf8"),
) as Vectors;

for (const vector of vectors.bh1750) {
  test(`${vector.raw} counts in ${vector.mode} at sensitivity ${vector.mt} are ${vector.lux} lx`, () => {
    const once = vector.mode === "H" ? ONCE_HIGH : ONCE_HIGH_2;
    expect(luxOf(vector.raw, rangeOf(once, vector.mt))).toBeCloseTo(vector.lux, 2);
  });
}

type Chip = I2CBus & { readonly written: number[] };

/** Answers as the chip would in this light, from what was written to it. */
const chipIn = (illuminance: () => number): Chip => {
  const written: number[] = [];
  let high = 69 >> 5;
  let low = 69 & 31;
  let mode = 0;
  const sensitivity = (): number => (high << 5) | low;
  return {
    written,
    readReg: silentBus.readReg,
    writeTo: (address, bytes) => {
      expect(address).toBe(BH1750_ADDRESS);
      const command = bytes[0]!;
      expect(bytes).toHaveLength(1);
      written.push(command);
      if ((command & 0xf8) === 0x40) high = command & 7;
      else if ((command & 0xe0) === 0x60) low = command & 31;
      else if (command >= 0x20) mode = command;
    },
    readFrom: () => {
      const halves = mode === 0x21 ? 2 : 1;
      const counts = Math.min(65535, (illuminance() * 1.2 * sensitivity() * halves) / 69);
      return Uint8Array.of(counts >> 8, counts & 255);
    },
  };
};

const sampleOn = (bus: I2CBus): Sample<Lux> => sampleOf(bh1750Chip, bus, BH1750_ADDRESS);

for (const [sensitivity, opcodes] of Object.entries(vectors.bh1750_opcodes.set_mt)) {
  const expected = opcodes.map((it) => Number.parseInt(it, 16));
  // 31 is the rough look; the others are what bright light asks for, from the formula backwards.
  const rough = sensitivity === "31" ? 1 : (50000 * 69) / (1.2 * (Number(sensitivity) + 0.5));
  test(`sensitivity ${sensitivity} is set with ${opcodes.join(" ")}`, () => {
    const chip = chipIn(() => rough);
    sampleOn(chip);
    const pairs = chip.written.map((command, i) => [command, chip.written[i + 1]]);
    expect(pairs).toContainEqual(expected);
  });
}

test("powers on, looks roughly at low resolution, then measures finely in dim light", () => {
  const chip = chipIn(() => 100);
  const sample = sampleOn(chip);
  expect(chip.written).toEqual([0x01, 0x40, 0x7f, 0x23, 0x01, 0x47, 0x7e, 0x21]);
  expect(sample).toEqual({ ok: true, value: expect.closeTo(100, 0) as number });
});

test("gives the chip the longest time that the datasheet says it may take", () => {
  const bench = createBench();
  let done = false;
  const place = { bus: chipIn(() => 100), address: BH1750_ADDRESS };
  sampleLight({ chip: bh1750Chip, place, timers: bench.hardware.timers }, () => {
    done = true;
  });
  bench.pass((24 * 31) / 69 + (180 * 254) / 69);
  expect(done).toBe(false);
  bench.pass(2);
  expect(done).toBe(true);
});

test("is right within 1 % or 0.2 lx from darkness to direct sun", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 120000, noNaN: true }), (illuminance) => {
      const sample = sampleOn(chipIn(() => illuminance));
      if (!sample.ok) throw new Error(`no value at ${illuminance} lx`);
      expect(Math.abs(sample.value - illuminance)).toBeLessThan(Math.max(0.2, illuminance / 100));
    }),
  );
});

test("says it is saturated beyond full scale, rather than naming a number", () => {
  expect(sampleOn(chipIn(() => 125000))).toEqual({ ok: false, problem: "saturated" });
});

test("says it is saturated when a lamp comes on between the rough look and the fine one", () => {
  const light = [10, 30000];
  expect(sampleOn(chipIn(() => light.shift() ?? 30000))).toEqual({
    ok: false,
    problem: "saturated",
  });
});

test("answers when the chip is missing", () => {
  expect(sampleOn(silentBus)).toEqual({ ok: false, problem: "no-response" });
});

test("answers when the chip dies between command and reading", () => {
  const dying: I2CBus = {
    ...chipIn(() => 100),
    readFrom: (address, count) => silentBus.readFrom(address, count),
  };
  expect(sampleOn(dying)).toEqual({ ok: false, problem: "no-response" });
});

test("answers when the bus returns fewer bytes than asked for", () => {
  const short: I2CBus = { ...chipIn(() => 100), readFrom: () => Uint8Array.of(1) };
  expect(sampleOn(short)).toEqual({ ok: false, problem: "no-response" });
});

test("chooses a sensitivity that the chip has, for any rough look", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 200000, noNaN: true }), (rough) => {
      const sensitivity = rangeFor(lux(rough)) & 255;
      expect(sensitivity).toBeGreaterThanOrEqual(31);
      expect(sensitivity).toBeLessThanOrEqual(254);
    }),
  );
});
