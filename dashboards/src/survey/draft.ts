import {
  SURVEY_READINGS_MAX,
  type SurveyFactsView,
  type SurveyReading,
  type SurveyRequest,
} from "@battant/hub/api/survey";
import { numberTyped } from "../typed.ts";

/**
 * What was typed so far, as it was typed. It outlives a phone that sleeps in a stairwell and a page
 * that is loaded again, until the tab is closed; it leaves the phone only when somebody asks.
 */

export type Draft = {
  /** `zone:hall` or `kind:stairwell`. */
  readonly place: string;
  readonly rows: readonly Row[];
  readonly areLampsOn: boolean;
  readonly load: string;
  readonly burning: SurveyRequest["burning"];
  readonly minutes: string;
  readonly price: string;
  readonly box: string;
  readonly cost: string;
};

/** lx on the floor, under the open sky, and of the lamps alone. */
export type Row = { readonly indoor: string; readonly outdoor: string; readonly lamps: string };

export const EMPTY_ROW: Row = { indoor: "", outdoor: "", lamps: "" };

const EMPTY: Draft = {
  place: "",
  rows: [EMPTY_ROW, EMPTY_ROW, EMPTY_ROW],
  areLampsOn: false,
  load: "",
  burning: "always",
  minutes: "",
  price: "",
  box: "",
  cost: "",
};

const KEY = "battant-survey";

/** Some browsers forbid pages to keep anything; then the draft lasts as long as the page. */
export const storedDraft = (): Draft => {
  try {
    return draftIn(JSON.parse(sessionStorage.getItem(KEY) ?? "{}"));
  } catch {
    return EMPTY;
  }
};

export const storeDraft = (draft: Draft): void => {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // It is still on the page.
  }
};

/** An older page may have kept something else: what is not as it should be is empty. */
export const draftIn = (kept: unknown): Draft => {
  const fields = fieldsOf(kept);
  const text = (key: keyof Draft): string => textIn(fields, key);
  const rows = Array.isArray(fields["rows"]) ? fields["rows"].slice(0, SURVEY_READINGS_MAX) : [];
  const { burning } = fields;
  return {
    place: text("place"),
    rows: rows.length === 0 ? EMPTY.rows : rows.map(rowIn),
    areLampsOn: fields["areLampsOn"] === true,
    load: text("load"),
    burning: burning === "day" || burning === "minutes" ? burning : "always",
    minutes: text("minutes"),
    price: text("price"),
    box: text("box"),
    cost: text("cost"),
  };
};

const rowIn = (kept: unknown): Row => {
  const fields = fieldsOf(kept);
  return {
    indoor: textIn(fields, "indoor"),
    outdoor: textIn(fields, "outdoor"),
    lamps: textIn(fields, "lamps"),
  };
};

type Fields = { readonly [key: string]: unknown };

const fieldsOf = (kept: unknown): Fields =>
  typeof kept === "object" && kept !== null ? (kept as Fields) : {};

const TEXT_LENGTH_MAX = 60;

const textIn = (fields: Fields, key: string): string => {
  const value = fields[key];
  return typeof value === "string" ? value.slice(0, TEXT_LENGTH_MAX) : "";
};

/** What the fields accept, a decimal comma too. */
export const AMOUNT_PATTERN = "\\s*[0-9]{1,7}([.,][0-9]{1,6})?\\s*";

const amountIn = (text: string): number | null => (text.trim() === "" ? null : numberTyped(text));

/** Rows that were left empty are no readings. */
export const readingsOf = ({ rows, areLampsOn }: Draft): readonly SurveyReading[] =>
  rows.flatMap(({ indoor, outdoor, lamps }) => {
    const [indoor_lx, outdoor_lx] = [amountIn(indoor), amountIn(outdoor)];
    if (indoor_lx === null || outdoor_lx === null) return [];
    return [{ indoor_lx, outdoor_lx, lamps_lx: areLampsOn ? amountIn(lamps) : null }];
  });

/** The first place there is, for who has not chosen one. */
export const placeOf = ({ place }: Draft, { zones, kinds }: SurveyFactsView): string => {
  const all = [
    ...zones.map(({ zone }) => `zone:${zone}`),
    ...kinds.map(({ kind }) => `kind:${kind}`),
  ];
  return all.includes(place) ? place : (all[0] ?? "");
};

export const requestOf = (draft: Draft, facts: SurveyFactsView): SurveyRequest => {
  const [what = "", name = ""] = placeOf(draft, facts).split(":");
  return {
    zone: what === "zone" ? name : null,
    kind: what === "kind" ? name : null,
    target_lx: null,
    readings: readingsOf(draft),
    load_W: amountIn(draft.load),
    burning: draft.burning,
    minutesPerDay: draft.burning === "minutes" ? amountIn(draft.minutes) : null,
    price_EURperKWh: amountIn(draft.price),
    box_W: amountIn(draft.box),
    cost_EUR: amountIn(draft.cost),
  };
};
