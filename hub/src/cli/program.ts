import { Command, InvalidArgumentError } from "commander";
import type { Times } from "./asked.ts";
import type { BacktestHandlers } from "./backtest-handler.ts";
import type { SavingsHandlers } from "./savings-handler.ts";
import { addCalibration, type CalibrationHandlers } from "./calibration.ts";
import { addMode, type ModeHandlers } from "./mode.ts";
import { addObservation, type ObservationHandlers } from "./observation.ts";
import { addSurvey, type SurveyHandlers } from "./survey.ts";
import { addLight, type LightHandlers } from "./light.ts";
import { type Common, group, subcommand } from "./command.ts";
import { addFlashing, addToBoards, type FlashHandlers } from "./flash/commands.ts";
import type { ExitCode, Io } from "./io.ts";
import { TIME_FORMS } from "./times.ts";
import { VERSION } from "../version.ts";

/** The words of the `battant` command: which there are, what each takes, and its help. */

export type Handlers = BacktestHandlers &
  SavingsHandlers &
  ObservationHandlers &
  ModeHandlers &
  CalibrationHandlers &
  SurveyHandlers &
  LightHandlers &
  FlashHandlers & {
    addBoard(id: string, options: Common & { name?: string; flat?: string }): Promise<ExitCode>;
    listBoards(options: Common): Promise<ExitCode>;
    removeBoard(id: string, options: Common): Promise<ExitCode>;
    updateBoards(
      ids: readonly string[],
      options: Common & { file?: string; all?: boolean; downgrade?: boolean },
    ): Promise<ExitCode>;
    exportReadings(
      options: Common & Times & { board?: string; excel?: boolean },
    ): Promise<ExitCode>;
    countReadings(options: Common): Promise<ExitCode>;
    showDecisions(options: Common & Times & { zone?: string; limit: number }): Promise<ExitCode>;
    showWhy(zone: string, options: Common & { at?: string }): Promise<ExitCode>;
    checkConfig(file: string | undefined, options: Common): Promise<ExitCode>;
    examine(options: Common & { thorough?: boolean }): Promise<ExitCode>;
  };

export type Told = { readonly io: Io; readonly done: (code: ExitCode) => void };

export const createProgram = (handlers: Handlers, told: Told): Command => {
  const { io } = told;
  const program = new Command("battant")
    .description("The command beside the hub: boards, readings, decisions, and what is wrong.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "this text")
    .helpCommand(false)
    .showHelpAfterError("(battant --help lists the commands; battant COMMAND --help explains one)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.out(text),
      writeErr: (text) => void io.err(text),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .addHelpText(
      "after",
      "\nbattant start --help explains how to start the hub; npm start does it too.\n" +
        "Exit codes: 0 all is well, 1 something is wrong, 2 the command was not understood.",
    );
  addStart(program);
  addBoards(program, handlers, told);
  addFlashing(program, handlers, told.done);
  addReadings(program, handlers, told);
  addDecisions(program, handlers, told);
  addBacktest(program, handlers, told);
  addSavings(program, handlers, told);
  addObservation(program, handlers, told.done);
  addMode(program, handlers, told.done);
  addCalibration(program, handlers, told.done);
  addSurvey(program, handlers, told.done);
  addLight(program, handlers, told.done);
  addChecks(program, handlers, told);
  return program;
};

const HELP_WIDTH = 100;

/** Carried out before the words come here (main.ts): it is listed, and found when it is misspelt. */
const addStart = (program: Command): void => {
  program
    .command("start")
    .description("run the hub itself, as npm start does")
    .usage("[options]")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments();
};

const addBoards = (program: Command, handlers: Handlers, { done }: Told): void => {
  const boards = group(
    program,
    "boards",
    "the boards: boards add, boards list, boards remove, boards update, boards adopt, " +
      "boards ignore, boards forget, boards log",
  );
  subcommand(boards, "add", "let a board connect; prints its password and its key, once")
    .argument("<id>", "its name: 1 to 32 of a-z, 0-9 and -")
    .option("--name <text>", "what people call it")
    .option("--flat <id>", "the flat it measures in: its readings become private")
    .addHelpText("after", "\nExample: battant boards add hall-1 --name 'Hall, ceiling'")
    .action(async (id: string, options) => done(await handlers.addBoard(id, options)));
  subcommand(boards, "list", "every board: online or not, its last reading, its program").action(
    async (options) => done(await handlers.listBoards(options)),
  );
  subcommand(boards, "remove", "a board may no longer connect; its readings are kept")
    .argument("<id>", "its name")
    .action(async (id: string, options) => done(await handlers.removeBoard(id, options)));
  subcommand(boards, "update", "give boards another program; the hub brings it there")
    .argument("[ids...]", "their names")
    .option("--all", "every board that runs an older one")
    .option("--file <bundle>", "this program, for one board (default: the one of its kind)")
    .option("--downgrade", "even if it is not newer than what the board runs")
    .addHelpText(
      "after",
      "\nThe board tries it, and comes back to what it runs now unless it reaches the hub with it." +
        "\nOf several, one of each kind is first, then its neighbours in the zone, then the others;" +
        "\nthe first that does not get it ends it. `npm run build -w firmware` makes the programs." +
        "\nExample: battant boards update --all",
    )
    .action(async (ids: string[], options) => done(await handlers.updateBoards(ids, options)));
  addToBoards(boards, handlers, done);
};

const addReadings = (program: Command, handlers: Handlers, { done }: Told): void => {
  const readings = group(program, "readings", "what was measured: readings export, readings count");
  withTimes(
    subcommand(readings, "export", "readings of the common areas as CSV, or JSON lines with --json")
      .option("--board <id>", "of this board only")
      .option("--excel", "for a French Excel: semicolons, decimal commas, byte order mark"),
  )
    .addHelpText(
      "after",
      "\nReadings of flats are never exported here: they belong to the resident alone." +
        "\nExample: battant readings export --from 2026-06-01 --to 2026-07-01 --excel > june.csv",
    )
    .action(async (options) => done(await handlers.exportReadings(options)));
  subcommand(readings, "count", "how many readings each board has on this disk").action(
    async (options) => done(await handlers.countReadings(options)),
  );
};

const DECISIONS_SHOWN = 30;
const DECISIONS_MAX = 100_000;

const addDecisions = (program: Command, handlers: Handlers, { done }: Told): void => {
  withTimes(
    subcommand(program, "decisions", "why each light was on or off, the latest last")
      .option("--zone <id>", "of this zone only")
      .option("--limit <n>", "at most so many", limitOf, DECISIONS_SHOWN),
  )
    .addHelpText("after", "\nExample: battant decisions --zone hall --from 24h")
    .action(async (options) => done(await handlers.showDecisions(options)));
  subcommand(program, "why", "why a light is on or off, or was at any time of the last 90 days")
    .argument("<zone>", "the zone, as the building file names it")
    .option("--at <time>", `then (default: now): ${TIME_FORMS}`)
    .addHelpText("after", "\nExample: battant why hall --at 2026-11-20T08:00")
    .action(async (zone: string, options) => done(await handlers.showWhy(zone, options)));
};

const addSavings = (program: Command, handlers: Handlers, { done }: Told): void => {
  withTimes(
    subcommand(program, "savings", "how long lights burned in daylight, and what was saved of it")
      .option("--zone <id>", "of this zone only")
      .option("--intervals", "every figure opened as the intervals it is the sum of")
      .option("--csv", "a table, a row per day or, with --intervals, per interval")
      .option("--excel", "the same for a French Excel"),
  )
    .addHelpText(
      "after",
      "\nThe last calendar month unless asked otherwise; at most 400 days." +
        "\nExample: battant savings --from 2026-10-01 --to 2026-11-01 --intervals",
    )
    .action(async (options) => done(await handlers.showSavings(options)));
};

const addBacktest = (program: Command, handlers: Handlers, { done }: Told): void => {
  withTimes(
    subcommand(program, "backtest", "what other settings would have done here; switches nothing")
      .option("--zone <id>", "of this zone only")
      .option("--set <settings>", "try these beside those of today, as often as wanted", listed)
      .option("--price <euros>", "per kWh, else the file's; 2026-02-01:0.194 from a day on", listed)
      .option("--csv <file>", "on the readings of this table instead of the hub's own")
      .option("--always-lit", "take the light to burn whenever it is available"),
  )
    .addHelpText(
      "after",
      "\nSettings are those of the building file: target_lx, margin, floor_factor, on_delay_s," +
        "\noff_delay_min, reading_age_max_min, luminaire_contribution_lx." +
        "\nA table has the columns time, board, sensor, value, and may have quantity." +
        "\nExample: battant backtest --from 365d --set margin=1.3,off_delay_min=5",
    )
    .action(async (options) => done(await handlers.backtest(options)));
};

const listed = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];

const addChecks = (program: Command, handlers: Handlers, { done }: Told): void => {
  subcommand(
    program,
    "check-config",
    "every problem in a building file, with what to write instead",
  )
    .argument("[file]", "the building file (default: the one of the hub)")
    .action(async (file: string | undefined, options) =>
      done(await handlers.checkConfig(file, options)),
    );
  subcommand(program, "doctor", "what is wrong with this hub, and what to do about it")
    .option("--thorough", "also read the whole journal for damage (seconds per 100 MB)")
    .action(async (options) => done(await handlers.examine(options)));
};

const withTimes = (command: Command): Command =>
  command
    .option("--from <time>", `not before: ${TIME_FORMS}`)
    .option("--to <time>", "before: the same forms");

const limitOf = (text: string): number => {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= DECISIONS_MAX) return limit;
  throw new InvalidArgumentError(`It takes a whole number from 1 to ${DECISIONS_MAX}.`);
};
