import type { Instant, Milliseconds } from "@battant/protocol/vocabulary/units";
import type { Calendar, Span } from "../domain/calendar.ts";
import type { Chart, DaySum, KeptOff } from "./question.ts";

/** When a rule would have kept a light off, to be drawn: neighbouring stretches as one, and days. */
export type ChartMaker = {
  add(from: Instant, to: Instant, what: Drawn): void;
  total(): Chart;
};

type Drawn = {
  readonly keptOff: boolean;
  /** It would have burned otherwise. */
  readonly avoided: boolean;
  readonly unknown: boolean;
};

/** A rule that switches a dozen times a day has as many in more than a year; more draw as a blur. */
const INTERVALS_MAX = 5000;

type Growing = { -readonly [key in keyof KeptOff]: KeptOff[key] };
type Sum = { -readonly [key in keyof DaySum]: DaySum[key] };

export function createChart(calendar: Calendar): ChartMaker {
  const intervals: Growing[] = [];
  const days: Sum[] = [];
  let day: Span | undefined;
  let isTooMany = false;

  const extend = (from: Instant, to: Instant, avoided: boolean): void => {
    const last = intervals.at(-1);
    if (last?.to === from && last.avoided === avoided) last.to = to;
    else if (intervals.length < INTERVALS_MAX) intervals.push({ from, to, avoided });
    else isTooMany = true;
  };

  const sumAt = (at: Instant): Sum => {
    if (day === undefined || at >= day.end) day = calendar.dayOf(at);
    const last = days.at(-1);
    if (last?.from === day.start) return last;
    const fresh = { from: day.start, keptOff: NO_TIME, avoided: NO_TIME, unknown: NO_TIME };
    days.push(fresh);
    return fresh;
  };

  return {
    add: (from, to, { keptOff, avoided, unknown }) => {
      if (keptOff) extend(from, to, avoided);
      for (let at = from; at < to; at = day?.end ?? to) {
        const sum = sumAt(at);
        const length = Math.min(to, day?.end ?? to) - at;
        if (keptOff) sum.keptOff = longer(sum.keptOff, length);
        if (avoided) sum.avoided = longer(sum.avoided, length);
        if (unknown) sum.unknown = longer(sum.unknown, length);
      }
    },
    total: () => ({ keptOff: isTooMany ? undefined : intervals, days }),
  };
}

const NO_TIME = 0 as Milliseconds;

const longer = (one: Milliseconds, by: number): Milliseconds => (one + by) as Milliseconds;
