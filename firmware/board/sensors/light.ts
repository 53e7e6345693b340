import { type Lux, seconds } from "@battant/protocol/vocabulary/units";
import type { SensorFile } from "../board-file.ts";
import type { Hardware } from "../hardware.ts";
import { type LightSensor, sampleLight } from "../light-chip.ts";
import { isDue, median, type Reported, reportRule } from "../report.ts";
import type { Sample } from "../sample.ts";
import type { Report, RunningSensor, Source } from "../sensor.ts";

/**
 * A light sensor at work, whatever its chip: a sample every two seconds, the median of five, reported
 * when it is due.
 *
 * A silent or blinded sensor reports nothing. The hub takes silence for what it is: unknown.
 */

const SAMPLE_PERIOD = seconds(2);
const WINDOW = 5;
/** With fewer good samples than this in the window, nobody knows how bright it is. */
const GOOD_MIN = 3;
/** In the window, a sample that failed. */
const NO_SAMPLE = -1;

/** 0.1 lx: finer is noise, and Espruino writes long fractions out in full. */
const rounded = (value: number): number => Math.round(value * 10) / 10;

export const illuminanceOf = (file: SensorFile): Source[] => [
  { sensor: file.sensor, quantity: "illuminance" },
];

/** The median with this sample in the window; unknown while too few of them are good. */
const medianWith = (window: number[], sample: Sample<Lux>): number | undefined => {
  window.push(sample.ok ? sample.value : NO_SAMPLE);
  if (window.length > WINDOW) window.shift();
  const good = window.filter((it) => it !== NO_SAMPLE);
  return sample.ok && good.length >= GOOD_MIN ? rounded(median(good)) : undefined;
};

export const watchLight = (
  sensor: LightSensor,
  hardware: Pick<Hardware, "timers" | "uptime">,
  report: Report,
): RunningSensor => {
  const window: number[] = [];
  let last: Reported | undefined;
  let seen: Sample<Lux> | undefined;
  let busy = false;

  hardware.timers.every(SAMPLE_PERIOD, () => {
    if (busy) return;
    busy = true;
    sampleLight(sensor, (sample) => {
      busy = false;
      seen = sample;
      const value = medianWith(window, sample);
      if (value === undefined) return;
      const now = { value: value, at: hardware.uptime() };
      if (!isDue(reportRule("illuminance"), last, now)) return;
      last = now;
      report(0, value);
    });
  });

  return {
    tell: () => {
      if (seen === undefined) return "not looked yet";
      return seen.ok ? rounded(seen.value) + " lx" : seen.problem;
    },
  };
};
