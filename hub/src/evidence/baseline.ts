import { hours, type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import { daysOf, type Figure, figureOf, sum, timeOn } from "./figure.ts";
import type { Range } from "./records.ts";
import type { Interval, Timeline } from "./timeline.ts";
import { type Terms, type Worth, worthOf } from "./worth.ts";

/**
 * How often the light burned in daylight before anything acted on it: what the savings are later
 * measured against.
 */

export type Baseline = {
  readonly range: Range;
  /** Light and daylight were both known, and nothing acted. */
  readonly known: Figure;
  /** Of that, daylight was sufficient. */
  readonly sufficient: Figure;
  /** Of that, the light burned all the same. */
  readonly burning: Figure;
  /** Nothing acted as far as anybody knows, but light or daylight is unknown. */
  readonly unknown: Figure;
  /** Of the burning. */
  readonly worth: Worth;
  readonly days: readonly BaselineDay[];
  readonly rate: Rate | NoRate;
};

export type BaselineDay = {
  readonly day: Range;
  readonly known: Milliseconds;
  readonly sufficient: Milliseconds;
  readonly unknown: Milliseconds;
  readonly burning: Milliseconds;
  readonly worth: Worth;
};

/** Which part of the time with sufficient daylight the light burned: `burning / sufficient`. */
export type Rate = {
  readonly ok: true;
  readonly value: number;
  readonly burning: Milliseconds;
  readonly sufficient: Milliseconds;
  /** Days known almost wholly. */
  readonly days: number;
  /** Standard deviation of the daily rates, each day weighing as much as its sufficient daylight. */
  readonly spread: number;
};

export type NoRate =
  | {
      readonly ok: false;
      readonly because: "too-few-days";
      readonly days: number;
      readonly needed: number;
    }
  | {
      readonly ok: false;
      readonly because: "too-little-daylight";
      readonly sufficient: Milliseconds;
      readonly needed: Milliseconds;
    };

/** A week, because a building lives differently on Sundays. */
export const DAYS_MIN = 7;
/** A day with a night's gap tells nothing of that day. */
const KNOWN_OF_DAY_MIN = 0.9;
/** An hour a day. With less there is hardly anything to save, and hardly anything to learn from. */
export const SUFFICIENT_MIN: Milliseconds = hours(DAYS_MIN);

export function baseline(timeline: Timeline, terms: Terms): Baseline {
  const { range } = timeline;
  const known = figureOf(timeline, isKnownBefore);
  const sufficient = figureOf(timeline, isSufficientBefore);
  const burning = figureOf(timeline, (it) => isSufficientBefore(it) && it.light === "lit");
  const unknown = figureOf(timeline, (it) => isBefore(it) && !isKnownBefore(it));
  const { total, parts } = worthOf(burning.intervals, daysOf(range, terms.calendar), terms, 1);
  const days = parts.map(({ part: day, worth }) => ({
    day,
    known: timeOn(day, known),
    sufficient: timeOn(day, sufficient),
    unknown: timeOn(day, unknown),
    burning: timeOn(day, burning),
    worth,
  }));
  return { range, known, sufficient, burning, unknown, worth: total, days, rate: rateOf(days) };
}

/** A board may go on keeping a light off by itself for a moment, whatever the hub's mode. */
const isBefore = ({ mode, inhibited }: Interval): boolean => mode !== "act" && inhibited !== true;

const isKnownBefore = (it: Interval): boolean =>
  isBefore(it) && it.light !== "unknown" && it.daylight !== "unknown";

const isSufficientBefore = (it: Interval): boolean =>
  isKnownBefore(it) && it.daylight === "sufficient";

function rateOf(rows: readonly BaselineDay[]): Rate | NoRate {
  const days = rows.filter(({ day, known }) => known >= KNOWN_OF_DAY_MIN * (day.to - day.from));
  if (days.length < DAYS_MIN) {
    return { ok: false, because: "too-few-days", days: days.length, needed: DAYS_MIN };
  }
  const sufficient = milliseconds(sum(rows.map((row) => row.sufficient)));
  if (sufficient < SUFFICIENT_MIN) {
    return { ok: false, because: "too-little-daylight", sufficient, needed: SUFFICIENT_MIN };
  }
  const burning = milliseconds(sum(rows.map((row) => row.burning)));
  const value = burning / sufficient;
  const deviations = rows
    .filter((row) => row.sufficient > 0)
    .map((row) => row.sufficient * (row.burning / row.sufficient - value) ** 2);
  const spread = Math.sqrt(sum(deviations) / sufficient);
  return { ok: true, value, burning, sufficient, days: days.length, spread };
}
