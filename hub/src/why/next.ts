import {
  after,
  type Instant,
  type Lux,
  type Milliseconds,
} from "@battant/protocol/vocabulary/units";
import type { AllowReason, Decision } from "../domain/decision.ts";
import type { Location, ZonePlan } from "../domain/site.ts";
import { sunGuardDeg } from "../rules/daylight.ts";
import { isNight, nextTurn, type Sky } from "./almanac.ts";

/**
 * What comes next if nothing changes. Values and times are those that the decision itself gave as its
 * evidence; the plan adds only the delays that come after it, and the almanac the end of the day.
 */
export type Next =
  /** Kept off until daylight is below for so long, and no longer than until the sun sets. */
  | {
      readonly kind: "on-if-dark";
      readonly below: Lux;
      readonly delay: Milliseconds;
      readonly latest: Instant | undefined;
    }
  /** Kept off until somebody is seen, and no longer than until the sun sets. */
  | { readonly kind: "on-if-somebody"; readonly latest: Instant | undefined }
  /** Not kept off before nobody has been there for so long. */
  | { readonly kind: "off-if-nobody"; readonly hold: Milliseconds }
  /** Nobody can tell whether somebody is there, before a detector was looked at. */
  | { readonly kind: "look-at-detector" }
  /** Kept off from then on if the light stays; below, waiting starts again. */
  | { readonly kind: "off-if-it-lasts"; readonly at: Instant | undefined; readonly below: Lux }
  /** Not kept off before daylight has been above for so long, or longer on days of many switchings. */
  | { readonly kind: "off-if-bright"; readonly above: Lux; readonly delay: Milliseconds }
  /** Until then nobody asks for it; from then on it may be kept off at once. */
  | { readonly kind: "rule-resumes"; readonly at: Instant }
  /** The estimate of daylight was wrong: not before then, if that is known. */
  | { readonly kind: "next-try"; readonly at: Instant | undefined }
  /** Not kept off before the sun is up again. */
  | { readonly kind: "after-night"; readonly sunrise: Instant | undefined }
  /** Nothing, before somebody looks at it. */
  | { readonly kind: "look"; readonly at: Trouble };

export type Trouble = Exclude<AllowReason, EndsByItself>;

type EndsByItself =
  | "occupied"
  | "override"
  | "sun-is-down"
  | "too-dark"
  | "post-check-failed"
  | "not-bright-long-enough";

export type Outlook = { readonly plan: ZonePlan; readonly location: Location };

export function nextOf(decision: Decision, { plan, location }: Outlook, at: Instant): Next {
  const { target, threshold, release = target, until, presence } = decision.evidence;
  const { onDelay, offDelay } = plan.daylight;
  const sky = { location, guardDeg: sunGuardDeg(plan) };
  switch (decision.because) {
    case "daylight-sufficient":
      return { kind: "on-if-dark", below: release, delay: onDelay, latest: nextTurn(sky, at) };
    case "vacant":
      return { kind: "on-if-somebody", latest: nextTurn(sky, at) };
    case "occupied": {
      const isDoubtful = presence?.kind === "silent" || presence?.kind === "stuck";
      if (isDoubtful || plan.presence === undefined) return { kind: "look-at-detector" };
      const { hold } = plan.presence;
      return byDay(sky, after(at, hold), { kind: "off-if-nobody", hold });
    }
    case "not-bright-long-enough": {
      // A time that has passed was true when it was written down, and somebody switched on since.
      const due = until !== undefined && until > at ? until : undefined;
      return byDay(sky, due ?? at, { kind: "off-if-it-lasts", at: due, below: threshold });
    }
    case "too-dark":
      return byDay(sky, after(at, offDelay), {
        kind: "off-if-bright",
        above: threshold,
        delay: offDelay,
      });
    case "override":
      return byDay(sky, until ?? at, { kind: "rule-resumes", at: until ?? at });
    case "post-check-failed":
      return byDay(sky, until ?? at, { kind: "next-try", at: until });
    case "sun-is-down":
      return { kind: "after-night", sunrise: isNight(sky, at) ? nextTurn(sky, at) : at };
    case "no-circuit":
    case "no-light-sensor":
    case "rule-off":
    case "clock-unknown":
    case "relay-offline":
    case "sensor-offline":
    case "sensor-silent":
    case "sensor-stuck":
    case "not-calibrated":
      return { kind: "look", at: decision.because };
  }
}

/** What cannot be before a time of night is not before the sun is up again. */
const byDay = (sky: Sky, earliest: Instant, next: Next): Next =>
  isNight(sky, earliest) ? { kind: "after-night", sunrise: nextTurn(sky, earliest) } : next;
