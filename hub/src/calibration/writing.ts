import { type Lux, lux } from "@battant/protocol/vocabulary/units";
import type { WriteRequest } from "../../api/calibration.ts";
import type { Calibrated } from "../config/calibrated.ts";
import type { ZonePlan } from "../domain/site.ts";
import { contributionOf } from "./contribution.ts";
import { factorOf } from "./factor.ts";
import { refinedFrom } from "./refined.ts";
import type { CalibrationState } from "./state.ts";
import { written } from "./view.ts";

/** What goes into the building file, and what holds from then on. */

export type Values = Pick<Calibrated, "floorFactor" | "luminaireContribution">;

/** Undefined while nothing has been measured. */
export function valuesToWrite(
  plan: ZonePlan,
  from: WriteRequest["from"],
  state: CalibrationState,
): Values | undefined {
  if (from === "measured") {
    const values = written(factorOf(state.points), contributionOf(state.toggles));
    const isEmpty = values.floorFactor === undefined && values.luminaireContribution === undefined;
    return isEmpty ? undefined : values;
  }
  const refined = refinedFrom(state.refined, plan.daylight.luminaireContribution);
  if (refined === undefined || refined.count === 0) return undefined;
  return { floorFactor: undefined, luminaireContribution: Math.round(10 * refined.value) / 10 };
}

/** What the rule goes by; before there is such a thing, what was measured. */
export function knownContribution(plan: ZonePlan, state: CalibrationState): Lux | undefined {
  const { luminaireContribution } = plan.daylight;
  if (luminaireContribution !== undefined) return luminaireContribution;
  const found = contributionOf(state.toggles);
  return found?.isEnough === true ? lux(found.mean) : undefined;
}

/** What shines there while the calibration is written is what later nights are compared with. */
export function withDarkAccepted(state: CalibrationState): CalibrationState {
  const found = contributionOf(state.toggles);
  if (found === undefined) return state;
  const dark = { ...state.dark, reference: found.dark, highSince: undefined };
  return { ...state, dark, alarms: [] };
}

/** For the audit log. */
export const textOf = ({ floorFactor, luminaireContribution }: Values): string =>
  [
    ...(floorFactor === undefined ? [] : [`floor_factor ${floorFactor}`]),
    ...(luminaireContribution === undefined
      ? []
      : [`luminaire_contribution_lx ${luminaireContribution}`]),
  ].join(", ");
