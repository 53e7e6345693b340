import type { Bench } from "./bench.ts";
import type { Figure } from "./figures.ts";
import { type Floors, measureFloors } from "./floors.ts";
import { cpuPerMillion } from "./loading.ts";
import type { Latencies } from "./darkening.ts";
import type { Size } from "./size.ts";
import { type BattantFigures, measureBattant, openLights } from "./stage-battant.ts";
import { measureMing, type MingFigures } from "./stage-ming.ts";

/** The whole line, from a board's PUBLISH to disk and to a lamp: every figure beside its floor. */
export type Line = { readonly figures: readonly Figure[]; readonly notes: readonly string[] };

export type LineOptions = { readonly ming: boolean };

export async function measureLine(bench: Bench, { ming }: LineOptions): Promise<Line> {
  bench.say("Battant: a house of zones is lit, to be darkened at the end");
  const lights = await openLights(bench);
  const floors = await measureFloors(bench);
  const battant = await measureBattant(bench);
  bench.say("Battant: zone after zone gets dark");
  const latencies = await lights.measure();
  await lights.end();
  const all: Measured = {
    battant,
    floors,
    latencies,
    ming: ming ? await measureMing(bench) : undefined,
  };
  return { figures: figuresOf(all), notes: notesOn(bench, all) };
}

type Measured = {
  readonly battant: BattantFigures;
  readonly floors: Floors;
  readonly latencies: Latencies;
  readonly ming: MingFigures | undefined;
};

const MB = 1e6;

function figuresOf(all: Measured): readonly Figure[] {
  return [...throughput(all), ...sobriety(all), ...promptness(all)];
}

function throughput({ battant, floors, ming }: Measured): Figure[] {
  const clean = ming?.clean ?? null;
  const { flatOut } = battant;
  const perSecond = { unit: "/s", battant: flatOut.readingsPerSecond } as const;
  const cpu = floors.aedesCpuPerMillion + floors.sqliteCpuPerMillion;
  return [
    {
      key: "readings_per_second",
      name: "readings stored, none lost or doubled",
      ...perSecond,
      floor: { value: floors.aedesPerSecond, what: "bare Aedes, nothing kept" },
      ming: clean?.readingsPerSecond ?? null,
    },
    {
      key: "readings_per_second_on_disk",
      name: "the same, beside a disk without a broker",
      ...perSecond,
      floor: { value: floors.sqlitePerSecond, what: "bare SQLite inserts" },
      ming: null,
    },
    {
      key: "cpu_s_per_million_flat_out",
      name: "processor per million readings, flat out",
      unit: "s",
      battant: flatOut.cpuPerMillion,
      floor: { value: cpu, what: "bare Aedes and bare SQLite" },
      ming: clean === null ? null : cpuPerMillion(clean),
    },
    {
      key: "cpu_s_per_million_steady",
      name: "processor per million readings, at 200/s",
      unit: "s",
      battant: cpuPerMillion(battant.steady),
      floor: null,
      ming: ming === undefined ? null : cpuPerMillion(ming.steady),
    },
  ];
}

function sobriety({ battant, floors, ming }: Measured): Figure[] {
  const clean = ming?.clean ?? null;
  return [
    {
      key: "memory_MB_steady",
      name: "memory at 200 readings/s",
      unit: "MB",
      battant: battant.steady.rssBytes / MB,
      floor: { value: floors.nodeRssBytes / MB, what: "Node.js doing nothing" },
      ming: ming === undefined ? null : ming.steady.rssBytes / MB,
    },
    {
      key: "memory_MB_peak",
      name: "memory at most, flat out",
      unit: "MB",
      battant: battant.flatOut.peakBytes / MB,
      floor: null,
      ming: clean === null ? null : clean.peakBytes / MB,
    },
    {
      key: "bytes_written_per_reading_sober",
      name: "written per reading, 20 boards × 4 a minute",
      unit: "B",
      battant: battant.soberBytesPerReading,
      floor: { value: floors.sqliteSoberBytesPerReading, what: "bare SQLite, a message a commit" },
      ming: ming?.soberBytesPerReading ?? null,
    },
    {
      key: "bytes_written_per_reading_flat_out",
      name: "written per reading, flat out",
      unit: "B",
      battant: battant.flatOut.bytesPerReading,
      floor: { value: floors.sqliteBytesPerReading, what: "bare SQLite, 500 a commit" },
      ming: clean === null ? null : clean.writtenBytes / clean.readingsAcknowledged,
    },
  ];
}

function promptness({ battant, floors, latencies, ming }: Measured): Figure[] {
  const start = { value: floors.nodeStartSeconds, what: "Node.js doing nothing" };
  const echo = floors.aedesEcho;
  const rule = (
    key: string,
    name: string,
    pick: (all: Latencies) => number,
    floor: Figure["floor"],
  ): Figure => ({
    key,
    name,
    unit: "ms",
    battant: pick(latencies),
    floor,
    ming: ming === undefined ? null : pick(ming.latencies),
  });
  const through = (value: number): Figure["floor"] => ({ value, what: "through bare Aedes" });
  return [
    {
      key: "cold_start_s_first",
      name: "cold start to ready, the first",
      unit: "s",
      battant: battant.firstStartSeconds,
      floor: start,
      ming: null,
    },
    {
      key: "cold_start_s_second",
      name: "cold start to ready, the second",
      unit: "s",
      battant: battant.secondStartSeconds,
      floor: start,
      ming: ming?.readySeconds ?? null,
    },
    rule(
      "rule_ms_p50_idle",
      "dark reading to lease, median",
      (it) => it.idle.p50Ms,
      through(echo.p50Ms),
    ),
    rule(
      "rule_ms_p99_idle",
      "dark reading to lease, p99",
      (it) => it.idle.p99Ms,
      through(echo.p99Ms),
    ),
    rule("rule_ms_p50_loaded", "the same at 500 readings/s, median", (it) => it.loaded.p50Ms, null),
    rule("rule_ms_p99_loaded", "the same at 500 readings/s, p99", (it) => it.loaded.p99Ms, null),
  ];
}

function notesOn({ size, withInflux }: Bench, { battant, latencies, ming }: Measured): string[] {
  const { acknowledged, lost, doubled, behindSeconds } = battant.flatOut;
  const perDay = (battant.soberBytesPerReading * 20 * 4 * 24 * 60) / MB;
  return [
    `${acknowledged} readings acknowledged flat out, counted one by one in the journal: ${lost} lost, ${doubled} doubled.`,
    ...(withInflux
      ? [
          `Battant with InfluxDB, which counts as a part of it and had everything ${behindSeconds.toFixed(1)} s after the last PUBACK.`,
        ]
      : []),
    `Flat out: ${size.boards} boards, ${size.batch} reading(s) a message, ${size.window} messages of a board under way, each board within the hub's limits; ten of them drive a rule. Median of ${size.repeats}.`,
    `A building of 20 boards × 4 quantities a minute writes ${perDay.toFixed(1)} MB a day; measured 60 times faster, with a commit window 60 times shorter.`,
    size.waitsForDaylight
      ? `Rule: ${size.zones} zones lit by real minutes of daylight, their lights borrowed, then dark one after the other.`
      : "Rule, quick: the boards come back holding a lease that the hub knows nothing of, and get dark; a full run waits for daylight instead.",
    `Rule: ${samples(latencies)}.`,
    ...(ming === undefined ? [] : notesOnMing(ming, size)),
  ];
}

const samples = ({ idle, loaded }: Latencies): string =>
  [idle, loaded]
    .map(
      (it) =>
        `${it.samples} timed, ${it.early} given back earlier by a tick, ${it.unanswered} unanswered`,
    )
    .join("; under load ");

const notesOnMing = ({ tried, latencies, undelayed }: MingFigures, size: Size): string[] => [
  "MING: Debian's Mosquitto and InfluxDB as they come (InfluxDB without its request log), a password and an ACL for each board, Node-RED with a flow that remembers nothing; three processes added up.",
  `MING, each rate for ${size.rateSeconds} s, then 30 s to finish: ${tried
    .toSorted((a, b) => a.readingsPerSecond - b.readingsPerSecond)
    .map((it) => `${it.readingsPerSecond}/s ${it.acknowledged - it.stored} lost`)
    .join(", ")}.`,
  `MING's rule: ${samples(latencies)}. With Mosquitto's set_tcp_nodelay, which is off by default, its median in quiet is ${undelayed.p50Ms.toFixed(1)} ms, its p99 ${undelayed.p99Ms.toFixed(1)} ms.`,
];
