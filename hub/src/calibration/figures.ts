import { hours, lux, milliseconds, minutes, seconds } from "@battant/protocol/vocabulary/units";
import type { LampKind } from "./state.ts";

/** Every figure by which a zone is calibrated. */

/** Below this the sky gives at most 0.55 lx: what the sensor sees is lamps and nothing else. */
export const NIGHT_BELOW_DEG = -8;
/** With the zone's own lamps off. More is somebody else's light, which may come and go. */
export const DARK_MAX = lux(5);

/** How long lamps take to give all of their light, once they are switched on. */
export const WARM_UP = { led: seconds(5), fluorescent: minutes(3) } as const satisfies {
  readonly [kind in LampKind]: unknown;
};
/** Lamps are dark at once; drivers with large capacitors fade for seconds. */
export const FADE_OUT = seconds(5);

/** A reading that took longer than this to come tells of another moment. */
export const LATE = seconds(90);
/** What was seen before a switching counts for as long, by night and by day. */
export const BEFORE_BY_NIGHT = minutes(3);
export const BEFORE_BY_DAY = minutes(1);
/** A calm sensor reports once a minute. */
export const AFTER_BY_NIGHT = seconds(90);
export const AFTER_BY_DAY = minutes(1);
export const SAMPLES_PER_SIDE = 5;
export const SAMPLES_MAX = 32;
export const SAMPLES_KEPT = minutes(10);

export const TOGGLES_MAX = 200;
/** Lamps age and are replaced: the latest switchings tell of those that hang there now. */
export const TOGGLES_COUNTED = 20;
export const TOGGLES_ENOUGH = 5;
/** Somebody who presses the switch knows when the lamps are ready. */
export const MARKS_ENOUGH = 2;

export const POINTS_MAX = 12;
export const POINTS_PROPOSED = 3;
/** Points that differ by more were not measured in the same light, or not in the same place. */
export const SCATTER_MAX = 0.25;
export const STEADY_SAMPLES = 3;
export const STEADY_SHARE = 0.1;
/** Two readings of a calm sensor may both be missed. */
export const SILENT_AFTER = seconds(150);
/** A BH1750 ends at 121 557 lx, and direct sun on a sensor says nothing about the floor. */
export const SATURATED_FROM = lux(100_000);
/** Below this a lux-meter's last digit decides about the factor. */
export const DAYLIGHT_MIN = lux(10);
/** As the building file has it. */
export const FACTOR_MIN = 0.05;
export const FACTOR_MAX = 10;
export const CONTRIBUTION_MAX = lux(5000);

/** Weight of one switching in the refined value, once there have been ten. */
export const ALPHA = 0.1;
export const REFINED_ENOUGH = 10;
/** Daylight may move by this share of what the lamps add, from one reading to the next. */
export const DRIFT_SHARE = 0.1;
/** Beyond, the smallest cloud moves more light than the lamps give. */
export const DAYLIGHT_SHARE_MAX = 5;
/** It is offered once it differs from the file by more. */
export const OFFER_SHARE = 0.05;
export const OFFER_LX = 2;

export const ALARM_AFTER = 5;
export const ALARM_LOW = 0.7;
export const ALARM_HIGH = 1.3;
/** An alarm ends only once the value is that far back inside. */
export const ALARM_BACK = 0.05;
export const FOREIGN_LX = 2;
/** A car and a neighbour's timer are gone sooner. */
export const FOREIGN_AFTER = minutes(15);

export const SESSION = hours(1);
/** Whoever was called away for so long leaves the zone to somebody else. */
export const SESSION_IDLE = minutes(10);
/** A memory card wears out: what was learned is written this often at most. */
export const SAVE_EVERY = milliseconds(15 * 60_000);
