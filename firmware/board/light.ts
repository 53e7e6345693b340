import { type Lux, seconds } from "@battant/protocol/vocabulary/units";
import type { LightSensor } from "./drivers/bh1750.ts";
import type { Hardware } from "./hardware.ts";
import { createReporter, median, REPORT_RULES } from "./report.ts";
import type { Sample } from "./sample.ts";

/**
 * A light sensor at work: a sample every two seconds, the median of five, reported when it is due.
 *
 * A silent or blinded sensor reports nothing. The hub takes silence for what it is: unknown.
 */

const SAMPLE_PERIOD = seconds(2);
const WINDOW = 5;
/** With fewer good samples than this in the window, nobody knows how bright it is. */
const GOOD_MIN = 3;

/** 0.1 lx: finer is noise, and Espruino writes long fractions out in full. */
const rounded = (value: number): number => Math.round(value * 10) / 10;

export const watchLight = (
  sensor: LightSensor,
  hardware: Hardware,
  report: (value: number) => void,
): void => {
  const reporter = createReporter(REPORT_RULES.illuminance, report);
  const window: Sample<Lux>[] = [];
  let busy = false;

  const take = (sample: Sample<Lux>): void => {
    busy = false;
    window.push(sample);
    if (window.length > WINDOW) window.shift();
    const good: number[] = [];
    window.forEach((it) => {
      if (it.ok) good.push(it.value);
    });
    if (sample.ok && good.length >= GOOD_MIN) {
      reporter.offer(rounded(median(good)), hardware.uptime());
    }
  };

  hardware.timers.every(SAMPLE_PERIOD, () => {
    if (busy) return;
    busy = true;
    sensor.sample(take);
  });
};
