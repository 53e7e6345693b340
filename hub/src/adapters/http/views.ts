import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { BuildingView, DecisionView, HealthView, SavingsView } from "../../../api/contract.ts";
import type { ObservationView } from "../../../api/observation.ts";
import type { SurveyFactsView, SurveyRequest, SurveyView } from "../../../api/survey.ts";
import type { Range } from "../../ports.ts";
import type { Outcome } from "../../survey/question.ts";
import type { Answered } from "../../why/ask.ts";

/** What the pages may see of the hub. */
export type Views = {
  /** Common areas only: anybody on the local network may read it, a display in the hall does. */
  building(): BuildingView;
  /** Who sends what and what is wrong: for the manager alone. */
  health(): HealthView;
  /** Decisions of `zone` with `from <= at < to`, newest first, at most `limit`. */
  decisions(
    zone: ZoneId,
    from: Instant,
    to: Instant,
    limit: number,
  ): Promise<readonly DecisionView[]>;
  /** Why the light of `zone` is as it is, or was `when` (forms of `cli/times.ts`). */
  why(zone: ZoneId, when: string | undefined): Promise<Answered>;
  /** What a zone saved, or nothing if nothing was noted of that time. */
  savings(zone: ZoneId, range: Range, withRows: boolean): Promise<SavingsView | undefined>;
  /** What a zone would have done in its latest observation, or nothing if there is no such zone. */
  observation(zone: ZoneId): Promise<ObservationView | undefined>;
  /** What the building file knows of a survey before anything is measured. */
  surveyFacts(): SurveyFactsView;
  /** Whether daylight switching would pay; remembers nothing. */
  survey(request: SurveyRequest): Outcome<SurveyView>;
  /** Calls back whenever `building()` would answer something else, until the answer is called. */
  onChange(listener: () => void): () => void;
};
