import type { Language } from "../language.ts";

/** Every word about light that somebody asks for, on a zone's card. */

const fr = {
  ask: "Demander la lumière",
  howLong: "Durée",
  minutes: (minutes: number) => `${minutes}\u00a0min`,
  prolong: (minutes: number) => `Prolonger de ${minutes}\u00a0min`,
  handBack: "Rendre la main",
  asked: {
    page: (clock: string, span: string) =>
      `Lumière demandée sur une page\u00a0: encore ${span}, jusqu'à ${clock}.`,
    "wall-switch": (clock: string, span: string) =>
      `Quelqu'un a appuyé sur l'interrupteur\u00a0: encore ${span}, jusqu'à ${clock}.`,
  },
  sign: "Affiche",
};

export type AskWords = typeof fr;

const en: AskWords = {
  ask: "Ask for light",
  howLong: "For how long",
  minutes: (minutes) => `${minutes}\u00a0min`,
  prolong: (minutes) => `${minutes}\u00a0min more`,
  handBack: "Hand back",
  asked: {
    page: (clock, span) => `Light was asked for on a page: ${span} left, until ${clock}.`,
    "wall-switch": (clock, span) =>
      `Somebody pressed the wall switch: ${span} left, until ${clock}.`,
  },
  sign: "Sign",
};

export const ASK_WORDS: { readonly [language in Language]: AskWords } = { fr, en };
