import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { DAY, STUCK_AFTER } from "@battant/rules/figures";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { LEASE_RENEWED_EVERY } from "../domain/lease.ts";
import type { Location, ZonePlan } from "../domain/site.ts";
import { SILENT_AFTER, stuckAfter } from "../domain/presence.ts";
import { isInhibiting, isKeptOffByDay, type Zone } from "../domain/zone.ts";
import { findDaylight, sunGuardDeg } from "../rules/daylight.ts";
import type { Moment } from "../rules/moment.ts";
import { judgeVacancy } from "../rules/vacancy.ts";
import { TICK_EVERY } from "../runtime.ts";

/**
 * The ticks that matter. A hub ticks every few seconds, and nearly always nothing comes of it: until
 * the next reading, a decision changes only when a delay has passed, a reading has become too old or
 * the sun has crossed the horizon. When that will be is known beforehand, so a year needs few ticks.
 */

/** When to tick next, if nothing happens before. */
export type TickPlan = (zone: Zone, now: Instant) => Instant;

/** A longer pause between two events would be taken for a clock that was set (pipeline.ts). */
const PAUSE_MAX = minutes(10);

/** Ticks fall on full multiples: as late after what they find as those of a hub. */
export const onBeat = (at: number): Instant => instant(Math.ceil(at / TICK_EVERY) * TICK_EVERY);

export function planTicks(location: Location, plan: ZonePlan): TickPlan {
  const sunCrosses = createCrossings(location, sunGuardDeg(plan));
  return (zone, now) => {
    let soonest = Math.min(sunCrosses(now), now + PAUSE_MAX - TICK_EVERY);
    for (const at of turningPoints(zone, plan, now)) {
      // What lies behind was looked at already, by whatever happened just now.
      if (at > now && at < soonest) soonest = at;
    }
    return onBeat(soonest);
  };
}

/** When the decision may change by itself, in any order. */
function turningPoints(zone: Zone, plan: ZonePlan, now: Instant): readonly number[] {
  const { verdict } = zone;
  // What comes first in the order of precedence hides the rest.
  if (verdict === undefined || verdict.decision.because === "sun-is-down") return NONE;
  const points: number[] = [];
  addLight(points, zone, plan, now);
  if (plan.circuit?.offWhenVacant === true && plan.presence !== undefined) {
    addPresence(points, zone, plan, now);
  }
  const { lease } = zone.circuit;
  const asksForMore = isInhibiting(zone) && !isFading(zone);
  if (asksForMore && lease !== undefined) points.push(lease.sentAt + LEASE_RENEWED_EVERY);
  return points;
}

/** As it gets dark, the lease runs on and is not renewed (pipeline.ts). */
const isFading = (zone: Zone): boolean =>
  isKeptOffByDay(zone) && zone.light.darkSince !== undefined;

function addLight(points: number[], zone: Zone, plan: ZonePlan, now: Instant): void {
  const { light, verdict } = zone;
  const { daylight } = plan;
  if (light.seen === undefined) return;
  points.push(light.seen.at + daylight.readingAgeMax + 1);
  if (light.same !== undefined) points.push(light.same.since + STUCK_AFTER);
  if (isKeptOffByDay(zone)) {
    if (light.darkSince !== undefined) points.push(light.darkSince + daylight.onDelay);
    return;
  }
  const isVacant = verdict?.decision.because === "vacant";
  const until = isVacant
    ? findDaylight(zone, plan, asIfThere(now)).until
    : verdict?.decision.evidence.until;
  if (until !== undefined) points.push(until);
  addForgotten(points, zone.inhibitions, now);
}

/** An inhibition that is a day old counts no longer towards a longer delay. */
function addForgotten(points: number[], times: readonly Instant[], now: Instant): void {
  const oldest = times.find((at) => at + DAY > now);
  if (oldest !== undefined) points.push(oldest + DAY);
}

function addPresence(points: number[], zone: Zone, plan: ZonePlan, now: Instant): void {
  const hold = plan.presence?.hold ?? 0;
  for (const detected of zone.presence.values()) {
    points.push(detected.at + SILENT_AFTER + 1, detected.since + stuckAfter(detected));
    points.push(detected.since + hold);
  }
  if (zone.switchedOnAt !== undefined) points.push(zone.switchedOnAt + hold);
  const until = judgeVacancy(zone, plan, asIfThere(now))?.until;
  if (until !== undefined) points.push(until);
  addForgotten(points, zone.vacancies, now);
}

/** Boards never leave a backtest. */
const asIfThere = (now: Instant): Moment => ({
  now,
  sunAltitudeDeg: 90,
  clockTrusted: true,
  relayOnline: true,
  sensorOnline: true,
  boardOnline: () => true,
});

const NONE: readonly number[] = [];

const LOOK_AHEAD = minutes(10);

/** The first beat at which the sun is on the other side of `altitudeDeg`. */
function createCrossings(location: Location, altitudeDeg: number): (now: Instant) => Instant {
  const isBelow = (at: number): boolean => sunAltitudeDeg(location, instant(at)) < altitudeDeg;
  let known: Instant | undefined;

  const search = (now: Instant): Instant => {
    const was = isBelow(now);
    let before = Math.floor(now / TICK_EVERY) * TICK_EVERY;
    const end = before + DAY;
    while (before < end && isBelow(before + LOOK_AHEAD) === was) before += LOOK_AHEAD;
    // Far north, the sun may stay on one side for a day.
    if (before >= end) return instant(end);
    let behind = before + LOOK_AHEAD;
    while (behind - before > TICK_EVERY) {
      const middle = onBeat((before + behind) / 2);
      if (isBelow(middle) === was) before = middle;
      else behind = middle;
    }
    return instant(behind);
  };

  return (now) => {
    if (known === undefined || known <= now) known = search(now);
    return known;
  };
}
