import { instant, type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import type { Calendar } from "../domain/calendar.ts";
import type { Range } from "./records.ts";
import { firstEndingAfter, type Interval, type Timeline } from "./timeline.ts";

/** A figure that can be opened: a length of time, and the intervals it is the sum of. */
export type Figure = { readonly total: Milliseconds; readonly intervals: readonly Interval[] };

export function figureOf(timeline: Timeline, belongs: (it: Interval) => boolean): Figure {
  const intervals = timeline.intervals.filter(belongs);
  return { total: lengthOf(intervals), intervals };
}

export function lengthOf(ranges: readonly Range[]): Milliseconds {
  let total = 0;
  for (const { from, to } of ranges) total += to - from;
  return milliseconds(total);
}

/** What of some sorted, disjoint ranges falls within another one. */
export function piecesWithin(whole: Range, ranges: readonly Range[]): readonly Range[] {
  const pieces: Range[] = [];
  for (let index = firstEndingAfter(ranges, whole.from); index < ranges.length; index++) {
    const range = ranges[index];
    if (range === undefined || range.from >= whole.to) break;
    const from = instant(Math.max(range.from, whole.from));
    pieces.push({ from, to: instant(Math.min(range.to, whole.to)) });
  }
  return pieces;
}

/** The local days that a range touches, the first and the last one whole. */
export function daysOf(range: Range, calendar: Calendar): readonly Range[] {
  const days: Range[] = [];
  for (let at = range.from; at < range.to;) {
    const { start, end } = calendar.dayOf(at);
    days.push({ from: start, to: end });
    at = end;
  }
  return days;
}

/** How much of a figure fell on a day. */
export const timeOn = (day: Range, figure: Figure): Milliseconds =>
  lengthOf(piecesWithin(day, figure.intervals));

/**
 * Whole numbers in place of `exact` ones that add up to their rounded sum: what rounding down
 * leaves goes to the largest remainders. So the rows of a table add up to its last line.
 */
export function apportion(exact: readonly number[]): readonly number[] {
  const whole = exact.map(Math.floor);
  // Sums in another order differ in their last bits: a half must round the same way in each.
  const left = Math.round(Number(sum(exact).toFixed(6))) - sum(whole);
  const remainder = (index: number): number => (exact[index] ?? 0) - (whole[index] ?? 0);
  const byRemainder = [...exact.keys()].toSorted((a, b) => remainder(b) - remainder(a) || a - b);
  for (const index of byRemainder.slice(0, left)) whole[index] = (whole[index] ?? 0) + 1;
  return whole;
}

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
