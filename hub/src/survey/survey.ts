import type { SpanView } from "../../api/survey.ts";
import { hours, milliseconds } from "@battant/protocol/vocabulary/units";
import type { Burning, Question } from "./question.ts";
import { brightHours, hoursSunUp, type Year, yearOf } from "./sky.ts";

/**
 * What daylight switching would save in a year, before anything is bought. Every figure is a span,
 * since nobody knows the sky of next year: from what is certain to what is possible.
 */

export type Survey = {
  readonly question: Question;
  /** Daylight alone gives the target: sky always overcast, sky always partly cloudy. */
  readonly enough: SpanView;
  /** The rule would keep the light off, if it burned. */
  readonly keptOff: SpanView;
  readonly litHours: number;
  readonly avoided: SpanView;
  readonly savedKWh: SpanView;
  readonly boxKWh: number;
  readonly boxEuros: number | undefined;
  readonly netKWh: SpanView;
  readonly netEuros: SpanView | undefined;
  readonly payback: Payback | undefined;
};

/** Years; `undefined` is never. */
export type Payback = {
  readonly best: number | undefined;
  readonly worst: number | undefined;
};

const HOURS_A_YEAR = 8760;
const NOTHING_LOST = milliseconds(0);

/** Who passes on a timer or a detector does so between 6 and 22 o'clock. */
const HOURS_PEOPLE_PASS = 16;

export const survey = (question: Question): Survey => {
  const year = yearOf(question.location);
  const { enough, keptOff } = skyHours(question, year);
  const { lit, share } = burningIn(question.burning, year);
  const avoided = scaled(keptOff, share);
  const savedKWh = scaled(avoided, question.load.value / 1000);
  const boxKWh = (question.box.value * HOURS_A_YEAR) / 1000;
  const netKWh = { from: savedKWh.from - boxKWh, to: savedKWh.to - boxKWh };
  const { price, cost } = question;
  const netEuros = price === undefined ? undefined : scaled(netKWh, price.value);
  const payback =
    cost === undefined || netEuros === undefined
      ? undefined
      : { best: yearsToPay(cost, netEuros.to), worst: yearsToPay(cost, netEuros.from) };
  return {
    question,
    enough,
    keptOff,
    litHours: lit,
    avoided,
    savedKWh,
    boxKWh,
    boxEuros: price === undefined ? undefined : boxKWh * price.value,
    netKWh,
    netEuros,
    payback,
  };
};

/**
 * The rule switches off at `K·T` for `offDelay` and gives back below `T`. At worst every cloud gives
 * back at once: then only what is above `K·T` counts. At best it holds all the way down to `T`.
 */
const skyHours = ({ target, margin, places, offDelay }: Question, year: Year) => {
  const outdoor = target.value / places.darkest;
  const enough = {
    from: brightHours(year, "overcast", { outdoor, lost: NOTHING_LOST }),
    to: brightHours(year, "partly", { outdoor, lost: NOTHING_LOST }),
  };
  const isEverOff = brightHours(year, "partly", { outdoor: outdoor * margin, lost: offDelay }) > 0;
  const keptOff = {
    from: brightHours(year, "overcast", { outdoor: outdoor * margin, lost: offDelay }),
    to: isEverOff ? brightHours(year, "partly", { outdoor, lost: offDelay }) : 0,
  };
  return { enough, keptOff };
};

type Burned = {
  /** Hours a year. */
  readonly lit: number;
  /** Of the time in which the rule would keep the light off, it burns so much today. */
  readonly share: number;
};

const burningIn = (burning: Burning, year: Year): Burned => {
  switch (burning.kind) {
    case "always":
      return { lit: HOURS_A_YEAR, share: 1 };
    case "day":
      return { lit: hoursSunUp(year), share: 1 };
    case "minutes": {
      const perDay = burning.perDay / hours(1);
      return { lit: perDay * 365, share: Math.min(1, perDay / HOURS_PEOPLE_PASS) };
    }
  }
};

const scaled = ({ from, to }: SpanView, factor: number): SpanView => ({
  from: from * factor,
  to: to * factor,
});

const yearsToPay = (cost: number, eurosAYear: number): number | undefined =>
  eurosAYear <= 0 ? undefined : cost / eurosAYear;
