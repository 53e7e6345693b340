import { type Instant, instant, lux, minutes, seconds } from "@battant/protocol/vocabulary/units";
import type { RuleSettings } from "../daylight.ts";

/** A stairwell at noon, with the settings a hub gives it. */

/** Noon at midsummer in Besançon: 66° of sun. */
export const NOON = instant(Date.UTC(2026, 5, 21, 11, 30));

export const ago = (count: number): Instant => instant(NOON - minutes(count));

export const settings: RuleSettings = {
  target: lux(150),
  margin: 1.5,
  floorFactor: 1,
  luminaireContribution: lux(120),
  offDelay: minutes(10),
  onDelay: seconds(20),
  readingAgeMax: minutes(5),
};
