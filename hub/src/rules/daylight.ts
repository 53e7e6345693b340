import type { Instant } from "@battant/protocol/vocabulary/units";
import { type Finding, judgeDaylight } from "@battant/rules/daylight";
import type { Because } from "../domain/decision.ts";
import type { ZonePlan } from "../domain/site.ts";
import { isKeptOffByDay, lampsOutAt, type Zone } from "../domain/zone.ts";
import type { Moment } from "./moment.ts";

/** The daylight rule that hub and boards share (`@battant/rules/daylight`), as the hub asks it. */

/**
 * Indoors nothing legitimate is lost at 0°: a clear sky then gives at most 1 000 lx outside, 50 lx
 * at a daylight factor of 5 %. Outside, 20 lx are still there until about -4°.
 */
export const sunGuardDeg = (plan: ZonePlan): number => (plan.kind === "outdoor-path" ? -4 : 0);

type Found = Omit<Finding, "because"> & { readonly because: Because };

export function findDaylight(zone: Zone, plan: ZonePlan, moment: Moment): Found {
  if (!moment.sensorOnline) {
    return { ...NOTHING, because: "sensor-offline", since: zone.light.seen?.at };
  }
  const found = judgeDaylight(zone.light, zone, plan.daylight, {
    now: moment.now,
    inhibiting: isKeptOffByDay(zone),
    lampsOutAt: lampsOutAt(zone.circuit),
    switchedOnAt: zone.switchedOnAt,
  });
  return { ...found, since: sinceOf(found, zone) };
}

const NOTHING = { since: undefined, until: undefined, offDelay: undefined };

/** While a circuit is kept off, the reason given goes on counting from where it began. */
const sinceOf = (found: Finding, zone: Zone): Instant | undefined =>
  isKeptOffByDay(zone) && found.because === "daylight-sufficient"
    ? zone.verdict?.decision.evidence.since
    : found.since;
