import type { Bh1750File } from "../board-file.ts";
import { bh1750Chip, BH1750_ADDRESS } from "../drivers/bh1750.ts";
import type { SensorKind } from "../sensor.ts";
import { illuminanceOf, watchLight } from "./light.ts";

/** Illuminance from a BH1750. */
export const bh1750: SensorKind<Bh1750File> = {
  kind: "bh1750",
  sources: illuminanceOf,
  start: (file, hardware, report) => {
    const address = file.address === undefined ? BH1750_ADDRESS : file.address;
    const place = { bus: hardware.i2c(file.wiring), address: address };
    const sensor = { chip: bh1750Chip, place: place, timers: hardware.timers };
    return watchLight(sensor, hardware, report);
  },
};
