import { seconds } from "@battant/protocol/vocabulary/units";
import type { PzemFile } from "../board-file.ts";
import { askModbus } from "../drivers/modbus.ts";
import { PZEM_REQUEST, type PzemSample, readPzem } from "../drivers/pzem.ts";
import { createPackedReporter, reportRule } from "../report.ts";
import type { SensorKind } from "../sensor.ts";

/** Voltage, current, active power and energy from a PZEM-004T v3, asked every ten seconds. */

const ASK_PERIOD = seconds(10);

const VOLTAGE = 0;
const CURRENT = 1;
const POWER = 2;
const ENERGY = 3;
const PLACES = 4;

const tellSample = (seen: PzemSample): string =>
  seen.voltage + " V " + seen.current + " A " + seen.power + " W " + seen.energy + " Wh";

export const pzem: SensorKind<PzemFile> = {
  kind: "pzem",
  sources: (file) => [
    { sensor: file.sensor, quantity: "voltage" },
    { sensor: file.sensor, quantity: "current" },
    { sensor: file.sensor, quantity: "active-power" },
    { sensor: file.sensor, quantity: "energy" },
  ],
  start: (file, hardware, report) => {
    const line = { port: hardware.serial(file.wiring), timers: hardware.timers };
    const offer = createPackedReporter(PLACES, report);
    let asked = 0;
    let failed = 0;
    let told = "not asked yet";

    hardware.timers.every(ASK_PERIOD, () => {
      asked++;
      askModbus(line, PZEM_REQUEST, (answer) => {
        if (!answer.ok) {
          failed++;
          told = answer.problem;
          return;
        }
        const seen = readPzem(answer.value);
        const uptime = hardware.uptime();
        offer(VOLTAGE, reportRule("voltage"), seen.voltage, uptime);
        offer(CURRENT, reportRule("current"), seen.current, uptime);
        offer(POWER, reportRule("active-power"), seen.power, uptime);
        offer(ENERGY, reportRule("energy"), seen.energy, uptime);
        told = tellSample(seen);
      });
    });
    return { tell: () => told + ", " + failed + " of " + asked + " failed" };
  },
};
