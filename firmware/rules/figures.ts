import type { Milliseconds } from "@battant/protocol/vocabulary/units";

/**
 * Every figure of the daylight rule that no setting changes. They are spelled out as numbers in a file
 * of their own: so the bundler writes each where it is used, and a board keeps no variable for it.
 */

/** Exponential smoothing of daylight, time constant: 60 s. */
export const SMOOTHING = 60000 as Milliseconds;
/** LED luminaires are at full output within 5 s; what is seen meanwhile is neither nor. */
export const SETTLING = 5000 as Milliseconds;
/** While daylight is above the target by less than this, a circuit is not kept off for long. */
export const KEPT_OFF_MARGIN = 1.1;
/** Two samples of an unchanged light differ by less. */
export const NOISE_LX = 0.5;
/** Daylight is never the same for an hour, but for the sensor's own noise; a broken sensor is. */
export const STUCK_AFTER = 3600000 as Milliseconds;
/** After a circuit was given back or lamps were switched on, the rule waits at least 3 min. */
export const REST = 180000 as Milliseconds;

/** From the seventh inhibition within a day, each one doubles the delay before the next, to 8 h. */
export const INHIBITIONS_BEFORE_BACKOFF = 6;
export const OFF_DELAY_MAX = 28800000 as Milliseconds;
export const DAY = 86400000 as Milliseconds;

/** Seen a minute after lamps went off. Before, they may still fade. */
export const CHECKED_AFTER = 60000 as Milliseconds;
/** A sensor that sees the same within this although its lamps went off sees nothing at all. */
export const UNCHANGED_SHARE = 0.02;
export const UNCHANGED_LX = 2;
/** Too dark within 2 min of switching off: the estimate of daylight was wrong, not the weather. */
export const POST_CHECK = 120000 as Milliseconds;
/** A sensor that failed is left alone for an hour, then two, to sixteen. */
export const DISTRUST = 3600000 as Milliseconds;
export const DISTRUST_DOUBLINGS_MAX = 4;
