import type { Sentence } from "../../api/contract.ts";
import type { NoRate } from "../evidence/baseline.ts";
import type { Mode } from "../evidence/records.ts";
import { wordsIn } from "../evidence/words.ts";
import type { ZoneProof } from "./question.ts";

/** What keeps a zone from having a baseline, what to do about it, and how long it still takes. */
export function missingFor(
  { before, seesLight }: ZoneProof,
  mode: Mode,
  timezone: string,
): Sentence | undefined {
  const { rate, sufficient, known } = before;
  if (rate.ok) return undefined;
  if (!seesLight) return BLIND;
  if (mode === "act") return goBack(rate);
  if (rate.because === "too-few-days") return fewDays(rate.needed - rate.days);
  const days = known.total / DAY_MS;
  if (sufficient.total === 0) return NEVER_BRIGHT;
  const daysLeft = Math.ceil(((rate.needed - sufficient.total) * days) / sufficient.total);
  return littleDaylight(rate, daysLeft, timezone);
}

const DAY_MS = 86_400_000;

const BLIND: Sentence = {
  fr: "Il manque de savoir si la lampe brûle : la carte du relais ne le dit pas. Raccordez son entrée de contrôle (`lit`) en aval de l'interrupteur ; sans elle, rien ne se prouve.",
  en: "Nobody tells whether the lamps burn: the relay's board does not. Wire its feedback input (`lit`) behind the switch; without it nothing can be proven.",
};

const goBack = (rate: NoRate): Sentence => {
  const days = rate.because === "too-few-days" ? rate.needed : WEEK;
  return {
    fr: `La zone agit sans référence : on ne sait pas combien la lampe brûlait avant. Mettez-la en \`mode: observe\` pendant ${days + 1} jours au moins, puis revenez à \`act\`.`,
    en: `The zone acts without a baseline: nobody knows how long its lamps burned before. Put it into \`mode: observe\` for at least ${days + 1} days, then back to \`act\`.`,
  };
};

const WEEK = 7;

const fewDays = (days: number): Sentence => ({
  fr: `Laissez la zone en observation : encore ${days} ${days > 1 ? "jours entiers" : "jour entier"}, boîtier et cartes allumés.`,
  en: `Let the zone observe: ${days} more whole ${days > 1 ? "days" : "day"}, with the hub and its boards switched on.`,
});

const NEVER_BRIGHT: Sentence = {
  fr: "Le jour n'a encore jamais suffi ici ; s'il en reste ainsi, il n'y a rien à économiser.",
  en: "Daylight has never been enough here yet; if that stays so, there is nothing to save.",
};

const littleDaylight = (
  rate: NoRate & { readonly because: "too-little-daylight" },
  days: number,
  timezone: string,
): Sentence => {
  const time = wordsIn("en", timezone).time(rate.needed);
  return {
    fr: `Laissez la zone en observation jusqu'à ${time} de jour suffisant : encore ${days} jour${days > 1 ? "s" : ""} à ce rythme.`,
    en: `Let the zone observe until daylight was enough for ${time}: ${days} more day${days > 1 ? "s" : ""} at this pace.`,
  };
};
