import type { Tsl2591File } from "../board-file.ts";
import { tsl2591Chip, TSL2591_ADDRESS } from "../drivers/tsl2591.ts";
import type { SensorKind } from "../sensor.ts";
import { illuminanceOf, watchLight } from "./light.ts";

/** Illuminance from a TSL2591. */
export const tsl2591: SensorKind<Tsl2591File> = {
  kind: "tsl2591",
  sources: illuminanceOf,
  start: (file, hardware, report) => {
    const place = { bus: hardware.i2c(file.wiring), address: TSL2591_ADDRESS };
    const sensor = { chip: tsl2591Chip, place: place, timers: hardware.timers };
    return watchLight(sensor, hardware, report);
  },
};
