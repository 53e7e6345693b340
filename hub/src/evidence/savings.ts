import type { Milliseconds } from "@battant/protocol/vocabulary/units";
import type { Baseline, NoRate, Rate } from "./baseline.ts";
import { daysOf, type Figure, figureOf, timeOn } from "./figure.ts";
import type { Load } from "./load.ts";
import type { Range } from "./records.ts";
import type { Interval, Timeline } from "./timeline.ts";
import { type Terms, type Worth, worthOf } from "./worth.ts";

/**
 * What one zone saved. While Battant kept the light off in sufficient daylight, it would have
 * burned as often as it did before, in the baseline: that part of the time is avoided, no more.
 */

export type Savings = {
  readonly range: Range;
  /** Kept off by Battant, and seen to be out. */
  readonly keptOff: Figure;
  /** Nobody knows whether the light burned. It is in no other figure, as saved or as zero. */
  readonly unknown: Figure;
  /** What was saved; `undefined` while the baseline gives no rate. */
  readonly avoided: Worth | undefined;
  /** As if the light would have burned all the time that it was kept off: it cannot be more. */
  readonly upTo: Worth;
  readonly days: readonly SavingsDay[];
  readonly method: Method;
};

export type SavingsDay = {
  readonly day: Range;
  readonly keptOff: Milliseconds;
  readonly unknown: Milliseconds;
  readonly avoided: Worth | undefined;
  readonly upTo: Worth;
};

/** All that somebody needs to do the sum again. */
export type Method = {
  readonly name: MethodName;
  /** `t` is `keptOff`, `r` the rate, `P` the load. */
  readonly formula: "E = P × r × t" | "T = r × t";
  readonly baseline: Range;
  readonly rate: Rate | NoRate;
  readonly load: Load | undefined;
};

/**
 * IPMVP Core Concepts: option A measures the key parameter, here the hours, and estimates another,
 * here the power; option B measures all of them. Without a power there is no energy to report.
 */
export type MethodName = "IPMVP option A" | "IPMVP option B" | "hours only";

export function savings(timeline: Timeline, before: Baseline, terms: Terms): Savings {
  const { range } = timeline;
  const { rate } = before;
  const span = daysOf(range, terms.calendar);
  const keptOff = figureOf(timeline, isKeptOff);
  const unknown = figureOf(timeline, isUnknown);
  const upTo = worthOf(keptOff.intervals, span, terms, 1);
  const avoided = rate.ok ? worthOf(keptOff.intervals, span, terms, rate.value) : undefined;
  const days = upTo.parts.map(({ part: day, worth }, index) => ({
    day,
    keptOff: timeOn(day, keptOff),
    unknown: timeOn(day, unknown),
    avoided: avoided?.parts[index]?.worth,
    upTo: worth,
  }));
  const method = methodOf(before, terms.load);
  return { range, keptOff, unknown, avoided: avoided?.total, upTo: upTo.total, days, method };
}

/**
 * The rate was measured in sufficient daylight and holds there alone. Where the hub could not tell,
 * a board kept the light off by the same rule, unless it was kept off because nobody was there.
 */
const isKeptOff = ({ inhibited, light, daylight, because }: Interval): boolean =>
  inhibited === true && light === "out" && daylight !== "insufficient" && because !== "vacant";

const isUnknown = ({ light }: Interval): boolean => light === "unknown";

function methodOf({ range, rate }: Baseline, load: Load | undefined): Method {
  const common = { baseline: range, rate, load };
  if (load === undefined) return { ...common, name: "hours only", formula: "T = r × t" };
  const name = load.origin === "measured" ? "IPMVP option B" : "IPMVP option A";
  return { ...common, name, formula: "E = P × r × t" };
}
