import { SURVEY_READINGS_MAX, type SurveyReading, type SurveyRequest } from "../../api/survey.ts";
import type { Location } from "../domain/site.ts";
import type { Asked } from "./asked.ts";
import type { SurveyOptions } from "./survey.ts";

/** The words of `battant survey`, understood or refused with what to write instead. */

export type SurveyAsked = {
  readonly request: SurveyRequest;
  readonly location: Location | undefined;
};

export const surveyAsked = (options: SurveyOptions): Asked<SurveyAsked> => {
  const problems: string[] = [];
  const got = <T>(asked: Asked<T> | undefined): T | undefined => {
    if (asked === undefined) return undefined;
    if (asked.ok) return asked.value;
    problems.push(asked.problem);
    return undefined;
  };
  const amount = (option: keyof typeof AMOUNTS, text: string | undefined): number | null =>
    got(text === undefined ? undefined : amountAsked(option, text)) ?? null;
  const said = options.reading ?? [];
  if (said.length > SURVEY_READINGS_MAX) {
    problems.push(`At most ${SURVEY_READINGS_MAX} times --reading.`);
  }
  const readings = said.map((text) => got(readingAsked(text))).filter((it) => it !== undefined);
  const location = got(
    options.location === undefined ? undefined : locationAsked(options.location),
  );
  const request: SurveyRequest = {
    zone: options.zone ?? null,
    kind: options.kind ?? null,
    target_lx: amount("--target", options.target),
    readings,
    load_W: amount("--load-W", options.loadW),
    ...(got(burningAsked(options.burning ?? "always")) ?? ALWAYS),
    price_EURperKWh: amount("--price", options.price),
    box_W: amount("--box-W", options.boxW),
    cost_EUR: amount("--cost", options.cost),
  };
  return problems.length === 0
    ? { ok: true, value: { request, location } }
    : { ok: false, problem: problems.join("\n") };
};

type Burning = Pick<SurveyRequest, "burning" | "minutesPerDay">;

const ALWAYS: Burning = { burning: "always", minutesPerDay: null };

/** As the API bounds them. */
const AMOUNTS = {
  "--target": { min: 1, max: 2000, unit: "lx" },
  "--load-W": { min: 1, max: 50_000, unit: "W" },
  "--price": { min: 0, max: 10, unit: "€ per kWh" },
  "--box-W": { min: 0, max: 1000, unit: "W" },
  "--cost": { min: 0, max: 1_000_000, unit: "€" },
} as const;

export const amountAsked = (option: keyof typeof AMOUNTS, text: string): Asked<number> => {
  const { min, max, unit } = AMOUNTS[option];
  const value = numberIn(text);
  if (value !== undefined && value >= min && value <= max) return { ok: true, value };
  return { ok: false, problem: `${option} takes a number from ${min} to ${max}, in ${unit}.` };
};

/** Full sun is 120 000 lx. */
const LUX_MAX = 150_000;

/** `120:9500`, or `210:9500:90` where the lamps alone give 90 lx by night. */
export const readingAsked = (text: string): Asked<SurveyReading> => {
  const values = text.split(":").map(numberIn);
  const [indoor_lx, outdoor_lx, lamps_lx] = values;
  const isWhole = values.length <= 3 && values.every((it) => it !== undefined && it <= LUX_MAX);
  if (!isWhole || indoor_lx === undefined || outdoor_lx === undefined) {
    const problem = `${JSON.stringify(text)} is no reading; write lux inside:outside, as 120:9500`;
    return { ok: false, problem };
  }
  return { ok: true, value: { indoor_lx, outdoor_lx, lamps_lx: lamps_lx ?? null } };
};

const DAY_MIN = 1440;

/** `always`, `day`, `45min` or `6h` a day. */
export const burningAsked = (text: string): Asked<Burning> => {
  if (text === "always" || text === "day") {
    return { ok: true, value: { burning: text, minutesPerDay: null } };
  }
  const [, amount = "", unit] = /^([\d.,]+)\s*(min|h)$/.exec(text) ?? [];
  const minutes = (numberIn(amount) ?? 0) * (unit === "h" ? 60 : 1);
  if (minutes >= 1 && minutes <= DAY_MIN) {
    return { ok: true, value: { burning: "minutes", minutesPerDay: minutes } };
  }
  const problem = `--burning ${JSON.stringify(text)}: write always, day, or so much a day: 45min, 6h`;
  return { ok: false, problem };
};

export const locationAsked = (text: string): Asked<Location> => {
  const [, latitude = "", longitude = ""] =
    /^(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)$/.exec(text.trim()) ?? [];
  const location = { latitudeDeg: Number(latitude), longitudeDeg: Number(longitude) };
  const isThere = Math.abs(location.latitudeDeg) <= 90 && Math.abs(location.longitudeDeg) <= 180;
  if (latitude !== "" && isThere) return { ok: true, value: location };
  const problem = `${JSON.stringify(text)} is no place; write degrees north,east, as 47.24,6.02`;
  return { ok: false, problem };
};

/** Not below zero. A decimal comma will do. */
const numberIn = (text: string): number | undefined =>
  /^\d{1,7}(?:[.,]\d{1,6})?$/.test(text.trim()) ? Number(text.trim().replace(",", ".")) : undefined;
