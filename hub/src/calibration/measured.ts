import type { Lux } from "@battant/protocol/vocabulary/units";
import {
  AFTER_BY_DAY,
  AFTER_BY_NIGHT,
  BEFORE_BY_DAY,
  BEFORE_BY_NIGHT,
  CONTRIBUTION_MAX,
  DARK_MAX,
  DAYLIGHT_SHARE_MAX,
  DRIFT_SHARE,
  FADE_OUT,
  SAMPLES_PER_SIDE,
  WARM_UP,
} from "./figures.ts";
import { median, range } from "./spread.ts";
import type { Open, Seen } from "./state.ts";

/** What one switching of the lamps says about `L`; nothing when the light moved for other reasons. */

export type Measured = {
  readonly kind: "night" | "day";
  readonly contribution: number;
  /** With the lamps off. */
  readonly dark: number;
};

export function measured(
  samples: readonly Seen[],
  open: Open,
  reference: Lux | undefined,
): Measured | undefined {
  const side = (lit: boolean): readonly Seen[] =>
    samples.filter((it) => it.settled && it.lit === lit);
  const before = side(!open.lit).filter((it) => it.at <= open.since);
  const after = side(open.lit).filter((it) => it.at >= open.since);
  return open.isNight
    ? byNight(before, after, open)
    : reference === undefined
      ? undefined
      : byDay(before, after, { open, reference });
}

/** Nothing but lamps changes then: a few readings on each side, and their middle ones. */
function byNight(
  seenBefore: readonly Seen[],
  seenAfter: readonly Seen[],
  open: Open,
): Measured | undefined {
  const before = seenBefore
    .filter((it) => open.since - it.at <= BEFORE_BY_NIGHT)
    .slice(-SAMPLES_PER_SIDE);
  const after = seenAfter
    .filter((it) => it.at - open.since <= AFTER_BY_NIGHT + slowest(open))
    .slice(0, SAMPLES_PER_SIDE);
  if (before.length === 0 || after.length === 0) return undefined;
  const found = difference(valuesOf(before), valuesOf(after), open.lit);
  if (!isStill(valuesOf(before)) || !isStill(valuesOf(after))) return undefined;
  if (found.dark >= DARK_MAX) return undefined;
  // Lamps that take light away are some other lamps.
  if (found.contribution < -NOISE_LX || found.contribution > CONTRIBUTION_MAX) return undefined;
  return { kind: "night", ...found };
}

const slowest = ({ lit }: Open): number => (lit ? WARM_UP.fluorescent : FADE_OUT);

const NOISE_LX = 2;
const STILL_SHARE = 0.1;

const isStill = (values: readonly number[]): boolean =>
  range(values) <= Math.max(NOISE_LX, STILL_SHARE * median(values));

type Day = { readonly open: Open; readonly reference: Lux };

/** From one reading to the next, and only while daylight holds still and does not drown the lamps. */
function byDay(
  before: readonly Seen[],
  after: readonly Seen[],
  { open, reference }: Day,
): Measured | undefined {
  const last = before.at(-1);
  const first = after[0];
  if (last === undefined || open.since - last.at > BEFORE_BY_DAY) return undefined;
  if (first === undefined || first.at - open.since > AFTER_BY_DAY) return undefined;
  const drift = Math.max(NOISE_LX, DRIFT_SHARE * reference);
  const lately = before.filter((it) => open.since - it.at <= BEFORE_BY_NIGHT);
  const soon = after.filter((it) => it.at - open.since <= AFTER_BY_DAY);
  if (lately.length < 2 || range(valuesOf(lately)) > drift) return undefined;
  if (range(valuesOf(soon)) > drift) return undefined;
  const found = difference([last.illuminance], [first.illuminance], open.lit);
  if (found.dark > DAYLIGHT_SHARE_MAX * Math.max(reference, DARK_MAX)) return undefined;
  return { kind: "day", ...found };
}

const difference = (before: readonly number[], after: readonly number[], lit: boolean) => {
  const [bright, dark] = lit ? [median(after), median(before)] : [median(before), median(after)];
  return { contribution: bright - dark, dark };
};

const valuesOf = (samples: readonly Seen[]): readonly number[] =>
  samples.map((it) => it.illuminance);
