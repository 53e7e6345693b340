import type { Sentence } from "../../api/contract.ts";
import type { ZoneKind } from "../domain/site.ts";

/**
 * What French law asks of each kind of zone, and so what a zone starts with.
 *
 * Illuminance: arrêté du 24 décembre 2015, art. 10 (the values of the arrêté du 1er août 2006).
 * Extent lit by one automatic control: arrêté du 26 octobre 2010 (RT 2012), art. 27 and 28, taken up
 * by the arrêté du 4 août 2021 (RE2020), art. 35. Older buildings are not bound by these texts, but
 * a zone that is larger cannot honestly be judged by one light sensor.
 */
export type KindFacts = {
  /** The least the floor must get when daylight is not enough; also the target by default. */
  readonly floor_lx: number;
  readonly area_m2_max?: number;
  readonly levels_max?: number;
  /**
   * How long somebody is taken to be there after a detector last saw them. Longer than it takes to
   * walk through, and to stand in front of a letter box.
   */
  readonly hold_min: number;
  /** People pass here by night and day: timed light gives notice before it goes out (art. 10). */
  readonly warning: "blinks" | "none";
};

export const ZONE_KIND_NAMES = [
  "hall",
  "corridor",
  "stairwell",
  "common-room",
  "car-park",
  "outdoor-path",
] as const satisfies readonly ZoneKind[];

export const ZONE_KINDS: { readonly [kind in ZoneKind]: KindFacts } = {
  "outdoor-path": { floor_lx: 20, hold_min: 3, warning: "none" },
  "car-park": { floor_lx: 20, area_m2_max: 500, levels_max: 1, hold_min: 5, warning: "blinks" },
  hall: { floor_lx: 100, area_m2_max: 100, levels_max: 1, hold_min: 3, warning: "blinks" },
  corridor: { floor_lx: 100, area_m2_max: 100, levels_max: 1, hold_min: 3, warning: "blinks" },
  "common-room": {
    floor_lx: 100,
    area_m2_max: 100,
    levels_max: 1,
    hold_min: 10,
    warning: "blinks",
  },
  stairwell: { floor_lx: 150, levels_max: 3, hold_min: 3, warning: "blinks" },
};

export const isZoneKind = (text: unknown): text is ZoneKind =>
  typeof text === "string" && Object.hasOwn(ZONE_KINDS, text);

export const FLOOR_TEXT = "arrêté du 24 décembre 2015, art. 10";

export const EXTENT_TEXT: Sentence = {
  fr: "arrêtés du 26 octobre 2010, art. 27-28, et du 4 août 2021, art. 35 : un dispositif par zone",
  en: "arrêtés of 26 October 2010, art. 27-28, and 4 August 2021, art. 35: one control per zone",
};
