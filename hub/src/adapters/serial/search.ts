import type { TicMode } from "@battant/protocol/tic/labels";
import type { Ending, Speed } from "./attempt.ts";
import { type Backoff, backoffMs } from "./pause.ts";
import type { LineTrouble } from "./trouble.ts";

/**
 * Where the meter is being looked for. 1200 and 9600 baud are tried in turn until groups make sense;
 * what worked last is tried first, because a dongle is pulled out more often than a meter changes
 * its mode.
 */
export type Search = {
  /** The speed to listen at next. */
  speed(): Speed;
  /** The mode that is being heard, if any. */
  mode(): TicMode | undefined;
  trouble(): LineTrouble | undefined;
  opened(): void;
  worked(mode: TicMode | undefined): void;
  /** Returns how many milliseconds to wait before the next attempt. */
  ended(ending: Ending): number;
};

export const createSearch = (backoff: Backoff): Search => {
  let speed: Speed = 1200;
  let mode: TicMode | undefined;
  let trouble: LineTrouble | undefined;
  /** All since the last good group. */
  let failures = 0;
  let deafAttempts = 0;
  let anyNoise = false;

  const troubleAfter = (ending: Ending): LineTrouble | undefined => {
    switch (ending.kind) {
      case "lost":
        return { kind: "unplugged" };
      case "unopened": {
        // What was pulled out is more than merely not there.
        const isStillOut = trouble?.kind === "unplugged" && ending.trouble.kind === "missing";
        return isStillOut ? trouble : ending.trouble;
      }
      case "deaf":
        // One deaf attempt at a new speed proves nothing.
        if (!ending.hadWorked && deafAttempts < 2) return trouble;
        return { kind: anyNoise ? "garbled" : "silent" };
    }
  };

  return {
    speed: () => speed,
    mode: () => mode,
    trouble: () => trouble,
    opened: () => {
      if (trouble?.kind !== "silent" && trouble?.kind !== "garbled") trouble = undefined;
    },
    worked: (heard) => {
      mode = heard;
      trouble = undefined;
      failures = 0;
      deafAttempts = 0;
      anyNoise = false;
    },
    ended: (ending) => {
      mode = undefined;
      const isDeaf = ending.kind === "deaf";
      if (isDeaf) {
        deafAttempts++;
        anyNoise ||= ending.noise;
      }
      trouble = troubleAfter(ending);
      if (isDeaf && !ending.hadWorked) {
        speed = speed === 1200 ? 9600 : 1200;
        return 0; // The attempt itself took its time.
      }
      failures++;
      return backoffMs(backoff, failures);
    },
  };
};
