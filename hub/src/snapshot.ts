import type { Building } from "./domain/building.ts";
import type { Site } from "./domain/site.ts";

/**
 * Belief and building file as text and back, so that a trace can be replayed anywhere. Both are
 * plain data but for their maps, which are written as `{"$map": [[key, value], …]}`.
 */

/** First line of a trace file: all that is needed to live what follows again. */
export type Opening = { readonly trace: 1; readonly site: string; readonly building: string };

export const openingLine = (site: Site, building: Building): string => {
  // Which boards hang in which flat concerns no rule, and no trace.
  const shown: Site = { ...site, boards: new Map() };
  const opening: Opening = { trace: 1, site: toText(shown), building: toText(building) };
  return JSON.stringify(opening);
};

export const openedFrom = (opening: Opening): { site: Site; building: Building } => ({
  site: fromText(opening.site) as Site,
  building: fromText(opening.building) as Building,
});

type MapAsText = { readonly $map: readonly (readonly [string, unknown])[] };

const toText = (value: object): string =>
  JSON.stringify(value, (_, item: unknown) => (item instanceof Map ? { $map: [...item] } : item));

const fromText = (text: string): unknown =>
  JSON.parse(text, (_, item: unknown) => (isMapAsText(item) ? new Map(item.$map) : item));

const isMapAsText = (item: unknown): item is MapAsText =>
  typeof item === "object" && item !== null && "$map" in item && Array.isArray(item.$map);
