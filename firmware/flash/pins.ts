/**
 * What the pins of an ESP32 are good for, and why not for the rest.
 *
 * ESP32-WROOM-32E datasheet §3.1 "Strapping Pins"; for what happens at start: Espruino sets some
 * pins to an input with pull-up at each start and each restart (targets/esp32/jshardware.c).
 */

export type PinRole =
  /** Push-pull outputs of sensors, and what a sensor sends. */
  | "input"
  /** A contact or an open collector to ground: needs the chip's own pull-up. */
  | "contact"
  | "output"
  /** SDA and SCL: both directions, with pull-ups. */
  | "bus"
  | "relay"
  | "led";

const RELAY_PINS: readonly number[] = [4, 16, 17, 23, 32, 33];

const LED_ON_BOARD = 2;

/** Pins nobody may have, whatever for. */
const TAKEN: ReadonlyMap<number, string> = new Map([
  [0, "the BOOT button, and decides at power-on how the chip starts"],
  [1, "the console"],
  [2, "read at power-on to decide how the chip starts; only the LED may hang there"],
  [3, "the console"],
  [5, "read at power-on to decide how the chip starts"],
  ...[6, 7, 8, 9, 10, 11].map((pin) => [pin, "the flash memory"] as const),
  [12, "read at power-on to choose the voltage of the flash: high there, the board does not start"],
  [15, "read at power-on to decide how the chip starts"],
  [37, "not led out of the module"],
  [38, "not led out of the module"],
]);

const LAST = 39;
const ABSENT: readonly number[] = [20, 24, 28, 29, 30, 31];

const INPUT_ONLY_FROM = 34;

/** GPIO36 and 39 miss and invent edges while Wi-Fi sleeps (ESP32 errata 3.11). */
const UNRELIABLE: readonly number[] = [36, 39];

/** Why this pin cannot serve that role; nothing when it can. */
export const pinProblem = (pin: number, role: PinRole): string | undefined => {
  if (pin < 0 || pin > LAST || ABSENT.includes(pin)) return `an ESP32 has no pin ${pin}`;
  const taken = role === "led" && pin === LED_ON_BOARD ? undefined : TAKEN.get(pin);
  if (taken !== undefined) return `pin ${pin} is ${taken}`;
  if (role === "relay" && !RELAY_PINS.includes(pin)) {
    const why =
      pin >= INPUT_ONLY_FROM ? "is an input only" : "starts with a pull-up, the relay would click";
    return `pin ${pin} ${why}; take one of ${RELAY_PINS.join(", ")}`;
  }
  if (role !== "input" && pin >= INPUT_ONLY_FROM) {
    return role === "contact"
      ? `pin ${pin} has no pull-up, a contact needs one; take a pin below ${INPUT_ONLY_FROM}`
      : `pin ${pin} is an input only; take a pin below ${INPUT_ONLY_FROM}`;
  }
  if (UNRELIABLE.includes(pin)) return `pin ${pin} invents edges while Wi-Fi sleeps; take 34 or 35`;
  return undefined;
};
