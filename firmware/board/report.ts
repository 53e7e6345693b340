import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import { type Milliseconds, minutes, seconds } from "@battant/protocol/vocabulary/units";

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

const AT_EACH_CHANGE: ReportRule = {
  absolute: 0.5,
  relative: 0,
  apart: seconds(0),
  heartbeat: minutes(5),
};

const ONLY_HEARTBEAT: ReportRule = {
  absolute: Infinity,
  relative: 0,
  apart: seconds(60),
  heartbeat: seconds(60),
};

const power: ReportRule = {
  absolute: 5,
  relative: 0.05,
  apart: seconds(10),
  heartbeat: seconds(60),
};

export const REPORT_RULES: { readonly [quantity in Quantity]: ReportRule } = {
  illuminance: { absolute: 5, relative: 0.05, apart: seconds(10), heartbeat: seconds(60) },
  occupancy: AT_EACH_CHANGE,
  "active-power": power,
  "apparent-power": power,
  energy: ONLY_HEARTBEAT,
  current: { absolute: 0.05, relative: 0.05, apart: seconds(10), heartbeat: seconds(60) },
  voltage: { absolute: 5, relative: 0, apart: seconds(10), heartbeat: seconds(60) },
  "tariff-register": AT_EACH_CHANGE,
  inhibited: AT_EACH_CHANGE,
  lit: AT_EACH_CHANGE,
};

export const isDue = (rule: ReportRule, last: Reported | undefined, sample: Reported): boolean => {
  if (last === undefined) return true;
  const elapsed = sample.at - last.at;
  if (elapsed >= rule.heartbeat) return true;
  if (elapsed < rule.apart) return false;
  const band = Math.max(rule.absolute, rule.relative * Math.abs(last.value));
  return Math.abs(sample.value - last.value) > band;
};

/** Remembers the last report of one sensor; `report` is called with what is worth it. */
export type Reporter = { offer(value: number, uptime: Milliseconds): void };

export const createReporter = (rule: ReportRule, report: (value: number) => void): Reporter => {
  let last: Reported | undefined;
  return {
    offer: (value, uptime) => {
      const sample = { value: value, at: uptime };
      if (!isDue(rule, last, sample)) return;
      last = sample;
      report(value);
    },
  };
};

/** The middle one: a single flash or shadow among the samples does not count. */
export const median = (values: readonly number[]): number => {
  const sorted = values.slice(0).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
};
