import {
  type BoardCounters,
  countersOf,
  isOnline,
  startBoard as startProgram,
} from "@battant/board/main";
import type { Program } from "@battant/board/program";
import { localRulePart } from "@battant/board/local-rule";
import { relayPart } from "@battant/board/relays";
import { bh1750 } from "@battant/board/sensors/bh1750";
import { motion } from "@battant/board/sensors/motion";
import { pulse } from "@battant/board/sensors/pulse";
import type { SensorKind } from "@battant/board/sensor";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { SimulatedClock } from "./clock.ts";
import { createFakeHardware, type FakeHardware, sha256 } from "./fake-hardware.ts";
import { createFakeStorage, type FakeStorage } from "./fake-storage.ts";
import type { Random } from "./random.ts";
import { installFactory, load } from "./slots.ts";
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
  /** The light sensor or the detector repeats what it saw last. */
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

/** As on a board: what does not fit goes to flash. */
const OUTBOX_CAPACITY = 64;

const KINDS: readonly SensorKind[] = [
  bh1750 as SensorKind,
  motion as SensorKind,
  pulse as SensorKind,
];

type Run = { readonly power: FakeHardware; readonly program: Program };

type State = Body & {
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

/** What is there before the power comes on, and stays when it goes. */
type Body = {
  readonly settings: BoardSettings;
  readonly wiring: Wiring;
  readonly flash: FakeStorage;
};

const start = (body: Body, restartReason: string, onRestart: () => void): Run => {
  const { settings, wiring, flash } = body;
  const { board } = settings;
  flash.tidyUp();
  const loaded = load(flash.storage, sha256);
  const power = createFakeHardware({
    clock: settings.clock,
    networkSpeed: settings.networkSpeed ?? 1,
    pins: wiring.pins,
    storage: flash.storage,
    restartReason,
    onRestart,
    random: () => settings.random.uniform(),
    onUncaught: (error) => settings.onUncaught(board.id, error),
  });
  const program = startProgram(power.hardware, {
    file: {
      model: modelOf(board),
      sensors: wiring.sensors,
      relays: wiring.relays,
      outboxCapacity: settings.outboxCapacity ?? OUTBOX_CAPACITY,
    },
    membership: {
      board: board.id as BoardId,
      broker: settings.mqtt,
      password: board.password,
      key: Buffer.from(board.key, "hex").toString("latin1"),
    },
    program: loaded.version,
    slots: loaded.slots,
    kinds: () => KINDS,
    relays: relayPart,
    localRules: localRulePart,
  });
  return { power, program };
};

const PAST_MAX = 3;

const restart = (state: State, reason: string): void => {
  state.run.power.powerOff("untold");
  state.past.push(state.run.power);
  if (state.past.length > PAST_MAX) state.past.shift()?.powerOff("told");
  state.run = start(state, reason, () => restart(state, "asked"));
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
      if (!has(state, "light") && !has(state, "motion")) return "it has neither eye nor detector";
      break;
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
    isStuck: () => faultNow()?.kind === "stuck",
    pulsesArrive: () => faultNow()?.kind !== "silent",
  });
  const flash = createFakeStorage();
  installFactory(flash.storage, modelOf(board), sha256);
  const state: State = {
    settings,
    wiring,
    flash,
    past: [],
    fault: undefined,
    run: start({ settings, wiring, flash }, "power", () => restart(state, "asked")),
  };
  return {
    id: board.id,
    isOnline: () => state.fault?.kind !== "unplug" && isOnline(state.run.program),
    counters: () => countersOf(state.run.program),
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
