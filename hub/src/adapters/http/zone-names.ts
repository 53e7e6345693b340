import type { Sentence } from "../../../api/contract.ts";
import { nearest } from "../../config/nearest.ts";
import type { Views } from "./views.ts";

/** Zones as they are named in an address, and as people misspell them there. */

export const zonesIn = (views: Pick<Views, "building">): readonly string[] =>
  views.building().zones.map((it) => it.zone);

/** The zone that was probably meant, else all there are. */
export const meantBy = (zone: string, zones: readonly string[]): Sentence | undefined => {
  const meant = nearest(zone, zones);
  if (meant !== undefined)
    return { fr: `vouliez-vous dire ${meant} ?`, en: `did you mean ${meant}?` };
  const all = zones.join(", ");
  return all === "" ? undefined : { fr: `il y a ${all}`, en: `there are ${all}` };
};
