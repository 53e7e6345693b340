import { milliseconds } from "@battant/protocol/vocabulary/units";
import type { InputPin, OutputPin, Timers } from "../hardware.ts";

/**
 * A relay in series with a lighting circuit, wired so that de-energised leaves the light available:
 * a board without power, or without a program, has given the light back.
 *
 * Beside the output it may have two inputs: whether the luminaires burn, and the wall switch.
 */

export type RelayPins = {
  readonly output: OutputPin;
  /** Active while the luminaires have voltage. */
  readonly lit?: InputPin;
  /** Active while somebody presses. */
  readonly wallSwitch?: InputPin;
};

export type RelayHandlers = {
  readonly onPress: () => void;
  readonly onLit: (lit: boolean) => void;
};

export type Relay = {
  inhibit(on: boolean): void;
  /** `undefined`: this board cannot see it. */
  lit(): boolean | undefined;
};

/** A push-button bounces for some ms, and nobody presses five times a second. */
const PRESS_APART = milliseconds(200);
/** Longer than the contact bounces, and than a half-wave of the mains. */
const LIT_SETTLES = milliseconds(100);

const watchWallSwitch = (wallSwitch: InputPin, onPress: () => void): void => {
  let pressedAt: number | undefined;
  wallSwitch.watch((edge) => {
    if (!edge.active) return;
    if (pressedAt !== undefined && edge.at - pressedAt < PRESS_APART) return;
    pressedAt = edge.at;
    onPress();
  });
};

const watchLit = (
  lit: InputPin,
  timers: Timers,
  onLit: (lit: boolean) => void,
): (() => boolean) => {
  let known = lit.read();
  let settling = false;
  lit.watch(() => {
    if (settling) return;
    settling = true;
    timers.after(LIT_SETTLES, () => {
      settling = false;
      const seen = lit.read();
      if (seen === known) return;
      known = seen;
      onLit(seen);
    });
  });
  return () => known;
};

export const createRelay = (pins: RelayPins, timers: Timers, handlers: RelayHandlers): Relay => {
  if (pins.wallSwitch !== undefined) watchWallSwitch(pins.wallSwitch, handlers.onPress);
  const lit = pins.lit === undefined ? undefined : watchLit(pins.lit, timers, handlers.onLit);
  return {
    inhibit: (on) => pins.output.write(on),
    lit: () => (lit === undefined ? undefined : lit()),
  };
};
