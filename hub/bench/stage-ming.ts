import { setTimeout as sleep } from "node:timers/promises";
import type { Bench } from "./bench.ts";
import { zoneNames } from "./boards.ts";
import { type Latencies, measureLatencies, openZones } from "./darkening.ts";
import { bytesPerReading, load, type Loaded } from "./loading.ts";
import { type Ming, startMing } from "./ming/ming.ts";
import { installNodeRed } from "./ming/node-red.ts";
import { paced, sober, steady } from "./plans.ts";

/** The same figures of Mosquitto, InfluxDB and Node-RED, by the same loader and the same stopwatch. */

export type MingFigures = {
  readonly readySeconds: number;
  readonly latencies: Latencies;
  readonly steady: Loaded;
  readonly soberBytesPerReading: number;
  /** The fastest that lost nothing; `null` if even the lowest rate lost something. */
  readonly clean: Loaded | null;
  readonly tried: readonly Tried[];
};

export type Tried = {
  readonly readingsPerSecond: number;
  readonly lost: number;
  /** Until all was stored, however long after the last PUBACK. */
  readonly storedPerSecond: number;
};

/** Steps of a quarter more: the answer is as exact as that. */
const RATES: readonly number[] = [
  500, 625, 780, 980, 1220, 1530, 1900, 2400, 3000, 3700, 4600, 5800,
];
/** A rate is clean if everything acknowledged is in InfluxDB so long after its end. */
const STORED_MS_MAX = 30_000;
const POLL_MS = 200;

export async function measureMing(bench: Bench): Promise<MingFigures> {
  await installNodeRed(bench.say);
  bench.say("MING: a dark zone");
  const { readySeconds, latencies } = await measureDarkening(bench);
  bench.say("MING: 200 readings a second, then an ordinary building, 60 times faster");
  const calm = await measureOne(bench, steady(bench.size));
  const ordinary = await measureOne(bench, sober(bench.size));
  return {
    readySeconds,
    latencies,
    steady: calm.loaded,
    soberBytesPerReading: bytesPerReading(ordinary.loaded),
    ...(await findCleanRate(bench)),
  };
}

async function measureDarkening({ processes, size }: Bench) {
  const ming = await startMing(processes, { boards: 20, zones: size.zones });
  const zones = await openZones(processes, ming, zoneNames(size.zones), "lease");
  const latencies = await measureLatencies(processes, ming, zones, size);
  await zones.end();
  await ming.end();
  return { readySeconds: ming.readyMs / 1000, latencies };
}

/** Each from a fresh start: what one load left waiting must not burden the next. */
async function measureOne({ processes }: Bench, plan: Parameters<typeof load>[2]) {
  const ming = await startMing(processes, { boards: plan.boards, zones: 0 });
  let stored = 0;
  const loaded = await load(processes, ming, plan, async (acknowledged) => {
    stored = await untilStored(ming, acknowledged);
  });
  await ming.end();
  return { loaded, stored };
}

async function untilStored(ming: Ming, acknowledged: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const stored = await ming.stored();
    if (stored >= acknowledged || performance.now() - began > STORED_MS_MAX) return stored;
    await sleep(POLL_MS);
  }
}

/** By halving: a rate that loses nothing sends us up, any other down. */
async function findCleanRate(bench: Bench): Promise<Pick<MingFigures, "clean" | "tried">> {
  const tried: Tried[] = [];
  let clean: Loaded | null = null;
  let low = 0;
  let high = RATES.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const rate = RATES[middle] ?? 0;
    bench.say(`MING: ${rate} readings a second`);
    const { loaded, stored } = await measureOne(bench, rateOf(bench, rate));
    const acknowledged = loaded.readingsAcknowledged;
    const { storedPerSecond } = loaded;
    tried.push({ readingsPerSecond: rate, lost: acknowledged - stored, storedPerSecond });
    const isClean = acknowledged === loaded.messages * bench.size.batch && stored === acknowledged;
    if (isClean && storedPerSecond > (clean?.storedPerSecond ?? 0)) clean = loaded;
    if (isClean) low = middle + 1;
    else high = middle - 1;
  }
  return { clean, tried };
}

const rateOf = ({ size }: Bench, rate: number) =>
  paced({
    boards: size.boards,
    boot: `rate-${rate}`,
    messagesPerSecond: rate / size.batch,
    seconds: size.rateSeconds,
    batch: size.batch,
  });
