import { randomBytes } from "node:crypto";
import type { Cancel, Edge, Hardware, I2CBus, PinWiring, Timers } from "@battant/board/hardware";
import type { BootId } from "@battant/protocol/vocabulary/ids";
import { instant, milliseconds } from "@battant/protocol/vocabulary/units";
import type { SimulatedClock } from "./clock.ts";
import { createFakeSockets } from "./fake-network.ts";

/**
 * The hardware interface on Node.js, for one start of one board: timers at the speed of the world,
 * sockets at the speed of life, pins and chips that the world answers for.
 */
export type FakeHardware = {
  readonly hardware: Hardware;
  /** Stops everything at once. `told`: the other end of the connection notices. */
  powerOff(how: "untold" | "told"): void;
};

export type FakeHardwareSettings = {
  readonly clock: SimulatedClock;
  /** How much faster than life the network's timers run; for tests that cannot wait. */
  readonly networkSpeed: number;
  readonly pins: FakePins;
  readonly restartReason: string;
  readonly random: () => number;
  /** As on Espruino, an exception in a callback stops that callback and nothing else. */
  readonly onUncaught: (error: unknown) => void;
};

/** What hangs on the pins, by the first pin of each thing. */
export type FakePins = {
  readonly buses: ReadonlyMap<number, I2CBus>;
  readonly outputs: ReadonlyMap<number, (active: boolean) => void>;
  readonly inputs: ReadonlyMap<number, InputSource>;
};

/** `at` is simulated time. The returned function ends the watch. */
export type InputSource = {
  read(): boolean;
  watch(onEdge: (active: boolean, at: number) => void): () => void;
};

type Power = {
  isOn: boolean;
  /** What has to be undone when it goes. */
  readonly releases: Set<() => void>;
};

type Run = (action: () => void) => void;

/** A timeout longer than this overflows in Node.js and fires at once. */
const TIMEOUT_MS_MAX = 2_147_483_647;

const createTimers = (speed: number, power: Power, run: Run): Timers => {
  const real = (ms: number): number => Math.min(TIMEOUT_MS_MAX, Math.ceil(ms / speed));
  const cancellable = (stop: () => void): Cancel => {
    power.releases.add(stop);
    return () => {
      power.releases.delete(stop);
      stop();
    };
  };
  return {
    after: (delay, action) => {
      const timeout = setTimeout(() => {
        cancel();
        run(action);
      }, real(delay));
      const cancel = cancellable(() => clearTimeout(timeout));
      return cancel;
    },
    every: (period, action) => {
      const interval = setInterval(() => run(action), real(period));
      return cancellable(() => clearInterval(interval));
    },
  };
};

const missing = (what: string, pin: number): never => {
  throw new Error(`no ${what} hangs on pin ${pin}`);
};

export const createFakeHardware = (settings: FakeHardwareSettings): FakeHardware => {
  const { clock, pins } = settings;
  const power: Power = { isOn: true, releases: new Set() };
  const startedAt = clock.now();
  let clockOffset: number | undefined;

  const run: Run = (action) => {
    if (!power.isOn) return;
    try {
      action();
    } catch (error) {
      settings.onUncaught(error);
    }
  };

  const sockets = createFakeSockets(run);
  const uptimeAt = (at: number): number => Math.max(0, at - startedAt);

  const watch = (source: InputSource, onEdge: (edge: Edge) => void): void => {
    const unwatch = source.watch((active, at) =>
      run(() => onEdge({ active, at: milliseconds(uptimeAt(at)) })),
    );
    power.releases.add(unwatch);
  };

  const output = ({ pin }: PinWiring): ((active: boolean) => void) => {
    const write = pins.outputs.get(pin) ?? missing("output", pin);
    write(false);
    power.releases.add(() => write(false));
    return write;
  };

  const hardware: Hardware = {
    timers: createTimers(clock.speed, power, run),
    network: {
      connect: (address, handlers) => sockets.connect(address, handlers),
      timers: createTimers(settings.networkSpeed, power, run),
    },
    restartReason: settings.restartReason,
    i2c: ({ sda }) => pins.buses.get(sda) ?? missing("I2C bus", sda),
    output: (wiring) => ({ write: output(wiring) }),
    input: ({ pin }) => {
      const source = pins.inputs.get(pin) ?? missing("input", pin);
      return { read: () => source.read(), watch: (onEdge) => watch(source, onEdge) };
    },
    uptime: () => milliseconds(uptimeAt(clock.now())),
    now: () =>
      clockOffset === undefined ? undefined : instant(Math.round(clock.now() + clockOffset)),
    setClock: (now) => {
      clockOffset = now - clock.now();
    },
    random: settings.random,
    // From the operating system and not from the seed: a boot must never be the same twice.
    bootId: () => randomBytes(8).toString("hex") as BootId,
  };

  return {
    hardware,
    powerOff: (how) => {
      power.isOn = false;
      for (const release of power.releases) release();
      power.releases.clear();
      if (how === "told") sockets.reset();
      else sockets.freeze();
    },
  };
};
