import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { onTestFinished, vi } from "vitest";
import { encodeMembership } from "../../firmware/board/espruino/membership.ts";
import {
  buildParts,
  type HostBoard,
  type HostBoardOptions,
} from "../../firmware/flash/host/board.ts";
import { createEspruinoBoard } from "../../firmware/flash/host/espruino.ts";
import { createVmBoard } from "../../firmware/flash/host/vm.ts";
import { openReader } from "../src/adapters/sqlite/reader.ts";
import { addBoard, battant, dataFolder, type HubProcess, startHub } from "./hub-process.ts";

/**
 * A board that runs what was built, and the real hub as a process, both in a simulated time that goes
 * on while either of them is down.
 */

/** A board in a vm, or on the interpreter that `ESPRUINO` names. */
export type Kind = { readonly name: string; create(options: HostBoardOptions): Promise<HostBoard> };

export const boardKind = (interpreter: string | undefined): Kind =>
  interpreter === undefined
    ? { name: "a vm", create: createVmBoard }
    : {
        name: "Espruino",
        create: (options) => createEspruinoBoard(interpreter, options),
      };

/** A time that runs faster than life, and at another pace when told. */
export type SimulatedTime = {
  now(): number;
  speed(): number;
  /** In simulated ms. */
  pass(duration: number): Promise<void>;
  quicken(speed: number): void;
  /** What makes a new process of Node.js live in it. */
  nodeOptions(): string;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

export const createTime = (start: number, pace: number): SimulatedTime => {
  let origin = start;
  let since = Date.now();
  let speed = pace;
  const now = (): number => origin + (Date.now() - since) * speed;
  return {
    now,
    speed: () => speed,
    pass: (duration) => pause(duration / speed),
    quicken: (next) => {
      origin = now();
      since = Date.now();
      speed = next;
    },
    nodeOptions: () => {
      const clock = new URL("quick-clock.ts", import.meta.url);
      clock.search = new URLSearchParams({
        origin: String(origin),
        since: String(since),
        speed: String(speed),
      }).toString();
      return `--import=${clock.href}`;
    },
  };
};

export type Scene = {
  /** The hub's data folder. */
  readonly data: string;
  readonly board: HostBoard;
  readonly time: SimulatedTime;
  /** The board gets power, and its program runs. */
  powerOn(): Promise<void>;
  /** The hub comes, for the first time or again, to the same port and the same data. */
  hubComes(): Promise<HubProcess>;
  /** `kill -9`. */
  hubDies(): Promise<void>;
  /** Time runs at another pace, for the board at once and for the hub from its next start. */
  quicken(speed: number): void;
  /** What the board says of itself. After an outage that takes it a second: it counts its flash. */
  counters(): Promise<Counters>;
  /** Everything in the hub's journal, in order of arrival. */
  journal(): readonly Reading[];
  /** How many readings `battant readings export` writes. */
  exported(): Promise<number>;
};

export type Counters = {
  readonly outbox: {
    readonly recorded: number;
    readonly dropped: number;
    readonly waiting: number;
  };
  readonly link: { readonly attempts: number; readonly connections: number };
};

export const BOARD = "hall-1" as BoardId;

const BUILDING = `building: endurance
name: "Endurance"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  ${BOARD}: { name: "Hall" }
zones:
  hall:
    kind: hall
    light_sensor: { board: ${BOARD}, sensor: light }
    circuits:
      ceiling: { relay: { board: ${BOARD}, relay: main } }
    daylight: { mode: act, luminaire_contribution_lx: 60, off_delay_min: 3 }
`;

export type SceneOptions = {
  readonly kind: Kind;
  readonly time: SimulatedTime;
  /** Of the interpreter. */
  readonly variables?: number | undefined;
};

export const buildScene = async ({ kind, time, variables }: SceneOptions): Promise<Scene> => {
  const data = dataFolder();
  writeFileSync(join(data, "building.yaml"), BUILDING);
  const { password, key } = await addBoard(BOARD, data);
  onTestFinished(() => void vi.unstubAllEnvs());
  let hub: HubProcess | undefined;
  let port = 0;

  const hubComes = async (): Promise<HubProcess> => {
    vi.stubEnv("NODE_OPTIONS", time.nodeOptions());
    hub = await startHub(data, "--no-demo", "--mqtt", String(port), "--mqtts", "0");
    vi.unstubAllEnvs();
    port = hub.mqtt;
    return hub;
  };
  await hubComes();

  const parts = await buildParts("relay-light");
  const board = await kind.create({
    parts,
    speed: time.speed(),
    ...(variables !== undefined && { variables }),
  });
  onTestFinished(() => board.close());
  const membership = {
    board: BOARD,
    broker: { host: "127.0.0.1", port },
    password,
    key: Buffer.from(key, "hex").toString("latin1"),
  };
  await board.install("membership", encodeMembership(membership));

  return {
    data,
    board,
    time,
    powerOn: async () => {
      await board.start();
      await until(async () => (await board.ask("typeof battant")) === "object");
    },
    hubComes,
    hubDies: async () => {
      await hub?.kill("SIGKILL");
    },
    quicken: (speed) => {
      time.quicken(speed);
      board.world.quicken(speed);
    },
    counters: async () => {
      const answer = await board.ask("JSON.stringify(battant.counters())");
      if (!answer.startsWith("{")) throw new Error([answer, ...board.mishaps()].join("\n"));
      return JSON.parse(answer) as Counters;
    },
    journal: () => readJournal(join(data, "journal.db")),
    exported: async () => {
      const { code, out, err } = await battant("readings", "export", "--data", data);
      if (code !== 0) throw new Error(err);
      return out.trimEnd().split("\n").length - 1;
    },
  };
};

const PAGE = 5000;

const readJournal = (path: string): readonly Reading[] => {
  const opened = openReader(path);
  if (!opened.ok) throw new Error(opened.problem);
  const { reader, close } = opened;
  const readings: Reading[] = [];
  for (let cursor = 0, more = true; more;) {
    const page = reader.after(cursor, PAGE);
    readings.push(...page.readings);
    more = page.readings.length > 0;
    cursor = page.cursor;
  }
  close();
  return readings;
};

/** The numbers that a start gives to so many readings. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

/** Readings that tell under another number what an earlier one has told. */
export const doubles = (readings: readonly Reading[]): readonly Reading[] => {
  const seen = new Set<string>();
  return readings.filter(({ boot, sensor, quantity, at }) => {
    const name = [boot, sensor, quantity, at].join(" ");
    const isDouble = seen.has(name);
    seen.add(name);
    return isDouble;
  });
};

/** Looks again so often, however slow the machine; the test's own time limit ends it. */
export const until = async (
  holds: () => boolean | Promise<boolean>,
  everyMs = 100,
): Promise<void> => {
  while (!(await holds())) await pause(everyMs);
};
