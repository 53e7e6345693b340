import {
  after,
  hours,
  type Instant,
  instant,
  type Milliseconds,
  milliseconds,
} from "@battant/protocol/vocabulary/units";
import { DAY, REST } from "@battant/rules/figures";
import type { Presence } from "../domain/decision.ts";
import { presenceIn } from "../domain/presence.ts";
import type { PresencePlan, ZonePlan } from "../domain/site.ts";
import { isInhibiting, type Zone } from "../domain/zone.ts";
import type { Moment } from "./moment.ts";

/**
 * A light that burns for nobody may be kept off by day, however dark it is, where the lamps come back
 * by themselves when somebody comes (`off_when_vacant`). The hub alone runs this rule: while it is
 * gone, the lease ends.
 */
export type Vacancy = {
  readonly presence: Presence;
  /** Nobody has been there for long enough. */
  readonly isDue: boolean;
  /** When it will be, if nobody comes. */
  readonly until: Instant | undefined;
};

/** From the 25th time within a day, each one doubles the hold before the next, to 8 h. */
const VACANCIES_BEFORE_BACKOFF = 24;
const HOLD_MAX = hours(8);

/** Nothing where this rule does not run. */
export function judgeVacancy(zone: Zone, plan: ZonePlan, moment: Moment): Vacancy | undefined {
  if (plan.circuit?.offWhenVacant !== true || plan.presence === undefined) return undefined;
  const { now } = moment;
  const presence = presenceIn(plan.presence, zone.presence, {
    now,
    isOnline: moment.boardOnline,
    switchedOnAt: zone.switchedOnAt,
  });
  if (presence.kind !== "nobody" || presence.since === undefined) {
    return { presence, isDue: false, until: undefined };
  }
  if (isInhibiting(zone)) return { presence, isDue: true, until: undefined };
  const until = earliest(zone, plan.presence, presence.since, now);
  return { presence, isDue: now >= until, until };
}

function earliest(zone: Zone, { hold }: PresencePlan, since: Instant, now: Instant): Instant {
  const doublings = withinDay(zone, now).length - VACANCIES_BEFORE_BACKOFF;
  const longer = longerHold(hold, Math.max(0, doublings));
  // On such a day the longer hold counts from the last time, however long nobody has been there.
  const rest = longer > hold ? longer : REST;
  const released = zone.releasedAt === undefined ? since : after(zone.releasedAt, rest);
  const switchedOn = zone.switchedOnAt === undefined ? since : after(zone.switchedOnAt, REST);
  return instant(Math.max(after(since, longer), released, switchedOn));
}

const longerHold = (hold: Milliseconds, doublings: number): Milliseconds =>
  milliseconds(Math.min(hold * 2 ** doublings, HOLD_MAX));

const withinDay = ({ vacancies }: Zone, now: Instant): Instant[] =>
  vacancies.filter((at) => now - at < DAY);

/** After it began to be kept off because nobody was there. */
export const vacated = (zone: Zone, now: Instant): Pick<Zone, "vacancies"> => ({
  vacancies: [...withinDay(zone, now), now],
});
