import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Sentence } from "../../api/contract.ts";
import type { Facts } from "./history.ts";
import type { Answer, Question, Result, ZoneAnswer } from "./question.ts";

/** What somebody has to know before they go by the figures of a backtest. */

export type Told = {
  readonly answer: Answer;
  readonly burns: Question["burns"];
  /** Of the journal; a table that was imported has none. */
  readonly facts: Facts | undefined;
  /** `2026-06-21`, by the building's clock. */
  readonly day: (at: Instant) => string;
};

export function notesOn({ answer, burns, facts, day }: Told): readonly Sentence[] {
  const results = answer.zones.flatMap((it) => (it.readings === 0 ? [] : it.results));
  return [
    ...(facts === undefined ? [] : notesOnHistory(facts, day)),
    ...notesOnBurning(results, burns),
    ...notesOnCalibration(answer.zones),
    results.every(({ energy }) => energy === undefined) ? NO_LOAD : ENERGY,
    BELOW,
  ];
}

function notesOnHistory(facts: Facts, day: Told["day"]): readonly Sentence[] {
  const { late, windows, windowsFrom, windowsTo } = facts;
  const notes: Sentence[] = [];
  if (windowsFrom !== undefined && windowsTo !== undefined) {
    const [from, to] = [day(windowsFrom), day(windowsTo)];
    notes.push({
      fr: `Entre le ${from} et le ${to}, il ne reste par endroits que des moyennes de dix minutes (${windows}) : les nuages brefs y sont perdus, donc des commutations et des secondes trop sombres aussi.`,
      en: `Between ${from} and ${to}, in places only means of ten minutes are left (${windows}): short clouds are lost there, and with them switchings and seconds that were too dark.`,
    });
  }
  if (late > 0) {
    notes.push({
      fr: `${late} mesures étaient arrivées en retard : en réalité, la règle aurait dû s'en passer et laisser la lumière disponible.`,
      en: `${late} readings had come late: in reality, the rule would have had to do without them and leave the light available.`,
    });
  }
  return notes;
}

function notesOnBurning(results: readonly Result[], burns: Question["burns"]): readonly Sentence[] {
  if (results.every((it) => it.avoidedSeen >= it.avoided)) return [];
  return [burns === "always" ? ALWAYS : WHERE_UNSEEN];
}

function notesOnCalibration(zones: readonly ZoneAnswer[]): readonly Sentence[] {
  const uncalibrated = zones
    .filter((zone) => zone.results.some((it) => it.reasons["not-calibrated"] !== undefined))
    .map(({ plan }) => plan.id)
    .join(", ");
  if (uncalibrated === "") return [];
  return [
    {
      fr: `Sans étalonnage (${uncalibrated}), la règle n'éteint rien : essayez une valeur, par exemple luminaire_contribution_lx=60, ou 0 si le capteur ne voit aucune lampe.`,
      en: `Without calibration (${uncalibrated}) the rule switches nothing off: try a value, such as luminaire_contribution_lx=60, or 0 if the sensor sees no lamp.`,
    },
  ];
}

const ALWAYS: Sentence = {
  fr: "On suppose que la lumière brûle dès qu'elle est disponible : c'est le plus qu'on puisse éviter.",
  en: "The light is taken to burn whenever it is available: the most that could be avoided.",
};

const WHERE_UNSEEN: Sentence = {
  fr: "Là où l'historique ne dit pas si la lumière brûlait, on suppose que oui : c'est alors le plus qu'on puisse éviter.",
  en: "Where history does not say whether the light burned, it is taken to: the most that could be avoided there.",
};

const NO_LOAD: Sentence = {
  fr: "Sans `load_W` au circuit dans le fichier de l'immeuble, l'énergie n'est pas connue.",
  en: "Without `load_W` of the circuit in the building file, energy is not known.",
};

const ENERGY: Sentence = {
  fr: "Énergie : puissance déclarée × heures évitées, sans retirer ce que consomme le boîtier.",
  en: "Energy: declared load × hours avoided; what the box itself uses is not taken off.",
};

const BELOW: Sentence = {
  fr: "« Sous la consigne » compte chaque seconde ; la règle rend la lumière dès la première mesure qui est en dessous.",
  en: "“Below the target” counts every second; the rule gives light back at the first reading below it.",
};
