import { createHash, randomBytes } from "node:crypto";
import type {
  Edge,
  Hardware,
  I2CBus,
  PinWiring,
  Storage,
  TimerId,
  Timers,
} from "@battant/board/hardware";
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
  /** What is kept while the power is off. */
  readonly storage: Storage;
  readonly restartReason: string;
  /** The program asked to be started again. */
  readonly onRestart: () => void;
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
  const stops = new Map<TimerId, () => void>();
  let latest = 0;
  const keep = (id: TimerId, stop: () => void): TimerId => {
    stops.set(id, stop);
    power.releases.add(stop);
    return id;
  };
  const cancel = (id: TimerId): void => {
    const stop = stops.get(id);
    if (stop === undefined) return;
    stops.delete(id);
    power.releases.delete(stop);
    stop();
  };
  return {
    after: (delay, action) => {
      const id = ++latest as TimerId;
      const timeout = setTimeout(() => {
        cancel(id);
        run(action);
      }, real(delay));
      return keep(id, () => clearTimeout(timeout));
    },
    every: (period, action) => {
      const interval = setInterval(() => run(action), real(period));
      return keep(++latest as TimerId, () => clearInterval(interval));
    },
    cancel,
  };
};

/** A chip with all the memory it needs: RAM is measured on the interpreter, not here. */
const HEALTH = { variablesFree: 2000, variables: 2500, signal: -60 };

export const sha256 = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");

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

  const outputAt = ({ pin }: PinWiring): ((active: boolean) => void) =>
    pins.outputs.get(pin) ?? missing("output", pin);
  const inputAt = ({ pin }: PinWiring): InputSource =>
    pins.inputs.get(pin) ?? missing("input", pin);

  const output = (wiring: PinWiring): void => {
    const write = outputAt(wiring);
    write(false);
    power.releases.add(() => write(false));
  };

  const hardware: Hardware = {
    timers: createTimers(clock.speed, power, run),
    network: {
      connect: (address, handlers) => sockets.connect(address, handlers),
      timers: createTimers(settings.networkSpeed, power, run),
    },
    storage: settings.storage,
    restartReason: settings.restartReason,
    // From the operating system and not from the seed: a boot must never be the same twice.
    boot: randomBytes(8).toString("hex") as BootId,
    i2c: ({ sda }) => pins.buses.get(sda) ?? missing("I2C bus", sda),
    output,
    write: (wiring, active) => outputAt(wiring)(active),
    input: (wiring) => void inputAt(wiring),
    read: (wiring) => inputAt(wiring).read(),
    watch: (wiring, onEdge) => watch(inputAt(wiring), onEdge),
    serial: ({ port }) => missing("serial line", port),
    uptime: () => milliseconds(uptimeAt(clock.now())),
    now: () =>
      clockOffset === undefined ? undefined : instant(Math.round(clock.now() + clockOffset)),
    setClock: (now) => {
      clockOffset = now - clock.now();
    },
    random: settings.random,
    sha256,
    kickWatchdog: () => undefined,
    restart: () => settings.onRestart(),
    health: () => HEALTH,
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
