import type { Sentence } from "../../api/contract.ts";
import { DAYLIGHT_MIN, FACTOR_MAX, FACTOR_MIN, POINTS_MAX } from "./figures.ts";
import type { PointRefusal } from "./point.ts";
import { both, clockIn, steadinessSentence } from "./words.ts";

/** Why something is not taken, as it stands in brackets behind another sentence. */

export function refusalSentence(it: PointRefusal): Sentence {
  switch (it.kind) {
    case "night":
      return {
        fr: "il fait nuit ; ce point se mesure en plein jour",
        en: "it is night; this point is measured in full daylight",
      };
    case "lamps-unknown":
      return {
        fr: "dites si les lampes sont allumées ou éteintes : le boîtier ne le voit pas",
        en: "say whether the lamps are on or off: the hub does not see it",
      };
    case "lamps-share-unknown":
      return {
        fr: "les lampes brûlent et l'on ne sait pas encore ce qu'elles ajoutent ; éteignez-les, ou faites d'abord la mesure de nuit",
        en: "the lamps burn and nobody knows yet what they add; switch them off, or measure by night first",
      };
    case "lamps-floor-missing":
      return {
        fr: "les lampes brûlent ; éteignez-les, ou dites ce que le luxmètre montre au sol, de nuit, avec elles seules",
        en: "the lamps burn; switch them off, or say what the lux-meter shows on the floor by night with them alone",
      };
    case "too-dark":
      return both({
        fr: ({ lx }) =>
          `trop peu de jour, ${lx(it.daylight)} ; il en faut ${lx(DAYLIGHT_MIN)} au moins au sol et au capteur, lampes déduites`,
        en: ({ lx }) =>
          `too little daylight, ${lx(it.daylight)}; it takes at least ${lx(DAYLIGHT_MIN)} on the floor and at the sensor, lamps taken off`,
      });
    case "odd-factor":
      return both({
        fr: ({ factor }) =>
          `cela ferait un facteur de ${factor(it.factor)}, hors de ${factor(FACTOR_MIN)} à ${factor(FACTOR_MAX)} ; vérifiez la valeur, l'échelle du luxmètre et la place du capteur`,
        en: ({ factor }) =>
          `that would be a factor of ${factor(it.factor)}, outside ${factor(FACTOR_MIN)} to ${factor(FACTOR_MAX)}; check the value, the scale of the lux-meter and where the sensor is`,
      });
    case "full":
      return {
        fr: `${POINTS_MAX} points suffisent ; supprimez-en un`,
        en: `${POINTS_MAX} points are enough; remove one`,
      };
    default:
      return lowered(steadinessSentence(it));
  }
}

/** As it stands in brackets behind another sentence. */
const lowered = ({ fr, en }: Sentence): Sentence => ({ fr: small(fr), en: small(en) });

const small = (text: string): string =>
  `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/[.]$/u, "")}`;

export const busyWith = (
  { who, freeFrom }: { readonly who: string; readonly freeFrom: number },
  timezone: string,
): Sentence => {
  const clock = clockIn(timezone)(freeFrom);
  return {
    fr: `${who} y est ; la zone est libre à ${clock} s'il n'y touche plus`,
    en: `${who} is at it; the zone is free at ${clock} if nothing more is done`,
  };
};

export const SEES_ITSELF: Sentence = {
  fr: "le relais voit lui-même si les lampes brûlent : actionnez l'interrupteur, cela suffit",
  en: "the relay sees by itself whether the lamps burn: pressing the switch is enough",
};

export const notYet = (from: number | undefined, timezone: string): Sentence => {
  const clock = from === undefined ? undefined : clockIn(timezone)(from);
  return {
    fr: `il ne fait pas encore nuit${clock === undefined ? "" : ` ; revenez à ${clock}`}`,
    en: `it is not night yet${clock === undefined ? "" : `; come back at ${clock}`}`,
  };
};

export const NOTHING_TO_WRITE: Sentence = {
  fr: "rien n'est encore mesuré : il faut un point de jour, ou assez de commutations de nuit",
  en: "nothing has been measured yet: it takes a point by day, or enough switchings by night",
};
