import type { Instant } from "@battant/protocol/vocabulary/units";
import { type Finding, judgeDaylight } from "@battant/rules/daylight";
import { onFloor, thresholdOf } from "@battant/rules/light";
import type { Because, Decision, Evidence } from "../domain/decision.ts";
import type { ZonePlan } from "../domain/site.ts";
import { activeOverride, isInhibiting, lampsOutAt, type Zone } from "../domain/zone.ts";

/**
 * The daylight rule as the hub runs it: around the rule it shares with the boards
 * (`@battant/rules/daylight`), what the hub alone knows, and the evidence that people are shown.
 *
 * Any doubt (an unreachable sensor, a clock that may be wrong, a person who wants light, the sun
 * below the horizon) leaves the light available.
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

/**
 * Indoors nothing legitimate is lost at 0°: a clear sky then gives at most 1 000 lx outside, 50 lx
 * at a daylight factor of 5 %. Outside, 20 lx are still there until about -4°.
 */
export const sunGuardDeg = (plan: ZonePlan): number => (plan.kind === "outdoor-path" ? -4 : 0);

export function decideDaylight(zone: Zone, plan: ZonePlan, moment: Moment): Decision {
  const doubt = doubtAbout(zone, plan, moment);
  if (doubt !== undefined) return doubt;
  const found = judgeDaylight(zone.light, zone, plan.daylight, {
    now: moment.now,
    inhibiting: isInhibiting(zone),
    lampsOutAt: lampsOutAt(zone.circuit),
    switchedOnAt: zone.switchedOnAt,
  });
  const { offDelay } = found;
  const evidence = {
    ...evidenceOf(zone, plan),
    ...(offDelay !== undefined && { offDelay }),
  };
  return decision(found.because, evidence, sinceOf(found, zone), found.until);
}

/** While a circuit is kept off, the reason given goes on counting from where it began. */
const sinceOf = (found: Finding, zone: Zone): Instant | undefined =>
  isInhibiting(zone) && found.because === "daylight-sufficient"
    ? zone.verdict?.decision.evidence.since
    : found.since;

/** Everything that ends the matter before daylight is even looked at, in order of precedence. */
function doubtAbout(zone: Zone, plan: ZonePlan, moment: Moment): Decision | undefined {
  const { mode } = plan.daylight;
  const evidence = evidenceOf(zone, plan);
  if (plan.circuit === undefined) return decision("no-circuit", evidence);
  if (plan.lightSensor === undefined) return decision("no-light-sensor", evidence);
  if (mode === "off") return decision("rule-off", evidence);
  const override = activeOverride(zone, moment.now);
  if (override !== undefined) {
    const { by, since, until } = override;
    return decision("override", { ...evidence, by }, since, until);
  }
  if (!moment.clockTrusted) return decision("clock-unknown", evidence);
  if (moment.sunAltitudeDeg < sunGuardDeg(plan)) return decision("sun-is-down", evidence);
  if (mode === "act" && !moment.relayOnline) return decision("relay-offline", evidence);
  if (!moment.sensorOnline) return decision("sensor-offline", evidence, zone.light.seen?.at);
  return undefined;
}

function evidenceOf(zone: Zone, { daylight: settings }: ZonePlan): Evidence {
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
