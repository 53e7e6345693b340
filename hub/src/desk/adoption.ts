import type { Description } from "@battant/protocol/vocabulary/description";
import {
  isId,
  isZoneId,
  type RelayId,
  type SensorId,
  type ZoneId,
} from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { AdoptRequest } from "../../api/contract.ts";
import type { Adoption } from "../config/edit.ts";
import { asId } from "../config/nearest.ts";
import { isZoneKind } from "../config/zone-kinds.ts";
import type { Site } from "../domain/site.ts";
import type { Acquaintance } from "./board-view.ts";
import type { Outcome } from "./desks.ts";
import {
  flatStays,
  ID_REFUSED,
  isName,
  NAME_REFUSED,
  no,
  type Refused,
  refused,
} from "./refusals.ts";

/** What somebody says a board is for, checked, as a change of the building file. */

type Scene = {
  readonly it: Acquaintance;
  /** What the board says it has. */
  readonly description: Description | undefined;
  readonly site: Site;
};

export const adoptionOf = (request: AdoptRequest, scene: Scene): Outcome<Adoption> => {
  const { name, flat, zone, lightSensor, detector, relay } = request;
  const { it, site } = scene;
  if (!isName(name)) return NAME_REFUSED;
  const problem = flatProblem(request, it) ?? partProblem(request, scene);
  if (problem !== undefined) return problem;
  const place = zone === null ? undefined : placeOf(zone, site);
  if (place !== undefined && !place.ok) return place;
  return {
    ok: true,
    value: {
      kind: "adopt",
      board: it.id,
      name,
      flat: flat ?? undefined,
      zone: place?.value,
      lightSensor: (lightSensor as SensorId | null) ?? undefined,
      detector: (detector as SensorId | null) ?? undefined,
      relay: (relay as RelayId | null) ?? undefined,
    },
  };
};

/** Its readings are its resident's for ever, under whatever place it is given later. */
const flatProblem = (
  request: AdoptRequest,
  { id, flat: measured, planned }: Acquaintance,
): Refused | undefined => {
  const { flat, zone } = request;
  const before = measured ?? planned?.flat;
  if (before !== undefined && before !== flat) return flatStays(id, before);
  if (flat === null) return undefined;
  if (!isId(flat)) return ID_REFUSED;
  return zone === null && isForNothing(request) ? undefined : NO_ZONE_IN_FLAT;
};

const isForNothing = ({ lightSensor, detector, relay }: AdoptRequest): boolean =>
  lightSensor === null && detector === null && relay === null;

const partProblem = (request: AdoptRequest, { description }: Scene): Refused | undefined => {
  if (isForNothing(request)) return undefined;
  const { zone, lightSensor, detector, relay } = request;
  if (zone === null) return ZONE_NEEDED;
  if (description === undefined) return NOT_HEARD;
  const gives = (wanted: string, measured: Quantity) =>
    description.sensors.some(({ sensor, quantity }) => sensor === wanted && quantity === measured);
  if (lightSensor !== null && !gives(lightSensor, "illuminance")) return NO_SUCH_SENSOR;
  if (detector !== null && !gives(detector, "occupancy")) return NO_SUCH_DETECTOR;
  const switches = description.relays.some((it) => it === relay);
  return relay === null || switches ? undefined : NO_SUCH_RELAY;
};

type Zone = NonNullable<Adoption["zone"]>;

const placeOf = (zone: NonNullable<AdoptRequest["zone"]>, { zones }: Site): Outcome<Zone> => {
  if ("id" in zone) {
    const { id } = zone;
    return isZoneId(id) && zones.has(id) ? { ok: true, value: { id } } : no("unknown-zone");
  }
  const { name, kind } = zone;
  const id = asId(name);
  if (!isName(name) || !isZoneId(id)) return NAME_REFUSED;
  if (!isZoneKind(kind)) return NO_SUCH_KIND;
  const namesake = zones.get(id);
  if (namesake !== undefined) return zoneIsThere(namesake.name);
  return { ok: true, value: { newZone: { id: id satisfies ZoneId, name, kind } } };
};

const zoneIsThere = (name: string): Refused =>
  refused(
    `la zone « ${name} » existe déjà : choisissez-la, ou donnez un autre nom`,
    `there is a zone “${name}” already: choose it, or give another name`,
  );

const NO_ZONE_IN_FLAT = refused(
  "une carte de logement n'est dans aucune zone",
  "a flat's board is in no zone",
);

const ZONE_NEEDED = refused(
  "un capteur ou un relais sert une zone : dites laquelle",
  "a sensor or a relay serves a zone: say which",
);

const NOT_HEARD = refused(
  "cette carte n'a pas encore dit ce qu'elle porte ; attendez qu'elle soit en ligne",
  "this board has not said yet what it has; wait until it is online",
);

const NO_SUCH_SENSOR = refused(
  "cette carte n'a pas de capteur d'éclairement de ce nom",
  "this board has no sensor of illuminance of that name",
);

const NO_SUCH_DETECTOR = refused(
  "cette carte n'a pas de détecteur de présence de ce nom",
  "this board has no presence detector of that name",
);

const NO_SUCH_RELAY = refused(
  "cette carte n'a pas de relais de ce nom",
  "this board has no relay of that name",
);

const NO_SUCH_KIND = refused("ce type de zone n'existe pas", "there is no such kind of zone");
