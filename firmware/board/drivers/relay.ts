import { type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import type { Edge, Hardware, PinWiring } from "../hardware.ts";

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
  /** The contact of `lit` has moved and may still bounce. */
  settling: boolean;
  pressedAt: Milliseconds | undefined;
};

/** A push-button bounces for some ms, and nobody presses five times a second. */
const PRESS_APART = milliseconds(200);
/** Longer than the contact bounces, and than a half-wave of the mains. */
const LIT_SETTLES = milliseconds(100);

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
  pressedAt: undefined,
});

export const inhibit = (relay: Relay, on: boolean): void =>
  relay.hardware.write(relay.pins.output, on);

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
    relay.settling = false;
    const seen = relay.hardware.read(relay.pins.lit as PinWiring);
    if (seen === relay.lit) return;
    relay.lit = seen;
    onLit();
  });
};
