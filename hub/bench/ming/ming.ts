import { randomBytes } from "node:crypto";
import type { Board } from "../board-socket.ts";
import { loadBoards, relayOf, zoneNames } from "../boards.ts";
import { startInflux } from "../influxd.ts";
import { untilItAnswers } from "../probe.ts";
import type { Processes } from "../processes.ts";
import { startMosquitto } from "./mosquitto.ts";
import { startNodeRed } from "./node-red.ts";

/** Mosquitto, InfluxDB and Node-RED together, doing the hub's job. */
export type Ming = {
  readonly port: number;
  /** The three processes. */
  readonly pids: readonly number[];
  /** From the first process's start to the first answered reading. */
  readonly readyMs: number;
  readonly board: (id: string) => Board;
  /** Readings of the loader's boards in InfluxDB. */
  stored(): Promise<number>;
  /** What its parts complained about. */
  lastWords(): string;
  end(): Promise<void>;
};

export type MingPlan = { readonly boards: number; readonly zones: number };

const DATABASE = "ming";
const PROBE = "probe-light";

export async function startMing(processes: Processes, plan: MingPlan): Promise<Ming> {
  const board = passwordsFor(plan);
  const decider: Board = { id: "node-red", password: randomBytes(8).toString("hex") };
  const boards = namesIn(plan).map(board);
  const began = performance.now();
  const influx = await startInflux(processes);
  await influx.createDatabase(DATABASE);
  const mosquitto = await startMosquitto(processes, { boards, decider });
  const nodeRed = await startNodeRed(processes, {
    mqttPort: mosquitto.port,
    influxPort: influx.port,
    database: DATABASE,
    user: decider.id,
    password: decider.password ?? "",
  });
  const { port } = mosquitto;
  await untilItAnswers({ port, light: board(PROBE), relay: board(relayOf(PROBE)) });
  const programs = [nodeRed, mosquitto.program, influx.program];
  return {
    port,
    pids: programs.map((it) => it.pid),
    readyMs: performance.now() - began,
    board,
    stored: () => influx.count({ database: DATABASE }),
    lastWords: () => programs.map((it) => it.lastWords()).join(""),
    end: async () => void (await Promise.all(programs.map((it) => it.end()))),
  };
}

const namesIn = ({ boards, zones }: MingPlan): readonly string[] => [
  ...loadBoards(boards),
  ...zoneNames(zones).flatMap(({ light, relay }) => [light, relay]),
  PROBE,
  relayOf(PROBE),
];

function passwordsFor(plan: MingPlan): (id: string) => Board {
  const passwords = new Map(namesIn(plan).map((id) => [id, randomBytes(8).toString("hex")]));
  return (id) => {
    const password = passwords.get(id);
    if (password === undefined) throw new Error(`MING was given no board ${id}`);
    return { id, password };
  };
}
