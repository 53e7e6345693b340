import type { Sentence } from "../../api/contract.ts";
import type { SurveyView } from "../../api/survey.ts";
import type { Survey } from "./survey.ts";
import { wordsIn } from "./words.ts";

/** Whether daylight switching pays here, by thresholds that are said aloud. */

export type Verdict = SurveyView["verdict"];

/** A council seldom waits longer for its money. */
const PAYS_WITHIN_YEARS = 5;
/** Relays, power supplies and boards last about as long. */
const LASTS_YEARS = 10;

/** Where no cost or no price is known: kWh a year, the box subtracted. */
const PAYS_FROM_KWH = 150;
const NOT_BELOW_KWH = 50;

/** A verdict must hold under every sky to be a plain yes or no. */
export const verdictOn = ({ payback, netKWh }: Survey): Verdict => {
  if (payback !== undefined) {
    if ((payback.worst ?? Infinity) <= PAYS_WITHIN_YEARS) return "pays";
    return (payback.best ?? Infinity) > LASTS_YEARS ? "does-not-pay" : "barely";
  }
  if (netKWh.from >= PAYS_FROM_KWH) return "pays";
  return netKWh.to < NOT_BELOW_KWH ? "does-not-pay" : "barely";
};

export const headlineOf = (survey: Survey): Sentence => {
  const { fr, en } = WORDS[verdictOn(survey)];
  const { netEuros, netKWh } = survey;
  const amount = (language: "fr" | "en"): string => {
    const words = wordsIn(language);
    return netEuros === undefined ? words.kWh(netKWh) : words.euros(netEuros);
  };
  if (netKWh.to <= 0) {
    return {
      fr: `${fr} : Battant y consommerait plus qu'il n'évite (${amount("fr")} par an).`,
      en: `${en}: Battant would use more than it avoids (${amount("en")} a year).`,
    };
  }
  return {
    fr: `${fr} : ${amount("fr")} par an, une fois déduit ce que le boîtier consomme.`,
    en: `${en}: ${amount("en")} a year, what the box itself draws subtracted.`,
  };
};

const WORDS: { readonly [verdict in Verdict]: Sentence } = {
  pays: {
    fr: "Éteindre par la lumière du jour est rentable ici",
    en: "Daylight switching pays here",
  },
  barely: {
    fr: "Éteindre par la lumière du jour est à peine rentable ici",
    en: "Daylight switching barely pays here",
  },
  "does-not-pay": {
    fr: "Éteindre par la lumière du jour n'est pas rentable ici",
    en: "Daylight switching does not pay here",
  },
};

/** By which thresholds it was judged. */
export const thresholdsOf = ({ payback }: Survey): Sentence =>
  payback === undefined
    ? {
        fr: `Rentable : au moins ${PAYS_FROM_KWH} kWh nets par an sous le pire ciel. Pas rentable : moins de ${NOT_BELOW_KWH} kWh sous le meilleur. Entre les deux : à peine.`,
        en: `Pays: at least ${PAYS_FROM_KWH} kWh a year net under the worst sky. Does not pay: less than ${NOT_BELOW_KWH} kWh under the best. Between the two: barely.`,
      }
    : {
        fr: `Rentable : amorti en ${PAYS_WITHIN_YEARS} ans au plus sous le pire ciel. Pas rentable : en plus de ${LASTS_YEARS} ans, la vie du matériel, sous le meilleur. Entre les deux : à peine.`,
        en: `Pays: paid back within ${PAYS_WITHIN_YEARS} years under the worst sky. Does not pay: after more than ${LASTS_YEARS} years, the life of the hardware, under the best. Between the two: barely.`,
      };
