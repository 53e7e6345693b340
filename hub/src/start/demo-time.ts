import { hours, type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import type { Location } from "../domain/site.ts";

/**
 * When the demonstration begins. In real time: now. Faster: an hour and a quarter before sunset, so
 * that within two minutes at speed 60 one sees a light go off and come back at dusk. Each start takes
 * a later evening than the one before, because time in a journal must not run backwards.
 */
export function demoOrigin(location: Location, now: Instant, lived: Instant | undefined): Instant {
  for (let day = startOfDay(now); day < now + TRIED; day = instant(day + DAY)) {
    const sunset = sunsetAfter(location, day);
    if (sunset === undefined) continue; // Beyond the polar circles it may not set for months.
    const origin = instant(sunset - BEFORE_SUNSET);
    if (lived === undefined || origin > lived) return origin;
  }
  return lived ?? now;
}

const DAY = hours(24);
const TRIED = hours(24 * 1000);
const BEFORE_SUNSET = minutes(75);

const startOfDay = (at: Instant): Instant => instant(Math.floor(at / DAY) * DAY);

function sunsetAfter(location: Location, from: Instant): Instant | undefined {
  for (let at = from; at < from + DAY; at = instant(at + minutes(1))) {
    const next = instant(at + minutes(1));
    if (sunAltitudeDeg(location, at) > 0 && sunAltitudeDeg(location, next) <= 0) return next;
  }
  return undefined;
}
