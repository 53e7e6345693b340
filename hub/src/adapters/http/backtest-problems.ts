import type { LivedProblem } from "../../backtest/desk.ts";
import type { Refusal } from "./desk-problems.ts";

/** Why other settings were not tried on the past. */

export type BacktestProblemCode = LivedProblem | "backtest-refused";

export const BACKTEST_PROBLEMS: { readonly [code in BacktestProblemCode]: Refusal } = {
  "backtest-refused": {
    http: 400,
    message: { fr: "L'essai est refusé.", en: "The backtest is refused." },
  },
  "backtest-busy": {
    http: 429,
    message: {
      fr: "Un autre essai est en cours : le boîtier n'en fait qu'un à la fois. Réessayez quand il sera fini.",
      en: "Another backtest is under way: the hub does one at a time. Try again when it is done.",
    },
  },
  "backtest-stopped": {
    http: 503,
    message: { fr: "L'essai a été arrêté.", en: "The backtest was stopped." },
  },
  "backtest-too-much": {
    http: 503,
    message: {
      fr: "C'est trop pour ce boîtier. Choisissez une période plus courte, ou moins de réglages.",
      en: "That is too much for this hub. Choose a shorter time, or fewer settings.",
    },
  },
  "backtest-failed": {
    http: 503,
    message: {
      fr: "L'historique n'a pas pu être lu. Aucun relevé n'est perdu ; réessayez plus tard.",
      en: "The past could not be read. No reading is lost; try again later.",
    },
  },
};
