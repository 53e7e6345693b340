import type { Lux, Milliseconds } from "@battant/protocol/vocabulary/units";
import type { I2CBus, Timers } from "./hardware.ts";
import type { Problem, Sample } from "./sample.ts";

/**
 * What all light chips have in common: a quick rough look over the whole range first, then one at the
 * sensitivity that suits what the rough look showed.
 *
 * Each look configures the chip from the beginning: one that lost its supply for a moment, or was
 * plugged in late, is right again at the next sample. A range is a number in the chip's own code.
 */
export type LightChip = {
  readonly rough: number;
  /** How to look again; `undefined` when the rough look was as good as it gets. */
  rangeFor(rough: Look): number | undefined;
  /** Begins to measure, and says how long that may take. Throws as the bus does. */
  start(place: LightPlace, range: number): Milliseconds;
  /** `undefined` when the chip is saturated. Throws as the bus does. */
  read(place: LightPlace, range: number): Look | undefined;
};

/** Where the chip is. */
export type LightPlace = { readonly bus: I2CBus; readonly address: number };

/** `counts` tells how full the converter was, which the illuminance alone may not tell. */
export type Look = { readonly illuminance: Lux; readonly counts: number };

/** Two bytes of an answer; throws if they are not there. */
export const wordAt = (bytes: Uint8Array, low: number, high: number): number => {
  if (bytes.length <= low || bytes.length <= high) throw new Error("the answer is too short");
  return ((bytes[high] as number) << 8) | (bytes[low] as number);
};

export type LightSensor = {
  /** Asked for at each look: kept meanwhile, its functions would take a hundredth of a board's memory. */
  readonly chip: () => LightChip;
  readonly place: LightPlace;
  readonly timers: Timers;
};

/** Calls back once, whatever the chip does. */
export type LightDone = (sample: Sample<Lux>) => void;

const failed = (problem: Problem): Sample<Lux> => ({ ok: false, problem: problem });

const look = (sensor: LightSensor, range: number, done: LightDone): void => {
  let wait: Milliseconds;
  try {
    wait = sensor.chip().start(sensor.place, range);
  } catch {
    done(failed("no-response"));
    return;
  }
  sensor.timers.after(wait, () => {
    const chip = sensor.chip();
    let seen: Look | undefined;
    try {
      seen = chip.read(sensor.place, range);
    } catch {
      done(failed("no-response"));
      return;
    }
    const finer = seen === undefined || range !== chip.rough ? undefined : chip.rangeFor(seen);
    if (finer !== undefined) look(sensor, finer, done);
    else done(seen === undefined ? failed("saturated") : { ok: true, value: seen.illuminance });
  });
};

export const sampleLight = (sensor: LightSensor, done: LightDone): void =>
  look(sensor, sensor.chip().rough, done);
