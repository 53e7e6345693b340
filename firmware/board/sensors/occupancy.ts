import type { Milliseconds } from "@battant/protocol/vocabulary/units";
import type { SensorFile } from "../board-file.ts";
import { isDue, type Reported, reportRule } from "../report.ts";
import type { Report, Source } from "../sensor.ts";

/**
 * From what a detector sees to occupancy: somebody is there, or was within the hold time. The hold is
 * kept here and not by the detector, where it would be a screw that nobody can read.
 */

export const occupancyOf = (file: SensorFile): Source[] => [
  { sensor: file.sensor, quantity: "occupancy" },
];

export type Occupancy = {
  readonly hold: Milliseconds;
  readonly report: Report;
  seenAt: number;
  last: Reported | undefined;
};

export const createOccupancy = (hold: Milliseconds, report: Report): Occupancy => ({
  hold: hold,
  report: report,
  seenAt: -Infinity,
  last: undefined,
});

/** Called with what is seen now, as often as one likes. While it is not called, nobody knows. */
export const see = (occupancy: Occupancy, somebody: boolean, uptime: Milliseconds): void => {
  if (somebody) occupancy.seenAt = uptime;
  const isOccupied = somebody || uptime - occupancy.seenAt < occupancy.hold;
  const now = { value: isOccupied ? 1 : 0, at: uptime };
  if (!isDue(reportRule("occupancy"), occupancy.last, now)) return;
  occupancy.last = now;
  occupancy.report(0, now.value);
};
