import type { Sentence } from "../../api/contract.ts";
import type { SurveyFactsView, SurveyRequest } from "../../api/survey.ts";
import { hours, type Milliseconds, minutes } from "@battant/protocol/vocabulary/units";
import type { Location } from "@battant/rules/sun";
import { isZoneKind, ZONE_KIND_NAMES, ZONE_KINDS } from "../config/zone-kinds.ts";
import type { Site, ZoneKind } from "../domain/site.ts";
import { factsOf } from "./facts.ts";
import { judgePlaces, type Places } from "./places.ts";

/** From what somebody typed, and what the building file knows, to a whole question; or what is wrong. */

export type Question = {
  readonly location: Location;
  readonly places: Places;
  readonly target: Told;
  /** `K`, and how long daylight must suffice first: as the zone's rule has them. */
  readonly margin: number;
  readonly offDelay: Milliseconds;
  readonly load: Told;
  readonly burning: Burning;
  readonly box: Told;
  readonly price: Told | undefined;
  readonly cost: number | undefined;
};

/** A figure and where it comes from. */
export type Told = { readonly value: number; readonly by: "person" | "file" | "law" | "default" };

export type Burning =
  | { readonly kind: "always" }
  | { readonly kind: "day" }
  | { readonly kind: "minutes"; readonly perDay: Milliseconds };

export type Here = {
  readonly location: Location;
  readonly site: Site | undefined;
  /** By the building's calendar: `2026-11-22`. */
  readonly today: string;
};

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Sentence };

/** A hub and three boards. */
const BOX_W = 6;
/** What a building file has that says nothing else. */
const MARGIN = 1.5;
const OFF_DELAY = minutes(10);

export const questionOf = (request: SurveyRequest, here: Here): Outcome<Question> => {
  const { site, location, today } = here;
  const facts = factsOf(site, today);
  const zone = [...(site?.zones.values() ?? [])].find(({ id }) => id === request.zone);
  if (request.zone !== null && zone === undefined) return refused(noZone(request.zone, facts));
  const target = targetOf(request, facts);
  if (!target.ok) return target;
  const load = told(request.load_W, facts.zones.find((it) => it.zone === request.zone)?.load_W);
  if (load === undefined) return refused(NO_LOAD);
  const burning = burningOf(request);
  if (burning === undefined) return refused(NO_MINUTES);
  const places = judgePlaces(request.readings);
  if (!places.ok) return places;
  return {
    ok: true,
    value: {
      location,
      places: places.value,
      target: target.value,
      margin: zone?.daylight.margin ?? MARGIN,
      offDelay: zone?.daylight.offDelay ?? OFF_DELAY,
      load,
      burning,
      box: told(request.box_W, facts.box_W) ?? { value: BOX_W, by: "default" },
      price: told(request.price_EURperKWh, facts.price_EURperKWh),
      cost: request.cost_EUR ?? undefined,
    },
  };
};

const told = (said: number | null, known: number | null | undefined): Told | undefined => {
  if (said !== null) return { value: said, by: "person" };
  return known === null || known === undefined ? undefined : { value: known, by: "file" };
};

/** As the zone has it, else as the law has it for the kind; a person may want more than the law. */
const targetOf = (request: SurveyRequest, facts: SurveyFactsView): Outcome<Told> => {
  const zone = facts.zones.find((it) => it.zone === request.zone);
  const kind = zone?.kind ?? request.kind;
  if (kind === null) {
    return request.target_lx === null
      ? refused(NO_TARGET)
      : { ok: true, value: { value: request.target_lx, by: "person" } };
  }
  if (!isZoneKind(kind)) return refused(noKind(kind));
  const { floor_lx } = ZONE_KINDS[kind];
  const target = told(request.target_lx, zone?.target_lx) ?? { value: floor_lx, by: "law" };
  return target.value < floor_lx
    ? refused(belowFloor(kind, floor_lx))
    : { ok: true, value: target };
};

const burningOf = ({ burning, minutesPerDay }: SurveyRequest): Burning | undefined => {
  if (burning !== "minutes") return { kind: burning };
  if (minutesPerDay === null || minutes(minutesPerDay) > hours(24)) return undefined;
  return { kind: "minutes", perDay: minutes(minutesPerDay) };
};

const refused = (problem: Sentence): { readonly ok: false; readonly problem: Sentence } => ({
  ok: false,
  problem,
});

const noZone = (zone: string, { zones }: SurveyFactsView): Sentence => {
  const names = zones.map((it) => it.zone).join(", ");
  return {
    fr: `il n'y a pas de zone ${JSON.stringify(zone)} ; les zones sont ${names}`,
    en: `there is no zone ${JSON.stringify(zone)}; the zones are ${names}`,
  };
};

const noKind = (kind: string): Sentence => {
  const names = ZONE_KIND_NAMES.join(", ");
  return {
    fr: `il n'y a pas de type de lieu ${JSON.stringify(kind)} ; il y a ${names}`,
    en: `there is no kind of place ${JSON.stringify(kind)}; there are ${names}`,
  };
};

const belowFloor = (kind: ZoneKind, floor_lx: number): Sentence => ({
  fr: `la cible est sous le minimum légal de ce type de lieu (${kind} : ${floor_lx} lx)`,
  en: `the target is below what the law asks of this kind of place (${kind}: ${floor_lx} lx)`,
});

const NO_TARGET: Sentence = {
  fr: "dites la zone, ou le type de lieu, ou la lumière qu'il faut au sol",
  en: "say the zone, or the kind of place, or the light its floor needs",
};

const NO_LOAD: Sentence = {
  fr: "dites ce que les lampes consomment, en watts ; le fichier de l'immeuble ne le dit pas",
  en: "say what the lamps draw, in watts; the building file does not say",
};

const NO_MINUTES: Sentence = {
  fr: "dites combien de minutes par jour la lumière brûle, 1\u202f440 au plus",
  en: "say how many minutes a day the light burns, at most 1,440",
};
