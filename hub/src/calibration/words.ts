import type { Sentence } from "../../api/contract.ts";
import type { Language } from "../domain/sentence.ts";
import type { Contribution } from "./contribution.ts";
import type { Factor } from "./factor.ts";
import { TOGGLES_ENOUGH } from "./figures.ts";
import type { AlarmKind, Refined } from "./state.ts";
import type { Steadiness } from "./steady.ts";

/** Everything the calibration says to people. */

const LOCALES = { fr: "fr-FR", en: "en-GB" } as const;

/** The same words twice, with the numbers as each language writes them. */
export const both = (say: {
  readonly [language in Language]: (words: Numbers) => string;
}): Sentence => ({
  fr: say.fr(numbersIn("fr")),
  en: say.en(numbersIn("en")),
});

type Numbers = {
  lx(value: number): string;
  factor(value: number): string;
  percent(share: number): string;
};

const numbersIn = (language: Language): Numbers => {
  const write = (value: number, digits: number): string =>
    new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: digits }).format(value);
  return {
    lx: (value) => `${write(value, Math.abs(value) < 10 ? 1 : 0)}\u00a0lx`,
    factor: (value) => write(value, 3),
    percent: (share) => `${write(100 * share, 0)}\u00a0%`,
  };
};

export const dayIn =
  (timezone: string) =>
  (at: number): Sentence => ({
    fr: new Intl.DateTimeFormat("fr-FR", { timeZone: timezone, dateStyle: "long" }).format(at),
    en: new Intl.DateTimeFormat("en-GB", { timeZone: timezone, dateStyle: "long" }).format(at),
  });

export const clockIn =
  (timezone: string) =>
  (at: number): string =>
    new Intl.DateTimeFormat("fr-FR", { timeZone: timezone, timeStyle: "short" }).format(at);

export function steadinessSentence(it: Steadiness | { readonly kind: "none" }): Sentence {
  switch (it.kind) {
    case "none":
      return {
        fr: "Cette zone n'a pas de capteur de lumière : donnez-lui-en un sur la page des cartes.",
        en: "This zone has no light sensor: give it one on the page of boards.",
      };
    case "steady":
      return both({
        fr: ({ lx }) => `Lumière stable au capteur : ${lx(it.value)}.`,
        en: ({ lx }) => `Steady light at the sensor: ${lx(it.value)}.`,
      });
    case "moving":
      return both({
        fr: ({ lx }) =>
          `La lumière bouge, entre ${lx(it.lowest)} et ${lx(it.highest)} : attendez que le nuage passe.`,
        en: ({ lx }) =>
          `The light moves, between ${lx(it.lowest)} and ${lx(it.highest)}: wait for the cloud to pass.`,
      });
    case "few":
      return {
        fr: `Encore ${it.missing} ${it.missing === 1 ? "mesure" : "mesures"} du capteur ; dans une lumière calme, il en envoie une par minute.`,
        en: `${it.missing} more ${it.missing === 1 ? "reading" : "readings"} of the sensor; in a calm light it sends one a minute.`,
      };
    case "settling":
      return {
        fr: "Les lampes viennent d'être commutées : leur lumière doit se stabiliser.",
        en: "The lamps have just been switched: their light has to settle.",
      };
    case "saturated":
      return {
        fr: "Le capteur est ébloui : le soleil le touche. Attendez, ou déplacez-le à l'ombre.",
        en: "The sensor is blinded: the sun falls on it. Wait, or move it into the shade.",
      };
    case "silent":
      return {
        fr: "Le capteur ne dit rien : regardez sa carte, son alimentation et son Wi-Fi.",
        en: "The sensor says nothing: look at its board, its supply and its Wi-Fi.",
      };
  }
}

export function factorSentence(factor: Factor): Sentence {
  if (factor.count === 1) {
    return {
      fr: "Un seul point : il fait foi. Deux autres, à d'autres heures, le confirmeraient.",
      en: "A single point: it counts. Two more, at other hours, would confirm it.",
    };
  }
  return both({
    fr: ({ factor: write, percent }) =>
      `Le plus prudent des ${factor.count} points, qui vont de ${write(factor.value)} à ${write(factor.highest)} (écart de ${percent(factor.scatter)}) : avec lui, la lumière s'éteint plus tard et revient plus tôt.`,
    en: ({ factor: write, percent }) =>
      `The most careful of ${factor.count} points, which range from ${write(factor.value)} to ${write(factor.highest)} (apart by ${percent(factor.scatter)}): with it the light goes off later and comes back sooner.`,
  });
}

export const scatterNote = ({ scatter }: Factor): Sentence =>
  both({
    fr: ({ percent }) =>
      `Les points s'écartent de ${percent(scatter)} : luxmètre au même endroit ? capteur à l'abri du soleil direct ? Supprimez celui qui est faux.`,
    en: ({ percent }) =>
      `The points are ${percent(scatter)} apart: lux-meter in the same place? sensor out of direct sun? Remove the one that is wrong.`,
  });

export const fewMarksNote = ({ count }: Contribution): Sentence => ({
  fr: `${count} ${count === 1 ? "commutation" : "commutations"} seulement : ${TOGGLES_ENOUGH} donneraient une valeur plus sûre.`,
  en: `Only ${count} ${count === 1 ? "toggle" : "toggles"}: ${TOGGLES_ENOUGH} would give a surer value.`,
});

export const leftOutNote = ({ leftOut }: Contribution): Sentence => ({
  fr: `${leftOut} ${leftOut === 1 ? "commutation mise" : "commutations mises"} de côté : une autre lumière a bougé pendant ce temps.`,
  en: `${leftOut} ${leftOut === 1 ? "toggle" : "toggles"} left aside: another light moved meanwhile.`,
});

export const contradictingNote = ({ mean, sigma }: Contribution): Sentence =>
  both({
    fr: ({ lx }) =>
      `Les commutations se contredisent (${lx(mean)} ± ${lx(sigma)}) : des lampes qui n'ont pas fini de chauffer ? Choisissez « tubes fluorescents », puis laissez-en passer d'autres.`,
    en: ({ lx }) =>
      `The toggles contradict each other (${lx(mean)} ± ${lx(sigma)}): lamps that had not warmed up? Choose “fluorescent”, then let more of them pass.`,
  });

export const foreignNote = (dark: number): Sentence =>
  both({
    fr: ({ lx }) =>
      `De nuit, lampes éteintes, le capteur voit encore ${lx(dark)} : la lampe d'un voisin, un bloc de secours ? Déplacez ou abritez le capteur.`,
    en: ({ lx }) =>
      `By night, with the lamps off, the sensor still sees ${lx(dark)}: a neighbour's lamp, an exit sign? Move or shield the sensor.`,
  });

export const refinedSentence = (refined: Refined, day: (at: number) => Sentence): Sentence => {
  const since = day(refined.since);
  const sigma = Math.sqrt(refined.variance);
  const { reference, value, count } = refined;
  return both({
    fr: ({ lx }) =>
      `La valeur du fichier est de ${lx(reference)}, mesurée ${lx(value)} ± ${lx(sigma)} depuis le ${since.fr} (${count} commutations).`,
    en: ({ lx }) =>
      `The file says ${lx(reference)}; measured ${lx(value)} ± ${lx(sigma)} since ${since.en} (${count} toggles).`,
  });
};

export type AlarmValues = {
  readonly measured: number;
  readonly reference: number;
  readonly threshold: number;
};

export function alarmSentence(kind: AlarmKind, values: AlarmValues, since: Sentence): Sentence {
  const heads = ALARM_HEADS[kind];
  const { measured, reference, threshold } = values;
  return both({
    fr: ({ lx }) =>
      `${heads.fr} (${lx(measured)}, référence ${lx(reference)}, seuil ${lx(threshold)}, depuis le ${since.fr}).`,
    en: ({ lx }) =>
      `${heads.en} (${lx(measured)}, reference ${lx(reference)}, threshold ${lx(threshold)}, since ${since.en}).`,
  });
}

const ALARM_HEADS: { readonly [kind in AlarmKind]: Sentence } = {
  "less-light": {
    fr: "Une lampe éteinte, ou le capteur sali ou déplacé",
    en: "A lamp is out, or the sensor is dirty or was moved",
  },
  "more-light": {
    fr: "Lampes changées, ou capteur déplacé",
    en: "Lamps were changed, or the sensor was moved",
  },
  "foreign-light": {
    fr: "Une autre lampe éclaire le capteur",
    en: "Another lamp shines on the sensor",
  },
};

export const ALARM_TODO: { readonly [kind in AlarmKind]: Sentence } = {
  "less-light": {
    fr: "Remplacez la lampe, essuyez le capteur ; s'il a été déplacé, refaites l'étalonnage.",
    en: "Replace the lamp, wipe the sensor; if it was moved, calibrate again.",
  },
  "more-light": {
    fr: "Si les lampes sont nouvelles, écrivez la valeur mesurée dans le fichier ; si le capteur a été déplacé, refaites l'étalonnage.",
    en: "If the lamps are new, write the measured value into the file; if the sensor was moved, calibrate again.",
  },
  "foreign-light": {
    fr: "Cherchez la lampe, de nuit, et abritez le capteur ; si elle doit rester, refaites la mesure de nuit.",
    en: "Look for the lamp by night and shield the sensor; if it has to stay, measure by night again.",
  },
};
