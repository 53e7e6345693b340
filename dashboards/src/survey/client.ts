import type { SurveyFactsView, SurveyRequest, SurveyView } from "@battant/hub/api/survey";
import { type Answer, ask } from "../client.ts";

/** The part of the hub's API that is about surveys. */

export const readFacts = (): Promise<Answer<SurveyFactsView>> => ask("/api/survey");

export const askSurvey = (body: SurveyRequest): Promise<Answer<SurveyView>> =>
  ask("/api/survey", { method: "POST", body });
