import { seconds } from "@battant/protocol/vocabulary/units";
import type { MotionFile } from "../board-file.ts";
import type { SensorKind } from "../sensor.ts";
import { createOccupancy, occupancyOf, see } from "./occupancy.ts";

/**
 * Occupancy from a passive infrared detector: AM312 or HC-SR501, whose output is active while
 * something warm moves and for some seconds after.
 *
 * A HC-SR501 invents movements for up to a minute after power-on (its data sheet, "initialisation").
 * A detector whose output never falls leaves the zone occupied: that fails towards light.
 */

const LOOK_PERIOD = seconds(1);

export const motion: SensorKind<MotionFile> = {
  kind: "motion",
  sources: occupancyOf,
  start: (file, hardware, report) => {
    hardware.input(file.input);
    const occupancy = createOccupancy(file.hold, report);
    // Both edges: at the first somebody moves, up to the second somebody moved.
    hardware.watch(file.input, () => {
      const uptime = hardware.uptime();
      if (uptime >= file.settles) see(occupancy, true, uptime);
    });
    hardware.timers.every(LOOK_PERIOD, () => {
      const uptime = hardware.uptime();
      if (uptime >= file.settles) see(occupancy, hardware.read(file.input), uptime);
    });
    return {
      tell: () => {
        if (hardware.uptime() < file.settles) return "settling";
        return hardware.read(file.input) ? "movement" : "no movement";
      },
    };
  },
};
