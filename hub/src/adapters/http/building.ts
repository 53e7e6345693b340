import type { FastifyInstance } from "fastify";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Clock } from "../../ports.ts";
import type { Live } from "./live.ts";
import { refuse } from "./problems.ts";
import { json, listOf, problems, timeParameter, view } from "./schemas.ts";
import type { Views } from "./views.ts";
import { refuseUnknown, ZONE_PARAMS } from "./zone-names.ts";

/** The common areas as they are now, as they change, and why: what a display in the hall shows. */

type Parts = {
  readonly views: Pick<Views, "building" | "decisions" | "why">;
  readonly live: Live;
  readonly clock: Pick<Clock, "now">;
};

type DecisionsQuery = { readonly from?: number; readonly to?: number; readonly limit: number };

const DEFAULT_RANGE = hours(24);
const DECISIONS_MAX = 500;

export const buildingRoutes = (app: FastifyInstance, { views, live, clock }: Parts): void => {
  app.get("/api/building", { schema: buildingSchema }, async () => views.building());

  app.get("/api/live", { schema: liveSchema, exposeHeadRoute: false }, async (request, reply) => {
    const isOpen = live.open(reply.raw, request.ip, reply.getHeaders());
    if (!isOpen) return refuse(reply.header("retry-after", 60), "too-many-streams");
    return reply.hijack();
  });

  app.get<{ Params: { zone: ZoneId }; Querystring: DecisionsQuery }>(
    "/api/zones/:zone/decisions",
    { schema: decisionsSchema },
    async (request, reply) => {
      const { zone } = request.params;
      const refused = refuseUnknown(reply, views, zone);
      if (refused !== undefined) return refused;
      const { from, to } = rangeOf(request.query, clock.now());
      return views.decisions(zone, from, to, request.query.limit);
    },
  );

  app.get<{ Params: { zone: ZoneId }; Querystring: { readonly at?: string } }>(
    "/api/zones/:zone/why",
    { schema: whySchema },
    async (request, reply) => {
      const { zone } = request.params;
      const refused = refuseUnknown(reply, views, zone);
      if (refused !== undefined) return refused;
      const answered = await views.why(zone, momentOf(request.query.at));
      return answered.ok ? answered.answers : refuse(reply, "time-refused", answered.detail);
    },
  );
};

const MS_MAX = 8.64e15;

/** As the hub reads times. */
const momentOf = (at: string | undefined): string | undefined =>
  at !== undefined && /^\d+$/.test(at) ? new Date(Math.min(Number(at), MS_MAX)).toISOString() : at;

/** The last day unless asked otherwise, the present moment included. */
const rangeOf = (query: DecisionsQuery, now: Instant) => {
  const to = instant(query.to ?? now + 1);
  return { from: instant(query.from ?? to - DEFAULT_RANGE), to };
};

const buildingSchema = {
  summary: "The common areas as they are now",
  tags: ["building"],
  response: { 200: json("The building", view("BuildingView")), ...problems() },
};

const liveSchema = {
  summary: "The building each time it changes, at most once a second, as server-sent events",
  description:
    "`event: building` carries a BuildingView, `event: alive` an AliveView. " +
    "The first building is sent at once. A reader that takes nothing is dropped.",
  tags: ["building"],
  response: {
    200: {
      description: "A stream that does not end",
      content: { "text/event-stream": { schema: { type: "string" } } },
    },
    ...problems("too-many-streams"),
  },
};

const whySchema = {
  summary: "Why a light is as it is now, or was at any time of the last 90 days",
  description:
    "`at` is in milliseconds since 1970, UTC, or on the building's own clock: `2026-11-20T08:00`. " +
    "The answer is one; or two, oldest first, in the hour that clocks repeat in autumn.",
  tags: ["building"],
  ...ZONE_PARAMS,
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      at: { type: "string", pattern: "^(\\d{1,16}|\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2})$" },
    },
  },
  response: {
    200: json("The answer", listOf("WhyView")),
    ...problems("invalid-request", "time-refused", "unknown-zone"),
  },
};

const decisionsSchema = {
  summary: "What was decided for a zone and why, newest first; the last 24 hours by default",
  tags: ["building"],
  ...ZONE_PARAMS,
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      from: timeParameter,
      to: timeParameter,
      limit: { type: "integer", minimum: 1, maximum: DECISIONS_MAX, default: 50 },
    },
  },
  response: {
    200: json("Decisions with `from <= at < to`", listOf("DecisionView")),
    ...problems("invalid-request", "unknown-zone"),
  },
};
