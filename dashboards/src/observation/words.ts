import { gluedWords } from "../glue.ts";
import type { Language } from "../language.ts";

/** Every word about zones in observation. */

const fr = {
  title: "Observation",
  about:
    "En observation, Battant décide et n'envoie rien. Voici, jour par jour, ce qu'il aurait fait à côté de ce qui s'est passé.",
  allZones: "Toutes les zones",
  noZones: "Aucune zone n'est décrite dans le fichier de l'immeuble.",
  noSuchZone: "Cet immeuble n'a pas de zone de ce nom.",

  day: (day: string, needed: string) => `Jour ${day} sur ${needed}`,
  dayOnly: (day: string) => `Jour ${day}`,
  known: (known: string, needed: string, isOne: boolean) =>
    `${known} ${isOne ? "connu" : "connus"} sur ${needed}`,
  acts: "Agit",
  actsSince: (moment: string) => `Agit depuis le ${moment}`,
  off: "Règle arrêtée",
  offSince: (moment: string) => `Règle arrêtée depuis le ${moment}`,
  observedBefore: "L'observation d'avant :",
  missing: "Ce qui manque",

  legend: {
    would: "Battant aurait gardé éteint",
    lit: "la lumière brûlait",
    out: "elle ne brûlait pas",
    unknown: "inconnu",
  },
  lanes: { would: "aurait", light: "réel" },
  dayLength: (hours: string) => `journée de ${hours} h`,
  wouldHave: (length: string, times: string, _count: number) =>
    `aurait éteint ${length}, ${times} fois`,
  wouldNot: "n'aurait pas éteint",
  wouldNotKnown: "aucune extinction connue",
  burned: (length: string) => `brûlait ${length}`,
  unknownFor: (length: string) => `inconnu ${length}`,
  notCounted: (isSeen: boolean): string =>
    isSeen ? "ne compte pas\u00a0: connu en partie" : "ne compte pas",
  running: "en cours",
  byDay: "Jour par jour",
  how: "Comment c'est compté",

  act: "Passer en réel",
  abandon: "Abandonner",
  backToObserving: "Revenir à l'observation",
  observeAgain: "Reprendre l'observation",
  of: (zone: string) => ` : ${zone}`,
  actEarly: "Passer en réel dès maintenant ?",
  actAnyway: "Passer en réel quand même",
  keepObserving: "Continuer d'observer",
  done: {
    act: (zone: string) => `${zone} agit maintenant.`,
    observe: (zone: string) => `${zone} observe. Une lumière gardée éteinte est rendue.`,
    off: (zone: string) => `La règle est arrêtée : ${zone}. Une lumière gardée éteinte est rendue.`,
  },
};

type ObservationWords = typeof fr;

const en: ObservationWords = {
  title: "Observation",
  about:
    "In observation Battant decides and sends nothing. Here is, day by day, what it would have done beside what was so.",
  allZones: "All zones",
  noZones: "The building file describes no zone.",
  noSuchZone: "This building has no zone of that name.",

  day: (day, needed) => `Day ${day} of ${needed}`,
  dayOnly: (day) => `Day ${day}`,
  known: (known, needed) => `${known} known of ${needed}`,
  acts: "Acts",
  actsSince: (moment) => `Acts since ${moment}`,
  off: "Rule off",
  offSince: (moment) => `Rule off since ${moment}`,
  observedBefore: "The observation before that:",
  missing: "What is missing",

  legend: {
    would: "Battant would have kept it off",
    lit: "the light burned",
    out: "it did not burn",
    unknown: "unknown",
  },
  lanes: { would: "would", light: "was" },
  dayLength: (hours) => `a day of ${hours} h`,
  wouldHave: (length, times, count) =>
    `would have kept it off ${length}, ${times} ${count === 1 ? "time" : "times"}`,
  wouldNot: "would not have switched off",
  wouldNotKnown: "no time off is known",
  burned: (length) => `burned ${length}`,
  unknownFor: (length) => `unknown ${length}`,
  notCounted: (isSeen) => (isSeen ? "does not count: known in part" : "does not count"),
  running: "not over yet",
  byDay: "Day by day",
  how: "How this is counted",

  act: "Make it act",
  abandon: "Give up",
  backToObserving: "Back to observing",
  observeAgain: "Observe again",
  of: (zone) => `: ${zone}`,
  actEarly: "Make it act already?",
  actAnyway: "Make it act all the same",
  keepObserving: "Go on observing",
  done: {
    act: (zone) => `${zone} acts now.`,
    observe: (zone) => `${zone} observes. A light kept off is given back.`,
    off: (zone) => `The rule is off: ${zone}. A light kept off is given back.`,
  },
};

export const OBSERVATION_WORDS: { readonly [language in Language]: ObservationWords } = {
  fr: gluedWords(fr),
  en,
};
