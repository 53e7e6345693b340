import type { FastifyReply } from "fastify";
import type { Outcome } from "../../desk/desks.ts";
import { type ProblemCode, refuse } from "./problems.ts";
import { problems, type Schema } from "./schemas.ts";

/** What the routes of the workshop have in common: who may come, and how a desk's no is told. */

/** Any request behind `visitors.workshop` may meet these. */
const AT_THE_DOOR: readonly ProblemCode[] = ["sign-in-needed", "workshop-only"];
const WITH_BODY: readonly ProblemCode[] = [
  "invalid-request",
  "foreign-page",
  "malformed",
  "too-large",
  "not-json",
];

export const workshopProblems = (...codes: readonly ProblemCode[]) =>
  problems(...AT_THE_DOOR, ...codes);

export const bodyProblems = (...codes: readonly ProblemCode[]) =>
  workshopProblems(...WITH_BODY, ...codes);

export const FOR_WORKSHOP = { security: [{ session: [] }, { pass: [] }] };

export const NOTHING: Schema = { description: "Done", type: "null" };

export const tell = <T>(
  reply: FastifyReply,
  outcome: Outcome<T, ProblemCode>,
  http = 200,
): FastifyReply => {
  if (!outcome.ok) return refuse(reply, outcome.problem, outcome.detail);
  return http === 204 ? reply.code(http).send() : reply.code(http).send(outcome.value);
};
