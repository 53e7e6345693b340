import type { Sentence } from "../../api/contract.ts";
import type { SurveyReading } from "../../api/survey.ts";
import { wordsIn } from "./words.ts";

/**
 * The daylight factor of each place: the share of the open sky's light that reaches its floor
 * (CIE, EN 17037). It is one number only under an overcast sky, where the sun itself adds nothing.
 */

export type Places = {
  /** In the order of the readings; `undefined` where the sky was too bright for it. */
  readonly factors: readonly (number | undefined)[];
  readonly darkest: number;
  readonly brightest: number;
  readonly darkestAt: number;
};

export type Judged =
  | { readonly ok: true; readonly value: Places }
  | { readonly ok: false; readonly problem: Sentence };

/** No overcast sky gives more at these latitudes; the formula of `sky.ts` ends at 21 300 lx. */
export const OVERCAST_LX_MAX = 30_000;

/** At dusk the light changes from one minute to the next, and little is left to be measured. */
const OUTDOOR_LX_MIN = 1000;

export const judgePlaces = (readings: readonly SurveyReading[]): Judged => {
  if (readings.length === 0) return refused(NO_READING);
  for (const [index, reading] of readings.entries()) {
    const problem = problemWith(reading, index + 1);
    if (problem !== undefined) return refused(problem);
  }
  const factors = readings.map(factorOf);
  const known = factors.filter((it) => it !== undefined);
  if (known.length === 0) return refused(TOO_BRIGHT);
  const darkest = Math.min(...known);
  const darkestAt = factors.indexOf(darkest);
  return { ok: true, value: { factors, darkest, brightest: Math.max(...known), darkestAt } };
};

const factorOf = ({ indoor_lx, outdoor_lx, lamps_lx }: SurveyReading): number | undefined =>
  outdoor_lx > OVERCAST_LX_MAX ? undefined : (indoor_lx - (lamps_lx ?? 0)) / outdoor_lx;

const refused = (problem: Sentence): Judged => ({ ok: false, problem });

const problemWith = (reading: SurveyReading, number: number): Sentence | undefined => {
  const { indoor_lx, outdoor_lx, lamps_lx } = reading;
  const fr = wordsIn("fr").lux;
  const en = wordsIn("en").lux;
  if (indoor_lx > outdoor_lx) {
    return {
      fr: `mesure ${number} : plus de lumière dedans (${fr(indoor_lx)}) que dehors (${fr(outdoor_lx)}) ; les deux sont-elles échangées ?`,
      en: `reading ${number}: more light indoors (${en(indoor_lx)}) than outdoors (${en(outdoor_lx)}); have the two been swapped?`,
    };
  }
  if (outdoor_lx < OUTDOOR_LX_MIN) {
    return {
      fr: `mesure ${number} : ${fr(outdoor_lx)} dehors, c'est trop sombre ; mesurez vers midi, au moins ${fr(OUTDOOR_LX_MIN)}`,
      en: `reading ${number}: ${en(outdoor_lx)} outdoors is too dark; measure around noon, at least ${en(OUTDOOR_LX_MIN)}`,
    };
  }
  if (lamps_lx !== null && lamps_lx > indoor_lx) {
    return {
      fr: `mesure ${number} : les lampes seules (${fr(lamps_lx)}) donneraient plus que lampes et jour ensemble (${fr(indoor_lx)})`,
      en: `reading ${number}: the lamps alone (${en(lamps_lx)}) would give more than lamps and daylight together (${en(indoor_lx)})`,
    };
  }
  return undefined;
};

const NO_READING: Sentence = {
  fr: "aucune mesure : il faut au moins un endroit, en lux dedans et dehors",
  en: "no reading: it takes one place at least, in lux indoors and outdoors",
};

const TOO_BRIGHT: Sentence = {
  fr: `chaque mesure a plus de ${wordsIn("fr").lux(OVERCAST_LX_MAX)} dehors : le soleil perce, et le facteur de lumière du jour ne veut plus rien dire ; recommencez un jour couvert`,
  en: `every reading has more than ${wordsIn("en").lux(OVERCAST_LX_MAX)} outdoors: the sun is out, and a daylight factor means nothing then; measure again on an overcast day`,
};
