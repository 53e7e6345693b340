import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { PASSWORD_LENGTH_MIN, type ProblemView, type Sentence } from "../../../api/contract.ts";

/**
 * Every refusal of the API, in one table: the code programs may rely on, the HTTP code, and what a
 * person is told to do. Routes name the refusals they can give, and the OpenAPI document lists them.
 */

type Refusal = { readonly http: number; readonly message: Sentence };

export type ProblemCode =
  | "invalid-request"
  | "range-refused"
  | "password-too-short"
  | "malformed"
  | "sign-in-needed"
  | "wrong-name-or-password"
  | "manager-only"
  | "private-board"
  | "setup-link-refused"
  | "foreign-page"
  | "unknown-path"
  | "unknown-zone"
  | "setup-done"
  | "too-large"
  | "not-json"
  | "wrong-host"
  | "too-many-requests"
  | "too-many-attempts"
  | "failed"
  | "store-unavailable"
  | "pages-missing"
  | "too-many-streams";

export const PROBLEMS: { readonly [code in ProblemCode]: Refusal } = {
  "invalid-request": {
    http: 400,
    message: {
      fr: "Demande refusée : une valeur manque ou n'a pas la forme attendue.",
      en: "Refused: a value is missing or does not have the expected form.",
    },
  },
  "range-refused": {
    http: 400,
    message: {
      fr: "Période refusée : « from » doit précéder « to », de 62 jours au plus (10 ans pour des journées).",
      en: "Range refused: “from” must precede “to”, by at most 62 days (10 years for days).",
    },
  },
  "password-too-short": {
    http: 400,
    message: {
      fr: `Mot de passe trop court : il faut au moins ${PASSWORD_LENGTH_MIN} caractères. Quelques mots ordinaires font l'affaire.`,
      en: `Password too short: it needs at least ${PASSWORD_LENGTH_MIN} characters. A few ordinary words will do.`,
    },
  },
  malformed: {
    http: 400,
    message: {
      fr: "Demande illisible : ce n'est pas du HTTP ou du JSON bien formé.",
      en: "Unreadable request: not well-formed HTTP or JSON.",
    },
  },
  "sign-in-needed": {
    http: 401,
    message: { fr: "Connectez-vous d'abord.", en: "Sign in first." },
  },
  "wrong-name-or-password": {
    http: 401,
    message: { fr: "Nom ou mot de passe incorrect.", en: "Wrong name or password." },
  },
  "manager-only": {
    http: 403,
    message: {
      fr: "Réservé aux gestionnaires de l'immeuble.",
      en: "For the building's managers only.",
    },
  },
  "private-board": {
    http: 403,
    message: {
      fr: "Cette carte n'est pas dans les parties communes. Les relevés d'un logement appartiennent à son occupant.",
      en: "This board is not in the common areas. The readings of a flat belong to its resident.",
    },
  },
  "setup-link-refused": {
    http: 403,
    message: {
      fr: "Ce lien n'est pas valable. Utilisez celui que le boîtier affiche au démarrage ; redémarrez-le pour en obtenir un nouveau.",
      en: "This link is not valid. Use the one the hub prints at start; restart it to get a new one.",
    },
  },
  "foreign-page": {
    http: 403,
    message: {
      fr: "Demande refusée : elle vient d'une page d'un autre site.",
      en: "Refused: the request comes from a page of another site.",
    },
  },
  "unknown-path": {
    http: 404,
    message: {
      fr: "Rien à cette adresse. L'API est décrite à /api/openapi.json.",
      en: "Nothing at this address. The API is described at /api/openapi.json.",
    },
  },
  "unknown-zone": {
    http: 404,
    message: {
      fr: "Cet immeuble n'a pas de zone de ce nom.",
      en: "This building has no zone of that name.",
    },
  },
  "setup-done": {
    http: 409,
    message: {
      fr: "La mise en service est déjà faite : connectez-vous.",
      en: "Set-up has already been done: sign in.",
    },
  },
  "too-large": {
    http: 413,
    message: {
      fr: "Demande trop longue : 8 ko au plus.",
      en: "Request too long: 8 kB at most.",
    },
  },
  "not-json": {
    http: 415,
    message: {
      fr: "Envoyez du JSON, avec l'en-tête Content-Type: application/json.",
      en: "Send JSON, with the header Content-Type: application/json.",
    },
  },
  "wrong-host": {
    http: 421,
    message: {
      fr: "Le boîtier ne répond pas à ce nom. Utilisez son adresse IP ou son nom en .local, ou ajoutez ce nom à ses réglages.",
      en: "The hub does not answer to this name. Use its IP address or its .local name, or add this name to its settings.",
    },
  },
  "too-many-requests": {
    http: 429,
    message: {
      fr: "Trop de demandes. Réessayez dans une minute.",
      en: "Too many requests. Try again in a minute.",
    },
  },
  "too-many-attempts": {
    http: 429,
    message: {
      fr: "Trop d'essais. Attendez quelques minutes avant de recommencer.",
      en: "Too many attempts. Wait a few minutes before trying again.",
    },
  },
  failed: {
    http: 500,
    message: {
      fr: "Le boîtier n'a pas pu répondre. Son journal dit pourquoi.",
      en: "The hub could not answer. Its log says why.",
    },
  },
  "store-unavailable": {
    http: 503,
    message: {
      fr: "La base des relevés ne répond pas. Aucun relevé n'est perdu ; réessayez plus tard.",
      en: "The store of readings does not answer. No reading is lost; try again later.",
    },
  },
  "pages-missing": {
    http: 503,
    message: {
      fr: "Les pages n'ont pas été construites : lancez « npm run build » puis redémarrez le boîtier.",
      en: "The pages have not been built: run “npm run build”, then restart the hub.",
    },
  },
  "too-many-streams": {
    http: 503,
    message: {
      fr: "Trop de pages suivent l'immeuble en direct. Fermez-en, ou réessayez dans une minute.",
      en: "Too many pages follow the building live. Close some, or try again in a minute.",
    },
  },
};

export const problemView = (code: ProblemCode): ProblemView => ({
  code,
  message: PROBLEMS[code].message,
});

export const refuse = (reply: FastifyReply, code: ProblemCode): FastifyReply =>
  reply.code(PROBLEMS[code].http).send(problemView(code));

/** Answers nothing to let a request pass, or the reply with the refusal. */
export type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

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
      const { message } = PROBLEMS["invalid-request"];
      return reply.code(400).send({
        code: "invalid-request",
        message: { fr: `${message.fr} (${where})`, en: `${message.en} (${where})` },
      } satisfies ProblemView);
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
