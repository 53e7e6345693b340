import type { Veml7700File } from "../board-file.ts";
import { veml7700Chip, VEML7700_ADDRESS } from "../drivers/veml7700.ts";
import type { SensorKind } from "../sensor.ts";
import { illuminanceOf, watchLight } from "./light.ts";

/** Illuminance from a VEML7700. */
export const veml7700: SensorKind<Veml7700File> = {
  kind: "veml7700",
  sources: illuminanceOf,
  start: (file, hardware, report) => {
    const place = { bus: hardware.i2c(file.wiring), address: VEML7700_ADDRESS };
    const sensor = { chip: veml7700Chip, place: place, timers: hardware.timers };
    return watchLight(sensor, hardware, report);
  },
};
