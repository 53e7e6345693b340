import type { DatabaseSync } from "node:sqlite";
import type { CalibrationStore } from "../../calibration/learner.ts";
import { trying } from "./database.ts";

/**
 * What was measured and learned of each zone's light. One row per zone, written whole: a person's
 * measurement at once, what the hub learns by itself a few times an hour at most.
 */
export const createCalibrations = (database: DatabaseSync): CalibrationStore => {
  const one = database.prepare("SELECT state FROM calibration WHERE zone = ?");
  const put = database.prepare("INSERT OR REPLACE INTO calibration (zone, state) VALUES (?, ?)");
  return {
    read: (zone) => {
      const row = one.get(zone);
      return row === undefined ? undefined : String(row["state"]);
    },
    write: (zone, text) => trying(() => void put.run(zone, text)),
  };
};
