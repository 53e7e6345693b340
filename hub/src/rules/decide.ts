import type { Instant } from "@battant/protocol/vocabulary/units";
import { onFloor, releaseOf, thresholdOf } from "@battant/rules/light";
import type { Because, Decision, Evidence } from "../domain/decision.ts";
import { activeOverride } from "../domain/override.ts";
import type { ZonePlan } from "../domain/site.ts";
import { isKeptOffByDay, type Zone } from "../domain/zone.ts";
import { findDaylight, sunGuardDeg } from "./daylight.ts";
import type { Moment } from "./moment.ts";
import { judgeVacancy, type Vacancy } from "./vacancy.ts";

/**
 * What becomes of a zone's circuit, and the one place where it is said who comes first: life safety
 * (a safety circuit has no relay at all), the wall switch, an override from a page, the rules, and
 * where no rule wants anything, the building's own switches.
 *
 * Any doubt (an unreachable board, a clock that may be wrong, the sun below the horizon) leaves the
 * light available.
 */
export function decide(zone: Zone, plan: ZonePlan, moment: Moment): Decision {
  const first = beforeAnyRule(zone, plan, moment);
  if (first !== undefined) return first;
  const vacancy = judgeVacancy(zone, plan, moment);
  const evidence = withPresence(evidenceOf(zone, plan), vacancy);
  const found = plan.lightSensor === undefined ? undefined : findDaylight(zone, plan, moment);
  if (vacancy?.isDue === true && !comesFirst(found?.because, zone)) {
    return decision("vacant", evidence, vacancy.presence.since);
  }
  if (found === undefined) {
    return decision("occupied", evidence, vacancy?.presence.since, vacancy?.until);
  }
  const { because, since, until, offDelay } = found;
  const daylit = offDelay === undefined ? evidence : { ...evidence, offDelay };
  return decision(because, daylit, since, until ?? vacancy?.until);
}

/**
 * Daylight is the better reason, as it holds whoever comes. And a circuit that a sensor kept off which
 * did not see its lamps go is given back, whoever is there, for that to be remembered.
 */
const comesFirst = (because: Because | undefined, zone: Zone): boolean =>
  because === "daylight-sufficient" || (because === "post-check-failed" && isKeptOffByDay(zone));

/** Everything that ends the matter before a rule is asked, in order of precedence. */
function beforeAnyRule(zone: Zone, plan: ZonePlan, moment: Moment): Decision | undefined {
  const { mode } = plan.daylight;
  const evidence = evidenceOf(zone, plan);
  if (plan.circuit === undefined) return decision("no-circuit", evidence);
  if (!hasRule(plan)) return decision("no-light-sensor", evidence);
  if (mode === "off") return decision("rule-off", evidence);
  const override = activeOverride(zone.overrides, moment.now);
  if (override !== undefined) {
    const { by, since, until } = override;
    return decision("override", { ...evidence, by }, since, until);
  }
  if (!moment.clockTrusted) return decision("clock-unknown", evidence);
  if (moment.sunAltitudeDeg < sunGuardDeg(plan)) return decision("sun-is-down", evidence);
  if (mode === "act" && !moment.relayOnline) return decision("relay-offline", evidence);
  return undefined;
}

const hasRule = ({ lightSensor, presence, circuit }: ZonePlan): boolean =>
  lightSensor !== undefined || (presence !== undefined && circuit?.offWhenVacant === true);

function evidenceOf(zone: Zone, { daylight: settings }: ZonePlan): Evidence {
  const { daylight } = zone.light;
  return {
    target: settings.target,
    threshold: thresholdOf(settings),
    release: releaseOf(settings),
    ...(daylight !== undefined && { daylight: onFloor(daylight, settings) }),
    ...(settings.mode === "observe" && { observed: true as const }),
  };
}

const withPresence = (evidence: Evidence, vacancy: Vacancy | undefined): Evidence =>
  vacancy === undefined ? evidence : { ...evidence, presence: vacancy.presence };

const decision = (
  because: Because,
  evidence: Evidence,
  since?: Instant,
  until?: Instant,
): Decision => ({
  kind: because === "daylight-sufficient" || because === "vacant" ? "inhibit" : "allow",
  because,
  evidence: {
    ...evidence,
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  },
});
