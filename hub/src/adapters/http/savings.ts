import type { FastifyInstance } from "fastify";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, instant } from "@battant/protocol/vocabulary/units";
import type { Clock, Range } from "../../ports.ts";
import type { Log } from "./errors.ts";
import { refuse } from "./problems.ts";
import { json, problems, timeParameter, view } from "./schemas.ts";
import type { Views } from "./views.ts";
import type { Visitors } from "./visitors.ts";
import { refuseUnknown, ZONE_PARAMS } from "./zone-names.ts";

/** What a zone's light used in full daylight, and what was saved of it: for those who pay for it. */

type Parts = {
  readonly views: Pick<Views, "building" | "savings">;
  readonly visitors: Visitors;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
};

type SavingsQuery = {
  readonly from?: number;
  readonly to?: number;
  readonly intervals: boolean;
};

const DEFAULT_RANGE = hours(31 * 24);
/** A year and what it is compared with. */
const RANGE_MAX = hours(400 * 24);

export const savingsRoutes = (
  app: FastifyInstance,
  { views, visitors, clock, log }: Parts,
): void => {
  app.get<{ Params: { zone: ZoneId }; Querystring: SavingsQuery }>(
    "/api/zones/:zone/savings",
    { schema: savingsSchema, preValidation: visitors.council },
    async (request, reply) => {
      const { zone } = request.params;
      const refused = refuseUnknown(reply, views, zone);
      if (refused !== undefined) return refused;
      const range = rangeOf(request.query, clock.now());
      if (range === undefined) return refuse(reply, "savings-range-refused");
      try {
        const savings = await views.savings(zone, range, request.query.intervals);
        return savings ?? refuse(reply, "nothing-noted");
      } catch (error) {
        log("savings not read", { zone, problem: String(error) });
        return refuse(reply, "store-unavailable");
      }
    },
  );
};

const rangeOf = (query: SavingsQuery, now: number): Range | undefined => {
  const to = query.to ?? now;
  const from = query.from ?? to - DEFAULT_RANGE;
  if (from >= to || to - from > RANGE_MAX) return undefined;
  return { from: instant(from), to: instant(to) };
};

const savingsSchema = {
  summary: "How long a zone's light burned in full daylight, and what was saved of it",
  description:
    "The last 31 days unless asked otherwise. Rows add up to their totals; gaps are unknown, never " +
    "zero. For managers and the co-owners' council.",
  tags: ["building"],
  security: [{ session: [] }],
  ...ZONE_PARAMS,
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      from: timeParameter,
      to: timeParameter,
      intervals: { type: "boolean", default: false },
    },
  },
  response: {
    200: json("The figures", view("SavingsView")),
    ...problems(
      "invalid-request",
      "savings-range-refused",
      "sign-in-needed",
      "council-only",
      "unknown-zone",
      "nothing-noted",
      "store-unavailable",
    ),
  },
};
