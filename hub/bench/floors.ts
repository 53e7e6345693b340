import { join } from "node:path";
import type { Bench } from "./bench.ts";
import { zoneNames } from "./boards.ts";
import { type Latencies, measureLatencies, openZones } from "./darkening.ts";
import { median } from "./figures.ts";
import type { InsertOrder, InsertReport } from "./floor-sqlite.ts";
import { cpuPerMillion, load, type Subject } from "./loading.ts";
import { flatOut, SOBER } from "./plans.ts";
import type { Processes } from "./processes.ts";
import { usageOf } from "./usage.ts";

/** The least each thing can cost on this machine today, by programs that do only that. */
export type Floors = {
  /** Published to the bare broker and acknowledged. */
  readonly aedesPerSecond: number;
  readonly aedesCpuPerMillion: number;
  /** From one board to another through the bare broker, nobody deciding anything. */
  readonly aedesEcho: Latencies;
  readonly sqlitePerSecond: number;
  readonly sqliteCpuPerMillion: number;
  readonly sqliteBytesPerReading: number;
  /** One message of four readings a commit. */
  readonly sqliteSoberBytesPerReading: number;
  /** A Node.js process that does nothing. */
  readonly nodeStartSeconds: number;
  readonly nodeRssBytes: number;
};

/** About as many as the hub commits together when it is flat out. */
const ROWS_PER_COMMIT = 2500;

export async function measureFloors(bench: Bench): Promise<Floors> {
  bench.say("floors: a process that does nothing, bare SQLite, bare Aedes");
  return {
    ...(await measureNode(bench)),
    ...(await measureSqlite(bench)),
    ...(await measureAedes(bench)),
  };
}

const NOTHING = "console.log('true'); setInterval(() => {}, 1000)";

async function measureNode({ processes, size }: Bench) {
  const starts: number[] = [];
  const sizes: number[] = [];
  for (let run = 0; run < size.repeats; run++) {
    const program = processes.start(process.execPath, ["-e", NOTHING]);
    await program.next();
    starts.push((performance.now() - program.startedMs) / 1000);
    sizes.push(usageOf([program.pid]).rssBytes);
    await program.end();
  }
  return { nodeStartSeconds: median(starts), nodeRssBytes: median(sizes) };
}

async function measureSqlite({ processes, size }: Bench) {
  const program = processes.startInstrument("floor-sqlite.ts");
  const insert = async (order: Omit<InsertOrder, "path">): Promise<InsertReport> => {
    const path = join(await processes.folder("sqlite"), "floor.db");
    program.send({ ...order, path } satisfies InsertOrder);
    return program.next<InsertReport>();
  };
  const runs: InsertReport[] = [];
  const rows = size.boards * size.messagesPerBoard * size.batch;
  for (let run = 0; run < size.repeats; run++) {
    runs.push(await insert({ rows, rowsPerCommit: ROWS_PER_COMMIT }));
  }
  const soberRows = SOBER.boards * SOBER.quantities * size.soberMessages;
  const sober = await insert({ rows: soberRows, rowsPerCommit: SOBER.quantities });
  await program.end();
  return {
    sqlitePerSecond: median(runs.map((it) => (it.rows / it.ms) * 1000)),
    sqliteCpuPerMillion: median(runs.map((it) => (it.cpuSeconds / it.rows) * 1e6)),
    sqliteBytesPerReading: median(runs.map((it) => it.writtenBytes / it.rows)),
    sqliteSoberBytesPerReading: sober.writtenBytes / sober.rows,
  };
}

/** The bare broker; anybody may come. */
export async function startBareAedes(processes: Processes) {
  const program = processes.startInstrument("floor-aedes.ts");
  const { port } = await program.next<{ port: number }>();
  const subject: Subject = { port, pids: [program.pid], board: (id) => ({ id, password: null }) };
  return {
    subject,
    received: async (): Promise<number> => {
      program.send("count");
      return (await program.next<{ received: number }>()).received;
    },
    end: () => program.end(),
  };
}

async function measureAedes({ processes, size }: Bench) {
  const aedes = await startBareAedes(processes);
  const runs = [];
  for (let run = 0; run < size.repeats; run++) {
    runs.push(await load(processes, aedes.subject, flatOut(size, run)));
  }
  const zones = await openZones(processes, aedes.subject, zoneNames(size.zones), "echo");
  const aedesEcho = await measureLatencies(processes, aedes.subject, zones, size);
  await zones.end();
  await aedes.end();
  return {
    aedesPerSecond: median(runs.map((it) => it.readingsPerSecond)),
    aedesCpuPerMillion: median(runs.map(cpuPerMillion)),
    aedesEcho,
  };
}
