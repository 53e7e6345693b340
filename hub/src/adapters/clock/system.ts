import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Clock } from "../../ports.ts";

/** The only place where the hub reads the time and waits for it. */
export const systemClock: Clock = {
  now: () => instant(Date.now()),
  every: (periodMs, action) => repeat(periodMs, action),
};

/** A simulated time that began at `origin` when the real clock showed `realOrigin`. */
export type ScaledTime = {
  readonly origin: Instant;
  readonly realOrigin: Instant;
  readonly speed: number;
};

/** A timer this short would only keep the processor busy. */
const PERIOD_MS_MIN = 10;

/** A clock that runs `speed` times as fast; its periods are in its own, simulated time. */
export function scaledClock({ origin, realOrigin, speed }: ScaledTime): Clock {
  return {
    now: () => instant(Math.round(origin + (Date.now() - realOrigin) * speed)),
    every: (periodMs, action) => repeat(Math.max(periodMs / speed, PERIOD_MS_MIN), action),
  };
}

function repeat(periodMs: number, action: () => void): () => void {
  const timer = setInterval(action, periodMs);
  return () => clearInterval(timer);
}
