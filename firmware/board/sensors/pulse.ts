import { minutes, seconds } from "@battant/protocol/vocabulary/units";
import type { PulseFile } from "../board-file.ts";
import { openCountFile, saveCount } from "../count-file.ts";
import { countEdge, createPulseCounter, pulsePower } from "../drivers/pulse.ts";
import { isDue, type Reported, reportRule } from "../report.ts";
import type { SensorKind } from "../sensor.ts";

/**
 * Energy and active power from the pulses of a meter: the register once a minute, the power when it
 * moves.
 *
 * The count is on flash before it is reported, so that a power cut never lets the register go back:
 * what it may lose is the last minute, which nobody has seen. It belongs to the pin, whatever the
 * sensor is called.
 */

const SAMPLE_PERIOD = seconds(2);
const ENERGY_PERIOD = minutes(1);

const ENERGY = 0;
const POWER = 1;

const rounded = (value: number): number => Math.round(value * 10) / 10;

export const pulse: SensorKind<PulseFile> = {
  kind: "pulse",
  sources: (file) => [
    { sensor: file.sensor, quantity: "energy" },
    { sensor: file.sensor, quantity: "active-power" },
  ],
  start: (file, hardware, report) => {
    const countFile = openCountFile(hardware.storage, "count-" + file.input.pin);
    const before = countFile.saved;
    const counter = createPulseCounter();
    let power: Reported | undefined;
    let energyAt: number = -Infinity;
    let kept = true;

    hardware.input(file.input);
    hardware.watch(file.input, (edge) => countEdge(counter, edge));

    hardware.timers.every(SAMPLE_PERIOD, () => {
      const uptime = hardware.uptime();
      const watts = pulsePower(counter, file.pulsesPerKilowattHour, uptime);
      if (watts !== undefined) {
        const now = { value: rounded(watts), at: uptime };
        if (isDue(reportRule("active-power"), power, now)) {
          power = now;
          report(POWER, now.value);
        }
      }
      if (uptime - energyAt < ENERGY_PERIOD) return;
      energyAt = uptime;
      const count = before + counter.count;
      kept = saveCount(countFile, count);
      report(ENERGY, Math.floor((count * 1000) / file.pulsesPerKilowattHour));
    });

    return {
      tell: () => before + counter.count + (kept ? " pulses" : " pulses, flash is full"),
    };
  },
};
