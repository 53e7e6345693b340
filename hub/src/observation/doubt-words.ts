import { hours } from "@battant/protocol/vocabulary/units";
import type { Sentence } from "../../api/contract.ts";
import type { Language } from "../domain/sentence.ts";
import type { ZonePlan } from "../domain/site.ts";
import type { Words } from "../evidence/words.ts";
import type { Doubt } from "./doubt.ts";
import type { DoubtfulTime } from "./observe.ts";

/** Why days do not count on which the rule could not judge, and what to do so that the next ones do. */

/** A shorter time costs no day alone. */
const TOLD_FROM = hours(1);

type Says = { readonly [language in Language]: Pick<Words, "time"> };

export const doubtSentences = (
  doubts: readonly DoubtfulTime[],
  plan: ZonePlan,
  { fr, en }: Says,
): readonly Sentence[] =>
  doubts
    .filter(({ doubt, time }) => time >= TOLD_FROM && !isMissingStill(doubt, plan))
    .map(({ doubt, time }) => ({
      fr: `${fr.time(time)} ne comptent pas : ${WHY[doubt].fr}`,
      en: `${en.time(time)} do not count: ${WHY[doubt].en}`,
    }));

/** Of that the zone's plan tells already. */
function isMissingStill(doubt: Doubt, { circuit, lightSensor, daylight }: ZonePlan): boolean {
  if (doubt === "no-circuit") return circuit === undefined;
  if (doubt === "no-light-sensor") return lightSensor === undefined;
  return doubt === "not-calibrated" && daylight.luminaireContribution === undefined;
}

const WHY: { readonly [doubt in Doubt]: Sentence } = {
  "no-circuit": {
    fr: "la zone n'avait pas encore de circuit. Il n'y a plus rien à faire.",
    en: "the zone had no circuit yet. Nothing is left to do.",
  },
  "no-light-sensor": {
    fr: "la zone n'avait pas encore de capteur de lumière. Il n'y a plus rien à faire.",
    en: "the zone had no light sensor yet. Nothing is left to do.",
  },
  "not-calibrated": {
    fr: "la zone n'était pas encore étalonnée. Il n'y a plus rien à faire.",
    en: "the zone was not calibrated yet. Nothing is left to do.",
  },
  "clock-unknown": {
    fr: "l'heure du boîtier n'était pas sûre. Demandez à `npx battant doctor` ce qu'il faut faire.",
    en: "the hub was not sure of the time. Ask `npx battant doctor` what to do.",
  },
  "sensor-offline": {
    fr: "la carte du capteur de lumière ne répondait pas. Regardez son alimentation et son Wi-Fi.",
    en: "the board of the light sensor did not answer. Look at its power supply and its Wi-Fi.",
  },
  "sensor-silent": {
    fr: "le capteur de lumière ne disait rien. Regardez son câblage.",
    en: "the light sensor said nothing. Look at its wiring.",
  },
  "sensor-stuck": {
    fr: "le capteur de lumière répétait la même valeur. Regardez son câblage, ou changez-le.",
    en: "the light sensor repeated the same value. Look at its wiring, or replace it.",
  },
  detector: {
    fr: "un détecteur de présence ne disait rien, ou toujours la même chose. Regardez sa carte et son câblage.",
    en: "a presence detector said nothing, or always the same. Look at its board and its wiring.",
  },
};
