import type { BoardFile, SensorFile } from "@battant/board/board-file";
import { mayRunRule } from "./entry.ts";

/**
 * How many of a board's variables a program takes at rest, from what hangs on the board. The parts
 * were measured, each on a real interpreter set up like an ESP32; with one at hand the build measures
 * anew (`measure.ts`), and a test holds the two together.
 *
 * At rest: after the interpreter has tidied up. While a day of readings is sent, or at a start, some
 * hundreds more are taken for a moment; that is what the free ones are for.
 */

/** What to plan for: every ESP32 that was ever reported has more. */
export const VARIABLES = 2500;
/** For what passes, and for the interpreter to tidy in. */
export const FREE_PERCENT = 30;
export const BUDGET = (VARIABLES * (100 - FREE_PERCENT)) / 100;

/** The interpreter itself, link, outbox, clock, updates, and all that every board has. */
const EVERY_BOARD = 1070;

const SENSORS: { readonly [kind in SensorFile["kind"]]: number } = {
  bh1750: 150,
  veml7700: 116,
  tsl2591: 116,
  motion: 131,
  ld2410: 160,
  pulse: 60,
  tic: 480,
  pzem: 190,
};

/** With its two inputs. */
const RELAY = 242;
const LOCAL_RULE = 34;

export const estimate = (file: BoardFile): number =>
  EVERY_BOARD +
  file.sensors.reduce((sum, it) => sum + SENSORS[it.kind], 0) +
  file.relays.length * RELAY +
  (mayRunRule(file) ? LOCAL_RULE : 0);
