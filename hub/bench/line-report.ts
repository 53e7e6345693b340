import type { Bench } from "./bench.ts";
import type { Latencies, Latency } from "./darkening.ts";
import type { Figure, Floor } from "./figures.ts";
import type { Floors } from "./floors.ts";
import { bytesPerReading, cpuPerMillion } from "./loading.ts";
import { SOBER } from "./plans.ts";
import type { BattantFigures, QuietFigures } from "./stage-battant.ts";
import type { MingFigures } from "./stage-ming.ts";

/** What was measured, as figures side by side and as notes on how they came about. */

export type Measured = {
  readonly battant: BattantFigures;
  readonly floors: Floors;
  readonly latencies: Latencies;
  readonly quiet: QuietFigures;
  readonly ming: MingFigures | undefined;
};

const MB = 1e6;
const DAY_S = 86_400;
const NODE = "Node.js doing nothing";

export const figuresOf = (all: Measured): readonly Figure[] => [
  ...throughput(all),
  ...sobriety(all),
  ...promptness(all),
];

type Label = Pick<Figure, "key" | "name" | "unit">;
type Values = {
  readonly battant: number;
  readonly floor?: Floor;
  /** Nothing when MING was not asked for, or no rate was clean. */
  readonly ming?: number | null | undefined;
};

const figure = (label: Label, { battant, floor, ming }: Values): Figure => ({
  ...label,
  battant,
  floor: floor ?? null,
  ming: ming ?? null,
});

function throughput({ battant, floors, ming }: Measured): Figure[] {
  const { flatOut, steady } = battant;
  const { clean } = ming ?? {};
  const cpu = floors.aedesCpuPerMillion + floors.sqliteCpuPerMillion;
  return [
    figure(
      { key: "readings_per_second", name: "readings stored, none lost or doubled", unit: "/s" },
      {
        battant: flatOut.readingsPerSecond,
        floor: { value: floors.aedesPerSecond, what: "bare Aedes, nothing kept" },
        ming: clean?.storedPerSecond,
      },
    ),
    figure(
      { key: "readings_per_second_on_disk", name: "the same, beside a disk alone", unit: "/s" },
      {
        battant: flatOut.readingsPerSecond,
        floor: { value: floors.sqlitePerSecond, what: "bare SQLite inserts" },
      },
    ),
    figure(
      { key: "cpu_s_per_million_flat_out", name: "processor per million, flat out", unit: "s" },
      {
        battant: flatOut.cpuPerMillion,
        floor: { value: cpu, what: "bare Aedes and bare SQLite" },
        ming: clean && cpuPerMillion(clean),
      },
    ),
    figure(
      { key: "cpu_s_per_million_steady", name: "processor per million, at 200/s", unit: "s" },
      { battant: cpuPerMillion(steady), ming: ming && cpuPerMillion(ming.steady) },
    ),
  ];
}

function sobriety({ battant, floors, ming }: Measured): Figure[] {
  const { clean } = ming ?? {};
  const { sqliteBytesPerReading, sqliteSoberBytesPerReading } = floors;
  return [
    figure(
      { key: "memory_MB_steady", name: "memory at 200 readings/s", unit: "MB" },
      {
        battant: battant.steady.rssBytes / MB,
        floor: { value: floors.nodeRssBytes / MB, what: NODE },
        ming: ming && ming.steady.rssBytes / MB,
      },
    ),
    figure(
      { key: "memory_MB_peak", name: "memory at most, flat out", unit: "MB" },
      { battant: battant.flatOut.peakBytes / MB, ming: clean && clean.peakBytes / MB },
    ),
    figure(
      {
        key: "bytes_written_per_reading_sober",
        name: "written per reading, as in life",
        unit: "B",
      },
      {
        battant: battant.soberBytesPerReading,
        floor: { value: sqliteSoberBytesPerReading, what: "bare SQLite, a message a commit" },
        ming: ming?.soberBytesPerReading,
      },
    ),
    figure(
      {
        key: "bytes_written_per_reading_flat_out",
        name: "written per reading, flat out",
        unit: "B",
      },
      {
        battant: battant.flatOut.bytesPerReading,
        floor: { value: sqliteBytesPerReading, what: "bare SQLite, 2 500 a commit" },
        ming: clean && bytesPerReading(clean),
      },
    ),
  ];
}

function promptness({ battant, floors, latencies, ming }: Measured): Figure[] {
  const start = { value: floors.nodeStartSeconds, what: NODE };
  const rule = (key: string, name: string, pick: (all: Latencies) => number): Figure =>
    figure(
      { key, name, unit: "ms" },
      {
        battant: pick(latencies),
        floor: { value: pick(floors.aedesEcho), what: "through bare Aedes" },
        ming: ming && pick(ming.latencies),
      },
    );
  return [
    figure(
      { key: "cold_start_s_first", name: "cold start to ready, the first", unit: "s" },
      { battant: battant.firstStartSeconds, floor: start },
    ),
    figure(
      { key: "cold_start_s_second", name: "cold start to ready, the second", unit: "s" },
      { battant: battant.secondStartSeconds, floor: start, ming: ming?.readySeconds },
    ),
    rule("rule_ms_p50_idle", "dark reading to lease, median", (it) => it.idle.p50Ms),
    rule("rule_ms_p99_idle", "dark reading to lease, p99", (it) => it.idle.p99Ms),
    rule("rule_ms_p50_loaded", "the same at 500 readings/s, median", (it) => it.loaded.p50Ms),
    rule("rule_ms_p99_loaded", "the same at 500 readings/s, p99", (it) => it.loaded.p99Ms),
  ];
}

export function notesOn(bench: Bench, { battant, latencies, quiet, ming }: Measured): string[] {
  const { size, withInflux } = bench;
  const { flatOut } = battant;
  const behind = flatOut.behindSeconds.toFixed(1);
  return [
    `${flatOut.acknowledged} readings acknowledged flat out, then counted one by one in the journal: ${flatOut.lost} lost, ${flatOut.doubled} doubled.`,
    ...flatOut.problems.map((problem) => `Not acknowledged: ${problem}.`),
    ...(withInflux
      ? [`With InfluxDB, a part of Battant here; it had all ${behind} s after the last PUBACK.`]
      : []),
    `Flat out: ${size.boards} boards, ${size.batch} reading(s) a message, ${size.window} messages of a board under way, no board above what the hub allows it; ten of them drive a rule. Median of ${size.repeats}.`,
    ...notesOnWriting(battant, quiet),
    size.waitsForDaylight
      ? `Rule: ${size.zones} zones, lit by real minutes of daylight until their lights were borrowed, then dark one after the other.`
      : "Rule, quick: not from a dark reading, but from a relay's report of a lease that the hub knows nothing of; a full run waits for daylight instead.",
    `Rule: ${timed(latencies)}.`,
    ...(ming === undefined ? [] : notesOnMing(ming, bench)),
  ];
}

function notesOnWriting(battant: BattantFigures, quiet: QuietFigures): string[] {
  const { boards, quantities, faster } = SOBER;
  const readingsPerDay = (boards * quantities * DAY_S) / 60;
  const written = (battant.soberBytesPerReading * readingsPerDay) / MB;
  const alone = (quiet.writtenBytesPerSecond * DAY_S) / MB;
  const cpu = Math.round(quiet.cpuSecondsPerSecond * DAY_S);
  return [
    `As in life: ${boards} boards with ${quantities} quantities, a message a minute each, told ${faster} times faster with a commit window as much shorter. That is ${Math.round(written)} MB a day.`,
    `A hub to which nobody speaks writes ${Math.round(alone)} MB and takes ${cpu} s of processor a day (from ${Math.round(quiet.seconds)} s).`,
  ];
}

const timed = ({ idle, loaded }: Latencies): string =>
  `${countsOf(idle)}; under load ${countsOf(loaded)}`;

const countsOf = ({ samples, early, unanswered }: Latency): string =>
  `${samples} timed, ${early} given back earlier by a tick, ${unanswered} unanswered`;

function notesOnMing({ tried, latencies, clean }: MingFigures, { size }: Bench): string[] {
  const rates = tried
    .toSorted((a, b) => a.readingsPerSecond - b.readingsPerSecond)
    .map(({ readingsPerSecond, lost, storedPerSecond }) =>
      lost > 0
        ? `${readingsPerSecond}/s ${lost} lost`
        : `${readingsPerSecond}/s stored at ${Math.round(storedPerSecond)}/s`,
    );
  const best = clean === null ? "none" : `${Math.round(clean.storedPerSecond)}/s`;
  return [
    "MING: Debian's Mosquitto and InfluxDB as they come (InfluxDB without its request log), a password and an ACL for each board, Node-RED with a flow that writes each message and remembers nothing. Three processes, added up.",
    `MING, each rate for ${size.rateSeconds} s and 30 s to finish: ${rates.join(", ")}. Flat out is the best of these, ${best}.`,
    `MING's rule: ${timed(latencies)}.`,
  ];
}
