import type { FastifyInstance } from "fastify";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { ModeRequest } from "../../../api/observation.ts";
import type { ZoneModes } from "../../observation/modes.ts";
import type { Log } from "./errors.ts";
import { modeBody } from "./observation-schemas.ts";
import { refuse } from "./problems.ts";
import { json, problems, view } from "./schemas.ts";
import type { Views } from "./views.ts";
import type { Visitors } from "./visitors.ts";
import { bodyProblems, FOR_WORKSHOP, tell } from "./workshop.ts";
import { refuseUnknown, ZONE_PARAMS } from "./zone-names.ts";

/** What a zone would have done, for those who decide; and their decision, for those who may act on it. */

type Parts = {
  readonly views: Pick<Views, "building" | "observation">;
  readonly zoneModes: ZoneModes;
  readonly visitors: Visitors;
  readonly log: Log;
};

type Named = { readonly zone: ZoneId };

export const observationRoutes = (app: FastifyInstance, parts: Parts): void => {
  const { views, zoneModes, visitors, log } = parts;

  app.get<{ Params: Named }>(
    "/api/zones/:zone/observation",
    { schema: observationSchema, preValidation: visitors.council },
    async (request, reply) => {
      const { zone } = request.params;
      const refused = refuseUnknown(reply, views, zone);
      if (refused !== undefined) return refused;
      try {
        return (await views.observation(zone)) ?? refuse(reply, "unknown-zone");
      } catch (error) {
        log("observation not read", { zone, problem: String(error) });
        return refuse(reply, "store-unavailable");
      }
    },
  );

  app.post<{ Params: Named; Body: ModeRequest }>(
    "/api/zones/:zone/mode",
    { schema: modeSchema, preValidation: visitors.workshop },
    async (request, reply) => {
      const who = visitors.nameOf(request);
      return tell(reply, await zoneModes.set(request.params.zone, request.body.mode, who));
    },
  );
};

const observationSchema = {
  summary: "What a zone in observation would have done, beside what was so",
  description:
    "The latest days of the latest observation, as far back as it takes to have enough that are " +
    "known. Gaps are unknown, never zero. For managers and the co-owners' council.",
  tags: ["building"],
  security: [{ session: [] }],
  ...ZONE_PARAMS,
  response: {
    200: json("The observation", view("ObservationView")),
    ...problems(
      "invalid-request",
      "sign-in-needed",
      "council-only",
      "unknown-zone",
      "store-unavailable",
    ),
  },
};

const modeSchema = {
  summary: "A zone acts from now on, only observes, or leaves the light alone",
  description:
    "Written into the building file, whose notes and layout stay, and gone by at once. A light that " +
    "is kept off is given back when the zone no longer acts.",
  tags: ["building"],
  ...FOR_WORKSHOP,
  ...ZONE_PARAMS,
  body: modeBody,
  response: {
    200: json("Written, and gone by at once", view("ModeView")),
    ...bodyProblems("unknown-zone", "simulated-building", "building-file-refused"),
  },
};
