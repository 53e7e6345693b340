import type { FastifyInstance } from "fastify";
import type { SurveyRequest } from "../../../api/survey.ts";
import { refuse } from "./problems.ts";
import { json, problems, view } from "./schemas.ts";
import { surveyBody } from "./survey-schemas.ts";
import type { Views } from "./views.ts";
import type { Visitors } from "./visitors.ts";

/** Before anything is bought: would daylight switching pay? For anybody with an account; nothing is kept. */

type Parts = {
  readonly views: Pick<Views, "survey" | "surveyFacts">;
  readonly visitors: Visitors;
};

/** A year of the sun is worked out each time: some tens of milliseconds on a small computer. */
const SURVEYS_PER_MINUTE = 60;

export const surveyRoutes = (app: FastifyInstance, { views, visitors }: Parts): void => {
  const preValidation = visitors.signedIn;

  app.get("/api/survey", { schema: factsSchema, preValidation }, async () => views.surveyFacts());

  app.post<{ Body: SurveyRequest }>(
    "/api/survey",
    {
      schema: askSchema,
      preValidation,
      config: { rateLimit: { max: SURVEYS_PER_MINUTE, timeWindow: 60_000 } },
    },
    async (request, reply) => {
      const answered = views.survey(request.body);
      return answered.ok ? answered.value : refuse(reply, "survey-refused", answered.problem);
    },
  );
};

const HERE = { tags: ["building"], security: [{ session: [] }] };

const factsSchema = {
  summary: "What the building file already knows for a survey: zones, prices, what the box draws",
  ...HERE,
  response: {
    200: json("The facts", view("SurveyFactsView")),
    ...problems("sign-in-needed"),
  },
};

const askSchema = {
  summary: "Whether daylight switching would pay in a place, from a few readings of a lux-meter",
  description:
    "Readings are pairs, on the floor and under the open sky within minutes, on an overcast day. The " +
    "answer is a span from the worst sky to the best, with its reasons and its doubts. Nothing is kept.",
  ...HERE,
  body: surveyBody,
  response: {
    200: json("The verdict and every figure behind it", view("SurveyView")),
    ...problems(
      "invalid-request",
      "survey-refused",
      "sign-in-needed",
      "foreign-page",
      "malformed",
      "too-large",
      "not-json",
    ),
  },
};
