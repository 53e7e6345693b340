import type { SurveyFactsView } from "../../api/survey.ts";
import { ZONE_KIND_NAMES, ZONE_KINDS } from "../config/zone-kinds.ts";
import type { Site } from "../domain/site.ts";

/** What the building file and the law know of a survey before anything is measured. */

/** `today` by the building's calendar: `2026-11-22`. */
export const factsOf = (site: Site | undefined, today: string): SurveyFactsView => ({
  zones: [...(site?.zones.values() ?? [])].map(({ id, name, kind, daylight, circuit }) => ({
    zone: id,
    name,
    kind,
    target_lx: daylight.target,
    load_W: circuit?.load ?? null,
  })),
  kinds: ZONE_KIND_NAMES.map((kind) => ({ kind, target_lx: ZONE_KINDS[kind].floor_lx })),
  price_EURperKWh: priceOn(site, today),
  box_W: site?.energy?.box ?? null,
});

/** Of the latest row that has begun: days written so are in order as text. */
const priceOn = (site: Site | undefined, today: string): number | null => {
  const begun = (site?.energy?.prices ?? []).filter(({ from }) => from <= today);
  return begun.toSorted((a, b) => (a.from < b.from ? -1 : 1)).at(-1)?.eurosPerKWh ?? null;
};
