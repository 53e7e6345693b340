import type { Edge, PinWiring } from "../hardware.ts";
import type { EspruinoPins, PinMode, WatchEvent } from "./globals.ts";
import { uptimeAt } from "./timers.ts";

/**
 * Pins of an ESP32 under Espruino.
 *
 * At start, pins 0, 12-15, 18, 19, 21, 22 and 25-27 are inputs with a pull-up until the program
 * takes them: a relay hangs on none of those. Pins 34-39 are inputs only and have no pulls at all:
 * what hangs there brings its own resistor. 6-11 are the flash.
 */

const isLow = (wiring: PinWiring): boolean => wiring.activeLow === true;

/** The level is set before the pin becomes an output: one that starts inactive was never active. */
export const writePin = (
  pins: Pick<EspruinoPins, "Pin" | "digitalWrite">,
  wiring: PinWiring,
  active: boolean,
): void => pins.digitalWrite(new pins.Pin(wiring.pin), active !== isLow(wiring));

/** A broken wire reads as inactive. */
const modeOf = (wiring: PinWiring): PinMode => (isLow(wiring) ? "input_pullup" : "input_pulldown");

export const takeInput = (pins: Pick<EspruinoPins, "Pin" | "pinMode">, wiring: PinWiring): void =>
  pins.pinMode(new pins.Pin(wiring.pin), modeOf(wiring));

export const readPin = (pins: Pick<EspruinoPins, "Pin">, wiring: PinWiring): boolean =>
  new pins.Pin(wiring.pin).read() !== isLow(wiring);

export type Watch = (event: WatchEvent) => void;

/** `startedAt`: as the interpreter counts time. It stays as long as the watch, so it holds little. */
export const createWatch =
  (wiring: PinWiring, startedAt: number, onEdge: (edge: Edge) => void): Watch =>
  (event) =>
    onEdge({ active: event.state !== isLow(wiring), at: uptimeAt(startedAt, event.time) });

export const watchPin = (
  pins: Pick<EspruinoPins, "Pin" | "pinMode" | "setWatch">,
  wiring: PinWiring,
  watch: Watch,
): void => {
  pins.setWatch(watch, new pins.Pin(wiring.pin), { repeat: true, edge: "both" });
  // A watch switches the pull-up on, whatever was asked before: we ask again.
  takeInput(pins, wiring);
};
