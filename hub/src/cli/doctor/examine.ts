import type { ExitCode, Io } from "../io.ts";
import type { Place } from "../place.ts";
import { diagnose } from "./diagnose.ts";
import type { JournalSeen, Observed } from "./observed.ts";
import { report } from "./report.ts";
import {
  freeBytes,
  influxProblem,
  isClockSynchronised,
  isWritable,
  portProblem,
} from "./survey.ts";

/** `battant doctor`: looks at everything, then says what is wrong and what to do. */
export const examine = async (
  place: Place,
  io: Io,
  { asJson, thorough }: { readonly asJson: boolean; readonly thorough: boolean },
): Promise<ExitCode> => report(diagnose(await observe(place, thorough)), io, { asJson });

const observe = async (place: Place, thorough: boolean): Promise<Observed> => {
  const { dataDir, configuration } = place;
  const settings = configuration?.ok === true ? configuration.settings : undefined;
  const influx = settings?.influx;
  return {
    now: place.now,
    node: process.versions.node,
    dataDir,
    isWritable: await isWritable(dataDir),
    freeBytes: await freeBytes(dataDir),
    buildingFile: place.buildingFile,
    configuration,
    run: place.run,
    isAlive: place.isAlive,
    registryProblem: place.registryProblem,
    isClockSynchronised: await isClockSynchronised(),
    journal: journalSeen(place, thorough),
    influx: influx && { url: influx.url, problem: await influxProblem(influx.url) },
    serial: await Promise.all(
      (settings?.linky ?? []).map(async ({ port }) => ({
        port,
        problem: await portProblem(port),
      })),
    ),
    registered: place.boards.list(),
    flatOf: place.boards.flatOf,
    updates: place.programs.list(),
    refusals: place.refusals(),
  };
};

const journalSeen = ({ journal }: Place, thorough: boolean): JournalSeen => {
  if (journal.kind !== "open") return journal;
  try {
    const counts = journal.source.countByBoard();
    return {
      kind: "read",
      readings: counts.reduce((sum, { readings }) => sum + readings, 0),
      damage: thorough ? journal.damage() : undefined,
    };
  } catch (why) {
    return { kind: "unreadable", problem: why instanceof Error ? why.message : String(why) };
  }
};
