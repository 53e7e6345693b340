import type { Views } from "../adapters/http/views.ts";
import { createWallClock } from "../cli/times.ts";
import { factsOf } from "../survey/facts.ts";
import { answerSurvey } from "../survey/view.ts";
import type { Base } from "./base.ts";

/** A survey of a place of this building, with what its file says at this moment. */

type Here = {
  readonly plan: Pick<Base["plan"], "site">;
  readonly clock: Pick<Base["clock"], "now">;
};

export const surveyOf = ({ plan, clock }: Here): Pick<Views, "survey" | "surveyFacts"> => {
  const today = (): string => createWallClock(plan.site().timezone).local(clock.now()).slice(0, 10);
  return {
    surveyFacts: () => factsOf(plan.site(), today()),
    survey: (request) => {
      const site = plan.site();
      return answerSurvey(request, { site, location: site.location, today: today() });
    },
  };
};
