import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import type { LightRequest } from "../../../api/light.ts";
import type { Reach } from "../../desk/light-address.ts";
import type { LightDesk } from "../../desk/light-desk.ts";
import { signDrawing } from "../../desk/light-sign.ts";
import { lightBody } from "./light-schemas.ts";
import { type ProblemCode, refuse } from "./problems.ts";
import { json, problems, view } from "./schemas.ts";
import type { Visitors } from "./visitors.ts";
import { FOR_WORKSHOP, tell, workshopProblems } from "./workshop.ts";
import { ZONE_PARAMS } from "./zone-names.ts";

/** Light in a zone for whoever has an account, and the sign that gives it to whoever has none. */

type Parts = { readonly lightDesk: LightDesk; readonly visitors: Visitors };
type Zone = { readonly zone: string };
type Where = { readonly address?: string };

/** An SVG that is opened by itself may do nothing at all. */
const DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** Each is written to the disk at once: a script that asks without end must not keep it busy. */
const LIMIT = { rateLimit: { max: 60, timeWindow: 60_000 } };

export const lightZoneRoutes = (app: FastifyInstance, parts: Parts): void => {
  overrideRoutes(app, parts);
  signRoutes(app, parts);
};

const overrideRoutes = (app: FastifyInstance, { lightDesk, visitors }: Parts): void => {
  const path = "/api/zones/:zone/override";
  const preValidation = visitors.people;

  app.post<{ Params: Zone; Body: LightRequest }>(
    path,
    { schema: askSchema, preValidation, config: LIMIT },
    async (request, reply) => {
      const { params, body } = request;
      const light = lightDesk.askIn(params.zone, body.minutes, visitors.nameOf(request));
      return light ?? refuse(reply, "unknown-zone");
    },
  );

  app.delete<{ Params: Zone }>(
    path,
    { schema: handBackSchema, preValidation, config: LIMIT },
    async (request, reply) => {
      const light = lightDesk.handBackIn(request.params.zone, visitors.nameOf(request));
      return light ?? refuse(reply, "unknown-zone");
    },
  );
};

const signRoutes = (app: FastifyInstance, { lightDesk, visitors }: Parts): void => {
  const preValidation = visitors.workshop;
  const reachOf = ({ address }: Where): Reach => ({ address, port: portOf(app) });

  app.get<{ Params: Zone; Querystring: Where }>(
    "/api/zones/:zone/link",
    { schema: linkSchema, preValidation },
    async ({ params, query }, reply) => tell(reply, lightDesk.link(params.zone, reachOf(query))),
  );

  app.post<{ Params: Zone; Querystring: Where }>(
    "/api/zones/:zone/link/renew",
    { schema: renewSchema, preValidation },
    async (request, reply) => {
      const { params, query } = request;
      const who = visitors.nameOf(request);
      return tell(reply, lightDesk.renew(params.zone, reachOf(query), who));
    },
  );

  app.get<{ Params: Zone; Querystring: Where }>(
    "/api/zones/:zone/sign.svg",
    { schema: drawingSchema, preValidation },
    async ({ params, query }, reply) => {
      const linked = lightDesk.link(params.zone, reachOf(query));
      if (!linked.ok) return tell(reply, linked);
      reply.header("content-security-policy", DRAWING_POLICY);
      return reply.type("image/svg+xml").send(signDrawing(linked.value.address));
    },
  );
};

/** Of plain HTTP, which was really taken. */
const portOf = ({ server }: FastifyInstance): number => (server.address() as AddressInfo).port;

const FOR_PEOPLE = { tags: ["light"], ...FOR_WORKSHOP, ...ZONE_PARAMS };

const peopleProblems = (...codes: readonly ProblemCode[]) =>
  problems("sign-in-needed", "display-looks-on", "invalid-request", "foreign-page", ...codes);

const askSchema = {
  summary: "Ask for light in a zone: no rule keeps it off for so many minutes",
  description: "It switches nothing on, and never ends what the wall switch gave.",
  ...FOR_PEOPLE,
  body: lightBody,
  response: {
    200: json("The light", view("LightView")),
    ...peopleProblems("unknown-zone", "malformed", "too-large", "not-json"),
  },
};

const handBackSchema = {
  summary: "Hand back what was asked for on a page; what the wall switch gave stays",
  ...FOR_PEOPLE,
  response: { 200: json("The light", view("LightView")), ...peopleProblems("unknown-zone") },
};

const ADDRESSED = {
  ...FOR_PEOPLE,
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      address: {
        type: "string",
        maxLength: 100,
        description: "Where phones find this hub; its likeliest address without it.",
      },
    },
  },
};

const linkSchema = {
  summary: "Where the code on a zone's sign leads; made when it is first asked for",
  ...ADDRESSED,
  response: {
    200: json("The link", view("LinkView")),
    ...workshopProblems("invalid-request", "address-refused", "unknown-zone"),
  },
};

const renewSchema = {
  summary: "Another code for a zone's sign; those that were printed lead nowhere from now on",
  ...ADDRESSED,
  response: {
    200: json("The new link", view("LinkView")),
    ...workshopProblems("invalid-request", "foreign-page", "address-refused", "unknown-zone"),
  },
};

const drawingSchema = {
  summary: "The code for a zone's sign, as a picture",
  ...ADDRESSED,
  response: {
    200: {
      description: "An SVG document",
      content: { "image/svg+xml": { schema: { type: "string" } } },
    },
    ...workshopProblems("invalid-request", "address-refused", "unknown-zone"),
  },
};
