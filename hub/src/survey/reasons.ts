import type { Sentence } from "../../api/contract.ts";
import type { Survey } from "./survey.ts";
import type { Burning, Told } from "./question.ts";
import { thresholdsOf, verdictOn } from "./verdict.ts";
import { type SurveyWords, wordsIn } from "./words.ts";

/** Why the verdict is what it is: every step of the sum, so that anybody can do it again. */

/** Below it, rooms look gloomy all day (BRE, EN 17037), and the target is seldom met. */
const LOW_FACTOR = 0.01;

/** Timers and detectors that already keep the light off most of the day. */
const BRIEF_HOURS = 6;

export const reasonsFor = (survey: Survey): readonly Sentence[] => [
  factorReason(survey),
  ...lowFactorReason(survey),
  both(survey, enoughText),
  both(survey, keptOffText),
  both(survey, avoidedText),
  ...briefReason(survey),
  both(survey, boxText),
  ...paybackReason(survey),
  thresholdsOf(survey),
];

type Text = (survey: Survey, words: SurveyWords) => Sentence;

/** Each half is spelled the way of its own language. */
const both = (survey: Survey, text: Text): Sentence => ({
  fr: text(survey, wordsIn("fr")).fr,
  en: text(survey, wordsIn("en")).en,
});

const factorReason = (survey: Survey): Sentence =>
  both(survey, ({ question: { places } }, { factor }) => {
    const many = places.factors.filter((it) => it !== undefined).length;
    const darkest = factor(places.darkest);
    if (many === 1) {
      return {
        fr: `Facteur de lumière du jour : ${darkest}.`,
        en: `Daylight factor: ${darkest}.`,
      };
    }
    const brightest = factor(places.brightest);
    return {
      fr: `Facteur de lumière du jour : ${darkest} à l'endroit le plus sombre, qui décide ; ${brightest} au plus clair (${many} endroits).`,
      en: `Daylight factor: ${darkest} at the darkest place, which decides; ${brightest} at the brightest (${many} places).`,
    };
  });

/** A car park that needs 20 lx may do well with less. */
const lowFactorReason = (survey: Survey): readonly Sentence[] =>
  survey.question.places.darkest >= LOW_FACTOR || verdictOn(survey) === "pays"
    ? []
    : [
        {
          fr: "Sous 1 %, le jour donne rarement la lumière voulue : éteindre rapporte peu.",
          en: "Below 1%, daylight seldom gives the light that is wanted: switching off earns little.",
        },
      ];

const enoughText: Text = ({ question: { target }, enough }, { lux, hours }) => ({
  fr: `Il faut ${lux(target.value)} au sol${targetFrom(target).fr}. Le jour seul les donne ${hours(enough)} par an, selon que le ciel est toujours couvert ou toujours à demi couvert.`,
  en: `The floor needs ${lux(target.value)}${targetFrom(target).en}. Daylight alone gives them ${hours(enough)} a year, for a sky always overcast or always partly cloudy.`,
});

const targetFrom = ({ by }: Told): Sentence =>
  by === "law" ? { fr: " (minimum légal)", en: " (legal minimum)" } : { fr: "", en: "" };

const keptOffText: Text = ({ question, keptOff }, { lux, hours, number }) => {
  const threshold = lux(question.target.value * question.margin);
  const delay = number(question.offDelay / 60_000);
  return {
    fr: `La règle n'éteint qu'après ${delay} min à ${threshold} et rend la lumière sous la cible : elle garderait éteint ${hours(keptOff)} par an.`,
    en: `The rule switches off only after ${delay} min at ${threshold} and gives the light back below the target: it would keep it off ${hours(keptOff)} a year.`,
  };
};

const avoidedText: Text = ({ question, litHours, avoided, savedKWh }, { hours, kWh, number }) => {
  const lit = hours({ from: litHours, to: litHours });
  const load = `${number(question.load.value)} W`;
  const when = whenText(question.burning, number);
  return {
    fr: `Les lampes (${load}) brûlent ${when.fr}, ${lit} par an ; ${hours(avoided)} en seraient évitées, soit ${kWh(savedKWh)}.`,
    en: `The lamps (${load}) burn ${when.en}, ${lit} a year; ${hours(avoided)} of that would be avoided: ${kWh(savedKWh)}.`,
  };
};

const whenText = (burning: Burning, number: SurveyWords["number"]): Sentence => {
  switch (burning.kind) {
    case "always":
      return { fr: "jour et nuit", en: "day and night" };
    case "day":
      return { fr: "tant que le soleil est levé", en: "while the sun is up" };
    case "minutes": {
      const minutes = number(burning.perDay / 60_000);
      return { fr: `${minutes} min par jour`, en: `${minutes} min a day` };
    }
  }
};

const briefReason = ({ question: { burning }, litHours }: Survey): readonly Sentence[] =>
  burning.kind !== "minutes" || litHours / 365 > BRIEF_HOURS
    ? []
    : [
        {
          fr: "La minuterie ou le détecteur fait déjà l'essentiel : le jour y ajoute peu.",
          en: "The timer or detector already does most of it: daylight adds little.",
        },
      ];

const boxText: Text = ({ question: { box, price }, boxKWh, boxEuros, netKWh }, words) => {
  const own = words.kWh({ from: boxKWh, to: boxKWh });
  const power = `${words.number(box.value)} W`;
  const worth = (each: string): string =>
    price === undefined || boxEuros === undefined
      ? ""
      : `, ${words.euros({ from: boxEuros, to: boxEuros })} ${each} ${words.price(price.value)}`;
  const net = words.kWh(netKWh);
  return {
    fr: `Battant lui-même prend ${own} (${power}, jour et nuit)${worth("à")} : il reste ${net}.`,
    en: `Battant itself takes ${own} (${power}, day and night)${worth("at")}: ${net} remain.`,
  };
};

const paybackReason = (survey: Survey): readonly Sentence[] => {
  const { payback } = survey;
  const { cost } = survey.question;
  if (payback === undefined || cost === undefined) return [];
  const { best, worst } = payback;
  return [
    both(survey, (_, { years, euros }) => {
      const spent = euros({ from: cost, to: cost });
      if (best === undefined) {
        return {
          fr: `Le matériel (${spent}) ne s'amortit jamais.`,
          en: `The hardware (${spent}) never pays for itself.`,
        };
      }
      const late = worst === undefined ? NEVER : { fr: years(worst), en: years(worst) };
      return {
        fr: `Le matériel (${spent}) s'amortit en ${years(best)} au mieux ; au pire : ${late.fr}.`,
        en: `The hardware (${spent}) pays for itself in ${years(best)} at best; at worst: ${late.en}.`,
      };
    }),
  ];
};

const NEVER: Sentence = { fr: "jamais", en: "never" };
