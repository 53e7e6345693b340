import type { BootId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, milliseconds } from "@battant/protocol/vocabulary/units";
import { sha256 } from "../../simulator/fake-hardware.ts";
import { createFakeStorage, type FakeStorage } from "../../simulator/fake-storage.ts";
import type {
  Edge,
  Hardware,
  I2CBus,
  SerialPort,
  SocketHandlers,
  TimerId,
  Timers,
} from "../hardware.ts";

/**
 * A board on the workbench: the hardware interface with a time that only moves when told, pins that
 * can be touched, and a network whose other end is the test.
 */
export type Bench = {
  readonly hardware: Hardware;
  /** Lets time pass, timer by timer. */
  pass(ms: number): void;
  setClock(now: number | undefined): void;
  /** Whether an output pin is active. */
  output(pin: number): boolean | undefined;
  /** Sets an input pin; its watchers see the edge. */
  input(pin: number, active: boolean): void;
  i2c: I2CBus;
  readonly flash: FakeStorage;
  /** How often the program has asked to be started again. */
  restarts: number;
  /** How many timers are running. */
  timers(): number;
  /** Every connection that was opened, the latest last. */
  readonly peers: Peer[];
  connectFails: boolean;
};

export type Peer = {
  readonly handlers: SocketHandlers;
  /** What the board wrote and the test has not taken yet. */
  take(): string;
  readonly closedByBoard: () => boolean;
};

type Timer = { readonly id: TimerId; at: number; readonly period: number; action: () => void };

type Time = {
  uptime: number;
  readonly timers: Timers;
  pass(ms: number): void;
  running(): number;
};

const createTime = (): Time => {
  const pending = new Map<TimerId, Timer>();
  let latest = 0;
  const arm = (delay: number, period: number, action: () => void): TimerId => {
    const id = ++latest as TimerId;
    pending.set(id, { id, at: time.uptime + delay, period, action });
    return id;
  };
  const nextBefore = (limit: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of pending.values()) {
      if (timer.at > limit) continue;
      const sooner = next === undefined || timer.at < next.at;
      if (sooner || (timer.at === next?.at && timer.id < next.id)) next = timer;
    }
    return next;
  };
  const time: Time = {
    uptime: 0,
    timers: {
      after: (delay, action) => arm(delay, 0, action),
      every: (period, action) => arm(period, period, action),
      cancel: (id) => void pending.delete(id),
    },
    pass: (ms) => {
      const end = time.uptime + ms;
      for (let timer = nextBefore(end); timer !== undefined; timer = nextBefore(end)) {
        time.uptime = timer.at;
        if (timer.period > 0) timer.at += timer.period;
        else pending.delete(timer.id);
        timer.action();
      }
      time.uptime = end;
    },
    running: () => pending.size,
  };
  return time;
};

const createPeer = (
  handlers: SocketHandlers,
): { peer: Peer; socket: ReturnType<Hardware["network"]["connect"]> } => {
  let written = "";
  let closed = false;
  return {
    peer: {
      handlers,
      take: () => {
        const bytes = written;
        written = "";
        return bytes;
      },
      closedByBoard: () => closed,
    },
    socket: {
      write: (bytes) => {
        if (closed) throw new Error("This socket is closed");
        written += bytes;
      },
      close: () => {
        closed = true;
      },
    },
  };
};

export const BOOT = "boot1" as BootId;

export const silentBus: I2CBus = {
  writeTo: () => {
    throw new Error("I2C slave doesn't ACK the transfer");
  },
  readFrom: () => {
    throw new Error("I2C slave doesn't ACK the transfer");
  },
  readReg: () => {
    throw new Error("I2C slave doesn't ACK the transfer");
  },
};

/** Nobody at the other end of the line. */
const silentSerial: SerialPort = {
  write: () => undefined,
  listen: () => undefined,
  deafen: () => undefined,
};

/** `flash`: that of an earlier start of the same board. */
export const createBench = (flash: FakeStorage = createFakeStorage()): Bench => {
  const time = createTime();
  const outputs = new Map<number, boolean>();
  const inputs = new Map<number, { active: boolean; watchers: ((edge: Edge) => void)[] }>();
  const peers: Peer[] = [];
  let clock: { now: number; uptime: number } | undefined;
  let seed = 1;
  const inputAt = (pin: number): { active: boolean; watchers: ((edge: Edge) => void)[] } => {
    const known = inputs.get(pin) ?? { active: false, watchers: [] };
    inputs.set(pin, known);
    return known;
  };
  const taken = new Set<number>();
  const takenAt = (pin: number): ReturnType<typeof inputAt> => {
    if (!taken.has(pin)) throw new Error(`pin ${pin} is no input`);
    return inputAt(pin);
  };
  const now = (): Instant | undefined =>
    clock === undefined ? undefined : instant(clock.now + time.uptime - clock.uptime);

  const hardware: Hardware = {
    timers: time.timers,
    network: {
      timers: time.timers,
      connect: (_address, handlers) => {
        if (bench.connectFails) throw new Error("Unable to create socket");
        const { peer, socket } = createPeer(handlers);
        peers.push(peer);
        return socket;
      },
    },
    storage: flash.storage,
    restartReason: "power",
    boot: BOOT,
    i2c: () => bench.i2c,
    serial: () => silentSerial,
    output: ({ pin }) => void outputs.set(pin, false),
    write: ({ pin }, active) => {
      if (!outputs.has(pin)) throw new Error(`pin ${pin} is no output`);
      outputs.set(pin, active);
    },
    input: ({ pin }) => void taken.add(pin),
    read: ({ pin }) => takenAt(pin).active,
    watch: ({ pin }, onEdge) => void takenAt(pin).watchers.push(onEdge),
    uptime: () => milliseconds(time.uptime),
    now,
    setClock: (at) => bench.setClock(at),
    random: () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    },
    sha256,
    kickWatchdog: () => undefined,
    restart: () => void bench.restarts++,
    health: () => ({ variablesFree: 2000, variables: 2500, signal: undefined }),
  };

  const bench: Bench = {
    hardware,
    i2c: silentBus,
    flash,
    restarts: 0,
    peers,
    connectFails: false,
    timers: () => time.running(),
    pass: (ms) => time.pass(ms),
    setClock: (at) => {
      clock = at === undefined ? undefined : { now: at, uptime: time.uptime };
    },
    output: (pin) => outputs.get(pin),
    input: (pin, active) => {
      const input = inputAt(pin);
      if (input.active === active) return;
      input.active = active;
      for (const watcher of input.watchers) watcher({ active, at: milliseconds(time.uptime) });
    },
  };
  return bench;
};
