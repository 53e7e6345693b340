import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { BoardSettings, LocalRule } from "@battant/protocol/vocabulary/settings";
import { type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import type { Location, Site, ZonePlan } from "./domain/site.ts";
import { sunGuardDeg } from "./rules/daylight.ts";

/**
 * What a board is to do on its own while the hub is gone: the daylight rule of those zones whose
 * sensor and relay it both has, and whose people said so in the building file.
 */
export const settingsFor = (site: Site, board: BoardId): BoardSettings => ({
  rules: [...site.zones.values()]
    .map((zone) => ruleFor(zone, board, site.location))
    .filter((rule) => rule !== undefined),
});

function ruleFor(zone: ZonePlan, board: BoardId, location: Location): LocalRule | undefined {
  const { circuit, lightSensor, daylight } = zone;
  const { luminaireContribution } = daylight;
  if (daylight.mode !== "act" || !daylight.localRule) return undefined;
  if (circuit?.board !== board || lightSensor?.board !== board) return undefined;
  // Without it the rule could not tell daylight from its own lamps.
  if (luminaireContribution === undefined) return undefined;
  return {
    relay: circuit.relay,
    sensor: lightSensor.sensor,
    target: daylight.target,
    margin: daylight.margin,
    floorFactor: daylight.floorFactor,
    luminaireContribution,
    offDelay: whole(daylight.offDelay),
    onDelay: whole(daylight.onDelay),
    readingAgeMax: whole(daylight.readingAgeMax),
    latitudeDeg: location.latitudeDeg,
    longitudeDeg: location.longitudeDeg,
    sunGuardDeg: sunGuardDeg(zone),
    warn: circuit.warning,
  };
}

/** Minutes with decimals are seldom whole milliseconds, and those are all that travels. */
const whole = (span: Milliseconds): Milliseconds => milliseconds(Math.round(span));
