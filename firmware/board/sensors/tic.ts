import { createIndexFilter } from "@battant/protocol/tic/index-filter";
import { seconds } from "@battant/protocol/vocabulary/units";
import type { TicFile } from "../board-file.ts";
import type { Hardware, SerialPort } from "../hardware.ts";
import { createPackedReporter } from "../report.ts";
import type { SensorKind } from "../sensor.ts";
import { PLACES_COUNT, ticSources } from "./tic-places.ts";
import { beginTurn, endTurn, hear, type Meter, type Turn } from "./tic-turn.ts";

/**
 * Energy, power, currents and voltages from the customer output of a Linky.
 *
 * To follow it without a break would cost a board half its processor. So it listens in each ten
 * seconds until everything was said once, 1.6 s in standard mode, and is deaf for the rest. The speed
 * is found by trying: 1200 baud in mode historique, 9600 in standard, and the supplier may change it
 * from afar.
 */

const LISTEN_PERIOD = seconds(10);
/** Twice as long as the longest frame takes at 1200 baud: 2.9 s. */
const LISTEN_MAX = seconds(6);
/** Twenty seconds without a good group: it must be the other speed. */
const SILENT_TURNS_MAX = 2;

const HISTORIQUE_BAUD = 1200;
const STANDARD_BAUD = 9600;

const openAt = (hardware: Hardware, file: TicFile, baud: number): SerialPort =>
  hardware.serial({ port: file.wiring.port, rx: file.wiring.rx, baud: baud, sevenEven: true });

export const tic: SensorKind<TicFile> = {
  kind: "tic",
  sources: ticSources,
  start: (file, hardware, report) => {
    const meter: Meter = {
      offer: createPackedReporter(PLACES_COUNT, report),
      filter: createIndexFilter(),
      cutOff: undefined,
      subscribed: undefined,
    };
    let baud = file.wiring.baud;
    let port = openAt(hardware, file, baud);
    let silentTurns = 0;
    let told = "nothing yet";

    const end = (turn: Turn): void => {
      port.deafen();
      if (turn.good > 0) {
        endTurn(meter, turn);
        silentTurns = 0;
        told = turn.mode + ", " + turn.good + " groups good, " + turn.bad + " bad";
        return;
      }
      silentTurns++;
      told = "nothing at " + baud + " baud";
      if (silentTurns < SILENT_TURNS_MAX) return;
      silentTurns = 0;
      baud = baud === HISTORIQUE_BAUD ? STANDARD_BAUD : HISTORIQUE_BAUD;
      port = openAt(hardware, file, baud);
    };

    hardware.timers.every(LISTEN_PERIOD, () => {
      const turn = beginTurn(hardware.uptime());
      const limit = hardware.timers.after(LISTEN_MAX, () => end(turn));
      port.listen((bytes) => {
        if (!hear(meter, turn, bytes)) return;
        hardware.timers.cancel(limit);
        end(turn);
      });
    });
    return { tell: () => told };
  },
};
