import type { FastifyReply, FastifyRequest } from "fastify";
import { PASSWORD_LENGTH_MIN, type ProblemView, type Sentence } from "../../../api/contract.ts";
import { DESK_PROBLEMS, type Refusal } from "./desk-problems.ts";
import type { CalibrationProblem } from "../../calibration/desk.ts";
import type { DeskProblem } from "../../desk/desks.ts";
import { BACKTEST_PROBLEMS, type BacktestProblemCode } from "./backtest-problems.ts";
import { LIGHT_PROBLEMS, type LightProblemCode } from "./light-problems.ts";

/**
 * Every refusal of the API, in one table: the code programs may rely on, the HTTP code, and what a
 * person is told to do. Routes name the refusals they can give, and the OpenAPI document lists them.
 */

export type ProblemCode =
  | DeskProblem
  | LightProblemCode
  | BacktestProblemCode
  | CalibrationProblem
  | "invalid-request"
  | "range-refused"
  | "time-refused"
  | "savings-range-refused"
  | "survey-refused"
  | "password-too-short"
  | "malformed"
  | "sign-in-needed"
  | "wrong-name-or-password"
  | "manager-only"
  | "workshop-only"
  | "council-only"
  | "nothing-noted"
  | "private-board"
  | "setup-link-refused"
  | "foreign-page"
  | "unknown-path"
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
  ...DESK_PROBLEMS,
  ...LIGHT_PROBLEMS,
  ...BACKTEST_PROBLEMS,
  "calibration-busy": {
    http: 409,
    message: {
      fr: "Quelqu'un d'autre étalonne cette zone.",
      en: "Somebody else is calibrating this zone.",
    },
  },
  "calibration-refused": {
    http: 409,
    message: {
      fr: "Rien n'a été retenu.",
      en: "Nothing was taken.",
    },
  },
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
  "savings-range-refused": {
    http: 400,
    message: {
      fr: "Période refusée : « from » doit précéder « to », de 400 jours au plus.",
      en: "Range refused: “from” must precede “to”, by at most 400 days.",
    },
  },
  "time-refused": {
    http: 400,
    message: {
      fr: "Moment refusé : demandez un moment passé, à l'heure de l'immeuble.",
      en: "Time refused: ask about a time in the past, by the building's clock.",
    },
  },
  "survey-refused": {
    http: 400,
    message: {
      fr: "L'étude ne peut pas répondre.",
      en: "The survey cannot be answered.",
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
  "workshop-only": {
    http: 403,
    message: {
      fr: "Réservé à l'atelier et aux gestionnaires de l'immeuble.",
      en: "For the workshop and the building's managers only.",
    },
  },
  "council-only": {
    http: 403,
    message: {
      fr: "Réservé aux gestionnaires et au conseil syndical de l'immeuble.",
      en: "For the building's managers and the co-owners' council only.",
    },
  },
  "nothing-noted": {
    http: 404,
    message: {
      fr: "Rien n'est noté de cette zone pour cette période. Le boîtier note de lui-même, dès qu'elle a un circuit.",
      en: "Nothing was noted of this zone in this time. The hub notes by itself, once it has a circuit.",
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

/** `detail` stands in brackets after what the problem always says. */
export const problemView = (code: ProblemCode, detail?: Sentence): ProblemView => {
  const { message } = PROBLEMS[code];
  if (detail === undefined) return { code, message };
  return {
    code,
    message: { fr: `${message.fr} (${detail.fr})`, en: `${message.en} (${detail.en})` },
  };
};

export const refuse = (reply: FastifyReply, code: ProblemCode, detail?: Sentence): FastifyReply =>
  reply.code(PROBLEMS[code].http).send(problemView(code, detail));

/** Answers nothing to let a request pass, or the reply with the refusal. */
export type Hook = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
