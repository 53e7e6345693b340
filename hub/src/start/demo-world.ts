import { type ZoneInWorld, typicalZone, type WorldFile } from "@battant/simulator/world-file";
import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Site, ZonePlan } from "../domain/site.ts";

/**
 * The pretend building that goes with a building file: the same boards, zones and lamps, with a sky
 * over them. Boards in flats, and those that no zone uses, carry a meter.
 */
export type DemoWorld = Pick<
  WorldFile,
  "mqtt" | "clock" | "seed" | "location" | "zones" | "meters" | "boards" | "scene"
>;

export type DemoParts = {
  readonly site: Site;
  readonly mqtt: WorldFile["mqtt"];
  readonly clock: WorldFile["clock"];
  readonly scene: WorldFile["scene"];
  /** The boards there are, with what each needs to be let in and to believe the hub. */
  readonly adopted: ReadonlyMap<BoardId, { readonly password: string; readonly key: string }>;
};

/** Same seed, same clouds, same people: everybody sees the same demonstration. */
const SEED = 25_000;
const FLAT_BASE_W = 140;
const STANDBY_W = 18;
const METER = "meter";

export function demoWorld({ site, mqtt, clock, scene, adopted }: DemoParts): DemoWorld {
  const zones = [...site.zones.values()];
  const boards = [...adopted].map(([id, { password, key }]) => ({
    id,
    password,
    key,
    parts: partsOf(id, zones),
  }));
  return {
    mqtt,
    clock,
    scene,
    seed: SEED,
    location: {
      latitude_deg: site.location.latitudeDeg,
      longitude_deg: site.location.longitudeDeg,
    },
    zones: zones.map(pretend),
    meters: boards
      .filter((board) => board.parts.some((part) => part.kind === "meter"))
      .map(({ id }) => meterOf(id, site, zones)),
    boards,
  };
}

/** Where detectors light, nobody reaches for a switch before they have had the time to. */
const PATIENCE_S = 60;

function pretend(plan: ZonePlan): ZoneInWorld {
  const typical = typicalZone(plan.id, plan.kind);
  return {
    ...typical,
    ...(plan.circuit?.offWhenVacant === true && { patience_s: PATIENCE_S }),
    luminaire_lx: plan.daylight.luminaireContribution ?? typical.luminaire_lx,
    load_W: plan.circuit?.load ?? typical.load_W,
  };
}

type Part = WorldFile["boards"][number]["parts"][number];

function partsOf(board: BoardId, zones: readonly ZonePlan[]): Part[] {
  const lights = zones.flatMap(({ id, lightSensor }): Part[] =>
    lightSensor?.board === board ? [{ kind: "light", sensor: lightSensor.sensor, zone: id }] : [],
  );
  const relays = zones.flatMap(({ id, circuit }): Part[] =>
    circuit?.board === board
      ? [{ kind: "relay", relay: circuit.relay, zone: id, feedback: true, wallSwitch: true }]
      : [],
  );
  const parts = [...lights, ...detectorsOf(board, zones), ...relays];
  return parts.length > 0 ? parts : [{ kind: "meter", sensor: METER, meter: board }];
}

/** One that serves two zones at their border sees the first. */
function detectorsOf(board: BoardId, zones: readonly ZonePlan[]): Part[] {
  const seeing = new Map<SensorId, ZonePlan>();
  for (const zone of zones) {
    for (const { board: on, sensor } of zone.presence?.sensors ?? []) {
      if (on === board && !seeing.has(sensor)) seeing.set(sensor, zone);
    }
  }
  return [...seeing].map(([sensor, { id }]) => ({ kind: "motion", sensor, zone: id }));
}

function meterOf(
  board: BoardId,
  site: Site,
  zones: readonly ZonePlan[],
): WorldFile["meters"][number] {
  if (site.boards.get(board)?.flat !== undefined) {
    return { meter: board, kind: "flat", base_W: FLAT_BASE_W };
  }
  return { meter: board, kind: "common", zones: zones.map(({ id }) => id), standby_W: STANDBY_W };
}
