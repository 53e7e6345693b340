import type { FastifyInstance } from "fastify";
import type { AdoptRequest } from "../../../api/contract.ts";
import type { BoardDesk } from "../../desk/desks.ts";
import { refuse } from "./problems.ts";
import { idParameter, json, view } from "./schemas.ts";
import type { Visitors } from "./visitors.ts";
import { bodyProblems, FOR_WORKSHOP, NOTHING, tell, workshopProblems } from "./workshop.ts";
import { adoptBody, ignoredBody } from "./workshop-schemas.ts";

/** Boards that are there: which, what each is for, what it says. For the workshop and managers. */

type Parts = { readonly boardDesk: BoardDesk; readonly visitors: Visitors };

type Named = { readonly board: string };
type LogQuery = { readonly after: number; readonly wait_s: number };

/** Proxies and browsers give up on a silent answer after 30 s or more. */
const WAIT_S_MAX = 25;

export const boardRoutes = (app: FastifyInstance, { boardDesk, visitors }: Parts): void => {
  const preValidation = visitors.workshop;

  app.get("/api/boards", { schema: listSchema, preValidation }, async () => boardDesk.list());

  app.get<{ Params: Named }>(
    "/api/boards/:board",
    { schema: boardSchema, preValidation },
    async ({ params }, reply) => boardDesk.board(params.board) ?? refuse(reply, "unknown-board"),
  );

  app.post<{ Params: Named; Body: AdoptRequest }>(
    "/api/boards/:board/adoption",
    { schema: adoptSchema, preValidation },
    async (request, reply) => {
      const who = visitors.nameOf(request);
      return tell(reply, await boardDesk.adopt(request.params.board, request.body, who));
    },
  );

  app.put<{ Params: Named; Body: { readonly ignored: boolean } }>(
    "/api/boards/:board/ignored",
    { schema: ignoreSchema, preValidation },
    async (request, reply) => {
      const { board } = request.params;
      const who = visitors.nameOf(request);
      return tell(reply, boardDesk.setIgnored(board, request.body.ignored, who));
    },
  );

  app.delete<{ Params: Named }>(
    "/api/boards/:board",
    { schema: forgetSchema, preValidation },
    async (request, reply) =>
      tell(reply, await boardDesk.forget(request.params.board, visitors.nameOf(request)), 204),
  );

  app.get<{ Params: Named; Querystring: LogQuery }>(
    "/api/boards/:board/log",
    { schema: logSchema, preValidation, exposeHeadRoute: false },
    async ({ params, query, signal }, reply) => {
      const waiting = { waitMs: query.wait_s * 1000, signal };
      return (
        (await boardDesk.log(params.board, query.after, waiting)) ?? refuse(reply, "unknown-board")
      );
    },
  );
};

const BOARD = {
  params: { type: "object", required: ["board"], properties: { board: idParameter } },
};
const HERE = { tags: ["boards"], ...FOR_WORKSHOP };

const listSchema = {
  summary: "Every board that may connect or that the building file names",
  ...HERE,
  response: { 200: json("The boards", view("BoardsView")), ...workshopProblems() },
};

const boardSchema = {
  summary: "One board, with the latest value of each of its sensors",
  ...HERE,
  ...BOARD,
  response: {
    200: json("The board", view("BoardView")),
    ...workshopProblems("invalid-request", "unknown-board"),
  },
};

const adoptSchema = {
  summary: "Say what a board is for: its name, its zone, what it sees or switches; or its flat",
  ...HERE,
  ...BOARD,
  body: adoptBody,
  response: {
    200: json("Written into the building file, and gone by at once", view("BoardView")),
    ...bodyProblems(
      "unknown-board",
      "unknown-zone",
      "request-refused",
      "simulated-building",
      "building-file-refused",
    ),
  },
};

const ignoreSchema = {
  summary: "Say that a new board is for nothing, or that it is new after all",
  ...HERE,
  ...BOARD,
  body: ignoredBody,
  response: {
    200: json("The board", view("BoardView")),
    ...bodyProblems("unknown-board", "request-refused"),
  },
};

const forgetSchema = {
  summary: "Forget a board at once: no password, no place in the building file. Readings stay",
  ...HERE,
  ...BOARD,
  response: {
    204: NOTHING,
    ...workshopProblems(
      "invalid-request",
      "foreign-page",
      "unknown-board",
      "simulated-building",
      "building-file-refused",
    ),
  },
};

const logSchema = {
  summary: "What a board said lately and what it was told; waits for something newer if asked to",
  ...HERE,
  ...BOARD,
  querystring: {
    type: "object",
    additionalProperties: false,
    properties: {
      after: { type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 },
      wait_s: { type: "integer", minimum: 0, maximum: WAIT_S_MAX, default: 0 },
    },
  },
  response: {
    200: json("Lines after `after`, oldest first", view("BoardLogView")),
    ...workshopProblems("invalid-request", "unknown-board"),
  },
};
