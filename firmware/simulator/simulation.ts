import { type SimulatedBoard, startBoard } from "./board.ts";
import { createClock, type SimulatedClock } from "./clock.ts";
import type { Command } from "./command.ts";
import { createMisfortune, type Misfortune } from "./misfortune.ts";
import { createRandom } from "./random.ts";
import { createWorld, type World } from "./world.ts";
import type { WorldFile } from "./world-file.ts";

/** A whole building at work: the world, its boards, and the clock that moves them. */
export type Simulation = {
  readonly world: World;
  readonly clock: SimulatedClock;
  readonly boards: ReadonlyMap<string, SimulatedBoard>;
  /** What is wrong with the command, or `undefined` when it was carried out. */
  perform(command: Command): string | undefined;
  stop(): void;
};

export type SimulationSettings = {
  readonly world: WorldFile;
  readonly onUncaught: (board: string, error: unknown) => void;
  /** 1 unless a test cannot wait for a keep-alive. */
  readonly networkSpeed?: number;
};

/** How often the world catches up with the clock, in real time. */
const TICK_MS = 25;
/** Nobody waits for a simulation to live through what was before it started. */
const CATCH_UP_MS_MAX = 6 * 3_600_000;

const startWorld = (file: WorldFile, clock: SimulatedClock): World => {
  const start = Math.max(file.clock.origin, clock.now() - CATCH_UP_MS_MAX);
  const world = createWorld({
    seed: file.seed,
    location: file.location,
    scene: file.scene,
    zones: file.zones,
    meters: file.meters,
    origin: file.clock.origin,
    start,
  });
  world.advance(clock.now());
  return world;
};

const startBoards = (
  settings: SimulationSettings,
  world: World,
  clock: SimulatedClock,
): ReadonlyMap<string, SimulatedBoard> => {
  const random = createRandom(settings.world.seed, "boards");
  return new Map(
    settings.world.boards.map((board) => [
      board.id,
      startBoard({
        board,
        mqtt: settings.world.mqtt,
        world,
        clock,
        random: random.fork(board.id),
        onUncaught: settings.onUncaught,
        networkSpeed: settings.networkSpeed ?? 1,
      }),
    ]),
  );
};

type Parts = Pick<Simulation, "world" | "boards"> & { readonly zones: ReadonlySet<string> };

const perform = (parts: Parts, command: Command): string | undefined => {
  if (command.kind === "press") {
    if (!parts.zones.has(command.zone)) return `no zone "${command.zone}" in this building`;
    parts.world.press(command.zone);
    return undefined;
  }
  const board = parts.boards.get(command.board);
  if (board === undefined) return `no board "${command.board}" in this building`;
  if (command.fault !== undefined) return board.fail(command.fault);
  board.heal();
  return undefined;
};

export const startSimulation = (settings: SimulationSettings): Simulation => {
  const file = settings.world;
  const clock = createClock(file.clock);
  const world = startWorld(file, clock);
  const boards = startBoards(settings, world, clock);
  const misfortune: Misfortune | undefined =
    file.faults === undefined
      ? undefined
      : createMisfortune(file.faults, [...boards.values()], createRandom(file.seed, "faults"));
  const parts = { world, boards, zones: new Set(file.zones.map((it) => it.zone)) };
  const ticking = setInterval(() => {
    world.advance(clock.now());
    misfortune?.advance(clock.now());
  }, TICK_MS);
  return {
    world,
    clock,
    boards,
    perform: (command) => perform(parts, command),
    stop: () => {
      clearInterval(ticking);
      for (const board of boards.values()) board.stop();
    },
  };
};
