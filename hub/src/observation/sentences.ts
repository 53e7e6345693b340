import type { Sentence } from "../../api/contract.ts";
import type { Language } from "../domain/sentence.ts";
import type { DaylightSettings, ZonePlan } from "../domain/site.ts";
import { type Words, wordsIn } from "../evidence/words.ts";
import { doubtSentences } from "./doubt-words.ts";
import { DAYS_NEEDED } from "./observe.ts";
import type { Observation } from "./review.ts";

/** An observation in sentences: what would have been, how that is known, and what is missing. */

export function headlineOf(
  it: Observation | undefined,
  { daylight }: ZonePlan,
  timezone: string,
): Sentence {
  if (it === undefined) return NEVER[daylight.mode];
  if (it.would === 0) return it.daysKnown === 0 ? NOTHING_KNOWN : NOT_ONCE;
  const fr = wordsIn("fr", timezone);
  const en = wordsIn("en", timezone);
  const { would, perDay, switchings } = it;
  const mean = {
    fr: perDay === undefined ? "" : ` (${fr.time(perDay)} par jour)`,
    en: perDay === undefined ? "" : ` (${en.time(perDay)} a day)`,
  };
  const burned = burnedSentence(it, { fr, en });
  const below = belowSentence(it, { fr, en });
  return {
    fr: `Battant aurait éteint ${fr.time(would)}${mean.fr}, en ${switchings} fois. ${burned.fr} ${below.fr}`,
    en: `Battant would have kept the light off for ${en.time(would)}${mean.en}, ${switchings} ${switchings === 1 ? "time" : "times"}. ${burned.en} ${below.en}`,
  };
}

const NEVER: { readonly [mode in DaylightSettings["mode"]]: Sentence } = {
  observe: {
    fr: "L'observation commence : rien n'est encore noté.",
    en: "The observation begins: nothing has been noted yet.",
  },
  act: {
    fr: "Cette zone agit, et n'a jamais été observée.",
    en: "This zone acts, and was never observed.",
  },
  off: {
    fr: "La règle est arrêtée ici, et la zone n'a jamais été observée.",
    en: "The rule is off here, and the zone was never observed.",
  },
};

const NOT_ONCE: Sentence = {
  fr: "Pour autant qu'on le sache, Battant n'aurait pas éteint une seule fois.",
  en: "As far as anybody knows, Battant would not have switched off once.",
};

const NOTHING_KNOWN: Sentence = {
  fr: "On ne sait pas encore ce que Battant aurait fait.",
  en: "Nobody knows yet what Battant would have done.",
};

type Says = { readonly [language in Language]: Words };

/** Where nobody saw the light there is no figure, not even nothing. */
function burnedSentence(it: Observation, { fr, en }: Says): Sentence {
  const { burned, lightUnknown } = it;
  if (isBlind(it)) {
    return {
      fr: "On ne sait pas si la lumière brûlait pendant ce temps.",
      en: "Nobody knows whether the light burned during that time.",
    };
  }
  const unknown = {
    fr: lightUnknown === 0 ? "" : ` Pour ${fr.time(lightUnknown)}, on ne le sait pas.`,
    en: lightUnknown === 0 ? "" : ` For ${en.time(lightUnknown)} nobody knows.`,
  };
  return {
    fr: `Pendant ce temps la lumière brûlait ${fr.time(burned.time)} (constaté)\u00a0: ${fr.amount(burned)}.${unknown.fr}`,
    en: `Of that time the light was seen to burn for ${en.time(burned.time)}: ${en.amount(burned)}.${unknown.en}`,
  };
}

function belowSentence({ below }: Observation, { fr, en }: Says): Sentence {
  if (below === 0) return { fr: "Jamais sous la consigne.", en: "Never below the target." };
  return {
    fr: `Sous la consigne pendant ${fr.time(below)}.`,
    en: `Below the target for ${en.time(below)}.`,
  };
}

export function methodOf(
  it: Observation,
  { daylight }: ZonePlan,
  timezone: string,
): readonly Sentence[] {
  const says = { fr: wordsIn("fr", timezone), en: wordsIn("en", timezone) };
  const silence = Math.round(daylight.readingAgeMax / 60_000);
  return [
    loadSentence(it, says),
    ...busiest(it, says),
    unknownSentence(it, says),
    {
      fr: `Sous la consigne, d'après les mesures : la règle rend la lumière à la première qui passe dessous, et après ${silence} min sans mesure.`,
      en: `Below the target, by the readings: the rule gives the light back at the first one below, and after ${silence} min without a reading.`,
    },
  ];
}

function loadSentence({ load }: Observation, { fr, en }: Says): Sentence {
  if (load === undefined) {
    return {
      fr: "Puissance ni mesurée ni déclarée (`load_W`) : l'énergie reste inconnue.",
      en: "Power neither measured nor declared (`load_W`): energy stays unknown.",
    };
  }
  return { fr: `Puissance : ${fr.load(load)}.`, en: `Power: ${en.load(load)}.` };
}

function busiest({ days }: Observation, { fr, en }: Says): readonly Sentence[] {
  const most = Math.max(...days.map((it) => it.switchings));
  if (most === 0) return [];
  const [first, ...others] = days.filter((it) => it.switchings === most);
  // Of several such days none is worth naming.
  const day = others.length === 0 ? first?.day : undefined;
  return [
    {
      fr: `Au plus ${most} extinction${most > 1 ? "s" : ""} en un jour${day === undefined ? "" : `, le ${fr.period(day)}`}.`,
      en: `At most ${most} ${most > 1 ? "times" : "time"} off in one day${day === undefined ? "" : `, on ${en.period(day)}`}.`,
    },
  ];
}

function unknownSentence({ unknown }: Observation, { fr, en }: Says): Sentence {
  if (unknown === 0) {
    return {
      fr: "Aucune durée n'est inconnue : le boîtier a tout vu.",
      en: "No time is unknown: the hub saw all of it.",
    };
  }
  return {
    fr: `Durée inconnue ${fr.time(unknown)}, où le boîtier n'a rien vu, n'a pas pu juger ou n'observait pas : comptée ni comme éteinte, ni comme allumée.`,
    en: `Unknown time ${en.time(unknown)}, in which the hub saw nothing, could not judge or did not observe: counted neither as off nor as on.`,
  };
}

/** In the order in which somebody would set about it. */
export function missingOf(
  it: Observation | undefined,
  plan: ZonePlan,
  timezone: string,
): readonly Sentence[] {
  const { circuit, lightSensor, daylight } = plan;
  const missing: Sentence[] = [];
  if (circuit === undefined) missing.push(NO_CIRCUIT);
  if (lightSensor === undefined) missing.push(NO_SENSOR);
  if (daylight.luminaireContribution === undefined) missing.push(NOT_CALIBRATED);
  if (it !== undefined && isBlind(it)) missing.push(BLIND);
  const known = it?.daysKnown ?? 0;
  if (known < DAYS_NEEDED) {
    const says = { fr: wordsIn("fr", timezone), en: wordsIn("en", timezone) };
    missing.push(...doubtSentences(it?.doubts ?? [], plan, says), fewDays(known));
  }
  return missing;
}

const isBlind = ({ lightUnknown, burned, out }: Observation): boolean =>
  lightUnknown > 0 && burned.time === 0 && out === 0;

const NO_CIRCUIT: Sentence = {
  fr: "Il manque un circuit à commander : adoptez la carte de son relais.",
  en: "There is no circuit to switch: adopt the board of its relay.",
};

const NO_SENSOR: Sentence = {
  fr: "Il manque un capteur de lumière : adoptez sa carte.",
  en: "There is no light sensor: adopt its board.",
};

const NOT_CALIBRATED: Sentence = {
  fr: "Il manque l'étalonnage : tant qu'on ne sait pas ce que les luminaires ajoutent au capteur, la règle n'éteint jamais.",
  en: "There is no calibration: while nobody knows what the luminaires add at the sensor, the rule never switches off.",
};

const BLIND: Sentence = {
  fr: "Il manque de savoir si la lampe brûle : raccordez l'entrée de contrôle (`lit`) de la carte du relais.",
  en: "Nobody tells whether the lamps burn: wire the feedback input (`lit`) of the relay's board.",
};

const fewDays = (known: number): Sentence => {
  const left = DAYS_NEEDED - known;
  return {
    fr: `Il manque ${left} ${left > 1 ? "jours connus" : "jour connu"} sur ${DAYS_NEEDED}.`,
    en: `${left} known ${left > 1 ? "days are" : "day is"} missing of ${DAYS_NEEDED}.`,
  };
};
