import {
  type Milliseconds,
  type WattHours,
  wattHours,
  type Watts,
  watts,
} from "@battant/protocol/vocabulary/units";
import type { InputPin } from "../hardware.ts";

/**
 * Counts the pulses of an S0 output (IEC 62053-31) or of a meter's LED: so many per kWh.
 *
 * A pulse is active for 30 to 100 ms; shorter ones are interference. The energy is the count; the
 * power follows from the time between pulses and falls while the next one is late.
 */

export type PulseCounter = {
  energy(): WattHours;
  /** Unknown before the second pulse. */
  power(uptime: Milliseconds): Watts | undefined;
};

const WIDTH_MIN_MS = 20;
/** From start to start: a bouncing contact makes two edges closer than this, no meter does. */
const APART_MIN_MS = 40;
const WATT_MILLISECONDS_PER_KILOWATT_HOUR = 3600000000;

export const createPulseCounter = (
  input: InputPin,
  pulsesPerKilowattHour: number,
): PulseCounter => {
  let count = 0;
  let started: number | undefined;
  let last: number | undefined;
  let interval: number | undefined;

  const end = (at: number): void => {
    const start = started;
    started = undefined;
    if (start === undefined || at - start < WIDTH_MIN_MS) return;
    if (last !== undefined) {
      if (start - last < APART_MIN_MS) return;
      interval = start - last;
    }
    last = start;
    count++;
  };

  input.watch((edge) => {
    if (edge.active) started = edge.at;
    else end(edge.at);
  });

  return {
    energy: () => wattHours(Math.floor((count * 1000) / pulsesPerKilowattHour)),
    power: (uptime) => {
      if (last === undefined || interval === undefined) return undefined;
      const longest = Math.max(interval, uptime - last);
      return watts(WATT_MILLISECONDS_PER_KILOWATT_HOUR / (pulsesPerKilowattHour * longest));
    },
  };
};
