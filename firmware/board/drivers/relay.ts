import { type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import { type Edge, type Hardware, NO_TIMER, type PinWiring, type TimerId } from "../hardware.ts";

/**
 * A relay in series with a lighting circuit, wired so that de-energised leaves the light available:
 * a board without power, or without a program, has given the light back.
 *
 * Beside the output it may have two inputs: whether the luminaires burn, and the wall switch.
 */

export type RelayPins = {
  readonly output: PinWiring;
  /** Active while the luminaires have voltage. */
  readonly lit?: PinWiring;
  /** Active while somebody presses. */
  readonly wallSwitch?: PinWiring;
};

export type Relay = {
  readonly hardware: Hardware;
  readonly pins: RelayPins;
  /** `undefined`: this board cannot see it. */
  lit: boolean | undefined;
  /** The contact of `lit` has moved and may still bounce, or goes along with a blinking. */
  settling: boolean;
  /** The next turn of a blinking. */
  blinking: TimerId;
  pressedAt: Milliseconds | undefined;
};

/** A push-button bounces for some ms, and nobody presses five times a second. */
const PRESS_APART = milliseconds(200);
/** Longer than the contact bounces, and than a half-wave of the mains. */
const LIT_SETTLES = milliseconds(100);
/** Long enough for a luminaire's driver to go out, short enough for nobody to stumble. */
const BLINK = milliseconds(500);
/** By then the driver has come back, and whoever looked up at the first one sees the second. */
const BLINKS_APART = milliseconds(1000);

/** The relay stays de-energised: an output starts inactive. */
export const claimPins = (hardware: Hardware, pins: RelayPins): void => {
  hardware.output(pins.output);
  if (pins.lit !== undefined) hardware.input(pins.lit);
  if (pins.wallSwitch !== undefined) hardware.input(pins.wallSwitch);
};

/** Its pins have been claimed. */
export const createRelay = (hardware: Hardware, pins: RelayPins): Relay => ({
  hardware: hardware,
  pins: pins,
  lit: pins.lit === undefined ? undefined : hardware.read(pins.lit),
  settling: false,
  blinking: NO_TIMER,
  pressedAt: undefined,
});

/** Ends a blinking too. */
export const inhibit = (relay: Relay, on: boolean): void => {
  if (relay.blinking !== NO_TIMER) {
    relay.hardware.timers.cancel(relay.blinking);
    relay.blinking = NO_TIMER;
    relay.settling = false;
  }
  relay.hardware.write(relay.pins.output, on);
};

/** Off, on, off, and on again: each turn is counted from when the one before really was. */
const blinkTurn = (relay: Relay, left: number, onEnd: () => void): void => {
  if (left === 0) {
    inhibit(relay, false);
    onEnd();
    return;
  }
  relay.hardware.write(relay.pins.output, left !== 2);
  relay.blinking = relay.hardware.timers.after(left === 2 ? BLINKS_APART : BLINK, () =>
    blinkTurn(relay, left - 1, onEnd),
  );
};

/** Two short blinks of the luminaires, which to `lit` never went out. */
export const blink = (relay: Relay, onEnd: () => void): void => blinkTurn(relay, 3, onEnd);

/** Whether this edge of the wall switch is a press, and not the bouncing or the end of one. */
export const isPress = (relay: Relay, edge: Edge): boolean => {
  if (!edge.active) return false;
  const last = relay.pressedAt;
  if (last !== undefined && edge.at - last < PRESS_APART) return false;
  relay.pressedAt = edge.at;
  return true;
};

/** After the first edge of `lit`. Calls back once the contact is calm, if that is news. */
export const settle = (relay: Relay, onLit: () => void): void => {
  relay.settling = true;
  relay.hardware.timers.after(LIT_SETTLES, () => {
    if (relay.blinking !== NO_TIMER) return;
    relay.settling = false;
    const seen = relay.hardware.read(relay.pins.lit as PinWiring);
    if (seen === relay.lit) return;
    relay.lit = seen;
    onLit();
  });
};
