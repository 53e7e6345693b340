import {
  after,
  elapsed,
  hours,
  type Instant,
  milliseconds,
  type Milliseconds,
  minutes,
} from "@battant/protocol/vocabulary/units";
import type { Because, Decision, Evidence } from "../domain/decision.ts";
import { onFloor, STUCK_AFTER, thresholdOf } from "../domain/light.ts";
import type { DaylightSettings, ZonePlan } from "../domain/site.ts";
import { activeOverride, isInhibiting, type Zone } from "../domain/zone.ts";

/**
 * Daylight-responsive switching: borrow a common-area lighting circuit while daylight alone gives
 * the floor what the law asks for.
 *
 * Slow to borrow, quick to give back. Any doubt (a silent, stuck or unreachable sensor, a clock that
 * may be wrong, a person who wants light, the sun below the horizon) leaves the light available.
 * Two thresholds and two delays keep it from flickering: on six measured days it switches two to
 * five times, where one threshold on the raw value switches 142 times.
 */

export type Moment = {
  readonly now: Instant;
  /** Geometric altitude of the sun's centre. */
  readonly sunAltitudeDeg: number;
  /** The hub's clock may be believed; without it the almanac is worth nothing. */
  readonly clockTrusted: boolean;
  readonly relayOnline: boolean;
  readonly sensorOnline: boolean;
};

/** After giving a circuit back, the rule waits at least this long (Title 24: three minutes). */
const REST = minutes(3);
/** From the seventh inhibition within a day, each one doubles the delay before the next. */
const INHIBITIONS_BEFORE_BACKOFF = 6;
const OFF_DELAY_MAX = hours(8);
const DAY = hours(24);

/**
 * Indoors nothing legitimate is lost at 0°: a clear sky then gives at most 1 000 lx outside, 50 lx
 * at a daylight factor of 5 %. Outside, 20 lx are still there until about -4°.
 */
export const sunGuardDeg = (plan: ZonePlan): number => (plan.kind === "outdoor-path" ? -4 : 0);

export function decideDaylight(zone: Zone, plan: ZonePlan, moment: Moment): Decision {
  const doubt = doubtAbout(zone, plan, moment);
  if (doubt !== undefined) return doubt;

  const settings = plan.daylight;
  const { now } = moment;
  const evidence = evidenceOf(zone, settings);
  if (isInhibiting(zone)) return keepOrGiveBack(zone, settings, evidence, now);

  const { brightSince } = zone.light;
  if (brightSince === undefined) return decision("too-dark", evidence, zone.light.darkSince);
  if (zone.distrust !== undefined && now < zone.distrust.until) {
    return decision("post-check-failed", evidence, undefined, zone.distrust.until);
  }
  const offDelay = offDelayOf(zone, settings, now);
  const earliest = earliestInhibition(zone, brightSince, offDelay);
  const patient = { ...evidence, offDelay };
  if (now < earliest) return decision("not-bright-long-enough", patient, brightSince, earliest);
  return decision("daylight-sufficient", evidence, brightSince);
}

/** Everything that ends the matter before daylight is even looked at, in order of precedence. */
function doubtAbout(zone: Zone, plan: ZonePlan, moment: Moment): Decision | undefined {
  const settings = plan.daylight;
  const { now } = moment;
  const evidence = evidenceOf(zone, settings);
  if (plan.circuit === undefined) return decision("no-circuit", evidence);
  if (plan.lightSensor === undefined) return decision("no-light-sensor", evidence);
  if (settings.mode === "off") return decision("rule-off", evidence);
  const override = activeOverride(zone, now);
  if (override !== undefined) {
    return decision("override", evidence, override.since, override.until);
  }
  if (!moment.clockTrusted) return decision("clock-unknown", evidence);
  if (moment.sunAltitudeDeg < sunGuardDeg(plan)) return decision("sun-is-down", evidence);
  if (settings.mode === "act" && !moment.relayOnline) return decision("relay-offline", evidence);
  if (!moment.sensorOnline) return decision("sensor-offline", evidence, zone.light.seen?.at);
  const { seen, sameSince, daylight } = zone.light;
  if (seen === undefined) return decision("sensor-silent", evidence);
  if (elapsed({ since: seen.at, now }) > settings.readingAgeMax) {
    return decision("sensor-silent", evidence, seen.at);
  }
  if (sameSince !== undefined && elapsed({ since: sameSince, now }) >= STUCK_AFTER) {
    return decision("sensor-stuck", evidence, sameSince);
  }
  if (daylight === undefined) return decision("not-calibrated", evidence);
  return undefined;
}

/** Once borrowed, a passing cloud is waited out; real darkness is not. */
function keepOrGiveBack(
  zone: Zone,
  settings: DaylightSettings,
  evidence: Evidence,
  now: Instant,
): Decision {
  const { darkSince } = zone.light;
  if (darkSince !== undefined && elapsed({ since: darkSince, now }) >= settings.onDelay) {
    return decision("too-dark", evidence, darkSince);
  }
  return decision("daylight-sufficient", evidence, zone.verdict?.decision.evidence.since);
}

/** `t_off`, longer on days of many switchings. */
export function offDelayOf(zone: Zone, settings: DaylightSettings, now: Instant): Milliseconds {
  const today = zone.inhibitions.filter((at) => elapsed({ since: at, now }) < DAY).length;
  const doublings = Math.max(0, today - INHIBITIONS_BEFORE_BACKOFF);
  return milliseconds(Math.min(settings.offDelay * 2 ** doublings, OFF_DELAY_MAX));
}

function earliestInhibition(zone: Zone, brightSince: Instant, offDelay: Milliseconds): Instant {
  const bright = after(brightSince, offDelay);
  if (zone.releasedAt === undefined) return bright;
  const rested = after(zone.releasedAt, REST);
  return bright > rested ? bright : rested;
}

function evidenceOf(zone: Zone, settings: DaylightSettings): Evidence {
  const { daylight } = zone.light;
  return {
    target: settings.target,
    threshold: thresholdOf(settings),
    ...(daylight !== undefined && { daylight: onFloor(daylight, settings) }),
    ...(settings.mode === "observe" && { observed: true as const }),
  };
}

function decision(
  because: Because,
  evidence: Evidence,
  since?: Instant,
  until?: Instant,
): Decision {
  return {
    kind: because === "daylight-sufficient" ? "inhibit" : "allow",
    because,
    evidence: {
      ...evidence,
      ...(since !== undefined && { since }),
      ...(until !== undefined && { until }),
    },
  };
}
