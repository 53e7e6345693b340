import type { ClockInWorld } from "./world-file.ts";

/** Simulated time. After the start it follows the monotonic clock: an NTP step does not move it. */
export type SimulatedClock = {
  readonly speed: number;
  now(): number;
};

export const createClock = (clock: ClockInWorld): SimulatedClock => {
  const startedAt = performance.now();
  const start = clock.origin + (Date.now() - clock.realOrigin) * clock.speed;
  return {
    speed: clock.speed,
    now: () => start + (performance.now() - startedAt) * clock.speed,
  };
};
