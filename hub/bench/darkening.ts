import { setTimeout as sleep } from "node:timers/promises";
import type { ZoneNames } from "./boards.ts";
import { percentile } from "./figures.ts";
import { type LoadPlan, prepareLoad, type Subject } from "./loading.ts";
import { paced } from "./plans.ts";
import type { Processes } from "./processes.ts";
import type { Size } from "./size.ts";
import type { DarkenOrder, DarkenReport, ZonesOrder } from "./zones.ts";

/** How long a dark zone waits for its light, when all is quiet and while others publish. */

export type Latency = {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly samples: number;
  readonly early: number;
  readonly unanswered: number;
};

export type Zones = {
  /** Resolves when every light is borrowed, for which a hub takes its minutes. */
  untilBorrowed(): Promise<void>;
  darken(order: DarkenOrder): Promise<Latency>;
  end(): Promise<void>;
};

const BORROWED_MS_MAX = 420_000;
const DARKENED_MS_MAX = 120_000;

export async function openZones(
  processes: Processes,
  subject: Subject,
  zones: readonly ZoneNames[],
  answer: ZonesOrder["answer"],
): Promise<Zones> {
  const program = processes.startInstrument("zones.ts");
  const order: ZonesOrder = {
    port: subject.port,
    boot: "zones-1",
    zones: zones.map(({ light, relay }) => ({
      light: subject.board(light),
      relay: subject.board(relay),
    })),
    answer,
  };
  program.send(order);
  await program.next();
  return {
    untilBorrowed: async () => {
      if (answer === "lease-ended") await program.next(BORROWED_MS_MAX);
    },
    darken: async (darken) => {
      program.send(darken);
      return latencyOf(await program.next<DarkenReport>(DARKENED_MS_MAX));
    },
    end: () => program.end(),
  };
}

function latencyOf({ latenciesMs, early, unanswered }: DarkenReport): Latency {
  const samples = latenciesMs.length;
  if (samples === 0) {
    throw new Error(`no zone could be timed: ${early} given back early, ${unanswered} unanswered`);
  }
  return {
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
    samples,
    early,
    unanswered,
  };
}

export type Latencies = { readonly idle: Latency; readonly loaded: Latency };

/** Zones are used once: some to warm up, then half of the rest in quiet and half under load. */
export async function measureLatencies(
  processes: Processes,
  subject: Subject,
  zones: Zones,
  size: Size,
): Promise<Latencies> {
  const { zonesWarmUp: warmUp, darkenEveryMs: everyMs } = size;
  const half = Math.floor((size.zones - warmUp) / 2);
  await zones.darken({ first: 0, count: warmUp, everyMs });
  const idle = await zones.darken({ first: warmUp, count: half, everyMs });
  const background = await prepareLoad(processes, subject, backgroundFor(half * everyMs));
  const loading = background.go();
  await sleep(UNDER_WAY_MS);
  const measuring = zones.darken({ first: warmUp + half, count: half, everyMs });
  const [loaded] = await Promise.all([measuring, loading]);
  return { idle, loaded };
}

const BACKGROUND = { boards: 20, readingsPerSecond: 500 };
const UNDER_WAY_MS = 1000;
/** Longer than the darkening takes, which is never quite the same. */
const SPARE_MS = 4000;

const backgroundFor = (darkeningMs: number): LoadPlan =>
  paced({
    boards: BACKGROUND.boards,
    boot: "background",
    messagesPerSecond: BACKGROUND.readingsPerSecond,
    seconds: (darkeningMs * 1.2 + SPARE_MS) / 1000,
    batch: 1,
  });
