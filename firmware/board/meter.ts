import { seconds } from "@battant/protocol/vocabulary/units";
import type { PulseCounter } from "./drivers/pulse.ts";
import type { Hardware } from "./hardware.ts";
import { createReporter, REPORT_RULES } from "./report.ts";

/** A pulse counter at work: the register once a minute, the power when it moves. */

const SAMPLE_PERIOD = seconds(2);

const rounded = (value: number): number => Math.round(value * 10) / 10;

export type MeterReports = {
  readonly energy: (wattHours: number) => void;
  readonly power: (watts: number) => void;
};

export const watchMeter = (
  counter: PulseCounter,
  hardware: Hardware,
  reports: MeterReports,
): void => {
  const energy = createReporter(REPORT_RULES.energy, reports.energy);
  const power = createReporter(REPORT_RULES["active-power"], reports.power);
  hardware.timers.every(SAMPLE_PERIOD, () => {
    const uptime = hardware.uptime();
    energy.offer(counter.energy(), uptime);
    const watts = counter.power(uptime);
    if (watts !== undefined) power.offer(rounded(watts), uptime);
  });
};
