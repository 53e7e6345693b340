import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { createCalendar } from "../domain/calendar.ts";
import type { Location } from "../domain/site.ts";
import type { Range } from "../ports.ts";

/** The local days of a range, each with the time in which the sun is high enough for the rule. */

export type SunnyDay = Range & {
  /** Empty in a polar night; two where the sun sets after midnight. */
  readonly sun: readonly Range[];
};

export type Place = {
  readonly timezone: string;
  readonly location: Location;
  /** Above it the rule may act (rules/daylight.ts). */
  readonly altitudeDeg: number;
};

const STRIDE = minutes(10);
const EXACT_MS = 30_000;

export function daysIn({ from, to }: Range, place: Place): readonly SunnyDay[] {
  const calendar = createCalendar(place.timezone);
  const isUp = (at: number): boolean =>
    sunAltitudeDeg(place.location, instant(at)) >= place.altitudeDeg;
  const days: SunnyDay[] = [];
  for (let at = from; at < to;) {
    const { start, end } = calendar.dayOf(at);
    days.push({ from: start, to: end, sun: sunIn({ from: start, to: end }, isUp) });
    at = end;
  }
  return days;
}

function sunIn({ from, to }: Range, isUp: (at: number) => boolean): readonly Range[] {
  const found: Range[] = [];
  let rose = isUp(from) ? from : undefined;
  for (let at = from; at < to; at = next(at, to)) {
    const then = next(at, to);
    if (isUp(then) === (rose !== undefined)) continue;
    const crossed = crossing({ from: at, to: then }, isUp);
    if (rose === undefined) rose = crossed;
    else {
      found.push({ from: rose, to: crossed });
      rose = undefined;
    }
  }
  return rose === undefined || rose >= to ? found : [...found, { from: rose, to }];
}

const next = (at: number, to: number): Instant => instant(Math.min(at + STRIDE, to));

function crossing({ from, to }: Range, isUp: (at: number) => boolean): Instant {
  const was = isUp(from);
  let [before, behind]: [number, number] = [from, to];
  while (behind - before > EXACT_MS) {
    const middle = Math.floor((before + behind) / 2);
    if (isUp(middle) === was) before = middle;
    else behind = middle;
  }
  return instant(behind);
}
