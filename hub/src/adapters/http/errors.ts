import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { type ProblemCode, problemView, refuse } from "./problems.ts";

/** Whatever goes wrong below the routes is answered in the shape of every other refusal. */

/** What an error of Fastify or one of its plugins means, by its HTTP code. */
const MEANING: { readonly [http: number]: ProblemCode } = {
  403: "unknown-path", // A path that leaves the folder of the pages.
  404: "unknown-path",
  413: "too-large",
  415: "not-json",
  429: "too-many-requests",
};

/** A log line is an event with fields. */
export type Log = (event: string, fields: { readonly [name: string]: unknown }) => void;

export const answerError = (log: Log) => {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const http = error.statusCode ?? 500;
    if (error.validation !== undefined) {
      const where = fieldOf(error);
      return refuse(reply, "invalid-request", { fr: where, en: where });
    }
    if (http >= 400 && http < 500) return refuse(reply, MEANING[http] ?? "malformed");
    // Only the route: an address may hold the token of a set-up link.
    log("request failed", { route: request.routeOptions.url, problem: error.message });
    return refuse(reply, "failed");
  };
};

/** `from must be integer`: the part of the validator's complaint that helps whoever wrote a client. */
const fieldOf = (error: FastifyError): string => {
  const [first] = error.validation ?? [];
  if (first === undefined) return error.message;
  return `${first.instancePath.replaceAll("/", " ").trim()} ${first.message ?? ""}`.trim();
};

/** Bytes that are not HTTP reach no route, but whoever sent them is told so in the same shape. */
export const answerGarbage = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const body = JSON.stringify(problemView("malformed"));
  socket.end(
    "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json; charset=utf-8\r\n" +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    // Whoever speaks no HTTP will not close either.
    () => socket.destroy(),
  );
};
