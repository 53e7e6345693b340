import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BoardId, isBoardId } from "@battant/protocol/vocabulary/ids";
import type { BoardHealth } from "../../api/contract.ts";
import { loadConfiguration } from "../config/file.ts";
import { emptyHub } from "../config/schema.ts";
import { anyZoneAsked, rangeAsked, zoneAsked } from "./asked.ts";
import { createBacktestHandler } from "./backtest-handler.ts";
import { listBoards, type Seen } from "./board-list.ts";
import { rollOutPrograms } from "./board-rollout.ts";
import { updateBoard } from "./board-update.ts";
import { addBoard, type Around, removeBoard } from "./boards.ts";
import type { CalibrationHandlers } from "./calibration.ts";
import { checkConfig } from "./check-config.ts";
import { showDecisions } from "./decisions.ts";
import { stateNow } from "./doctor/beat.ts";
import { examine } from "./doctor/examine.ts";
import { EXIT, type ExitCode, type Io, languageOf } from "./io.ts";
import {
  buildingClock,
  lastReadingOf,
  type Place,
  siteOf,
  timezoneOf,
  type WithPlace,
} from "./place.ts";
import { commandOn, startCommand } from "./next-step.ts";
import { ownership } from "./privacy.ts";
import type { FlashHandlers } from "./flash/commands.ts";
import type { LightHandlers } from "./light.ts";
import type { ModeHandlers } from "./mode.ts";
import type { Handlers } from "./program.ts";
import { countReadings, exportReadings, type Known } from "./readings.ts";
import { createObservationHandler } from "./observation.ts";
import { misunderstood, noJournal } from "./replies.ts";
import { createSavingsHandler } from "./savings-handler.ts";
import type { SurveyHandlers } from "./survey.ts";
import { showWhy } from "./why.ts";

/** From the words of a command line to what they ask: the place opened, names and times understood. */
export const createHandlers = (
  io: Io,
  withPlace: WithPlace,
): Omit<
  Handlers,
  | keyof FlashHandlers
  | keyof SurveyHandlers
  | keyof ModeHandlers
  | keyof CalibrationHandlers
  | keyof LightHandlers
> => ({
  ...boardHandlers(io, withPlace),
  ...readingHandlers(io, withPlace),
  ...decisionHandlers(io, withPlace),
  ...createBacktestHandler(io, withPlace),
  ...createSavingsHandler(io, withPlace),
  ...createObservationHandler(io, withPlace),
  ...checkHandlers(io, withPlace),
});

const boardHandlers = (
  io: Io,
  withPlace: WithPlace,
): Pick<Handlers, "addBoard" | "removeBoard" | "listBoards" | "updateBoards"> => ({
  // A board may be added before the hub's first start, if it is said where that will be.
  addBoard: (id, { data, name, flat, json: asJson = false }) =>
    withPlace({ data, mayBeNew: data !== undefined }, (place) =>
      addBoard({ id, name, flat, asJson }, around(place), io),
    ),
  removeBoard: (id, { data, json: asJson = false }) =>
    withPlace({ data }, (place) => removeBoard({ id, asJson }, around(place), io)),
  listBoards: ({ data, json: asJson = false }) =>
    withPlace({ data }, (place) =>
      listBoards({ asJson, seen: whatIsSeen(place) }, around(place), io),
    ),
  updateBoards: (ids, { data, file, all = false, downgrade = false, json: asJson = false }) => {
    const problem = updateProblem(ids, { all, file });
    if (problem !== undefined) return misunderstood(problem, io);
    return withPlace({ data }, async (place) => {
      const described = (board: string) => healthOf(place, board);
      const { programs } = place;
      const known = { ...around(place), programs, described, programsDir: PROGRAMS };
      const [id] = ids;
      if (id !== undefined && ids.length === 1) {
        return updateBoard({ id, file, downgrade, asJson }, known, io);
      }
      const { pause } = place;
      return rollOutPrograms({ ids, downgrade, asJson }, { ...known, pause }, io);
    });
  },
});

/** Where `npm run build -w firmware` writes the program of each kind of board. */
const PROGRAMS = fileURLToPath(new URL("../../../firmware/dist", import.meta.url));

const updateProblem = (
  ids: readonly string[],
  { all, file }: { readonly all: boolean; readonly file: string | undefined },
): string | undefined => {
  if (all === ids.length > 0) return "Name the boards, or say --all: one of both.";
  if (file !== undefined && ids.length !== 1) return "--file is for one board.";
  return undefined;
};

const around = (place: Place): Around => ({
  boards: place.boards,
  record: place.record,
  site: siteOf(place),
  buildingFile: place.buildingFile,
  mqttPort: place.run?.mqttPort ?? configuredPort(place),
  isRunning: place.isAlive,
  dataDir: place.dataDir,
  start: startCommand(place),
  now: place.buildingNow,
});

const configuredPort = ({ configuration }: Place): number =>
  configuration?.ok === true ? configuration.settings.mqtt.port : emptyHub().mqtt.port;

/** How a board does is only known while the hub runs. */
const healthOf = (place: Place, board: string): BoardHealth | undefined =>
  stateNow(place)?.health.boards.find((it) => it.board === board);

const whatIsSeen = (place: Place): ((board: BoardId) => Seen) => {
  const updates = new Map(place.programs.list().map((it) => [it.wanted.board, it]));
  const lastReading = lastReadingOf(place);
  const ownershipOf = ownership(place.configuration, place.boards.flatOf);
  return (board) => ({
    health: healthOf(place, board),
    update: updates.get(board),
    lastReading: ownershipOf(board) === "common" ? (lastReading(board) ?? "never") : "private",
  });
};

const readingHandlers = (
  io: Io,
  withPlace: WithPlace,
): Pick<Handlers, "exportReadings" | "countReadings"> => ({
  exportReadings: ({ data, board, from, to, excel, json: asJson }) =>
    withPlace({ data }, async (place) => {
      const range = rangeAsked({ from, to }, place);
      if (!range.ok) return misunderstood(range.problem, io);
      if (board !== undefined && !isBoardId(board)) {
        return misunderstood(`${JSON.stringify(board)} cannot be the name of a board.`, io);
      }
      if (place.configuration?.ok !== true) return cannotTellFlats(place, io);
      const known = knownOf(place);
      if (known === undefined) return noJournal(place, io);
      const format = asJson ? "json" : excel ? "excel" : "csv";
      return exportReadings({ board, range: range.value, format }, known, io);
    }),
  countReadings: ({ data, json: asJson = false }) =>
    withPlace({ data }, async (place) => {
      const known = knownOf(place);
      if (known === undefined) return noJournal(place, io);
      return countReadings({ asJson, now: place.buildingNow }, known, io);
    }),
});

/** A file that cannot be read may say of any board that it is a flat's. */
const cannotTellFlats = async (place: Place, io: Io): Promise<ExitCode> => {
  const { buildingFile, configuration, dataDir } = place;
  const [what, todo] =
    configuration === undefined
      ? ["is not there", "Write it, or put it back: it says which boards are in no flat."]
      : ["has problems", `This lists them: ${commandOn(dataDir, "check-config")}`];
  await io.err(
    `Nothing was exported: ${buildingFile} ${what}, so it is not sure which boards are in flats.\n` +
      `${todo}\n`,
  );
  return EXIT.problems;
};

const knownOf = (place: Place): Known | undefined =>
  place.journal.kind === "open"
    ? {
        source: place.journal.source,
        ownershipOf: ownership(place.configuration, place.boards.flatOf),
        dataDir: place.dataDir,
        wallClock: buildingClock(place),
      }
    : undefined;

const decisionHandlers = (
  io: Io,
  withPlace: WithPlace,
): Pick<Handlers, "showDecisions" | "showWhy"> => ({
  showWhy: (name, { data, at: when, json: asJson = false }) =>
    withPlace({ data }, async (place) => {
      const zone = zoneAsked(name, place);
      if (!zone.ok) return misunderstood(zone.problem, io);
      const { journal } = place;
      if (journal.kind !== "open") return noJournal(place, io);
      const request = { zone: zone.value, when, asJson };
      return showWhy(request, { place, around: journal.around }, io);
    }),
  showDecisions: ({ data, zone: name, from, to, limit, json: asJson = false }) =>
    withPlace({ data }, async (place) => {
      const range = rangeAsked({ from, to }, place);
      const zone = anyZoneAsked(name, place);
      if (!range.ok) return misunderstood(range.problem, io);
      if (!zone.ok) return misunderstood(zone.problem, io);
      const { journal } = place;
      if (journal.kind !== "open") return noJournal(place, io);
      const telling = {
        wallClock: buildingClock(place),
        timezone: timezoneOf(place),
        language: languageOf(io),
        asJson,
      };
      const request = { zone: zone.value, range: range.value, limit };
      return showDecisions(request, { source: journal.decisions, telling }, io);
    }),
});

const checkHandlers = (
  io: Io,
  withPlace: WithPlace,
): Pick<Handlers, "checkConfig" | "examine"> => ({
  checkConfig: async (file, { data, json: asJson = false }) => {
    const how = { asJson, language: languageOf(io) };
    if (file !== undefined) {
      return checkConfig({ file, configuration: await loadConfiguration(resolve(file)) }, io, how);
    }
    return withPlace({ data }, async ({ buildingFile, configuration }) => {
      const read = configuration ?? (await loadConfiguration(buildingFile));
      return checkConfig({ file: buildingFile, configuration: read }, io, how);
    });
  },
  examine: ({ data, thorough = false, json: asJson = false }) =>
    withPlace({ data, mayBeBroken: true }, (place) => examine(place, io, { asJson, thorough })),
});
