import type { Sentence } from "../../api/contract.ts";
import { OVERCAST_LX_MAX } from "./places.ts";
import type { Survey } from "./survey.ts";
import { wordsIn } from "./words.ts";

/** What is not certain about a survey, the gravest first. */

/** Places that differ more are either wrongly measured, or two zones. */
const SCATTER_MAX = 2;
const PLACES_MIN = 3;

export const doubtsAbout = (survey: Survey): readonly Sentence[] => {
  const { places, price, box, burning, cost } = survey.question;
  const known = places.factors.filter((it) => it !== undefined).length;
  const isScattered = places.brightest > SCATTER_MAX * places.darkest;
  return [
    ...when(known < places.factors.length, setAside(places.factors.length - known)),
    ...when(isScattered, scattered(places.brightest / places.darkest)),
    ...when(known < PLACES_MIN, FEW),
    ...when(burning.kind === "minutes", MINUTES),
    ...when(box.by === "default", BOX_ASSUMED),
    ...when(price === undefined, NO_PRICE),
    ...when(cost === undefined, NO_COST),
    POWER_SAID,
    ONE_DAY,
    THE_SKY,
  ];
};

const when = (holds: boolean, sentence: Sentence): readonly Sentence[] => (holds ? [sentence] : []);

const setAside = (many: number): Sentence => ({
  fr: `${many === 1 ? "Une mesure est écartée" : `${many} mesures sont écartées`} : plus de ${wordsIn("fr").lux(OVERCAST_LX_MAX)} dehors, le soleil perçait. Recommencez un jour couvert.`,
  en: `${many === 1 ? "One reading was set aside" : `${many} readings were set aside`}: more than ${wordsIn("en").lux(OVERCAST_LX_MAX)} outdoors, the sun was out. Measure again on an overcast day.`,
});

const scattered = (ratio: number): Sentence => {
  const times = Number.isFinite(ratio) ? `× ${ratio.toFixed(1)}` : "";
  return {
    fr: `Les endroits diffèrent de plus du double${times === "" ? "" : ` (${times.replace(".", ",")})`} : mesurez de nouveau le plus sombre. S'il l'est vraiment, il décide pour tous ; peut-être sont-ce deux zones.`,
    en: `The places differ by more than the double${times === "" ? "" : ` (${times})`}: measure the darkest again. If it is so dark, it decides for all; or perhaps these are two zones.`,
  };
};

const FEW: Sentence = {
  fr: "Moins de trois endroits mesurés : le plus sombre n'est peut-être pas parmi eux.",
  en: "Fewer than three places were measured: the darkest may not be among them.",
};

const MINUTES: Sentence = {
  fr: "La durée d'allumage est déclarée, et supposée également répartie de 6 h à 22 h : comptez-la une semaine.",
  en: "How long the light burns is declared, and taken to be spread evenly from 6:00 to 22:00: count it for a week.",
};

const POWER_SAID: Sentence = {
  fr: "La puissance est déclarée, non mesurée.",
  en: "The power is declared, not measured.",
};

const BOX_ASSUMED: Sentence = {
  fr: "Pour Battant lui-même, 6 W sont supposés : un boîtier et trois cartes. Un boîtier qui sert déjà d'autres zones ne coûte rien de plus : dites 0.",
  en: "6 W are assumed for Battant itself: a hub and three boards. A hub that already serves other zones costs nothing more: say 0.",
};

const NO_PRICE: Sentence = {
  fr: "Aucun prix du kWh n'est connu : le verdict est en kWh.",
  en: "No price per kWh is known: the verdict is in kWh.",
};

const NO_COST: Sentence = {
  fr: "Le coût du matériel n'est pas dit : l'amortissement reste à calculer.",
  en: "The cost of the hardware is not said: its payback remains to be worked out.",
};

const ONE_DAY: Sentence = {
  fr: "Un jour mesuré n'est pas une année : feuilles, vitres sales et stores changent le facteur, et un luxmètre de téléphone peut se tromper d'un cinquième.",
  en: "One measured day is not a year: leaves, dirty panes and blinds change the factor, and a phone's lux-meter may be wrong by a fifth.",
};

const THE_SKY: Sentence = {
  fr: "Les heures sont celles d'un ciel type, sans le relief : une colline ou un immeuble en face en retire ; une tache de soleil en ajoute.",
  en: "The hours are those of a model sky with a flat horizon: a hill or a building opposite takes some away, a patch of sun adds some.",
};
