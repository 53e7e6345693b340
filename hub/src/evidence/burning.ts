import type { Milliseconds } from "@battant/protocol/vocabulary/units";
import { daysOf, type Figure, figureOf, timeOn } from "./figure.ts";
import type { Range } from "./records.ts";
import type { Interval, Timeline } from "./timeline.ts";
import { type Terms, type Worth, worthOf } from "./worth.ts";

/** "312 h in daylight last month, 41 kWh, 9 €": how long a light burned although daylight sufficed. */

export type Burning = {
  readonly range: Range;
  readonly burning: Figure;
  /** It may have burned in daylight, nobody knows. */
  readonly unknown: Figure;
  readonly worth: Worth;
  readonly days: readonly BurningDay[];
};

export type BurningDay = {
  readonly day: Range;
  readonly burning: Milliseconds;
  readonly unknown: Milliseconds;
  readonly worth: Worth;
};

export function burningInDaylight(timeline: Timeline, terms: Terms): Burning {
  const { range } = timeline;
  const burning = figureOf(timeline, (it) => it.light === "lit" && it.daylight === "sufficient");
  const unknown = figureOf(timeline, mayHaveBurned);
  const { total, parts } = worthOf(burning.intervals, daysOf(range, terms.calendar), terms, 1);
  return {
    range,
    burning,
    unknown,
    worth: total,
    days: parts.map(({ part: day, worth }) => ({
      day,
      burning: timeOn(day, burning),
      unknown: timeOn(day, unknown),
      worth,
    })),
  };
}

const mayHaveBurned = ({ light, daylight }: Interval): boolean =>
  (light === "unknown" && daylight !== "insufficient") ||
  (light === "lit" && daylight === "unknown");
