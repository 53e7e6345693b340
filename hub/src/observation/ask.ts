import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Site, ZonePlan } from "../domain/site.ts";
import { questionOf } from "../proof/ask.ts";
import type { ObservationQuestion } from "./review.ts";

/** From a zone to a whole question, with what the building file says of it. */
export function observationQuestion(site: Site, plan: ZonePlan, now: Instant): ObservationQuestion {
  const { id, circuit } = plan;
  const range = { from: now, to: now };
  const { timezone, prices } = questionOf(site, { zone: id, range, now, withRows: false });
  return { zone: { zone: id, load: circuit?.load, meter: circuit?.meter }, now, timezone, prices };
}
