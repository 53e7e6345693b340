import type { BoardId, BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant, milliseconds } from "@battant/protocol/vocabulary/units";
import type { Clock } from "../src/ports.ts";

/** Numbered readings, and a clock that a test moves by hand. */

export const NOON = instant(Date.UTC(2026, 9, 20, 12));

/** Reading number `sequence`, one a second from noon, with a value of its own unless told. */
export function reading(sequence: number, change: Partial<Reading> = {}): Reading {
  const at = change.at ?? instant(NOON + sequence * 1000);
  return {
    board: "stairs-a" as BoardId,
    boot: "boot-1" as BootId,
    sequence,
    sensor: "light" as SensorId,
    quantity: "illuminance",
    value: sequence / 2,
    at,
    received: instant(at + milliseconds(40)),
    ...change,
  };
}

export const readings = (from: number, to: number, change: Partial<Reading> = {}): Reading[] =>
  Array.from({ length: to - from + 1 }, (_, index) => reading(from + index, change));

export type HandClock = Clock & {
  set(now: Instant): void;
  /** Lets every period end once, now. */
  ring(): void;
};

export function handClock(from: Instant = NOON): HandClock {
  const actions = new Set<() => void>();
  let now = from;
  return {
    now: () => now,
    set: (to) => {
      now = to;
    },
    every: (_periodMs, action) => {
      actions.add(action);
      return () => actions.delete(action);
    },
    ring: () => {
      for (const action of actions) action();
    },
  };
}
