import type { MeterSample } from "@battant/protocol/tic/meter";
import {
  elapsed,
  hours,
  type Instant,
  type Milliseconds,
  seconds,
} from "@battant/protocol/vocabulary/units";

/**
 * Which samples are worth reporting. A Linky speaks every one to three seconds; written down as it
 * speaks, it would wear out an SD card and say nothing more.
 */
export type ReportPolicy = {
  /** True if the sample is due now. It then counts as reported. */
  isDue(sample: MeterSample, now: Instant): boolean;
};

/** A change of apparent power that people see: a heater, a lift, a stairwell's lights. */
const JUMP_VA = 50;
const JUMP_SHARE = 0.1;

/** Between two reports of one series, whatever happens. */
const PAUSE = seconds(10);

/** What stands still is repeated this often, so that it is known to stand still. */
const STANDING_STILL = hours(1);

type Reported = { readonly value: number; readonly at: Instant };

const hasJumped = (sample: MeterSample, last: Reported): boolean => {
  const change = Math.abs(sample.value - last.value);
  if (sample.quantity === "tariff-register") return change > 0;
  if (sample.quantity !== "apparent-power") return false;
  return change >= JUMP_VA && change > JUMP_SHARE * last.value;
};

/** Nine of ten registers never move. The total is reported all the same: it shows the meter lives. */
const mayStandStill = (sample: MeterSample): boolean =>
  sample.quantity === "tariff-register" || (sample.quantity === "energy" && sample.part !== "");

export const createReportPolicy = (reportEvery: Milliseconds): ReportPolicy => {
  const reported = new Map<string, Reported>();

  const isWorthIt = (sample: MeterSample, last: Reported | undefined, now: Instant): boolean => {
    if (last === undefined) return true;
    const age = elapsed({ since: last.at, now });
    if (age >= PAUSE && hasJumped(sample, last)) return true;
    if (mayStandStill(sample) && sample.value === last.value) {
      return age >= Math.max(reportEvery, STANDING_STILL);
    }
    return age >= reportEvery;
  };

  return {
    isDue: (sample, now) => {
      const series = `${sample.part} ${sample.quantity}`;
      if (!isWorthIt(sample, reported.get(series), now)) return false;
      reported.set(series, { value: sample.value, at: now });
      return true;
    },
  };
};
