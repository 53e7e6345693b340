import { type Milliseconds, type Watts, watts } from "@battant/protocol/vocabulary/units";
import type { Edge } from "../hardware.ts";

/**
 * Counts the pulses of an S0 output (IEC 62053-31) or of a meter's LED: so many per kWh.
 *
 * A pulse is active for 30 to 100 ms; shorter ones are interference. The count is the energy; the
 * power follows from the time between pulses and falls while the next one is late.
 */
export type PulseCounter = {
  count: number;
  /** When the pulse that is not over yet began. */
  started: Milliseconds | undefined;
  /** When the last one that counted began, and how long after the one before. */
  last: Milliseconds | undefined;
  interval: number | undefined;
};

const WIDTH_MIN_MS = 20;
/** From start to start: a bouncing contact makes two edges closer than this, no meter does. */
const APART_MIN_MS = 40;
const WATT_MILLISECONDS_PER_KILOWATT_HOUR = 3600000000;

export const createPulseCounter = (): PulseCounter => ({
  count: 0,
  started: undefined,
  last: undefined,
  interval: undefined,
});

export const countEdge = (counter: PulseCounter, edge: Edge): void => {
  const start = counter.started;
  counter.started = edge.active ? edge.at : undefined;
  if (edge.active || start === undefined || edge.at - start < WIDTH_MIN_MS) return;
  if (counter.last !== undefined) {
    if (start - counter.last < APART_MIN_MS) return;
    counter.interval = start - counter.last;
  }
  counter.last = start;
  counter.count++;
};

/** Unknown before the second pulse. */
export const pulsePower = (
  counter: PulseCounter,
  pulsesPerKilowattHour: number,
  uptime: Milliseconds,
): Watts | undefined => {
  if (counter.last === undefined || counter.interval === undefined) return undefined;
  const longest = Math.max(counter.interval, uptime - counter.last);
  return watts(WATT_MILLISECONDS_PER_KILOWATT_HOUR / (pulsesPerKilowattHour * longest));
};
