import type { BootId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, milliseconds } from "@battant/protocol/vocabulary/units";
import type { Edge, Hardware, I2CBus, SocketHandlers, Timers } from "../hardware.ts";

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

type Timer = { at: number; readonly order: number; readonly period: number; action: () => void };

type Time = {
  uptime: number;
  readonly timers: Timers;
  pass(ms: number): void;
  running(): number;
};

const createTime = (): Time => {
  const pending = new Set<Timer>();
  let order = 0;
  const arm = (delay: number, period: number, action: () => void): (() => void) => {
    const timer: Timer = { at: time.uptime + delay, order: order++, period, action };
    pending.add(timer);
    return () => pending.delete(timer);
  };
  const nextBefore = (limit: number): Timer | undefined => {
    let next: Timer | undefined;
    for (const timer of pending) {
      if (timer.at > limit) continue;
      const sooner = next === undefined || timer.at < next.at;
      if (sooner || (timer.at === next?.at && timer.order < next.order)) next = timer;
    }
    return next;
  };
  const time: Time = {
    uptime: 0,
    timers: {
      after: (delay, action) => arm(delay, 0, action),
      every: (period, action) => arm(period, period, action),
    },
    pass: (ms) => {
      const end = time.uptime + ms;
      for (let timer = nextBefore(end); timer !== undefined; timer = nextBefore(end)) {
        time.uptime = timer.at;
        if (timer.period > 0) timer.at += timer.period;
        else pending.delete(timer);
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
};

export const createBench = (): Bench => {
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
    restartReason: "power",
    i2c: () => bench.i2c,
    output: ({ pin }) => {
      outputs.set(pin, false);
      return { write: (active) => void outputs.set(pin, active) };
    },
    input: ({ pin }) => ({
      read: () => inputAt(pin).active,
      watch: (onEdge) => void inputAt(pin).watchers.push(onEdge),
    }),
    uptime: () => milliseconds(time.uptime),
    now,
    setClock: (at) => bench.setClock(at),
    random: () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    },
    bootId: () => BOOT,
  };

  const bench: Bench = {
    hardware,
    i2c: silentBus,
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
