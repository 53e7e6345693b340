import {
  after,
  elapsed,
  hours,
  type Instant,
  instant,
  milliseconds,
  type Milliseconds,
  minutes,
} from "@battant/protocol/vocabulary/units";
import type { Because, Decision, Evidence } from "../domain/decision.ts";
import { onFloor, STUCK_AFTER, thresholdOf } from "../domain/light.ts";
import type { DaylightSettings, ZonePlan } from "../domain/site.ts";
import { activeOverride, isInhibiting, litOf, type Zone } from "../domain/zone.ts";

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

/** After a circuit was given back or lamps were switched on, the rule waits at least this long. */
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
  const earliest = earliestInhibition(zone, brightSince, { offDelay, usual: settings.offDelay });
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
  const { seen, same, daylight } = zone.light;
  if (seen === undefined) return decision("sensor-silent", evidence);
  if (elapsed({ since: seen.at, now }) > settings.readingAgeMax) {
    return decision("sensor-silent", evidence, seen.at);
  }
  if (same !== undefined && elapsed({ since: same.since, now }) >= STUCK_AFTER) {
    return decision("sensor-stuck", evidence, same.since);
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
  if (lampsWereNotSeenToGo(zone, settings)) return decision("post-check-failed", evidence);
  const { darkSince } = zone.light;
  if (darkSince !== undefined && elapsed({ since: darkSince, now }) >= settings.onDelay) {
    return decision("too-dark", evidence, darkSince);
  }
  return decision("daylight-sufficient", evidence, zone.verdict?.decision.evidence.since);
}

/** Seen a minute after lamps went off. Before, they may still fade. */
const CHECKED_AFTER = minutes(1);
/** A sensor that sees the same within this although its lamps went off sees nothing at all. */
const UNCHANGED_SHARE = 0.02;
const UNCHANGED_LX = 2;

/** The check after switching off: a sensor that does not notice its own lamps is not believed. */
function lampsWereNotSeenToGo(zone: Zone, settings: DaylightSettings): boolean {
  const { beforeOff, circuit } = zone;
  const { seen } = zone.light;
  const share = settings.luminaireContribution ?? 0;
  if (beforeOff === undefined || seen === undefined || circuit.litChanged === undefined)
    return false;
  if (circuit.report?.state !== "inhibited" || litOf(circuit) !== false) return false;
  if (elapsed({ since: circuit.litChanged, now: seen.at }) < CHECKED_AFTER) return false;
  const unchanged = Math.max(UNCHANGED_LX, beforeOff * UNCHANGED_SHARE);
  return share > 3 * unchanged && Math.abs(seen.illuminance - beforeOff) <= unchanged;
}

/** `t_off`, longer on days of many switchings. */
export function offDelayOf(zone: Zone, settings: DaylightSettings, now: Instant): Milliseconds {
  const today = zone.inhibitions.filter((at) => elapsed({ since: at, now }) < DAY).length;
  const doublings = Math.max(0, today - INHIBITIONS_BEFORE_BACKOFF);
  return milliseconds(Math.min(settings.offDelay * 2 ** doublings, OFF_DELAY_MAX));
}

type Delays = { readonly offDelay: Milliseconds; readonly usual: Milliseconds };

function earliestInhibition(
  zone: Zone,
  brightSince: Instant,
  { offDelay, usual }: Delays,
): Instant {
  // On a day of many switchings the longer delay counts from the last one, however bright it is.
  const rest = offDelay > usual ? offDelay : REST;
  const moments = [
    after(brightSince, offDelay),
    zone.releasedAt === undefined ? brightSince : after(zone.releasedAt, rest),
    zone.switchedOnAt === undefined ? brightSince : after(zone.switchedOnAt, REST),
  ];
  return instant(Math.max(...moments));
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
