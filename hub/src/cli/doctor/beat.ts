import type { Observed, RunInfo } from "./observed.ts";

/** How fresh what the hub says about itself is. */

/** Three beats of a minute. */
const BEAT_AGE_MS_MAX = 180_000;

/** The hub writes every minute or more often, unless it hangs or finds no room on the disk. */
export const isBeatOld = (now: number, { beat }: RunInfo): boolean => now - beat > BEAT_AGE_MS_MAX;

/** What the hub says of the present; `undefined` if it does not run, or has long been unable to say. */
export const stateNow = ({
  run,
  isAlive,
  now,
}: Pick<Observed, "run" | "isAlive" | "now">): RunInfo["state"] =>
  run !== undefined && isAlive && run.ended === undefined && !isBeatOld(now, run)
    ? run.state
    : undefined;
