import type { Instant } from "@battant/protocol/vocabulary/units";
import { MARKS_ENOUGH, TOGGLES_COUNTED, TOGGLES_ENOUGH } from "./figures.ts";
import { deviation, mean, withoutOutliers } from "./spread.ts";
import type { Toggle } from "./state.ts";

/** `L`, what the zone's own luminaires add at the sensor, as the latest switchings by night tell it. */

export type Contribution = {
  readonly mean: number;
  /** From one switching to another. */
  readonly sigma: number;
  readonly count: number;
  /** Some other light came or went during these. */
  readonly leftOut: number;
  readonly from: Instant;
  readonly to: Instant;
  /** What else shines there by night. */
  readonly dark: number;
  readonly isEnough: boolean;
};

/** Two values of the same lamps differ by less for the sensor's own noise. */
const NOISE_LX = 1;
const NOISE_SHARE = 0.02;

export function contributionOf(toggles: readonly Toggle[]): Contribution | undefined {
  const latest = toggles.slice(-TOGGLES_COUNTED);
  const typical = mean(latest.map((it) => Math.abs(it.contribution)));
  const noise = Math.max(NOISE_LX, NOISE_SHARE * typical);
  const good = withoutOutliers(latest, (it) => it.contribution, noise);
  const [first, last] = [good[0], good.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const values = good.map((it) => it.contribution);
  const byHand = good.filter((it) => it.by === "hand").length;
  return {
    // A sensor that does not see its lamps adds nothing, and never less.
    mean: Math.max(0, mean(values)),
    sigma: deviation(values),
    count: good.length,
    leftOut: latest.length - good.length,
    from: first.at,
    to: last.at,
    dark: mean(good.map((it) => it.dark)),
    isEnough: good.length >= TOGGLES_ENOUGH || byHand >= MARKS_ENOUGH,
  };
}
