import { type Lux, lux, milliseconds } from "@battant/protocol/vocabulary/units";
import type { I2CBus, Timers } from "../hardware.ts";
import type { Sample } from "../sample.ts";

/**
 * BH1750 ambient light sensor: a quick rough look first, then one sample at the sensitivity that
 * suits it, from 0.1 lx at night to direct sun.
 * Datasheet: ROHM BH1750FVI, "Instruction Set Architecture".
 */

export type LightSensor = { sample(done: (sample: Sample<Lux>) => void): void };

/** ADDR pin low; 0x5C when it is high. */
export const BH1750_ADDRESS = 0x23;

const POWER_ON = 0x01;
const SENSITIVITY_HIGH_BITS = 0x40;
const SENSITIVITY_LOW_BITS = 0x60;

const SENSITIVITY_DEFAULT = 69;
const SENSITIVITY_MIN = 31;
const SENSITIVITY_MAX = 254;

const COUNTS_PER_LUX = 1.2;
const COUNTS_MAX = 65535;
/** Full scale of H-resolution mode 2 at the highest sensitivity is 7 417 lx. */
const FINE_LUX_MAX = 7000;
/** Where a sample in bright light should land: below full scale, with room for a flicker. */
const COUNTS_AIM = 50000;

/** `halves`: H-resolution mode 2 counts in half steps. `time` is the maximum at default sensitivity. */
type Mode = { readonly once: number; readonly time: number; readonly halves: 1 | 2 };

const LOW: Mode = { once: 0x23, time: 24, halves: 1 };
const HIGH: Mode = { once: 0x20, time: 180, halves: 1 };
const HIGH_2: Mode = { once: 0x21, time: 180, halves: 2 };

export type Range = { readonly mode: Mode; readonly sensitivity: number };

export const RANGES = { low: LOW, high: HIGH, high2: HIGH_2 };

const ROUGH: Range = { mode: LOW, sensitivity: SENSITIVITY_MIN };
const FINE: Range = { mode: HIGH_2, sensitivity: SENSITIVITY_MAX };

export const luxOf = (counts: number, range: Range): Lux =>
  lux(((counts / COUNTS_PER_LUX) * (SENSITIVITY_DEFAULT / range.sensitivity)) / range.mode.halves);

export const rangeFor = (rough: Lux): Range => {
  if (rough <= FINE_LUX_MAX) return FINE;
  const wanted = Math.floor((COUNTS_AIM * SENSITIVITY_DEFAULT) / (COUNTS_PER_LUX * rough));
  return {
    mode: HIGH,
    sensitivity: Math.max(SENSITIVITY_MIN, Math.min(SENSITIVITY_MAX, wanted)),
  };
};

export const createBh1750 = (bus: I2CBus, address: number, timers: Timers): LightSensor => {
  const start = (range: Range): boolean => {
    try {
      bus.writeTo(address, POWER_ON);
      bus.writeTo(address, SENSITIVITY_HIGH_BITS | (range.sensitivity >> 5));
      bus.writeTo(address, SENSITIVITY_LOW_BITS | (range.sensitivity & 31));
      bus.writeTo(address, range.mode.once);
      return true;
    } catch {
      return false;
    }
  };

  const finish = (range: Range): Sample<Lux> => {
    let counts: number;
    try {
      const bytes = bus.readFrom(address, 2);
      counts = ((bytes[0] as number) << 8) | (bytes[1] as number);
      if (bytes.length !== 2) return { ok: false, problem: "no-response" };
    } catch {
      return { ok: false, problem: "no-response" };
    }
    if (counts === COUNTS_MAX) return { ok: false, problem: "saturated" };
    return { ok: true, value: luxOf(counts, range) };
  };

  const measure = (range: Range, done: (sample: Sample<Lux>) => void): void => {
    if (!start(range)) {
      done({ ok: false, problem: "no-response" });
      return;
    }
    const wait = Math.ceil((range.mode.time * range.sensitivity) / SENSITIVITY_DEFAULT);
    timers.after(milliseconds(wait), () => done(finish(range)));
  };

  return {
    sample: (done) =>
      measure(ROUGH, (rough) => {
        if (rough.ok) measure(rangeFor(rough.value), done);
        else done(rough);
      }),
  };
};
