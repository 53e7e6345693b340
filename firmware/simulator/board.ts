import { type Board, type BoardCounters, startBoard as startProgram } from "@battant/board/main";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { SimulatedClock } from "./clock.ts";
import { createFakeHardware, type FakeHardware } from "./fake-hardware.ts";
import type { Random } from "./random.ts";
import { wire, type Wiring } from "./wiring.ts";
import type { World } from "./world.ts";
import type { BoardInWorld, PartInWorld } from "./world-file.ts";

/** One board of the pretend building: the real program, wired to the world, and able to fail. */
export type SimulatedBoard = {
  readonly id: string;
  isOnline(): boolean;
  /** Since the last start. */
  counters(): BoardCounters;
  /** What is wrong with the request, or `undefined` when the fault has begun. */
  fail(fault: Fault): string | undefined;
  heal(): void;
  /** Everything is let go at once, and the broker notices. */
  stop(): void;
};

export type Fault =
  /** The sensor does not answer; a meter's pulses do not arrive. */
  | { readonly kind: "silent" }
  /** The light sensor repeats what it saw last. */
  | { readonly kind: "stuck" }
  /** The light sensor sees this, whatever there is to see. */
  | { readonly kind: "lie"; readonly value_lx: number }
  /** No power, until it heals. Nobody tells the broker. */
  | { readonly kind: "unplug" }
  /** Starts again at once, and has forgotten everything. */
  | { readonly kind: "reboot" };

export type BoardSettings = {
  readonly board: BoardInWorld;
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly world: World;
  readonly clock: SimulatedClock;
  readonly random: Random;
  readonly onUncaught: (board: string, error: unknown) => void;
  /** 1 unless a test cannot wait for a keep-alive. */
  readonly networkSpeed?: number;
  readonly outboxCapacity?: number;
};

/** More than two days of one reading a minute. */
const OUTBOX_CAPACITY = 4096;

type Run = { readonly power: FakeHardware; readonly program: Board };

type State = {
  readonly settings: BoardSettings;
  readonly wiring: Wiring;
  /** Without power, their connections still open: as a broker has it when a board starts again. */
  readonly past: FakeHardware[];
  fault: Fault | undefined;
  run: Run;
};

const illuminanceSeen = (
  world: World,
  faultNow: () => Fault | undefined,
): ((zone: string) => number | undefined) => {
  const lastSeen = new Map<string, number>();
  return (zone) => {
    const fault = faultNow();
    if (fault?.kind === "silent") return undefined;
    if (fault?.kind === "lie") return fault.value_lx;
    const stuckAt = lastSeen.get(zone);
    if (fault?.kind === "stuck" && stuckAt !== undefined) return stuckAt;
    const illuminance = world.illuminance(zone);
    lastSeen.set(zone, illuminance);
    return illuminance;
  };
};

const modelOf = (board: BoardInWorld): string =>
  ["simulated", ...new Set(board.parts.map((part) => part.kind))].join("-");

const start = (settings: BoardSettings, wiring: Wiring, restartReason: string): Run => {
  const { board } = settings;
  const power = createFakeHardware({
    clock: settings.clock,
    networkSpeed: settings.networkSpeed ?? 1,
    pins: wiring.pins,
    restartReason,
    random: () => settings.random.uniform(),
    onUncaught: (error) => settings.onUncaught(board.id, error),
  });
  const program = startProgram(power.hardware, {
    board: board.id as BoardId,
    model: modelOf(board),
    broker: settings.mqtt,
    password: board.password,
    sensors: wiring.sensors,
    relays: wiring.relays,
    outboxCapacity: settings.outboxCapacity ?? OUTBOX_CAPACITY,
  });
  return { power, program };
};

const PAST_MAX = 3;

const restart = (state: State, reason: string): void => {
  state.run.power.powerOff("untold");
  state.past.push(state.run.power);
  if (state.past.length > PAST_MAX) state.past.shift()?.powerOff("told");
  state.run = start(state.settings, state.wiring, reason);
};

const plugIn = (state: State): void => {
  if (state.fault?.kind !== "unplug") return;
  state.fault = undefined;
  restart(state, "power");
};

const has = (state: State, kind: PartInWorld["kind"]): boolean =>
  state.settings.board.parts.some((part) => part.kind === kind);

const fail = (state: State, fault: Fault): string | undefined => {
  // Without power it could not fail in any other way.
  if (fault.kind !== "unplug") plugIn(state);
  switch (fault.kind) {
    case "stuck":
    case "lie":
      if (!has(state, "light")) return "it has no light sensor";
      break;
    case "silent":
      if (!has(state, "light") && !has(state, "meter")) return "it has no sensor";
      break;
    case "unplug":
      state.run.power.powerOff("untold");
      break;
    case "reboot":
      restart(state, "fault");
      return undefined;
  }
  state.fault = fault;
  return undefined;
};

export const startBoard = (settings: BoardSettings): SimulatedBoard => {
  const { board, world, random } = settings;
  const faultNow = (): Fault | undefined => state.fault;
  const wiring = wire(board.parts, {
    world,
    random,
    illuminance: illuminanceSeen(world, faultNow),
    pulsesArrive: () => faultNow()?.kind !== "silent",
  });
  const state: State = {
    settings,
    wiring,
    past: [],
    fault: undefined,
    run: start(settings, wiring, "power"),
  };
  return {
    id: board.id,
    isOnline: () => state.fault?.kind !== "unplug" && state.run.program.isOnline(),
    counters: () => state.run.program.counters(),
    fail: (fault) => fail(state, fault),
    heal: () => {
      plugIn(state);
      state.fault = undefined;
    },
    stop: () => {
      for (const power of [...state.past, state.run.power]) power.powerOff("told");
    },
  };
};
