import type { FastifyInstance } from "fastify";
import type { FlashRequest, WifiRequest } from "../../../api/contract.ts";
import type { FlashDesk } from "../../desk/desks.ts";
import { gzipAnswer } from "./gzip.ts";
import { refuse } from "./problems.ts";
import { idParameter, json, listOf, oneOf, view } from "./schemas.ts";
import type { Visitors } from "./visitors.ts";
import { bodyProblems, FOR_WORKSHOP, NOTHING, tell, workshopProblems } from "./workshop.ts";
import { flashBody, ticketParameter, wifiBody } from "./workshop-schemas.ts";

/** Boards to be made: their kinds, and what is written into a chip. For the workshop and managers. */

type Parts = {
  readonly flashDesk: FlashDesk;
  readonly visitors: Visitors;
  readonly flashesPerMinute: number;
};

type Model = { readonly model: string };
type Language = { readonly lang: "fr" | "en" };
type Ticket = { readonly ticket: string };

/** An SVG that is opened by itself may style what it draws, and do nothing else. */
const DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

export const flashRoutes = (app: FastifyInstance, parts: Parts): void => {
  kindRoutes(app, parts);
  wifiRoutes(app, parts);

  const { flashDesk, visitors, flashesPerMinute } = parts;
  const preValidation = visitors.workshop;

  app.get("/api/firmware", { schema: firmwareSchema, preValidation }, async () =>
    flashDesk.firmware(),
  );

  app.post<{ Body: FlashRequest }>(
    "/api/flash",
    {
      schema: flashSchema,
      preValidation,
      onSend: gzipAnswer,
      config: { rateLimit: { max: flashesPerMinute, timeWindow: 60_000 } },
    },
    async (request, reply) =>
      tell(reply, await flashDesk.prepare(request.body, visitors.nameOf(request)), 201),
  );

  app.post<{ Params: Ticket }>(
    "/api/flash/:ticket/confirmation",
    { schema: confirmSchema, preValidation },
    async (request, reply) =>
      tell(reply, flashDesk.confirm(request.params.ticket, visitors.nameOf(request))),
  );
};

const kindRoutes = (app: FastifyInstance, { flashDesk, visitors }: Parts): void => {
  const preValidation = visitors.workshop;

  app.get("/api/kinds", { schema: kindsSchema, preValidation }, async () => flashDesk.kinds());

  app.get<{ Params: Model; Querystring: Language }>(
    "/api/kinds/:model/wiring.svg",
    { schema: wiringSchema, preValidation },
    async ({ params, query }, reply) => {
      const drawing = flashDesk.wiring(params.model, query.lang);
      if (drawing === undefined) return refuse(reply, "unknown-kind");
      reply.header("content-security-policy", DRAWING_POLICY);
      return reply.type("image/svg+xml").send(drawing);
    },
  );
};

const wifiRoutes = (app: FastifyInstance, { flashDesk, visitors }: Parts): void => {
  const preValidation = visitors.workshop;

  app.put<{ Body: WifiRequest }>(
    "/api/wifi",
    { schema: wifiSchema, preValidation },
    async (request, reply) =>
      tell(reply, flashDesk.setWifi(request.body, visitors.nameOf(request)), 204),
  );

  app.delete("/api/wifi", { schema: forgetWifiSchema, preValidation }, async (request, reply) => {
    flashDesk.forgetWifi(visitors.nameOf(request));
    return reply.code(204).send();
  });
};

const HERE = { tags: ["flashing"], ...FOR_WORKSHOP };

const kindsSchema = {
  summary: "The kinds of board there are, what they measure and switch, and their parts",
  ...HERE,
  response: { 200: json("The kinds", listOf("KindView")), ...workshopProblems() },
};

const wiringSchema = {
  summary: "How a kind of board is wired, as a picture",
  ...HERE,
  params: { type: "object", required: ["model"], properties: { model: idParameter } },
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: { lang: { ...oneOf("fr", "en"), default: "fr" } },
  },
  response: {
    200: {
      description: "An SVG document",
      content: { "image/svg+xml": { schema: { type: "string" } } },
    },
    ...workshopProblems("invalid-request", "unknown-kind"),
  },
};

const firmwareSchema = {
  summary: "What chips can be flashed with, and how a board would find this hub",
  ...HERE,
  response: { 200: json("What is at hand", view("FirmwareView")), ...workshopProblems() },
};

const wifiSchema = {
  summary: "Remember the Wi-Fi network of the boards; its password is never told again",
  ...HERE,
  body: wifiBody,
  response: { 204: NOTHING, ...bodyProblems("request-refused") },
};

const forgetWifiSchema = {
  summary: "Forget the Wi-Fi network of the boards",
  ...HERE,
  response: { 204: NOTHING, ...workshopProblems("foreign-page") },
};

const flashSchema = {
  summary: "What to write into one chip so that it becomes one board of this hub",
  description:
    "Holds the secrets of that board, in the region `storage`. About 4 MB, a fraction of it with " +
    "`Accept-Encoding: gzip`. The board may connect once the ticket is confirmed.",
  ...HERE,
  body: flashBody,
  response: {
    201: json("The regions, in the order of their addresses", view("FlashView")),
    ...bodyProblems(
      "unknown-kind",
      "unknown-board",
      "request-refused",
      "wifi-missing",
      "board-taken",
      "simulated-building",
      "program-missing",
      "espruino-missing",
    ),
  },
};

const confirmSchema = {
  summary: "The chip holds all of it: from now on the board may connect. Twice does no harm",
  ...HERE,
  params: { type: "object", required: ["ticket"], properties: { ticket: ticketParameter } },
  response: {
    200: json("The board that it is now", view("FlashedView")),
    ...workshopProblems("invalid-request", "foreign-page", "ticket-refused"),
  },
};
