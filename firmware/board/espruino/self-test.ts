import type { Hardware, I2CBus, I2CWiring } from "../hardware.ts";
import { type BoardCounters, countersOf, isOnline, tellSensors } from "../main.ts";
import type { Program } from "../program.ts";
import type { Mishaps } from "./life.ts";

/**
 * What a maker types at the console over the cable: `battant.test()`. It tells how the board is and
 * what its sensors see, and no secret.
 */
export type Console = {
  test(): void;
  /** Absent while the board does not know its hub. */
  counters?(): BoardCounters;
};

declare const console: { log(line: string): void };

/** VEML7700; BH1750 and TSL2591; BH1750 with ADDR high. A dead bus takes a second for each. */
const ADDRESSES = [0x10, 0x23, 0x29, 0x5c];

const answers = (bus: I2CBus, address: number): boolean => {
  try {
    bus.readFrom(address, 1);
    return true;
  } catch {
    return false;
  }
};

const testBus = (hardware: Hardware, wiring: I2CWiring): void => {
  const bus = hardware.i2c(wiring);
  const found = ADDRESSES.filter((address) => answers(bus, address));
  const told = found.map((address) => "0x" + address.toString(16)).join(", ");
  const wires = "I2C, SDA " + wiring.sda + ", SCL " + wiring.scl + ": ";
  console.log(wires + (told === "" ? "nobody answers" : told));
};

const test = (program: Program, mishaps: Mishaps): void => {
  const parts = program.parts;
  const health = program.hardware.health();
  const counters = countersOf(program);
  console.log("Battant " + parts.program + ", " + parts.file.model);
  console.log("started by: " + counters.restartReason);
  console.log("Wi-Fi: " + (health.signal === undefined ? "not connected" : health.signal + " dBm"));
  const problem = counters.link.lastProblem;
  if (isOnline(program)) console.log("hub: reached");
  else console.log("hub: not reached" + (problem === undefined ? " yet" : ", " + problem));
  console.log("variables: " + health.variablesFree + " of " + health.variables + " free");
  console.log("exceptions: " + mishaps.count + " " + mishaps.last);
  const tested: string[] = [];
  parts.file.sensors.forEach((file) => {
    if (file.kind !== "bh1750" && file.kind !== "veml7700" && file.kind !== "tsl2591") return;
    const wires = file.wiring.sda + "," + file.wiring.scl;
    if (tested.indexOf(wires) >= 0) return;
    tested.push(wires);
    testBus(program.hardware, file.wiring);
  });
  console.log(tellSensors(program));
};

export const createConsole = (program: Program, mishaps: Mishaps): Console => ({
  test: () => test(program, mishaps),
  counters: () => countersOf(program),
});
