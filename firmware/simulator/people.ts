import type { Random } from "./random.ts";
import type { ZoneInWorld } from "./world-file.ts";

/** People who come through one zone: when, for how long, and when they reach for the switch. */
export type People = {
  /** Lets a second pass. */
  step(second: Second): Seen;
};

export type Second = {
  readonly now: number;
  readonly hour: number;
  readonly isDark: boolean;
};

export type Seen = {
  /** Somebody is there, on their feet: what a detector sees. */
  readonly moves: boolean;
  readonly presses: boolean;
};

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
/** Few people are about at night, and most leave, eat and come home at the same hours. */
const NIGHT_SHARE = 0.1;
const DAY_SHARE = 0.6;
const BUSY_SHARE = 1.5;
const BUSY_HOURS = [8, 12, 18];

/** Of the passages an hour that a zone has by day, how many it has at this one. */
const shareAt = (hour: number): number => {
  const busy = BUSY_HOURS.reduce((sum, peak) => sum + Math.exp(-((hour - peak) ** 2)), 0);
  return (hour >= 6 && hour < 23 ? DAY_SHARE : NIGHT_SHARE) + BUSY_SHARE * busy;
};

const STAY_MS_MIN = 30_000;
const STAY_MS_MORE = 120_000;

export const createPeople = (plan: ZoneInWorld, random: Random): People => {
  let leavesAt = -Infinity;
  /** When whoever found it dark has waited long enough. */
  let pressesAt = Infinity;
  return {
    step: ({ now, hour, isDark }) => {
      const expected = (plan.passagesPerHour * shareAt(hour) * SECOND_MS) / HOUR_MS;
      if (random.uniform() < expected) {
        leavesAt = Math.max(leavesAt, now + STAY_MS_MIN + random.uniform() * STAY_MS_MORE);
        pressesAt = Math.min(pressesAt, now + plan.patience_s * 1000);
      }
      // Who finds enough light, by day or because somebody else has pressed, walks on.
      const isDue = now >= pressesAt;
      if (isDue || !isDark) pressesAt = Infinity;
      return { moves: now < leavesAt, presses: isDue && isDark };
    },
  };
};
