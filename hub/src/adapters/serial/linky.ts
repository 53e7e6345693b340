import type { Frame } from "@battant/protocol/tic/frame";
import { createIndexFilter } from "@battant/protocol/tic/index-filter";
import { type MeterSample, readMeter } from "@battant/protocol/tic/meter";
import { ID_LENGTH_MAX, type SensorId } from "@battant/protocol/vocabulary/ids";
import type { Instant, Milliseconds } from "@battant/protocol/vocabulary/units";
import { createReportPolicy } from "./report.ts";

/** From frames to the samples that are true as far as one can tell, and worth reporting now. */
export type Linky = {
  take(frame: Frame, now: Instant): Taken;
};

export type Taken = {
  readonly due: readonly MeterSample[];
  /** Indexes that contradict what the meter said before. */
  readonly implausible: number;
};

/** So that the longest part, `register-10`, still fits behind it. */
export const METER_NAME_LENGTH_MAX = ID_LENGTH_MAX - "-register-10".length;

/** `linky` is the meter as a whole, `linky-register-2` and the like are its parts. */
export const sensorOf = (meter: SensorId, part: string): SensorId =>
  part === "" ? meter : (`${meter}-${part}` as SensorId);

export const createLinky = (reportEvery: Milliseconds): Linky => {
  const filter = createIndexFilter();
  const policy = createReportPolicy(reportEvery);
  return {
    take: (frame, now) => {
      const { samples, subscribed } = readMeter(frame);
      const due: MeterSample[] = [];
      let implausible = 0;
      for (const sample of samples) {
        if (sample.quantity === "energy") {
          const admission = filter.admit({
            part: sample.part,
            value: sample.value,
            subscribed,
            now,
          });
          if (admission === "implausible") implausible++;
          if (admission !== "admitted") continue;
        }
        if (policy.isDue(sample, now)) due.push(sample);
      }
      return { due, implausible };
    },
  };
};
