import type { FastifyInstance, FastifyReply } from "fastify";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { BacktestRequest } from "../../../api/backtest.ts";
import type { BacktestDesk } from "../../backtest/desk.ts";
import { backtestBody } from "./backtest-schemas.ts";
import { refuse } from "./problems.ts";
import { json, problems, view } from "./schemas.ts";
import type { Views } from "./views.ts";
import type { Visitors } from "./visitors.ts";
import { noSuchZone, ZONE_PARAMS } from "./zone-names.ts";

/** What other settings would have done in a zone: for those who pay for its light. */

type Parts = {
  readonly backtestDesk: BacktestDesk;
  readonly views: Pick<Views, "building">;
  readonly visitors: Visitors;
};

type Named = { readonly zone: ZoneId };

export const backtestRoutes = (app: FastifyInstance, parts: Parts): void => {
  const { backtestDesk, views, visitors } = parts;
  const preValidation = visitors.council;

  app.get("/api/backtest", { schema: progressSchema, preValidation }, async () =>
    backtestDesk.progress(),
  );

  app.get<{ Params: Named }>(
    "/api/zones/:zone/backtest",
    { schema: factsSchema, preValidation },
    async ({ params: { zone } }, reply) =>
      (await backtestDesk.facts(zone)) ?? noSuchZone(reply, views, zone),
  );

  app.post<{ Params: Named; Body: BacktestRequest }>(
    "/api/zones/:zone/backtest",
    { schema: askSchema, preValidation },
    async (request, reply) => {
      const { zone } = request.params;
      const asked = await backtestDesk.ask(zone, request.body, whenGone(reply));
      if (asked.ok) return asked.value;
      if (asked.problem === "unknown-zone") return noSuchZone(reply, views, zone);
      if (asked.problem === "backtest-busy") reply.header("retry-after", RETRY_AFTER_S);
      return refuse(reply, asked.problem, asked.detail);
    },
  );
};

const RETRY_AFTER_S = 30;

/** Nobody waits for an answer over a connection that was closed. */
function whenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort());
  return gone.signal;
}

const HERE = { tags: ["building"], security: [{ session: [] }] };

const progressSchema = {
  summary: "How far the backtest that is under way has come",
  ...HERE,
  response: {
    200: json("The share that is done", view("BacktestProgressView")),
    ...problems("sign-in-needed", "council-only"),
  },
};

const factsSchema = {
  summary: "The settings a zone has now, and what there is to try others on",
  ...HERE,
  ...ZONE_PARAMS,
  response: {
    200: json("What is known before anything is tried", view("BacktestFactsView")),
    ...problems("invalid-request", "sign-in-needed", "council-only", "unknown-zone"),
  },
};

const askSchema = {
  summary: "What other settings would have done in a zone, on its own past",
  description:
    "Up to four settings side by side, over at most 400 days; settings have the bounds and legal floors " +
    "of the building file. Nothing is sent to any board. One at a time; closing the connection stops it.",
  ...HERE,
  ...ZONE_PARAMS,
  body: backtestBody,
  response: {
    200: json("One result for each setting", view("BacktestView")),
    ...problems(
      "invalid-request",
      "backtest-refused",
      "sign-in-needed",
      "council-only",
      "foreign-page",
      "unknown-zone",
      "malformed",
      "too-large",
      "not-json",
      "backtest-busy",
      "backtest-stopped",
      "backtest-too-much",
      "backtest-failed",
    ),
  },
};
