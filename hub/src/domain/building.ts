import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import { NOTHING_SEEN } from "@battant/rules/light";
import { stillWatching } from "./presence.ts";
import { boardsOf, sensorsOf, type Site, type ZonePlan } from "./site.ts";
import { unknownZone, type Zone } from "./zone.ts";

/** All the hub believes about a building. Made new at each step; nothing in it is ever changed. */
export type Building = {
  /** Time of the latest step, to notice a clock that jumped. */
  readonly now: Instant | undefined;
  readonly zones: ReadonlyMap<ZoneId, Zone>;
  readonly boards: ReadonlyMap<BoardId, Board>;
};

export type Board = {
  readonly online: boolean;
  readonly description: Description | undefined;
};

export const UNKNOWN_BOARD: Board = { online: false, description: undefined };

export function unknownBuilding(site: Site): Building {
  const zones = new Map<ZoneId, Zone>();
  for (const id of site.zones.keys()) zones.set(id, unknownZone(id));
  return { now: undefined, zones, boards: new Map() };
}

/** What is still believed once the building file says something else, of boards that matter then. */
export function replan(building: Building, from: Site, to: Wiring): Building {
  const zones = new Map<ZoneId, Zone>();
  for (const plan of to.site.zones.values()) {
    const zone = building.zones.get(plan.id);
    const before = from.zones.get(plan.id);
    const isNew = zone === undefined || before === undefined;
    zones.set(plan.id, isNew ? unknownZone(plan.id) : carriedOver(zone, before, plan));
  }
  const concerned = [...building.boards].filter(([id]) => to.zonesOfBoard(id).length > 0);
  return { ...building, zones, boards: new Map(concerned) };
}

/** What a sensor saw is no evidence about another, and what a relay did none about another. */
function carriedOver(zone: Zone, before: ZonePlan, after: ZonePlan): Zone {
  const { circuit, lightSensor } = after;
  const sameRelay =
    circuit?.board === before.circuit?.board && circuit?.relay === before.circuit?.relay;
  // A lease on the relay that was taken away is not renewed: it ends by itself.
  if (!sameRelay) return { ...unknownZone(zone.id), overrides: zone.overrides };
  const sameSensor =
    lightSensor?.board === before.lightSensor?.board &&
    lightSensor?.sensor === before.lightSensor?.sensor;
  const presence = stillWatching(zone.presence, after.presence);
  if (sameSensor) return presence === zone.presence ? zone : { ...zone, presence };
  return { ...zone, presence, light: NOTHING_SEEN, beforeOff: undefined, distrust: undefined };
}

/** Which zones an event concerns, looked up instead of searched: read once from the site. */
export type Wiring = {
  readonly site: Site;
  zonesOfSensor(board: BoardId, sensor: SensorId): readonly ZoneId[];
  zoneOfRelay(board: BoardId, relay: RelayId): ZoneId | undefined;
  zonesOfBoard(board: BoardId): readonly ZoneId[];
};

const NONE: readonly ZoneId[] = [];

export function wire(site: Site): Wiring {
  const bySensor = new Map<string, ZoneId[]>();
  const byRelay = new Map<string, ZoneId>();
  const byBoard = new Map<BoardId, ZoneId[]>();
  for (const zone of site.zones.values()) {
    const { circuit } = zone;
    for (const { board, sensor } of sensorsOf(zone)) addTo(bySensor, `${board}/${sensor}`, zone.id);
    if (circuit !== undefined) byRelay.set(`${circuit.board}/${circuit.relay}`, zone.id);
    for (const board of boardsOf(zone)) addTo(byBoard, board, zone.id);
  }
  return {
    site,
    zonesOfSensor: (board, sensor) => bySensor.get(`${board}/${sensor}`) ?? NONE,
    zoneOfRelay: (board, relay) => byRelay.get(`${board}/${relay}`),
    zonesOfBoard: (board) => byBoard.get(board) ?? NONE,
  };
}

function addTo<Key>(lists: Map<Key, ZoneId[]>, key: Key, zone: ZoneId): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [zone]);
  else if (!list.includes(zone)) list.push(zone);
}
