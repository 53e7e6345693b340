import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { CommanderError } from "commander";
import { systemClock } from "../adapters/clock/system.ts";
import { REGISTRY_FILE_NAME } from "../adapters/registry/database.ts";
import { openRegistry, type Registry } from "../adapters/registry/registry.ts";
import type { Run } from "../adapters/registry/run.ts";
import { exportReadings } from "../adapters/sqlite/export.ts";
import { openReader, type Reader } from "../adapters/sqlite/reader.ts";
import { troubleWith } from "../adapters/sqlite/trouble.ts";
import { BUILDING_FILE_NAME, loadConfiguration } from "../config/file.ts";
import { isAlive } from "../start/lock.ts";
import { JOURNAL_FILE } from "../start/places.ts";
import { createCalibrationHandler } from "./calibration.ts";
import { findDataDir } from "./data-dir.ts";
import { createFlashHandlers } from "./flash/handlers.ts";
import { createHandlers } from "./handlers.ts";
import type { openWorkshop } from "./flash/main.ts";
import { createTerminal } from "./flash/tty.ts";
import type { Terminal, Workshop } from "./flash/workshop.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { createLightHandlers } from "./light.ts";
import { startCommand } from "./next-step.ts";
import { createModeHandler } from "./mode.ts";
import type { JournalFile, Place, WithPlace } from "./place.ts";
import { createProgram } from "./program.ts";
import { registryTrouble } from "./registry-trouble.ts";
import { createSurveyHandler } from "./survey-handler.ts";

/**
 * The `battant` command. Beside the hub's own composition root, the one place that knows adapters:
 * it opens what a command needs, hands it over as plain ports, and closes it again.
 */

/**
 * What `hub/start.mjs` opens onto: the hub itself for `start` or for options alone, its help for
 * nothing at all, else the command that is named.
 */
export const main = async (args: readonly string[]): Promise<void> => {
  const [first = "--help", ...rest] = args;
  const asksAbout = ["-h", "--help", "-V", "--version"].includes(first);
  if (first === "start" || (first.startsWith("-") && !asksAbout)) {
    const hub = await import("../main.ts");
    process.exitCode = await hub.main(first === "start" ? rest : args);
  } else process.exitCode = await run(args, terminal());
};

export const run = async (args: readonly string[], io: Io): Promise<ExitCode> => {
  let code: ExitCode = EXIT.ok;
  const withPlace = createWithPlace(io, args);
  const handlers = {
    ...createHandlers(io, withPlace),
    ...createModeHandler({ io, withPlace, fetch: globalThis.fetch }),
    ...createCalibrationHandler({ io, withPlace, fetch: globalThis.fetch }),
    ...createLightHandlers({
      io,
      withPlace,
      fetch: globalThis.fetch,
      isTerminal: () => process.stdout.isTTY,
      writeFile: (path, text) => writeFile(path, text),
    }),
    ...createFlashHandlers({ io, withPlace, workshop: (how) => workshopOf(io, how) }),
    ...createSurveyHandler({ io, withPlace, terminal: (isQuiet) => terminalOf(io, isQuiet) }),
  };
  const program = createProgram(handlers, { io, done: (it) => void (code = it) });
  try {
    await program.parseAsync(args.length === 0 ? ["--help"] : args, { from: "user" });
    return code;
  } catch (problem) {
    if (problem instanceof CommanderError) return problem.exitCode === 0 ? EXIT.ok : EXIT.usage;
    await io.err(`${problem instanceof Error ? problem.message : String(problem)}\n`);
    return EXIT.problems;
  }
};

const workshopOf = async (...how: Parameters<typeof openWorkshop>): Promise<Workshop> => {
  const { openWorkshop } = await import("./flash/main.ts");
  return openWorkshop(...how);
};

/** Questions go beside the answer, which may go into a file. */
const terminalOf = (io: Io, isQuiet: boolean): Terminal =>
  createTerminal({ input: process.stdin, output: process.stderr, print: io.err, isQuiet });

/** Waits for a slow reader of the output instead of keeping all of it in memory. */
const terminal = (): Io => {
  const print = (stream: NodeJS.WriteStream) => {
    // `battant readings export | head` closes the pipe early: that is no failure.
    stream.on("error", (problem: NodeJS.ErrnoException) => {
      process.exit(problem.code === "EPIPE" ? EXIT.ok : EXIT.problems);
    });
    return (text: string) =>
      new Promise<void>((done) => {
        if (stream.write(text)) done();
        else stream.once("drain", done);
      });
  };
  return { out: print(process.stdout), err: print(process.stderr), env: process.env };
};

const createWithPlace =
  (io: Io, args: readonly string[]): WithPlace =>
  async ({ data, mayBeNew = false, mayBeBroken = false }, action) => {
    const found = await findDataDir(data, io);
    const problem = found.ok ? neverRun(found.path) : found.problem;
    if (!found.ok || !(found.isThere || mayBeNew)) {
      await io.err(`${problem}\n`);
      return EXIT.problems;
    }
    const registry = openedRegistry(found.path, args);
    if (!registry.ok && !mayBeBroken) {
      await io.err(`${registry.problem}\n`);
      return EXIT.problems;
    }
    const journal = openJournal(join(found.path, JOURNAL_FILE));
    try {
      return await action(await placeOf(found.path, registry, journal.file));
    } finally {
      journal.close();
      if (registry.ok) registry.close();
    }
  };

const neverRun = (dataDir: string): string =>
  `No hub has run in ${dataDir} yet. Start it: ${startCommand({ dataDir, run: undefined })}`;

type OpenedRegistry =
  | (Pick<Place, "boards" | "programs" | "pass" | "record" | "refusals"> & {
      readonly ok: true;
      readonly run: Run | undefined;
      close(): void;
    })
  | { readonly ok: false; readonly problem: string };

/** `hub.db` opened and read once, since a file may be damaged further in than its first page. */
const openedRegistry = (dataDir: string, args: readonly string[]): OpenedRegistry => {
  let registry: Registry | undefined;
  try {
    registry = openRegistry({ dataDir, clock: systemClock });
    const { boards, programs, passes, audit, refusals, close } = registry;
    boards.list();
    programs.list();
    refusals.list();
    return {
      ok: true,
      run: registry.run.read(),
      boards,
      programs,
      pass: passes.issue,
      record: (action, about) => audit.record({ who: "command line", action, about }),
      refusals: refusals.list,
      close,
    };
  } catch (problem) {
    registry?.close();
    const path = join(dataDir, REGISTRY_FILE_NAME);
    return { ok: false, problem: registryTrouble(problem, { path, args }) };
  }
};

const NOTHING_KNOWN = {
  run: undefined,
  boards: { add: () => undefined, remove: () => false, list: () => [], flatOf: () => undefined },
  programs: { ask: () => false, list: () => [] },
  pass: () => undefined,
  record: () => undefined,
  refusals: () => [],
} satisfies Partial<Place>;

const placeOf = async (
  dataDir: string,
  registry: OpenedRegistry,
  journal: JournalFile,
): Promise<Place> => {
  const known = registry.ok ? registry : NOTHING_KNOWN;
  const { run, boards, programs, pass, record, refusals } = known;
  const buildingFile = buildingFileOf(dataDir, run);
  return {
    dataDir,
    now: systemClock.now(),
    pause: (ms) => pause(ms),
    buildingNow: buildingNowOf(run),
    buildingFile,
    configuration: existsSync(buildingFile) ? await loadConfiguration(buildingFile) : undefined,
    run,
    isAlive: isAlive(run),
    boards,
    programs,
    pass,
    record,
    refusals,
    registryProblem: registry.ok ? undefined : registry.problem,
    journal,
  };
};

const buildingFileOf = (dataDir: string, run: Run | undefined): string => {
  const used = run === undefined ? undefined : resolve(run.buildingFile);
  return used !== undefined && existsSync(used) ? used : join(dataDir, BUILDING_FILE_NAME);
};

/** While a simulated building runs, its time has gone on since it was last written down. */
const buildingNowOf = (run: Run | undefined): Instant => {
  const now = systemClock.now();
  if (run?.state === undefined || run.speed === 1) return now;
  const passed = isAlive(run) ? now - run.beat : 0;
  return instant(Math.round(run.state.buildingNow + passed * run.speed));
};

const openJournal = (path: string): { readonly file: JournalFile; close(): void } => {
  const nothing = () => undefined;
  if (!existsSync(path)) return { file: { kind: "none" }, close: nothing };
  const opened = openReader(path);
  if (!opened.ok) return { file: { kind: "unreadable", problem: opened.problem }, close: nothing };
  const { reader } = opened;
  const latest = lastReadings(reader);
  // A damaged file often opens well, and fails at the page that is damaged.
  const worded = <Result>(read: () => Result): Result => {
    try {
      return read();
    } catch (problem) {
      throw new Error(troubleWith(path, problem).detail, { cause: problem });
    }
  };
  return {
    close: () => opened.close(),
    file: {
      kind: "open",
      source: {
        pages: (filter) =>
          exportReadings(
            {
              ...reader,
              newest: () => worded(reader.newest),
              page: (...asked) => worded(() => reader.page(...asked)),
            },
            filter,
          ),
        countByBoard: () => worded(reader.countByBoard),
        lastReading: (board) => worded(() => latest(board)),
      },
      decisions: (range, zone) =>
        worded(() =>
          reader.decisions(range, { ...(zone && { zone }), limit: DECISIONS_PER_DAY_MAX }),
        ),
      around: (...asked) => worded(() => reader.decisionsAround(...asked)),
      past: (...asked) => worded(() => reader.past(...asked)),
      proof: (question) => worded(() => reader.proof(question)),
      observation: (question) => worded(() => reader.observation(question)),
      damage: () => worded(reader.damage),
    },
  };
};

const DECISIONS_PER_DAY_MAX = 1_000_000;

/** Read once, when first asked for. */
const lastReadings = (reader: Reader) => {
  let latest: Map<BoardId, Instant> | undefined;
  return (board: BoardId): Instant | undefined => {
    latest ??= reader.latest().reduce((known, sample) => {
      const before = known.get(sample.board);
      return before !== undefined && before >= sample.at
        ? known
        : known.set(sample.board, sample.at);
    }, new Map<BoardId, Instant>());
    return latest.get(board);
  };
};
