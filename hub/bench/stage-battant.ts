import { setTimeout as sleep } from "node:timers/promises";
import {
  buildHouse,
  countKept,
  type Hub,
  type HubPlan,
  type House,
  type Kept,
  startHub,
} from "./battant.ts";
import type { Bench } from "./bench.ts";
import { type Latencies, measureLatencies, openZones } from "./darkening.ts";
import { median } from "./figures.ts";
import { type InfluxServer, startInflux } from "./influxd.ts";
import { bytesPerReading, cpuPerMillion, load, type Loaded, type Subject } from "./loading.ts";
import { flatOut, sober, SOBER_COMMIT_WINDOW_MS, steady } from "./plans.ts";
import { usageOf } from "./usage.ts";

/** Battant's own figures, each from a hub of its own. */

export type BattantFigures = {
  readonly flatOut: FlatOut;
  readonly steady: Loaded;
  readonly soberBytesPerReading: number;
  readonly firstStartSeconds: number;
  readonly secondStartSeconds: number;
};

export type FlatOut = {
  readonly readingsPerSecond: number;
  readonly cpuPerMillion: number;
  readonly bytesPerReading: number;
  readonly peakBytes: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly doubled: number;
  /** How long InfluxDB took to catch up. */
  readonly behindSeconds: number;
  /** Boards that were not acknowledged all they sent. */
  readonly problems: readonly string[];
};

/** A hub, its InfluxDB if it has one, and both as one subject. */
type Running = {
  readonly house: House;
  readonly hub: Hub;
  readonly subject: Subject;
  /** Everything acknowledged has also reached InfluxDB, if there is one. */
  untilStored(acknowledged: number): Promise<void>;
  end(): Promise<void>;
};

const SMALL_HOUSE: HubPlan = { boards: 20, halls: 10, zones: 0 };

const INFLUX_PLACE = { database: "battant", policy: "raw" };
const STORED_MS_MAX = 60_000;
const POLL_MS = 100;

export async function runHub({ processes, withInflux }: Bench, plan: HubPlan): Promise<Running> {
  const house = await buildHouse(processes, plan);
  const influx = withInflux ? await startInflux(processes) : undefined;
  const hub = await startHub(processes, house, { influx });
  const programs = [hub.program, ...(influx === undefined ? [] : [influx.program])];
  return {
    house,
    hub,
    subject: { port: hub.port, pids: programs.map((it) => it.pid), board: house.board },
    untilStored: influx === undefined ? async () => {} : reachedInflux(influx),
    end: async () => {
      for (const program of programs) await program.end();
    },
  };
}

function reachedInflux(influx: InfluxServer): Running["untilStored"] {
  let expected = 0;
  return async (acknowledged) => {
    expected += acknowledged;
    const began = performance.now();
    while ((await influx.count(INFLUX_PLACE)) < expected) {
      if (performance.now() - began > STORED_MS_MAX) {
        throw new Error(`InfluxDB has not got all readings ${STORED_MS_MAX / 1000} s later`);
      }
      await sleep(POLL_MS);
    }
  };
}

export async function measureBattant(bench: Bench): Promise<BattantFigures> {
  bench.say("Battant: cold starts");
  const starts = await measureStarts(bench);
  bench.say("Battant: readings flat out, then counted one by one");
  const fast = await measureFlatOut(bench);
  bench.say("Battant: 200 readings a second");
  const calm = await measureSteady(bench);
  bench.say("Battant: bytes written by an ordinary building, 60 times faster");
  return {
    ...starts,
    flatOut: fast,
    steady: calm,
    soberBytesPerReading: await measureSober(bench),
  };
}

/** First: no data but a building file, nothing compiled before. Second: the same folders again. */
async function measureStarts({ processes, size }: Bench) {
  const first: number[] = [];
  const second: number[] = [];
  for (let run = 0; run < size.repeats; run++) {
    const house = await buildHouse(processes, SMALL_HOUSE);
    const compileCache = await processes.folder("compiled");
    for (const seconds of [first, second]) {
      const { program, readyMs } = await startHub(processes, house, { compileCache });
      seconds.push(readyMs / 1000);
      await program.end();
    }
  }
  return { firstStartSeconds: median(first), secondStartSeconds: median(second) };
}

async function measureFlatOut(bench: Bench): Promise<FlatOut> {
  const { size, processes } = bench;
  const running = await runHub(bench, { ...SMALL_HOUSE, boards: size.boards });
  const runs: Loaded[] = [];
  for (let run = 0; run < size.repeats; run++) {
    runs.push(await load(processes, running.subject, flatOut(size, run), running.untilStored));
  }
  await running.end();
  return { ...summary(runs, bench), ...comparison(runs, countKept(running.house)) };
}

function summary(runs: readonly Loaded[], { withInflux }: Bench) {
  const speed = ({ storedPerSecond, readingsPerSecond }: Loaded): number =>
    withInflux ? storedPerSecond : readingsPerSecond;
  return {
    readingsPerSecond: median(runs.map(speed)),
    cpuPerMillion: median(runs.map(cpuPerMillion)),
    bytesPerReading: median(runs.map(bytesPerReading)),
    peakBytes: Math.max(...runs.map((it) => it.peakBytes)),
    behindSeconds: median(runs.map((it) => it.behindMs / 1000)),
    problems: runs.flatMap((it) => it.problems),
  };
}

/** What got no PUBACK may be kept or not; what got one must be there, once. */
function comparison(runs: readonly Loaded[], { readings, doubled }: Kept) {
  const acknowledged = runs.reduce((sum, it) => sum + it.readingsAcknowledged, 0);
  return { acknowledged, lost: Math.max(0, acknowledged - readings), doubled };
}

async function measureSteady(bench: Bench): Promise<Loaded> {
  const running = await runHub(bench, SMALL_HOUSE);
  const loaded = await load(
    bench.processes,
    running.subject,
    steady(bench.size),
    running.untilStored,
  );
  await running.end();
  return loaded;
}

async function measureSober(bench: Bench): Promise<number> {
  const commitWindowMs = SOBER_COMMIT_WINDOW_MS;
  const running = await runHub(bench, { ...SMALL_HOUSE, commitWindowMs });
  const plan = sober(bench.size);
  const loaded = await load(bench.processes, running.subject, plan, running.untilStored);
  await running.end();
  return bytesPerReading(loaded);
}

/** A hub to which nobody speaks, left alone for as long as the other stages take. */
export type Quiet = { measure(): Promise<QuietFigures> };

export type QuietFigures = {
  readonly seconds: number;
  readonly writtenBytesPerSecond: number;
  readonly cpuSecondsPerSecond: number;
};

const SETTLED_AFTER_MS = 5000;

export async function openQuiet(bench: Bench): Promise<Quiet> {
  const running = await runHub(bench, SMALL_HOUSE);
  await sleep(SETTLED_AFTER_MS);
  const { pids } = running.subject;
  const before = usageOf(pids);
  const began = performance.now();
  return {
    measure: async () => {
      const after = usageOf(pids);
      const seconds = (performance.now() - began) / 1000;
      await running.end();
      return {
        seconds,
        writtenBytesPerSecond: (after.writtenBytes - before.writtenBytes) / seconds,
        cpuSecondsPerSecond: (after.cpuSeconds - before.cpuSeconds) / seconds,
      };
    },
  };
}

/** Takes minutes of daylight before it can measure, so it is opened first and asked last. */
export type Lights = { measure(): Promise<Latencies>; end(): Promise<void> };

export async function openLights(bench: Bench): Promise<Lights> {
  const { size, processes } = bench;
  const running = await runHub(bench, { ...SMALL_HOUSE, zones: size.zones });
  const { subject, house } = running;
  const answer = size.waitsForDaylight ? "lease-ended" : "held";
  const zones = await openZones(processes, subject, house.zones, answer);
  return {
    measure: async () => {
      await zones.untilBorrowed();
      return measureLatencies(processes, subject, zones, size);
    },
    end: async () => {
      await zones.end();
      await running.end();
    },
  };
}
