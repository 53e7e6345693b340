import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LOAD_BOARD } from "./boards.ts";
import { freePort } from "./ports.ts";
import type { Processes, Program } from "./processes.ts";

/** Debian's InfluxDB 1.6, on loopback, in a folder of its own; its defaults, but for its request log. */
export type InfluxServer = {
  readonly program: Program;
  readonly port: number;
  readonly url: string;
  createDatabase(name: string): Promise<void>;
  /** How many readings of the loader's boards it holds. */
  count(place: Place): Promise<number>;
};

/** Where in InfluxDB. Without a retention policy, the database's own. */
export type Place = { readonly database: string; readonly policy?: string };

const READY_MS_MAX = 30_000;
const QUANTITIES = ["illuminance", "occupancy", "active-power", "energy"];

export async function startInflux(processes: Processes): Promise<InfluxServer> {
  const folder = await processes.folder("influx");
  const port = await freePort();
  const config = join(folder, "influxdb.conf");
  await writeFile(config, configuration(folder, port, await freePort()));
  const program = processes.start("influxd", ["-config", config]);
  const url = `http://127.0.0.1:${port}`;
  await untilReady(program, url);

  const ask = async (query: string, database = ""): Promise<unknown> => {
    const body = new URLSearchParams({ q: query, db: database });
    const response = await fetch(`${url}/query`, { method: "POST", body });
    if (!response.ok) throw new Error(`influxd refused "${query}": ${await response.text()}`);
    return response.json();
  };
  return {
    program,
    port,
    url,
    createDatabase: async (name) => void (await ask(`CREATE DATABASE "${name}"`)),
    count: async ({ database, policy }) => {
      const within = policy === undefined ? "" : `"${policy}".`;
      const from = QUANTITIES.map((it) => `${within}"${it}"`).join(", ");
      const query = `SELECT count("value") FROM ${from} WHERE "board" =~ /^${LOAD_BOARD}/`;
      return countIn(await ask(query, database));
    },
  };
}

const configuration = (folder: string, httpPort: number, rpcPort: number): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${httpPort}"
  log-enabled = false
[logging]
  level = "error"
`;

async function untilReady(program: Program, url: string): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < READY_MS_MAX) {
    const response = await fetch(`${url}/ping`).catch(() => undefined);
    if (response?.status === 204) return;
    if (!program.isRunning()) break;
    await sleep(20);
  }
  throw new Error(`influxd did not start (Debian package influxdb). ${program.lastWords()}`);
}

type Answer = {
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly { readonly values: readonly (readonly [string, number])[] }[];
  }[];
};

function countIn(answer: unknown): number {
  const result = (answer as Answer).results?.[0];
  if (result?.error !== undefined) throw new Error(`influxd: ${result.error}`);
  return (result?.series ?? []).reduce((sum, it) => sum + (it.values[0]?.[1] ?? 0), 0);
}
