import type { Sentence } from "../../api/contract.ts";
import type { Contribution } from "./contribution.ts";
import { MARKS_ENOUGH, POINTS_PROPOSED, TOGGLES_ENOUGH } from "./figures.ts";

/** The one thing to do next. */

export type Progress = {
  readonly hasSensor: boolean;
  readonly hasCircuit: boolean;
  readonly hasFeedback: boolean;
  readonly points: number;
  readonly contribution: Contribution | undefined;
  readonly isNight: boolean;
  /** `18:42`. */
  readonly nightFrom: string | undefined;
  readonly isWritten: boolean;
};

export function nextStep(progress: Progress): Sentence {
  const { points, contribution, isWritten } = progress;
  if (!progress.hasSensor) {
    return {
      fr: "Donnez d'abord un capteur de lumière à cette zone, sur la page des cartes.",
      en: "First give this zone a light sensor, on the page of boards.",
    };
  }
  if (points === 0) {
    return {
      fr: "De jour, lampes éteintes : posez le luxmètre au sol sous le capteur et tapez ce qu'il montre.",
      en: "By day, lamps off: lay the lux-meter on the floor under the sensor and type what it shows.",
    };
  }
  if (contribution?.isEnough !== true) return byNight(progress, contribution?.count ?? 0);
  if (!isWritten) {
    return {
      fr: "Tout est mesuré : écrivez les deux valeurs dans le fichier de l'immeuble.",
      en: "All is measured: write both values into the building file.",
    };
  }
  return points < POINTS_PROPOSED
    ? {
        fr: `Étalonnée. Un autre jour, un autre point la confirmerait (${points} sur ${POINTS_PROPOSED}).`,
        en: `Calibrated. Another point on another day would confirm it (${points} of ${POINTS_PROPOSED}).`,
      }
    : {
        fr: "Étalonnée. Imprimez la fiche de réglage, et refaites un point chaque année.",
        en: "Calibrated. Print the setting sheet, and take a point again each year.",
      };
}

function byNight(progress: Progress, count: number): Sentence {
  const { hasCircuit, hasFeedback, isNight, nightFrom } = progress;
  if (!hasCircuit) {
    return {
      fr: "Aucun circuit n'est relié à cette zone : rien à mesurer de nuit tant qu'un relais ne l'est pas.",
      en: "No circuit is connected to this zone: nothing to measure by night until a relay is.",
    };
  }
  if (hasFeedback) {
    return {
      fr: `Rien à faire : de nuit, le boîtier mesure de lui-même chaque fois que les lampes sont commutées (${count} sur ${TOGGLES_ENOUGH}).`,
      en: `Nothing to do: by night the hub measures by itself each time the lamps are switched (${count} of ${TOGGLES_ENOUGH}).`,
    };
  }
  const when = isNight || nightFrom === undefined ? undefined : nightFrom;
  const [fr, en] = when === undefined ? ["", ""] : [` à partir de ${when}`, ` from ${when}`];
  return {
    fr: `De nuit${fr} : actionnez l'interrupteur et dites-le ici, ${TOGGLES_ENOUGH} fois (${count} ; ${MARKS_ENOUGH} au moins), une minute à chaque fois.`,
    en: `By night${en}: press the switch and say so here, ${TOGGLES_ENOUGH} times (${count}; at least ${MARKS_ENOUGH}), a minute each time.`,
  };
}
