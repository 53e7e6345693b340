import { FOREIGN_LX, SAMPLES_KEPT } from "./figures.ts";
import { isNight, type Moment } from "./moment.ts";
import type { CalibrationState, Dark, Seen } from "./state.ts";

/** What shines on the sensor by night while the zone's own lamps are off: nothing should. */

export function seeDark(state: CalibrationState, sample: Seen, moment: Moment): CalibrationState {
  const isDark = sample.lit === false && sample.settled && isNight(moment);
  return isDark ? { ...state, dark: darkWith(state.dark, sample) } : state;
}

function darkWith(dark: Dark, { at, illuminance }: Seen): Dark {
  const isHigh = illuminance > dark.reference + FOREIGN_LX;
  // What was not looked at for a while may have been dark meanwhile.
  const unbroken = dark.at !== undefined && at - dark.at <= SAMPLES_KEPT;
  const highSince = unbroken ? (dark.highSince ?? at) : at;
  return { ...dark, level: illuminance, at, highSince: isHigh ? highSince : undefined };
}
