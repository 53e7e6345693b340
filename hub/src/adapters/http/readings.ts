import type { FastifyInstance } from "fastify";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { hours, instant } from "@battant/protocol/vocabulary/units";
import type { WindowView } from "../../../api/contract.ts";
import type { Clock, Range, ReadingStore, Series, Window, WindowSize } from "../../ports.ts";
import type { Log } from "./errors.ts";
import { refuse } from "./problems.ts";
import {
  idParameter,
  json,
  listOf,
  problems,
  quantityParameter,
  timeParameter,
} from "./schemas.ts";
import type { Visitors } from "./visitors.ts";

/** Readings over time, for people who signed in; never those of a flat. */

type Parts = {
  readonly readings: Pick<ReadingStore, "windows">;
  readonly isPrivate: (board: BoardId) => boolean;
  readonly visitors: Visitors;
  readonly clock: Pick<Clock, "now">;
  readonly log: Log;
};

type WindowsQuery = Series & {
  readonly from?: number;
  readonly to?: number;
  readonly size: WindowSize;
};

const DEFAULT_RANGE = hours(24);

/** About as many windows as one answer should hold: 8 928 of ten minutes, 3 650 days. */
const RANGE_MAX: { readonly [size in WindowSize]: number } = {
  "10-minutes": hours(62 * 24),
  day: hours(3650 * 24),
};

export const readingRoutes = (app: FastifyInstance, parts: Parts): void => {
  app.get<{ Querystring: WindowsQuery }>(
    "/api/readings/windows",
    { schema: windowsSchema, preValidation: parts.visitors.signedIn },
    async (request, reply) => {
      const { board, sensor, quantity, size } = request.query;
      if (parts.isPrivate(board)) return refuse(reply, "private-board");
      const range = rangeOf(request.query, parts.clock.now());
      if (range === undefined) return refuse(reply, "range-refused");
      try {
        const windows = await parts.readings.windows({ board, sensor, quantity }, range, size);
        return windows.map(windowView);
      } catch (error) {
        parts.log("windows not read", { board, sensor, problem: String(error) });
        return refuse(reply, "store-unavailable");
      }
    },
  );
};

const rangeOf = (query: WindowsQuery, now: number): Range | undefined => {
  const to = query.to ?? now;
  const from = query.from ?? to - DEFAULT_RANGE;
  if (from >= to || to - from > RANGE_MAX[query.size]) return undefined;
  return { from: instant(from), to: instant(to) };
};

const windowView = ({ start, count, sum, min, max, last }: Window): WindowView => ({
  start,
  count,
  mean: sum / count,
  min,
  max,
  last,
});

const windowsSchema = {
  summary: "Ten-minute or daily summaries of what a sensor in the common areas measured",
  description: "A window without readings is absent: unknown, never zero.",
  tags: ["readings"],
  security: [{ session: [] }],
  querystring: {
    type: "object",
    additionalProperties: false,
    required: ["board", "sensor", "quantity"],
    properties: {
      board: idParameter,
      sensor: idParameter,
      quantity: quantityParameter,
      from: timeParameter,
      to: timeParameter,
      size: { type: "string", enum: ["10-minutes", "day"], default: "10-minutes" },
    },
  },
  response: {
    200: json("Windows, oldest first", listOf("WindowView")),
    ...problems(
      "invalid-request",
      "range-refused",
      "sign-in-needed",
      "private-board",
      "store-unavailable",
    ),
  },
};
