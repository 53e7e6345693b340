import type { FastifyReply } from "fastify";
import type { Sentence } from "../../../api/contract.ts";
import { nearest } from "../../config/nearest.ts";
import { refuse } from "./problems.ts";
import { idParameter } from "./schemas.ts";
import type { Views } from "./views.ts";

/** Zones as they are named in an address, and as people misspell them there. */

export const ZONE_PARAMS = {
  params: { type: "object", required: ["zone"], properties: { zone: idParameter } },
};

type Shown = Pick<Views, "building">;

const zonesIn = (views: Shown): readonly string[] => views.building().zones.map((it) => it.zone);

/** Refuses a zone that is not there; undefined for one that is. */
export const refuseUnknown = (
  reply: FastifyReply,
  views: Shown,
  zone: string,
): FastifyReply | undefined =>
  zonesIn(views).includes(zone) ? undefined : noSuchZone(reply, views, zone);

export const noSuchZone = (reply: FastifyReply, views: Shown, zone: string): FastifyReply =>
  refuse(reply, "unknown-zone", meantBy(zone, zonesIn(views)));

/** The zone that was probably meant, else all there are. */
const meantBy = (zone: string, zones: readonly string[]): Sentence | undefined => {
  const meant = nearest(zone, zones);
  if (meant !== undefined)
    return { fr: `vouliez-vous dire ${meant} ?`, en: `did you mean ${meant}?` };
  const all = zones.join(", ");
  return all === "" ? undefined : { fr: `il y a ${all}`, en: `there are ${all}` };
};
