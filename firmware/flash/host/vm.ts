import { createHash, randomBytes } from "node:crypto";
import { createContext, runInContext, runInNewContext } from "node:vm";
import { absences } from "../offers.ts";
import { factoryFiles, type HostBoard, type HostBoardOptions, mishapsIn } from "./board.ts";
import { openChannel } from "./channel.ts";
import { createFlash, type Flash } from "./flash.ts";
import { createSockets } from "./sockets.ts";
import { createTimers } from "./timers.ts";
import { createSurroundings } from "./world.ts";

/**
 * A board in a vm: the built bundles, in an engine from which everything was taken that Espruino
 * lacks, with the modules that it has. What differs still: memory has no end, functions are hoisted,
 * strings may hold more than bytes, and `net.connect` does not block.
 */

const RESTART_MS = 100;

/** Unwinds what was running when the board restarts. */
const RESTARTING = new Error("restarting");

/** What one start of the board has to itself. */
type Run = { readonly stop: () => void };

type Cradle = {
  readonly flash: Flash;
  readonly serial: string;
  readonly world: () => string;
  readonly print: (line: string) => void;
  readonly restart: () => void;
  /** In seconds; undefined for what the program asks. */
  readonly watchdog: number | undefined;
};

export type VmBoard = HostBoard & {
  /** Power off when so many more bytes of flash have been written; resolves when it has gone. */
  cutAfter(bytes: number): Promise<void>;
};

export type VmBoardOptions = HostBoardOptions & {
  /** How many seconds the watchdog waits, whatever the program asks. */
  readonly watchdog?: number;
};

const takeAway = (context: object): void => {
  const { globals, statics, methods } = absences(runInNewContext("globalThis"));
  const code = [
    ...globals.map((name) => `delete globalThis.${name};`),
    ...Object.entries(statics).flatMap(([owner, names]) =>
      names.filter((name) => name !== "prototype").map((name) => `delete ${owner}.${name};`),
    ),
    ...Object.entries(methods).flatMap(([owner, names]) =>
      names.map((name) => `delete ${owner}.prototype.${name};`),
    ),
  ];
  runInContext(code.join("\n"), context);
};

type Handler = (value: unknown) => void;

/** The interpreter's own: `E`, `process` and the modules. */
const natives = (cradle: Cradle, run: (action: () => void) => void) => {
  let kicked = performance.now();
  let watchdog: NodeJS.Timeout | undefined;
  let uncaught: Handler | undefined;
  const sockets = createSockets(run);
  const modules: { readonly [name: string]: object } = {
    Storage: cradle.flash.storage,
    crypto: {
      SHA256: (bytes: string) => createHash("sha256").update(bytes, "latin1").digest(),
    },
    fs: { readFileSync: cradle.world },
    net: sockets.net,
    TelnetServer: { setOptions: () => undefined },
  };
  const E = {
    enableWatchdog: (asked: number) => {
      const patience = (cradle.watchdog ?? asked) * 1000;
      clearInterval(watchdog);
      watchdog = setInterval(
        () => {
          if (performance.now() - kicked > patience) cradle.restart();
        },
        Math.min(patience / 2, 1000),
      );
    },
    kickWatchdog: () => {
      kicked = performance.now();
    },
    reboot: () => {
      cradle.restart();
      throw RESTARTING;
    },
    getTemperature: () => 20,
    toString: (bytes: Uint8Array) => Buffer.from(bytes).toString("latin1"),
    on: () => undefined,
  };
  const process = {
    on: (_event: string, handler: Handler) => {
      uncaught = handler;
    },
    memory: () => ({ free: 1000, usage: 1500, total: 2500 }),
    env: { BOARD: "LINUX", VERSION: "2v29" },
  };
  return {
    globals: {
      E,
      process,
      getSerial: () => cradle.serial,
      atob,
      btoa,
      require: (name: string) => {
        const module = Object.hasOwn(modules, name) ? modules[name] : undefined;
        if (module === undefined) throw new Error(`Module ${name} not found`);
        return module;
      },
    },
    report: (error: unknown) => {
      if (uncaught === undefined) cradle.print(`Uncaught ${String(error)}`);
      else uncaught(error);
    },
    stop: () => {
      clearInterval(watchdog);
      sockets.closeAll();
    },
  };
};

const boot = (cradle: Cradle): Run => {
  let over = false;
  const run = (action: () => void): void => {
    if (over) return;
    try {
      action();
    } catch (error) {
      if (error !== RESTARTING && !over) own.report(error);
    }
  };
  const own = natives(cradle, run);
  const evaluate = (code: string): unknown => runInContext(code, context);
  const timers = createTimers(run, evaluate);
  const began = performance.now();
  const context = createContext({
    ...own.globals,
    ...timers.globals,
    console: { log: (...words: unknown[]) => cradle.print(words.join(" ")) },
    getTime: () => (performance.now() - began) / 1000,
  });
  evaluate("globalThis.global = globalThis;");
  takeAway(context);
  for (const name of [".boot0", ".bootcde"]) {
    const code = cradle.flash.read(name);
    if (code !== undefined) run(() => evaluate(code));
  }
  return {
    stop: () => {
      over = true;
      timers.stop();
      own.stop();
    },
  };
};

/** Where a board's power comes from, and what it is plugged into. */
type Socket = {
  readonly flash: Flash;
  readonly watchdog: number | undefined;
  /** Called before each start; returns the world as the board finds it. */
  readonly before: () => readonly string[];
  readonly hangUp: () => void;
  readonly onPrint: ((text: string) => void) | undefined;
};

const createPower = ({ flash, watchdog, before, hangUp, onPrint }: Socket) => {
  let printed = "";
  let restarts = 0;
  let current: Run | undefined;
  let isOn = false;
  let restarting = false;
  let standing: readonly string[] = [];

  const cradle: Cradle = {
    flash,
    serial: randomBytes(6).toString("hex"),
    watchdog,
    world: () => standing.join("\n"),
    print: (line) => {
      printed += `${line}\n`;
      onPrint?.(`${line}\n`);
    },
    restart: () => {
      current?.stop();
      if (restarting || !isOn) return;
      restarting = true;
      // A board whose power goes meanwhile stays off.
      setTimeout(() => {
        if (!restarting) return;
        current?.stop();
        restarts++;
        on();
      }, RESTART_MS);
    },
  };
  const on = (): void => {
    isOn = true;
    hangUp();
    standing = before();
    restarting = false;
    current = boot(cradle);
    // Gone in the midst of it.
    if (!isOn) off();
  };
  /** Also from the midst of the board's own code, which then runs on and reaches nothing. */
  const off = (): void => {
    isOn = false;
    restarting = false;
    current?.stop();
    current = undefined;
    hangUp();
  };
  return { on, off, printed: () => printed, restarts: () => restarts };
};

export const createVmBoard = async (options: VmBoardOptions): Promise<VmBoard> => {
  const flash = createFlash();
  const files = options.files ?? factoryFiles(options.parts);
  for (const [name, content] of files) flash.write(name, content);
  const channel = await openChannel((...words) => surroundings.hear(...words));
  const surroundings = createSurroundings(options.parts.file, channel.say);
  const power = createPower({
    flash,
    watchdog: options.watchdog,
    before: () => surroundings.restart({ speed: options.speed, channel: channel.port }),
    hangUp: channel.hangUp,
    onPrint: options.onPrint,
  });
  return {
    world: surroundings.world,
    install: async (name, content) => {
      flash.powerOn();
      flash.write(name, content);
    },
    read: async (name) => flash.read(name),
    start: async () => {
      flash.powerOn();
      power.on();
      await channel.connected();
    },
    kill: async () => power.off(),
    cutAfter: (bytes) =>
      new Promise((resolve) => {
        flash.cutAfter(bytes, () => {
          power.off();
          resolve();
        });
      }),
    console: power.printed,
    mishaps: () => mishapsIn(power.printed()),
    restarts: power.restarts,
    ask: channel.ask,
    memory: async () => undefined,
    close: async () => {
      power.off();
      await channel.close();
    },
  };
};
