import type { Sentence } from "./contract.ts";

/** The part of the HTTP API that is about surveys: what daylight switching would save, before anything is bought. */

/** What the building file already knows for a survey. */
export type SurveyFactsView = {
  readonly zones: readonly SurveyZoneView[];
  /** What the law asks of each kind of zone. */
  readonly kinds: readonly { readonly kind: string; readonly target_lx: number }[];
  readonly price_EURperKWh: number | null;
  readonly box_W: number | null;
};

export type SurveyZoneView = {
  readonly zone: string;
  readonly name: string;
  readonly kind: string;
  readonly target_lx: number;
  readonly load_W: number | null;
};

/** Measured and told before anything is bought. `null`: as the building file or the law has it. */
export type SurveyRequest = {
  readonly zone: string | null;
  readonly kind: string | null;
  readonly target_lx: number | null;
  readonly readings: readonly SurveyReading[];
  readonly load_W: number | null;
  /** `day`: while the sun is up. `minutes`: so many a day, by a timer or a detector. */
  readonly burning: "always" | "day" | "minutes";
  readonly minutesPerDay: number | null;
  readonly price_EURperKWh: number | null;
  /** What Battant itself would draw. */
  readonly box_W: number | null;
  readonly cost_EUR: number | null;
};

/** On the floor inside, and under the open sky within minutes. */
export type SurveyReading = {
  readonly indoor_lx: number;
  readonly outdoor_lx: number;
  /** What the lamps alone give there by night, where they could not be switched off. */
  readonly lamps_lx: number | null;
};

/** From a sky that is always overcast to one that is always partly cloudy. */
export type SpanView = { readonly from: number; readonly to: number };

/** Figures are those of one year. */
export type SurveyView = {
  readonly verdict: "pays" | "barely" | "does-not-pay";
  readonly headline: Sentence;
  readonly target_lx: number;
  /** In the order of the readings. */
  readonly places: readonly SurveyPlaceView[];
  /** Of the darkest place, which decides. 0.01 is 1 %. */
  readonly daylightFactor: number;
  /** Daylight alone gives the target. */
  readonly enough_h: SpanView;
  /** The rule would keep the light off, if it burned. */
  readonly keptOff_h: SpanView;
  readonly lit_h: number;
  readonly avoided_h: SpanView;
  readonly saved_kWh: SpanView;
  readonly box_kWh: number;
  readonly box_EUR: number | null;
  readonly net_kWh: SpanView;
  readonly net_EUR: SpanView | null;
  /** `worst` is `null` if it never pays back then, `best` too if it never does. */
  readonly payback_years: { readonly best: number | null; readonly worst: number | null } | null;
  readonly reasons: readonly Sentence[];
  /** What is not certain about it. */
  readonly doubts: readonly Sentence[];
};

export type SurveyPlaceView = {
  /** `null` if the sky was too bright for one. */
  readonly daylightFactor: number | null;
  readonly isDarkest: boolean;
};

export const SURVEY_READINGS_MAX = 20;
