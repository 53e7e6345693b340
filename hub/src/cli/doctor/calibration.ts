import { commandOn } from "../next-step.ts";
import { stateNow } from "./beat.ts";
import { type Check, problem } from "./check.ts";
import type { Observed } from "./observed.ts";

/** Zones whose lamps or sensor are no longer what they were calibrated with. */
export const calibrationChecks = (seen: Observed): Check[] =>
  (stateNow(seen)?.alarms ?? []).flatMap(({ zone, found }) =>
    found.map((sentence) =>
      problem(
        "calibration",
        `${zone}: ${sentence.en}`,
        `what to do: \`${commandOn(seen.dataDir, `calibration ${zone}`)}\``,
      ),
    ),
  );
