import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";

/**
 * Which ten minutes and which day an instant belongs to. Ten minutes are UTC; a day runs from
 * midnight to midnight in the building's time zone and lasts 23 to 25 hours.
 */

export type Span = { readonly start: Instant; readonly end: Instant };

export type Calendar = {
  tenMinutesOf(at: Instant): Instant;
  /** The whole local day, `start <= at < end`. */
  dayOf(at: Instant): Span;
};

export const TEN_MINUTES = minutes(10);

const UTC_DAY_MS = 86_400_000;
/** No local day is longer than this, clock changes included. */
const DAY_MS_MAX = 27 * 3_600_000;
/** ECMA-262 §21.4.1.1: no date exists beyond. Two days less, so that the day's end exists. */
const LAST = instant(8.64e15 - 2 * UTC_DAY_MS);
/** Late readings of a whole retention period, forwards and backwards. */
const REMEMBERED_MAX = 400;

/** Throws a `RangeError` if `timezone` is not an IANA name. */
export function createCalendar(timezone: string): Calendar {
  const formatter = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
  const remembered = new Map<number, readonly Span[]>();

  /** The local date never moves back, so its borders are found by halving. */
  const border = (at: Instant, towards: -1 | 1): Instant => {
    const date = formatter.format(at);
    let inside: number = at;
    let outside: number = Math.max(at + towards * DAY_MS_MAX, -8.64e15);
    while (Math.abs(outside - inside) > 1) {
      const middle = Math.floor((inside + outside) / 2);
      if (formatter.format(middle) === date) inside = middle;
      else outside = middle;
    }
    return instant(Math.max(inside, outside));
  };

  const dayOf = (asked: Instant): Span => {
    const at = asked < LAST ? asked : LAST;
    const key = Math.floor(at / UTC_DAY_MS);
    const known = remembered.get(key) ?? [];
    const found = known.find((day) => day.start <= at && at < day.end);
    if (found !== undefined) return found;

    const day = { start: border(at, -1), end: border(at, 1) };
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(key, [...known, day]);
    return day;
  };

  return { tenMinutesOf: (at) => instant(at - (at % TEN_MINUTES)), dayOf };
}
