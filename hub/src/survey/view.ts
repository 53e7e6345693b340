import type { SpanView, SurveyRequest, SurveyView } from "../../api/survey.ts";
import { doubtsAbout } from "./doubts.ts";
import { type Here, type Outcome, questionOf } from "./question.ts";
import { reasonsFor } from "./reasons.ts";
import { type Survey, survey } from "./survey.ts";
import { headlineOf, verdictOn } from "./verdict.ts";

/** A survey asked for and answered, in the words of the public API. */

export const answerSurvey = (request: SurveyRequest, here: Here): Outcome<SurveyView> => {
  const question = questionOf(request, here);
  return question.ok ? { ok: true, value: viewOf(asTold(survey(question.value))) } : question;
};

/** Tables and sentences round further, both from these: so they cannot disagree. */
const asTold = (found: Survey): Survey => ({
  ...found,
  savedKWh: tenths(found.savedKWh),
  boxKWh: tenth(found.boxKWh),
  boxEuros: found.boxEuros === undefined ? undefined : hundredth(found.boxEuros),
  netKWh: tenths(found.netKWh),
  netEuros: found.netEuros === undefined ? undefined : hundredths(found.netEuros),
});

const viewOf = (found: Survey): SurveyView => {
  const { question, payback, netEuros } = found;
  const { places } = question;
  return {
    verdict: verdictOn(found),
    headline: headlineOf(found),
    target_lx: question.target.value,
    places: places.factors.map((factor, index) => ({
      daylightFactor: factor ?? null,
      isDarkest: index === places.darkestAt,
    })),
    daylightFactor: places.darkest,
    enough_h: whole(found.enough),
    keptOff_h: whole(found.keptOff),
    lit_h: Math.round(found.litHours),
    avoided_h: whole(found.avoided),
    saved_kWh: found.savedKWh,
    box_kWh: found.boxKWh,
    box_EUR: found.boxEuros ?? null,
    net_kWh: found.netKWh,
    net_EUR: netEuros ?? null,
    payback_years:
      payback === undefined ? null : { best: years(payback.best), worst: years(payback.worst) },
    reasons: reasonsFor(found),
    doubts: doubtsAbout(found),
  };
};

/** Never minus nothing, which JSON would not keep. */
const rounded =
  (unit: number) =>
  (value: number): number =>
    Math.round(value * unit) / unit || 0;

const tenth = rounded(10);
const hundredth = rounded(100);

const spanOf =
  (round: (value: number) => number) =>
  ({ from, to }: SpanView): SpanView => ({ from: round(from), to: round(to) });

const whole = spanOf(rounded(1));
const tenths = spanOf(tenth);
const hundredths = spanOf(hundredth);

const years = (value: number | undefined): number | null =>
  value === undefined ? null : tenth(value);
