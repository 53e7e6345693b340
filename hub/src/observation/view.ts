import type {
  ObservationDayView,
  ObservationFiguresView,
  ObservationView,
} from "../../api/observation.ts";
import type { Site, ZonePlan } from "../domain/site.ts";
import { DAYS_NEEDED, type ObservedDay } from "./observe.ts";
import type { Observation } from "./review.ts";
import { headlineOf, methodOf, missingOf } from "./sentences.ts";

/** An observation in the words of the public API. */
export function observationView(
  found: Observation | undefined,
  plan: ZonePlan,
  { timezone }: Pick<Site, "timezone">,
): ObservationView {
  // One that is over is not the one that has just begun, of which nothing is noted yet.
  const isOver = found?.ended !== undefined && plan.daylight.mode === "observe";
  const observation = isOver ? undefined : found;
  return {
    zone: plan.id,
    name: plan.name,
    timezone,
    mode: plan.daylight.mode,
    figures: observation === undefined ? null : figuresOf(observation),
    headline: headlineOf(observation, plan, timezone),
    method: observation === undefined ? [] : methodOf(observation, plan, timezone),
    missing: missingOf(observation, plan, timezone),
  };
}

function figuresOf(it: Observation): ObservationFiguresView {
  const { time, wattHours, cents } = it.burned;
  return {
    began: it.began,
    ended: it.ended ?? null,
    day: it.day,
    daysKnown: it.daysKnown,
    daysNeeded: DAYS_NEEDED,
    would_ms: it.would,
    wouldUnknown_ms: it.unknown,
    wouldPerDay_ms: it.perDay ?? null,
    switchings: it.switchings,
    burned: { time_ms: time, energy_Wh: wattHours ?? null, cost_EURcents: cents ?? null },
    out_ms: it.out,
    lightUnknown_ms: it.lightUnknown,
    below_ms: it.below,
    days: it.days.map(dayView),
  };
}

const dayView = (it: ObservedDay): ObservationDayView => ({
  ...it.day,
  isKnown: it.isKnown,
  would_ms: it.would,
  wouldUnknown_ms: it.unknown,
  switchings: it.switchings,
  burned_ms: it.burned,
  lightUnknown_ms: it.lightUnknown,
  spans: it.tracks.map(({ from, to, would, light }) => ({ from, to, would, light })),
});
