import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { decodeCommand } from "./command.ts";
import { decodeWorld } from "./decode.ts";
import { type Simulation, startSimulation } from "./simulation.ts";

/**
 * The pretend building as a process: `node firmware/simulator/main.ts [WORLD.json]`.
 *
 * Without a file, the first line of standard input is the world. Each further line is a command.
 * When every board is connected it prints `{"ready":true,"boards":12}`; what goes wrong is said on
 * standard error, one JSON object a line. It ends at SIGTERM, and when standard input does: whoever
 * started it cannot leave it behind.
 */

const ANNOUNCE_PERIOD_MS = 50;
/** A board that fails this often to connect will not do so by itself. */
const ATTEMPTS_BEFORE_COMPLAINT = 3;
const EXIT_WITHIN_MS = 2000;

const say = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

const complain = (line: object): void => {
  process.stderr.write(`${JSON.stringify(line)}\n`);
};

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

/** Starts the building that `text` describes, or says why not. */
const start = (text: string): Simulation | undefined => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    complain({ problem: `the world is not JSON: ${(error as Error).message}` });
    return undefined;
  }
  const decoded = decodeWorld(parsed);
  if (!decoded.ok) {
    complain({ problem: "the world was refused", problems: decoded.problems });
    return undefined;
  }
  return startSimulation({
    world: decoded.world,
    onUncaught: (board, error) => complain({ board, uncaught: describe(error) }),
  });
};

/** Says once that all boards are connected, and once of each board that it cannot. */
const announce = (simulation: Simulation): (() => void) => {
  const complained = new Set<string>();
  const timer = setInterval(() => {
    const offline = [...simulation.boards.values()].filter((board) => !board.isOnline());
    if (offline.length === 0) {
      clearInterval(timer);
      say({ ready: true, boards: simulation.boards.size });
      return;
    }
    for (const board of offline) {
      const { attempts, lastProblem } = board.counters().link;
      if (attempts < ATTEMPTS_BEFORE_COMPLAINT || complained.has(board.id)) continue;
      complained.add(board.id);
      complain({ board: board.id, problem: lastProblem });
    }
  }, ANNOUNCE_PERIOD_MS);
  return () => clearInterval(timer);
};

const obey = (simulation: Simulation, line: string): void => {
  const decoded = decodeCommand(line);
  const problem = decoded.ok ? simulation.perform(decoded.command) : decoded.problem;
  if (problem !== undefined) complain({ command: line.substring(0, 200), problem });
};

const readWorld = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    complain({ problem: `the world cannot be read: ${(error as Error).message}` });
    return undefined;
  }
};

const main = (): void => {
  const lines = createInterface({ input: process.stdin, terminal: false });
  let simulation: Simulation | undefined;
  let stopAnnouncing = (): void => undefined;

  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    lines.close();
    process.stdin.destroy();
    stopAnnouncing();
    simulation?.stop();
    setTimeout(() => process.exit(), EXIT_WITHIN_MS).unref();
    // With its standard streams broken, Node.js would spin in its own clean-up instead of ending.
    process.once("beforeExit", () => process.exit());
  };

  const begin = (text: string | undefined): void => {
    simulation = text === undefined ? undefined : start(text);
    if (simulation === undefined) {
      process.exitCode = 1;
      stop();
    } else stopAnnouncing = announce(simulation);
  };

  lines.on("line", (line) => {
    if (simulation === undefined) begin(line);
    else obey(simulation, line);
  });
  lines.once("close", stop);
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.once("disconnect", stop);
  process.stdout.on("error", stop);

  const file = process.argv[2];
  if (file !== undefined) begin(readWorld(file));
};

main();
