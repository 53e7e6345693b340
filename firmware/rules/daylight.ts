import {
  after,
  type Instant,
  instant,
  type Lux,
  type Milliseconds,
  milliseconds,
} from "@battant/protocol/vocabulary/units";
import {
  CHECKED_AFTER,
  DAY,
  DISTRUST,
  DISTRUST_DOUBLINGS_MAX,
  INHIBITIONS_BEFORE_BACKOFF,
  OFF_DELAY_MAX,
  POST_CHECK,
  REST,
  SETTLING,
  STUCK_AFTER,
  UNCHANGED_LX,
  UNCHANGED_SHARE,
} from "./figures.ts";
import { type LightSettings, type LightState, onFloor } from "./light.ts";

/**
 * Daylight-responsive switching: borrow a common-area lighting circuit while daylight alone gives
 * the floor what the law asks for.
 *
 * Slow to borrow, quick to give back. Any doubt leaves the light available. Two thresholds and two
 * delays keep it from flickering: on six measured days it switches two to five times, where one
 * threshold on the raw value switches 142 times.
 *
 * Here is what follows from light and from what was done before. Whoever runs the rule has ruled out
 * beforehand what it alone can know: an override, an unknown clock, the sun below the horizon.
 */

/** In order of precedence: the first that holds is the reason given. */
export type Reason =
  | "sensor-silent"
  | "sensor-stuck"
  | "not-calibrated"
  | "too-dark"
  | "post-check-failed"
  | "not-bright-long-enough"
  | "daylight-sufficient";

export type Finding = {
  readonly because: Reason;
  /** Since when this has been so. */
  readonly since: Instant | undefined;
  /** When it may change by itself. */
  readonly until: Instant | undefined;
  /** How long daylight must suffice today, told while that is waited for. */
  readonly offDelay: Milliseconds | undefined;
};

/** What the rule did to the circuit before. */
export type Past = {
  /** When the rule began to inhibit, in the last 24 hours. */
  readonly inhibitions: readonly Instant[];
  /** When the rule last gave the circuit back. */
  readonly releasedAt: Instant | undefined;
  /** What the sensor saw, lamps included, just before the rule began; none once it saw them go. */
  readonly beforeOff: Lux | undefined;
  /** After a failed check the rule keeps its hands off until then. */
  readonly distrust: Distrust | undefined;
};

export type Distrust = { readonly until: Instant; readonly failures: number };

export type RuleSettings = LightSettings & {
  /** `t_off`: how long daylight must suffice first. Longer than a gap between clouds. */
  readonly offDelay: Milliseconds;
  /** `t_on`: how long daylight may be close to the target before the circuit is given back. */
  readonly onDelay: Milliseconds;
};

export type Moment = {
  readonly now: Instant;
  /** The rule keeps the circuit off. */
  readonly inhibiting: boolean;
  /** When the lamps of a circuit kept off were seen to go out; unknown while they burn. */
  readonly lampsOutAt: Instant | undefined;
  /** When somebody, or a detector, last switched the luminaires on. */
  readonly switchedOnAt: Instant | undefined;
};

const finding = (because: Reason, since?: Instant, until?: Instant): Finding => ({
  because: because,
  since: since,
  until: until,
  offDelay: undefined,
});

/** By how much lamps that are gone must be missed, for a sensor that saw this before. */
const unnoticed = (before: Lux): number => Math.max(UNCHANGED_LX, before * UNCHANGED_SHARE);

/** The check after switching off: a sensor that does not notice its own lamps is not believed. */
const lampsWereNotSeenToGo = (
  light: LightState,
  past: Past,
  settings: RuleSettings,
  lampsOutAt: Instant | undefined,
): boolean => {
  const before = past.beforeOff;
  const seen = light.seen;
  const share = settings.luminaireContribution;
  if (before === undefined || seen === undefined || share === undefined) return false;
  if (lampsOutAt === undefined || seen.at - lampsOutAt < CHECKED_AFTER) return false;
  const unchanged = unnoticed(before);
  return share > 3 * unchanged && Math.abs(seen.illuminance - before) <= unchanged;
};

const withinDay = (past: Past, now: Instant): Instant[] =>
  past.inhibitions.filter((at) => now - at < DAY);

/** Bright, and not borrowed yet: not before it has been so for long enough. */
const waitOrBorrow = (
  brightSince: Instant,
  past: Past,
  settings: RuleSettings,
  moment: Moment,
): Finding => {
  const now = moment.now;
  const distrust = past.distrust;
  if (distrust !== undefined && now < distrust.until) {
    return finding("post-check-failed", undefined, distrust.until);
  }
  // `t_off`, longer on days of many switchings.
  const doublings = Math.max(0, withinDay(past, now).length - INHIBITIONS_BEFORE_BACKOFF);
  const offDelay = milliseconds(
    Math.min(settings.offDelay * Math.pow(2, doublings), OFF_DELAY_MAX),
  );
  // Then the longer delay counts from the last one, however bright it is.
  const rest = offDelay > settings.offDelay ? offDelay : REST;
  const released = past.releasedAt === undefined ? brightSince : after(past.releasedAt, rest);
  const switchedOn =
    moment.switchedOnAt === undefined ? brightSince : after(moment.switchedOnAt, REST);
  const earliest = instant(Math.max(after(brightSince, offDelay), released, switchedOn));
  if (now >= earliest) return finding("daylight-sufficient", brightSince);
  return {
    because: "not-bright-long-enough",
    since: brightSince,
    until: earliest,
    offDelay: offDelay,
  };
};

/** What daylight says about borrowing the circuit, or keeping it. */
export const judgeDaylight = (
  light: LightState,
  past: Past,
  settings: RuleSettings,
  moment: Moment,
): Finding => {
  const now = moment.now;
  const seen = light.seen;
  if (seen === undefined) return finding("sensor-silent");
  if (now - seen.at > settings.readingAgeMax) return finding("sensor-silent", seen.at);
  const same = light.same;
  if (same !== undefined && now - same.since >= STUCK_AFTER) {
    return finding("sensor-stuck", same.since);
  }
  if (light.daylight === undefined) return finding("not-calibrated");
  const dark = light.darkSince;
  if (!moment.inhibiting) {
    if (light.brightSince === undefined) return finding("too-dark", dark);
    return waitOrBorrow(light.brightSince, past, settings, moment);
  }
  // Once borrowed, a passing cloud is waited out, but not below the target.
  if (lampsWereNotSeenToGo(light, past, settings, moment.lampsOutAt)) {
    return finding("post-check-failed");
  }
  const isBelow = onFloor(light.daylight, settings) < settings.target;
  if (isBelow || (dark !== undefined && now - dark >= settings.onDelay)) {
    return finding("too-dark", dark);
  }
  return finding("daylight-sufficient");
};

/** After the rule began to inhibit. */
export const begun = (past: Past, beforeOff: Lux | undefined, now: Instant): Past => ({
  inhibitions: withinDay(past, now).concat([now]),
  releasedAt: past.releasedAt,
  beforeOff: beforeOff,
  distrust: past.distrust,
});

/**
 * After each decision to go on inhibiting. A sensor that has once noticed its lamps go is not asked
 * again: later, daylight alone may well give what both gave together.
 */
export const checked = (past: Past, light: LightState, lampsOutAt: Instant | undefined): Past => {
  const before = past.beforeOff;
  const seen = light.seen;
  if (before === undefined || seen === undefined || lampsOutAt === undefined) return past;
  if (seen.at - lampsOutAt < SETTLING) return past;
  if (Math.abs(seen.illuminance - before) <= unnoticed(before)) return past;
  return {
    inhibitions: past.inhibitions,
    releasedAt: past.releasedAt,
    beforeOff: undefined,
    distrust: past.distrust,
  };
};

/**
 * After the circuit was given back, for a reason of this rule or for any other. If the floor was too
 * dark right after switching off, the sensor is believed less.
 */
export const ended = (past: Past, because: string, now: Instant): Past => {
  const began = past.inhibitions[past.inhibitions.length - 1];
  let distrust = past.distrust;
  if (began !== undefined && because === "too-dark" && now - began > POST_CHECK) {
    distrust = undefined;
  } else if (began !== undefined && (because === "too-dark" || because === "post-check-failed")) {
    const failures = (distrust === undefined ? 0 : distrust.failures) + 1;
    const doublings = Math.min(failures - 1, DISTRUST_DOUBLINGS_MAX);
    const until = after(now, milliseconds(DISTRUST * Math.pow(2, doublings)));
    distrust = { until: until, failures: failures };
  }
  return {
    inhibitions: past.inhibitions,
    releasedAt: now,
    beforeOff: undefined,
    distrust: distrust,
  };
};
