import { setInterval } from "node:timers";
import type { Board } from "./board-socket.ts";
import { loadBoards } from "./boards.ts";
import { median } from "./figures.ts";
import { GO } from "./instrument.ts";
import type { LoadOrder, LoadReport } from "./load.ts";
import type { Processes } from "./processes.ts";
import { tryUsageOf, usageOf } from "./usage.ts";

/** Lets the loader loose on a subject, and watches what that costs the subject meanwhile. */

/** Whatever is measured: a broker's port, and the processes that do the work behind it. */
export type Subject = {
  readonly port: number;
  readonly pids: readonly number[];
  readonly board: (id: string) => Board;
};

export type LoadPlan = Omit<LoadOrder, "port" | "boards"> & { readonly boards: number };

export type Loaded = LoadReport & {
  /** Acknowledged, while there was more to send. */
  readonly readingsPerSecond: number;
  /** Acknowledged and stored, from the first byte until all of it was. */
  readonly storedPerSecond: number;
  /** From the last PUBACK until all was stored. */
  readonly behindMs: number;
  readonly cpuSeconds: number;
  readonly writtenBytes: number;
  /** Median over the second half of the time. */
  readonly rssBytes: number;
  readonly peakBytes: number;
};

export type Load = {
  /** All boards are connected; now they publish. Resolves when the last PUBACK is there. */
  go(): Promise<Loaded>;
};

const WATCH_EVERY_MS = 250;
const LOAD_MS_MAX = 180_000;

export async function prepareLoad(
  processes: Processes,
  subject: Subject,
  plan: LoadPlan,
  /** Work that goes on after the last PUBACK, and is part of the job. */
  untilStored: (acknowledged: number) => Promise<void> = async () => {},
): Promise<Load> {
  const loader = processes.startInstrument("load.ts");
  const boards = loadBoards(plan.boards).map(subject.board);
  const order: LoadOrder = { ...plan, port: subject.port, boards };
  loader.send(order);
  await loader.next();
  return {
    go: async () => {
      const rss: number[] = [];
      const watching = setInterval(() => {
        const usage = tryUsageOf(subject.pids);
        if (usage !== undefined) rss.push(usage.rssBytes);
      }, WATCH_EVERY_MS);
      try {
        const before = usageOf(subject.pids);
        const began = performance.now();
        loader.send(GO);
        const report = await loader.next<LoadReport>(LOAD_MS_MAX);
        const { whileSending } = report;
        const acknowledgedAt = performance.now();
        await untilStored(report.readingsAcknowledged);
        const stored = performance.now();
        const after = usageOf(subject.pids);
        rss.push(after.rssBytes);
        return {
          ...report,
          readingsPerSecond: (whileSending.acknowledged * plan.batch * 1000) / whileSending.ms,
          storedPerSecond: (report.readingsAcknowledged * 1000) / (stored - began),
          behindMs: stored - acknowledgedAt,
          cpuSeconds: after.cpuSeconds - before.cpuSeconds,
          writtenBytes: after.writtenBytes - before.writtenBytes,
          rssBytes: median(rss.slice(Math.floor(rss.length / 2))),
          peakBytes: after.peakBytes,
        };
      } finally {
        clearInterval(watching);
        await loader.end();
      }
    },
  };
}

export const load = async (...args: Parameters<typeof prepareLoad>): Promise<Loaded> =>
  (await prepareLoad(...args)).go();

export const cpuPerMillion = ({ cpuSeconds, readingsAcknowledged }: Loaded): number =>
  (cpuSeconds / readingsAcknowledged) * 1e6;

export const bytesPerReading = ({ writtenBytes, readingsAcknowledged }: Loaded): number =>
  writtenBytes / readingsAcknowledged;
