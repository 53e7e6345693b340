import { milliseconds } from "@battant/protocol/vocabulary/units";
import type { Hardware, PinWiring } from "./hardware.ts";

/**
 * The board's one lamp, told apart from across a stairwell: every five seconds one flash when all is
 * well, two while a light is borrowed, three while an update is on trial; slow blinking without the
 * hub, fast blinking without Wi-Fi.
 */
export type Mood = "no-wifi" | "no-hub" | "on-trial" | "borrowing" | "well";

const STEP = milliseconds(250);
/** Five seconds. */
const STEPS = 20;

/** Flashes are one step long, with one step of dark between them. */
const isOn = (mood: Mood, step: number): boolean => {
  if (mood === "no-wifi") return step % 2 === 0;
  if (mood === "no-hub") return step % 8 < 4;
  const flashes = mood === "on-trial" ? 3 : mood === "borrowing" ? 2 : 1;
  return step % 2 === 0 && step < flashes * 2;
};

export const startLed = (hardware: Hardware, wiring: PinWiring, mood: () => Mood): void => {
  hardware.output(wiring);
  let step = 0;
  let now: Mood = "no-wifi";
  hardware.timers.every(STEP, () => {
    step = (step + 1) % STEPS;
    if (step % 4 === 0) now = mood();
    hardware.write(wiring, isOn(now, step));
  });
};
