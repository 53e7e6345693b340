import { elapsed, type Instant } from "@battant/protocol/vocabulary/units";
import { SATURATED_FROM, SILENT_AFTER, STEADY_SAMPLES, STEADY_SHARE } from "./figures.ts";
import { median, range } from "./spread.ts";
import type { Watched } from "./state.ts";

/** Whether the sensor's light holds still, so that a lux-meter can be compared with it. */

export type Steadiness =
  | { readonly kind: "steady"; readonly value: number }
  | { readonly kind: "moving"; readonly lowest: number; readonly highest: number }
  | { readonly kind: "few"; readonly missing: number }
  | { readonly kind: "settling" }
  | { readonly kind: "saturated" }
  | { readonly kind: "silent" };

/** Without its noise a sensor in the dark would never hold still. */
const NOISE_LX = 1;

export function steadinessOf({ samples, lamps, open }: Watched, now: Instant): Steadiness {
  const last = samples.at(-1);
  if (last === undefined || elapsed({ since: last.at, now }) > SILENT_AFTER) {
    return { kind: "silent" };
  }
  if (last.illuminance >= SATURATED_FROM) return { kind: "saturated" };
  if (open !== undefined && !last.settled) return { kind: "settling" };
  // Counted back from now, as long as the lamps were as they are.
  const change = samples.findLastIndex((it) => it.lit !== lamps?.lit || !it.settled);
  const latest = samples.slice(change + 1).slice(-STEADY_SAMPLES);
  if (latest.length < STEADY_SAMPLES) {
    return { kind: "few", missing: STEADY_SAMPLES - latest.length };
  }
  const values = latest.map((it) => it.illuminance);
  const value = median(values);
  return range(values) <= Math.max(NOISE_LX, STEADY_SHARE * value)
    ? { kind: "steady", value }
    : { kind: "moving", lowest: Math.min(...values), highest: Math.max(...values) };
}
