import { type CalibrationDesk, createCalibrationDesk } from "../calibration/desk.ts";
import { type CalibrationStore, createLearner } from "../calibration/learner.ts";
import type { Runtime } from "../runtime.ts";
import type { Base, Closings } from "./base.ts";
import { VERSION } from "../version.ts";

/** Beside the line: it sees what the hub believes after each event, and nothing goes back from it. */
export function openCalibration(
  base: Base,
  runtime: Pick<Runtime, "building" | "onChange">,
  closings: Closings,
): CalibrationDesk {
  const { plan, registry, clock } = base;
  const { now } = clock;
  const learner = createLearner({ site: plan.site, store: storeOf(base), now });
  closings.add(learner.save);
  closings.add(runtime.onChange(() => learner.watch(runtime.building())));
  return createCalibrationDesk({ learner, plan, audit: registry.audit, now, version: VERSION });
}

/** What could not be written stays in memory, is tried again, and the doctor tells of it. */
const storeOf = ({ registry: { calibrations, refusals } }: Base): CalibrationStore => ({
  read: calibrations.read,
  write: (zone, text) => {
    const isWritten = calibrations.write(zone, text);
    const problem = `the calibration of ${zone} could not be written; is the disk full?`;
    if (!isWritten) refusals.record({ from: "hub", where: "calibration", problem });
    return isWritten;
  },
});
