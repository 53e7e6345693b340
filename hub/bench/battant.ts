import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { systemClock } from "../src/adapters/clock/system.ts";
import { openRegistry } from "../src/adapters/registry/registry.ts";
import { openReader } from "../src/adapters/sqlite/reader.ts";
import type { Board } from "./board-socket.ts";
import { DARK_BELOW_LX, LOAD_BOARD, loadBoards, type ZoneNames, zoneNames } from "./boards.ts";
import type { InfluxServer } from "./influxd.ts";
import type { Processes, Program } from "./processes.ts";

/** Battant's hub as anybody starts it, on a data folder of its own, with every promise kept. */
export type Hub = {
  readonly program: Program;
  readonly port: number;
  /** From the start of the process to its line `ready`. */
  readonly readyMs: number;
};

export type HubPlan = {
  /** The loader's. */
  readonly boards: number;
  /** So many of the loader's boards have the light sensor of a zone, so its readings drive a rule. */
  readonly halls: number;
  /** Zones to be darkened, with boards of their own. */
  readonly zones: number;
  /** The product's own default when left out. */
  readonly commitWindowMs?: number;
};

/** A data folder: a building file, and boards with their passwords and keys. */
export type House = {
  readonly dataDir: string;
  readonly board: (id: string) => Board;
  readonly zones: readonly ZoneNames[];
};

const START = join(import.meta.dirname, "..", "start.mjs");

export async function buildHouse(processes: Processes, plan: HubPlan): Promise<House> {
  const dataDir = await processes.folder("hub");
  await writeFile(join(dataDir, "building.yaml"), JSON.stringify(buildingFile(plan), null, 1));
  const registry = openRegistry({ dataDir, clock: systemClock });
  const boards = new Map<string, Board>();
  for (const id of boardNames(plan)) {
    const credentials = registry.boards.add({ id: id as BoardId });
    if (credentials !== undefined) boards.set(id, { id, ...credentials });
  }
  registry.close();
  const board = (id: string): Board => {
    const known = boards.get(id);
    if (known === undefined) throw new Error(`the bench's house has no board ${id}`);
    return known;
  };
  return { dataDir, board, zones: zoneNames(plan.zones) };
}

const halls = (plan: HubPlan): readonly ZoneNames[] =>
  loadBoards(plan.halls).map((board) => ({ zone: `hall-${board}`, light: board, relay: board }));

const boardNames = (plan: HubPlan): readonly string[] => [
  ...loadBoards(plan.boards),
  ...zoneNames(plan.zones).flatMap(({ light, relay }) => [light, relay]),
];

/** JSON is YAML too. */
function buildingFile(plan: HubPlan): object {
  return {
    building: "bench",
    name: "Bench",
    location: { latitude_deg: 0, longitude_deg: noonLongitude(new Date()) },
    timezone: "Europe/Paris",
    boards: Object.fromEntries(boardNames(plan).map((id) => [id, { name: id }])),
    zones: Object.fromEntries(
      [...halls(plan), ...zoneNames(plan.zones)].map((it) => [it.zone, zoneOf(it)]),
    ),
    hub:
      plan.commitWindowMs === undefined
        ? {}
        : { journal: { commit_window_ms: plan.commitWindowMs } },
  };
}

/** Where the sun stands highest now, give or take the equation of time: no light is borrowed by night. */
const noonLongitude = (now: Date): number =>
  Math.round((12 - now.getUTCHours() - now.getUTCMinutes() / 60) * 15);

const zoneOf = ({ light, relay }: ZoneNames): object => ({
  kind: "hall",
  light_sensor: { board: light, sensor: "light" },
  circuits: { ceiling: { relay: { board: relay, relay: "main" } } },
  daylight: {
    mode: "act",
    target_lx: DARK_BELOW_LX,
    luminaire_contribution_lx: 0,
    // The shortest that the law and the rule allow.
    off_delay_min: 3,
    on_delay_s: 1,
    reading_age_max_min: 15,
  },
});

export type HubStart = {
  readonly influx?: InfluxServer | undefined;
  /** Where Node.js keeps what it compiled; empty, the start is a first start. */
  readonly compileCache?: string;
};

type Line = { readonly ready?: true; readonly mqtt?: number };

export async function startHub(
  processes: Processes,
  { dataDir }: House,
  { influx, compileCache }: HubStart = {},
): Promise<Hub> {
  const args = [START, "start", "--no-demo", "--data", dataDir, "--json"];
  const doors = ["--host", "127.0.0.1", "--http", "0", "--mqtt", "0", "--mqtts", "0"];
  const store = influx === undefined ? [] : ["--influx", influx.url];
  const env = compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache };
  const program = processes.start(process.execPath, [...args, ...doors, ...store], { env });
  for (;;) {
    const line = await program.next<Line>();
    if (line.ready !== true || line.mqtt === undefined) continue;
    return { program, port: line.mqtt, readyMs: performance.now() - program.startedMs };
  }
}

export type Kept = {
  /** Different readings of the loader's boards. */
  readonly readings: number;
  /** Readings that are there more than once. */
  readonly doubled: number;
};

const PAGE = 10_000;

/** Counted one by one in the journal, by what names a reading for ever. */
export function countKept({ dataDir }: House): Kept {
  const opened = openReader(join(dataDir, "journal.db"));
  if (!opened.ok) throw new Error(opened.problem);
  const seen = new Set<string>();
  let doubled = 0;
  for (let cursor = 0; ;) {
    const page = opened.reader.after(cursor, PAGE);
    if (page.readings.length === 0) break;
    cursor = page.cursor;
    for (const { board, boot, sequence } of page.readings) {
      if (!board.startsWith(LOAD_BOARD)) continue;
      const name = `${board}/${boot}/${sequence}`;
      if (seen.has(name)) doubled += 1;
      seen.add(name);
    }
  }
  opened.close();
  return { readings: seen.size, doubled };
}
