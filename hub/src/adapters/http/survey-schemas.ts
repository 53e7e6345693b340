import {
  SURVEY_READINGS_MAX,
  type SpanView,
  type SurveyFactsView,
  type SurveyPlaceView,
  type SurveyReading,
  type SurveyRequest,
  type SurveyView,
  type SurveyZoneView,
} from "../../../api/survey.ts";
import {
  count,
  list,
  listOf,
  number,
  object,
  oneOf,
  orNothing,
  orUnknown,
  type Schema,
  text,
  view,
  withNames,
  yesNo,
} from "./schemas.ts";

/** The types of a survey once more, as JSON Schema: what comes in is bounded, what goes out is named. */

const SURVEY: { readonly [name: string]: Schema } = {
  SurveyZoneView: object<SurveyZoneView>({
    zone: text,
    name: text,
    kind: text,
    target_lx: number,
    load_W: orUnknown(number),
  }),
  SurveyFactsView: object<SurveyFactsView>({
    zones: listOf("SurveyZoneView"),
    kinds: list(object<SurveyFactsView["kinds"][number]>({ kind: text, target_lx: number })),
    price_EURperKWh: orUnknown(number),
    box_W: orUnknown(number),
  }),
  SpanView: object<SpanView>({ from: number, to: number }),
  SurveyPlaceView: object<SurveyPlaceView>({
    daylightFactor: orUnknown(number),
    isDarkest: yesNo,
  }),
  SurveyView: object<SurveyView>({
    verdict: oneOf("pays", "barely", "does-not-pay"),
    headline: view("Sentence"),
    target_lx: number,
    places: listOf("SurveyPlaceView"),
    daylightFactor: number,
    enough_h: view("SpanView"),
    keptOff_h: view("SpanView"),
    lit_h: count,
    avoided_h: view("SpanView"),
    saved_kWh: view("SpanView"),
    box_kWh: number,
    box_EUR: orUnknown(number),
    net_kWh: view("SpanView"),
    net_EUR: orNothing(view("SpanView")),
    payback_years: orNothing(
      object<NonNullable<SurveyView["payback_years"]>>({
        best: orUnknown(number),
        worst: orUnknown(number),
      }),
    ),
    reasons: listOf("Sentence"),
    doubts: listOf("Sentence"),
  }),
};

export const SURVEY_SCHEMAS = withNames(SURVEY);

const from = (minimum: number, maximum: number): Schema => ({ type: "number", minimum, maximum });

/** Full sun is 120 000 lx. */
const lux = from(0, 150_000);

const reading: Schema = object<SurveyReading>({
  indoor_lx: lux,
  outdoor_lx: lux,
  lamps_lx: orUnknown(lux),
});

export const surveyBody: Schema = object<SurveyRequest>({
  zone: orUnknown({ type: "string", maxLength: 32 }),
  kind: orUnknown({ type: "string", maxLength: 32 }),
  target_lx: orUnknown(from(1, 2000)),
  readings: { ...list(reading), maxItems: SURVEY_READINGS_MAX },
  load_W: orUnknown(from(1, 50_000)),
  burning: oneOf("always", "day", "minutes"),
  minutesPerDay: orUnknown(from(1, 1440)),
  price_EURperKWh: orUnknown(from(0, 10)),
  box_W: orUnknown(from(0, 1000)),
  cost_EUR: orUnknown(from(0, 1_000_000)),
});
