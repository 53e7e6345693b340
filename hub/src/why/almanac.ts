import { hours, type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import type { Location } from "../domain/site.ts";

/** When the rule's day begins and ends: when the sun passes the altitude below which it decides nothing. */

export type Sky = { readonly location: Location; readonly guardDeg: number };

/** As the rule asks it. */
export const isNight = ({ location, guardDeg }: Sky, at: Instant): boolean =>
  sunAltitudeDeg(location, at) < guardDeg;

const STEP = minutes(10);
const SOUGHT = hours(48);

/** The first instant after `at` that is night if `at` is day, or day if it is night. */
export function nextTurn(sky: Sky, at: Instant): Instant | undefined {
  const now = isNight(sky, at);
  for (let late = at + STEP; late <= at + SOUGHT; late += STEP) {
    if (isNight(sky, instant(late)) !== now) return turnBetween(sky, late - STEP, late);
  }
  return undefined; // Beyond the polar circles a day or a night may last for months.
}

function turnBetween(sky: Sky, before: number, after: number): Instant {
  const was = isNight(sky, instant(before));
  let [early, late] = [before, after];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (isNight(sky, instant(middle)) === was) early = middle;
    else late = middle;
  }
  return instant(late);
}
