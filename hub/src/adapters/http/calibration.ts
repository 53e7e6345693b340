import type { FastifyInstance } from "fastify";
import type {
  LampKindRequest,
  MarkRequest,
  PointRequest,
  WriteRequest,
} from "../../../api/calibration.ts";
import type { CalibrationDesk } from "../../calibration/desk.ts";
import { lampKindBody, markBody, pointBody, writeBody } from "./calibration-schemas.ts";
import { refuse } from "./problems.ts";
import { count, idParameter, json, problems, view } from "./schemas.ts";
import type { Visitors } from "./visitors.ts";
import { bodyProblems, FOR_WORKSHOP, tell, workshopProblems } from "./workshop.ts";
import { ZONE_PARAMS } from "./zone-names.ts";

/** A zone is calibrated by those who look after it; its setting sheet is read by those who pay for it. */

type Parts = { readonly calibrationDesk: CalibrationDesk; readonly visitors: Visitors };
type Zone = { readonly zone: string };

const PATH = "/api/zones/:zone/calibration";

export const calibrationRoutes = (app: FastifyInstance, parts: Parts): void => {
  readRoutes(app, parts);
  const { calibrationDesk: desk, visitors } = parts;
  const preValidation = visitors.workshop;

  app.post<{ Params: Zone; Body: PointRequest }>(
    `${PATH}/points`,
    { schema: pointSchema, preValidation },
    async (request, reply) =>
      tell(reply, desk.addPoint(request.params.zone, request.body, visitors.nameOf(request)), 201),
  );
  app.delete<{ Params: Zone & { readonly id: number } }>(
    `${PATH}/points/:id`,
    { schema: removeSchema, preValidation },
    async (request, reply) => {
      const { zone, id } = request.params;
      return tell(reply, desk.removePoint(zone, id, visitors.nameOf(request)));
    },
  );
  app.post<{ Params: Zone; Body: MarkRequest }>(
    `${PATH}/marks`,
    { schema: markSchema, preValidation },
    async (request, reply) =>
      tell(reply, desk.mark(request.params.zone, request.body, visitors.nameOf(request))),
  );
  app.put<{ Params: Zone; Body: LampKindRequest }>(
    `${PATH}/lamps`,
    { schema: lampsSchema, preValidation },
    async (request, reply) =>
      tell(reply, desk.setLampKind(request.params.zone, request.body, visitors.nameOf(request))),
  );
  app.post<{ Params: Zone; Body: WriteRequest }>(
    `${PATH}/write`,
    { schema: writeSchema, preValidation },
    async (request, reply) =>
      tell(reply, await desk.write(request.params.zone, request.body, visitors.nameOf(request))),
  );
};

const readRoutes = (app: FastifyInstance, { calibrationDesk: desk, visitors }: Parts): void => {
  app.get<{ Params: Zone }>(
    PATH,
    { schema: readSchema, preValidation: visitors.workshop },
    async (request, reply) => desk.view(request.params.zone) ?? refuse(reply, "unknown-zone"),
  );
  app.get<{ Params: Zone }>(
    "/api/zones/:zone/sheet",
    { schema: sheetSchema, preValidation: visitors.council },
    async (request, reply) => desk.sheet(request.params.zone) ?? refuse(reply, "unknown-zone"),
  );
};

const HERE = { tags: ["building"], ...FOR_WORKSHOP, ...ZONE_PARAMS };
const answer = json("The calibration as it is now", view("CalibrationView"));

const readSchema = {
  summary:
    "The calibration of a zone: what was measured, what the hub has learned, what to do next",
  ...HERE,
  response: { 200: answer, ...workshopProblems("invalid-request", "unknown-zone") },
};

const sheetSchema = {
  summary: "All that was set and measured in a zone, for its setting sheet",
  tags: ["building"],
  security: [{ session: [] }],
  ...ZONE_PARAMS,
  response: {
    200: json("What the sheet says", view("SheetView")),
    ...problems("invalid-request", "sign-in-needed", "council-only", "unknown-zone"),
  },
};

const changed = (http: 200 | 201) => ({
  [http]: answer,
  ...bodyProblems("unknown-zone", "calibration-busy", "calibration-refused"),
});

const pointSchema = {
  summary: "What a lux-meter shows on the floor, compared with what the sensor sees at this moment",
  description:
    "Taken only while the sensor holds still: three readings within 10 %. With the lamps on, what " +
    "they add must be known, at the sensor and on the floor.",
  ...HERE,
  body: pointBody,
  response: changed(201),
};

const removeSchema = {
  summary: "Remove a point",
  ...HERE,
  params: {
    type: "object",
    required: ["zone", "id"],
    properties: { zone: idParameter, id: { ...count, maximum: 1_000_000 } },
  },
  response: {
    200: answer,
    ...workshopProblems("invalid-request", "foreign-page", "unknown-zone", "calibration-busy"),
  },
};

const markSchema = {
  summary: "By night, somebody has just switched the lamps; where no board sees it",
  ...HERE,
  body: markBody,
  response: changed(200),
};

const lampsSchema = {
  summary: "What kind of lamps hang there, and so how long they take to warm up",
  ...HERE,
  body: lampKindBody,
  response: changed(200),
};

const writeSchema = {
  summary: "Write what was measured into the building file; the zone's mode stays as it is",
  ...HERE,
  body: writeBody,
  response: {
    200: answer,
    ...bodyProblems(
      "unknown-zone",
      "calibration-busy",
      "calibration-refused",
      "simulated-building",
      "building-file-refused",
    ),
  },
};
