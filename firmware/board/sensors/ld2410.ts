import { milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import type { RadarFile } from "../board-file.ts";
import { ENABLE, radarCommand, readRadar, RESTART, SET_SPEED } from "../drivers/ld2410.ts";
import type { Hardware, SerialPort, SerialWiring, Timers } from "../hardware.ts";
import type { SensorKind } from "../sensor.ts";
import { createOccupancy, occupancyOf, see } from "./occupancy.ts";

/**
 * Occupancy from a radar LD2410, which also sees who stands still.
 *
 * It leaves the factory at 256 000 baud, which is fast for a board. Where it is silent at the speed
 * that the hardware file wants, it is looked for at the other one, and told to change if the board
 * can talk to it. A radar that stays silent reports nothing: the hub takes that for somebody there.
 */

const LOOK_PERIOD = seconds(1);
const SILENT_AFTER = seconds(10);
const FACTORY_BAUD = 256000;
const FACTORY_CODE = 7;
const CALM_BAUD = 115200;
const CALM_CODE = 5;
/** It takes one command at a time. */
const COMMANDS_APART = milliseconds(200);

/** By the state that the radar reports. */
const tellState = (state: number): string => {
  if (state === 0) return "nobody";
  return state === 1 ? "moving" : state === 2 ? "still" : "moving and still";
};

const openAt = (hardware: Hardware, wiring: SerialWiring, baud: number): SerialPort =>
  hardware.serial(
    wiring.tx === undefined
      ? { port: wiring.port, rx: wiring.rx, baud: baud }
      : { port: wiring.port, rx: wiring.rx, tx: wiring.tx, baud: baud },
  );

/** From its next start on, and that is now. */
const askForSpeed = (port: SerialPort, wanted: number, timers: Timers): void => {
  const code = wanted === CALM_BAUD ? CALM_CODE : FACTORY_CODE;
  port.write(radarCommand(ENABLE, 1));
  timers.after(COMMANDS_APART, () => port.write(radarCommand(SET_SPEED, code)));
  timers.after(milliseconds(2 * COMMANDS_APART), () => port.write(radarCommand(RESTART)));
};

export const ld2410: SensorKind<RadarFile> = {
  kind: "ld2410",
  sources: occupancyOf,
  start: (file, hardware, report) => {
    const wanted = file.wiring.baud;
    const occupancy = createOccupancy(file.hold, report);
    const reader = { rest: "" };
    let mayAsk = file.wiring.tx !== undefined;
    let baud = wanted;
    let port = openAt(hardware, file.wiring, baud);
    let heardAt = hardware.uptime();
    /** Unknown from when it falls silent. */
    let state: number | undefined;

    const hear = (bytes: string): void => {
      const latest = readRadar(reader, bytes);
      if (latest === undefined) return;
      heardAt = hardware.uptime();
      // Whoever comes in is reported at once; the rest can wait for the next look.
      if (latest > 0 && state !== latest) see(occupancy, true, heardAt);
      state = latest;
      if (baud === wanted || !mayAsk) return;
      mayAsk = false;
      askForSpeed(port, wanted, hardware.timers);
    };

    port.listen(hear);
    hardware.timers.every(LOOK_PERIOD, () => {
      const uptime = hardware.uptime();
      if (uptime - heardAt >= SILENT_AFTER) {
        state = undefined;
        heardAt = uptime;
        baud = baud === FACTORY_BAUD ? CALM_BAUD : FACTORY_BAUD;
        port.deafen();
        port = openAt(hardware, file.wiring, baud);
        port.listen(hear);
      } else if (state !== undefined) see(occupancy, state > 0, uptime);
    });

    return {
      tell: () => (state === undefined ? "silent at " + baud + " baud" : tellState(state)),
    };
  },
};
