import type { NoRate, Rate } from "./baseline.ts";
import type { Net } from "./net.ts";
import type { Method, MethodName, Savings } from "./savings.ts";
import { type Words, wordsIn } from "./words.ts";

/**
 * The method as it is printed under the figures, for people who want to do the sum again. It is
 * made from the figures and nothing else, so it cannot claim what they do not say.
 */

export type Sentence = { readonly fr: string; readonly en: string };

export function methodSentences(saved: Savings, timezone: string): readonly Sentence[] {
  const says = { fr: wordsIn("fr", timezone), en: wordsIn("en", timezone) };
  const { method } = saved;
  return [
    nameSentence(method, says),
    method.rate.ok ? rateSentence(method, method.rate, says) : refusal(method, method.rate, says),
    keptOffSentence(saved, says),
    unknownSentence(saved, says),
  ];
}

export function netSentences(net: Net, timezone: string): readonly Sentence[] {
  const says = { fr: wordsIn("fr", timezone), en: wordsIn("en", timezone) };
  return [ownSentence(net, says), ...balance(net), ...missing(net)];
}

type Says = { readonly fr: Words; readonly en: Words };

const NAMES: { readonly [name in MethodName]: Sentence } = {
  "IPMVP option A": {
    fr: "Méthode IPMVP, option A : durées mesurées, puissance déclarée",
    en: "IPMVP method, option A: hours measured, power declared",
  },
  "IPMVP option B": {
    fr: "Méthode IPMVP, option B : durées et puissance mesurées",
    en: "IPMVP method, option B: hours and power measured",
  },
  "hours only": {
    fr: "Durées mesurées ; sans puissance mesurée ni déclarée, l'énergie reste inconnue",
    en: "Hours measured; with no power measured or declared, energy stays unknown",
  },
};

function nameSentence({ name, load, formula }: Method, { fr, en }: Says): Sentence {
  if (load === undefined) {
    return {
      fr: `${NAMES[name].fr}. Durée évitée : ${formula}.`,
      en: `${NAMES[name].en}. Time avoided: ${formula}.`,
    };
  }
  return {
    fr: `${NAMES[name].fr} (P : ${fr.load(load)}). Énergie évitée : ${formula}.`,
    en: `${NAMES[name].en} (P: ${en.load(load)}). Energy avoided: ${formula}.`,
  };
}

function rateSentence({ baseline }: Method, rate: Rate, { fr, en }: Says): Sentence {
  const { value, burning, sufficient, days, spread } = rate;
  return {
    fr: `r : avant d'agir (${fr.period(baseline)}), la lumière brûlait ${fr.share(value)} du temps où le jour suffisait, soit ${fr.time(burning)} sur ${fr.time(sufficient)} ; ${days} jours connus, écart-type d'un jour à l'autre ${fr.share(spread)}.`,
    en: `r: before anything acted (${en.period(baseline)}), the light burned ${en.share(value)} of the time daylight was enough, ${en.time(burning)} of ${en.time(sufficient)}; ${days} known days, day-to-day standard deviation ${en.share(spread)}.`,
  };
}

function refusal({ baseline }: Method, rate: NoRate, { fr, en }: Says): Sentence {
  const before = {
    fr: `Pas encore de référence (${fr.period(baseline)})`,
    en: `No baseline yet (${en.period(baseline)})`,
  };
  switch (rate.because) {
    case "too-few-days":
      return {
        fr: `${before.fr} : jours connus ${rate.days}, il en faut ${rate.needed}.`,
        en: `${before.en}: known days ${rate.days}, it takes ${rate.needed}.`,
      };
    case "too-little-daylight":
      return {
        fr: `${before.fr} : le jour n'a suffi que ${fr.time(rate.sufficient)}, il en faut ${fr.time(rate.needed)}.`,
        en: `${before.en}: daylight was enough for ${en.time(rate.sufficient)} only, it takes ${en.time(rate.needed)}.`,
      };
  }
}

function keptOffSentence({ keptOff, avoided, upTo }: Savings, { fr, en }: Says): Sentence {
  const kept = {
    fr: `t : Battant a gardé la lumière éteinte pendant ${fr.time(keptOff.total)}`,
    en: `t: Battant kept the light off for ${en.time(keptOff.total)}`,
  };
  // Without a power there is no energy to be less than.
  const most =
    upTo.wattHours === undefined
      ? { fr: ".", en: "." }
      : { fr: ` ; au plus ${fr.amount(upTo)}.`, en: `; at most ${en.amount(upTo)}.` };
  if (avoided === undefined) {
    return {
      fr: `${kept.fr}. Combien elle aurait brûlé, on ne le sait pas${most.fr}`,
      en: `${kept.en}. How much of it the light would have burned is not known${most.en}`,
    };
  }
  return {
    fr: `${kept.fr}. Comme avant, elle en aurait brûlé ${fr.time(avoided.time)} : ${fr.amount(avoided)}${most.fr}`,
    en: `${kept.en}. As before, it would have burned ${en.time(avoided.time)} of it: ${en.amount(avoided)}${most.en}`,
  };
}

function unknownSentence({ unknown }: Savings, { fr, en }: Says): Sentence {
  if (unknown.total === 0) {
    return { fr: "Aucune durée n'est inconnue.", en: "No time is unknown." };
  }
  return {
    fr: `Durée inconnue ${fr.time(unknown.total)} : comptée ni comme économie, ni comme lumière éteinte.`,
    en: `Unknown time ${en.time(unknown.total)}: counted neither as saved nor as dark.`,
  };
}

function ownSentence({ own, ownLoad, gross, net }: Net, { fr, en }: Says): Sentence {
  const by = (words: Words): string => (ownLoad === undefined ? "" : ` (${words.load(ownLoad)})`);
  return {
    fr: `Économie des zones ${fr.amount(gross)}, moins ce que le boîtier et ses cartes ont consommé pendant ${fr.time(own.time)} : ${fr.amount(own)}${by(fr)}. Reste ${fr.amount(net)}.`,
    en: `Saved by the zones ${en.amount(gross)}, minus what the hub and its boards used during ${en.time(own.time)}: ${en.amount(own)}${by(en)}. Leaves ${en.amount(net)}.`,
  };
}

function balance({ net }: Net): readonly Sentence[] {
  if (net.wattHours === undefined || net.wattHours >= 0) return [];
  return [
    {
      fr: "Le boîtier a consommé plus qu'il n'a fait économiser.",
      en: "The hub used more than it saved.",
    },
  ];
}

function missing({ without }: Net): readonly Sentence[] {
  if (without.length === 0) return [];
  const zones = without.join(", ");
  return [
    {
      fr: `Sans compter ces zones, dont l'économie n'est pas connue : ${zones}.`,
      en: `Without these zones, whose savings are not known: ${zones}.`,
    },
  ];
}
