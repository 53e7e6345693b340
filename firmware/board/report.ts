import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import {
  hours,
  type Milliseconds,
  milliseconds,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import type { Report } from "./sensor.ts";

/**
 * When a sample is worth reporting: it has moved by more than the dead band since the last report,
 * or the heartbeat is due. The heartbeat is what tells a calm sensor from a dead one.
 */

export type ReportRule = {
  /** Dead band: the larger of `absolute`, in the quantity's unit, and `relative` to the last report. */
  readonly absolute: number;
  readonly relative: number;
  /** However much it moves, not more often than this. */
  readonly apart: Milliseconds;
  readonly heartbeat: Milliseconds;
};

export type Reported = { readonly value: number; readonly at: Milliseconds };

const rule = (
  absolute: number,
  relative: number,
  apart: Milliseconds,
  heartbeat: Milliseconds,
): ReportRule => ({
  absolute: absolute,
  relative: relative,
  apart: apart,
  heartbeat: heartbeat,
});

/** Made when asked for: kept as a table, the rules would hold a hundred variables of a board. */
export const reportRule = (quantity: Quantity): ReportRule => {
  switch (quantity) {
    case "illuminance":
    case "active-power":
    case "apparent-power":
      return rule(5, 0.05, seconds(10), minutes(1));
    // Beside power these are but context, and a Linky counts whole amperes, which flicker.
    case "current":
      return rule(0.05, 0.05, minutes(1), minutes(5));
    case "voltage":
      return rule(5, 0, minutes(1), minutes(5));
    case "energy":
      return rule(Infinity, 0, minutes(1), minutes(1));
    case "occupancy":
    case "tariff-register":
    case "inhibited":
    case "lit":
      return rule(0.5, 0, seconds(0), minutes(5));
  }
};

/**
 * For a register that seldom counts, one tariff of many: once a minute while it does, and once an
 * hour to show that it stands still.
 */
export const registerRule = (): ReportRule => rule(0.5, 0, minutes(1), hours(1));

/** Timers are never quite on time: a sample this much early is not put off to the next one. */
const EARLY = milliseconds(500);

export const isDue = (rule: ReportRule, last: Reported | undefined, sample: Reported): boolean => {
  if (last === undefined) return true;
  const elapsed = sample.at - last.at + EARLY;
  if (elapsed >= rule.heartbeat) return true;
  if (elapsed < rule.apart) return false;
  const band = Math.max(rule.absolute, rule.relative * Math.abs(last.value));
  return Math.abs(sample.value - last.value) > band;
};

/** The last report of one quantity. */
export type Reporter = { value: number; at: Milliseconds };

/** So long ago that any heartbeat is due. */
export const createReporter = (): Reporter => ({ value: 0, at: milliseconds(-Infinity) });

/** Whether the value is worth reporting; if so, it counts as reported. */
export const offer = (
  last: Reporter,
  rule: ReportRule,
  value: number,
  uptime: Milliseconds,
): boolean => {
  if (!isDue(rule, last, { value: value, at: uptime })) return false;
  last.value = value;
  last.at = uptime;
  return true;
};

/** As above for many quantities at once, packed: a meter has two dozen. */
export type PackedReporter = (
  place: number,
  rule: ReportRule,
  value: number,
  uptime: Milliseconds,
) => void;

export const createPackedReporter = (places: number, report: Report): PackedReporter => {
  const values = new Float64Array(places);
  const times = new Float64Array(places);
  // So long ago that any heartbeat is due.
  for (let i = 0; i < places; i++) times[i] = -Infinity;
  return (place, rule, value, uptime) => {
    const last = { value: values[place] as number, at: milliseconds(times[place] as number) };
    if (!isDue(rule, last, { value: value, at: uptime })) return;
    values[place] = value;
    times[place] = uptime;
    report(place, value);
  };
};

/** The middle one: a single flash or shadow among the samples does not count. */
export const median = (values: readonly number[]): number => {
  const sorted = values.slice(0).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
};
