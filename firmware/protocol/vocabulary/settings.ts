import type { RelayId, SensorId } from "./ids.ts";
import type { Lux, Milliseconds } from "./units.ts";

/** What the hub has a board do on its own. Kept in the board's flash. */
export type BoardSettings = { readonly rules: readonly LocalRule[] };

/**
 * The daylight rule of one zone, for a board that has both its light sensor and its relay: it keeps
 * running while the hub is gone. Everything the shared rule needs and the board cannot know.
 */
export type LocalRule = {
  readonly relay: RelayId;
  readonly sensor: SensorId;
  /** What daylight must give on the floor, `T`. */
  readonly target: Lux;
  /** `K`. */
  readonly margin: number;
  /** `k`: floor illuminance per sensor illuminance. */
  readonly floorFactor: number;
  /** `L`: what the zone's own luminaires add at the sensor. */
  readonly luminaireContribution: Lux;
  readonly offDelay: Milliseconds;
  readonly onDelay: Milliseconds;
  readonly readingAgeMax: Milliseconds;
  readonly latitudeDeg: number;
  readonly longitudeDeg: number;
  /** Never while the sun's altitude is below this. */
  readonly sunGuardDeg: number;
  /** Luminaires that burn give a warning before they are switched off. */
  readonly warn: boolean;
};
