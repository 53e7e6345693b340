import type {
  EspruinoModules,
  EspruinoProcess,
  EspruinoSerialOptions,
  EspruinoSocket,
  WatchEvent,
} from "@battant/board/espruino/globals";
import { type AccessPoint, createAccessPoint } from "./access-point.ts";
import { type Bh1750Chip, createBh1750Chip } from "./bh1750-chip.ts";
import { type CountingChips, countAt } from "./counting-chips.ts";

/**
 * The bench: what a board's pins lead to, when the board is an interpreter on Linux or in a vm. It is
 * evaluated before the loader, puts its own pins, buses and serial lines where Espruino's are, and
 * lets a test move them over a TCP connection; time passes as fast as the test wants.
 *
 * The lines that are said on that connection are in `host/channel.ts`. How the world is when the
 * board starts stands in the file `world`, as the same lines.
 */

type BenchPin = { readonly number: number };
type Watch = (event: WatchEvent) => void;
/** What follows the delay is handed to the action. */
type Timer = (action: unknown, delay: number, first?: unknown, second?: unknown) => number;
type Ear = (bytes: string) => void;

declare const require: EspruinoModules & {
  (name: "fs"): { readFileSync(name: string): string };
};
declare const process: EspruinoProcess;
/** The interpreter's own: a line that never rests would keep a loop of ours busy. */
declare const atob: (text: string) => string;
declare const btoa: (bytes: string) => string;
/** The one way to a constructor that is not a `function` in the source. */
declare const Function: new (parameter: string, body: string) => unknown;
declare const global: {
  getTime: () => number;
  setTimeout: Timer;
  setInterval: Timer;
  clearTimeout: (timer: number) => void;
  clearInterval: (timer: number) => void;
  changeInterval: (timer: number, period: number) => void;
  eval: (code: string) => unknown;
  [name: string]: unknown;
};

const BH1750_ADDRESS = 0x23;

type Bench = {
  socket: EspruinoSocket | undefined;
  readonly levels: { [pin: string]: boolean };
  readonly watches: { [pin: string]: Watch };
  readonly ears: { [port: string]: Ear };
  /** By `ADDRESS:REGISTER`; `ADDRESS:` alone is there when the chip is. */
  readonly registers: { [place: string]: string };
  readonly light: Bh1750Chip;
  readonly counting: CountingChips;
  /** Undefined where nobody has spoken of a Wi-Fi: there is none then, as on Linux. */
  point: AccessPoint | undefined;
  /** Undefined as long as time passes as it does in life. */
  pace: Pace | undefined;
};

const say = (bench: Bench, line: string): void => {
  if (bench.socket !== undefined) bench.socket.write(line + "\n");
};

const fromHex = (digits: string): string => {
  let bytes = "";
  for (let i = 0; i < digits.length; i += 2) {
    bytes += String.fromCharCode(parseInt(digits.substring(i, i + 2), 16));
  }
  return bytes;
};

const dial = (bench: Bench, port: number, hear: (line: string) => void): void => {
  const socket = require("net").connect({ host: "127.0.0.1", port: port }, () => undefined);
  let heard = "";
  bench.socket = socket;
  socket.on("data", (bytes) => {
    heard += bytes;
    for (let end = heard.indexOf("\n"); end >= 0; end = heard.indexOf("\n")) {
      const line = heard.substring(0, end);
      heard = heard.substring(end + 1);
      hear(line);
    }
  });
  socket.on("close", () => {
    bench.socket = undefined;
  });
};

/** How much faster than life, and since when. */
type Pace = {
  factor: number;
  readonly getTime: () => number;
  /** When the factor began to hold: on the interpreter's clock, and on the one it is told. */
  real: number;
  told: number;
  /** What each interval was asked to be, in ms. */
  readonly periods: { [timer: string]: number };
};

const takeOverTime = (): Pace => {
  const getTime = global.getTime;
  const setTimeout = global.setTimeout;
  const setInterval = global.setInterval;
  const clearTimeout = global.clearTimeout;
  const pace: Pace = { factor: 1, getTime: getTime, real: 0, told: 0, periods: {} };
  global.getTime = () => pace.told + (getTime() - pace.real) * pace.factor;
  global.setTimeout = (action, delay, first, second) =>
    first === undefined
      ? setTimeout(action, delay / pace.factor)
      : setTimeout(action, delay / pace.factor, first, second);
  global.setInterval = (action, period) => {
    const timer = setInterval(action, period / pace.factor);
    pace.periods[timer] = period;
    return timer;
  };
  global.clearTimeout = (timer) => {
    delete pace.periods[timer];
    clearTimeout(timer);
  };
  global.clearInterval = global.clearTimeout;
  return pace;
};

/** Intervals follow at once; a delay that runs already ends when it would have. */
const quicken = (bench: Bench, factor: number): void => {
  if (bench.pace === undefined) bench.pace = takeOverTime();
  const pace = bench.pace;
  pace.told = global.getTime();
  pace.real = pace.getTime();
  pace.factor = factor;
  Object.keys(pace.periods).forEach((timer) =>
    global.changeInterval(Number(timer), (pace.periods[timer] as number) / factor),
  );
};

const move = (bench: Bench, pin: string, level: boolean): void => {
  if (bench.levels[pin] === level) return;
  bench.levels[pin] = level;
  const watch = bench.watches[pin];
  if (watch !== undefined) watch({ state: level, time: global.getTime() });
};

/** An exception is the answer to what was asked, not the end of the bench. */
const answer = (bench: Bench, code: string): void => {
  let text: string;
  try {
    text = "" + global.eval(code);
  } catch (error) {
    text = "Uncaught " + error;
  }
  say(bench, "answer " + text);
};

/** Read first: what was never touched, Espruino would keep beside ours, and find its own. */
const place = (name: string, thing: unknown): void => {
  void global[name];
  global[name] = thing;
};

/** Before the program looks for it: a Wi-Fi that is not there when the board starts never comes. */
const placeRadio = (): AccessPoint => {
  const own = require as (name: string) => unknown;
  const point = createAccessPoint(require, (action, delay) => global.setTimeout(action, delay));
  place("require", (name: string) => (name === "Wifi" ? point.wifi : own(name)));
  return point;
};

const obey = (bench: Bench, line: string): void => {
  const words = line.split(" ");
  const first = words[1] as string;
  const second = words[2] as string;
  switch (words[0] as string) {
    case "channel":
      return dial(bench, Number(first), (heard) => obey(bench, heard));
    case "speed":
      return quicken(bench, Number(first));
    case "pin":
      return move(bench, first, second === "1");
    case "light":
      return bench.light.shine(Number(first));
    case "counts":
      return countAt(bench.counting, first, second);
    case "register":
      bench.registers[first] = fromHex(second);
      return;
    case "serial": {
      const ear = bench.ears[first];
      if (ear !== undefined) ear(atob(second));
      return;
    }
    case "wifi":
      if (bench.point === undefined) bench.point = placeRadio();
      return bench.point.serve(atob(first), atob(second));
    case "reach":
      if (bench.point !== undefined) bench.point.reach(first === "1");
      return;
    case "ask":
      return answer(bench, line.substring(4));
  }
};

const placePins = (bench: Bench): void => {
  place("benchPin", (number: number) => ({
    number: number,
    read: () => bench.levels[number] === true,
  }));
  place("Pin", new Function("number", "return benchPin(number)"));
  place("digitalWrite", (pin: BenchPin, level: boolean) => {
    if (bench.levels[pin.number] === level) return;
    bench.levels[pin.number] = level;
    say(bench, "pin " + pin.number + (level ? " 1" : " 0"));
  });
  // What nothing drives goes where its pull takes it.
  place("pinMode", (pin: BenchPin, mode: string) => {
    if (bench.levels[pin.number] === undefined) bench.levels[pin.number] = mode === "input_pullup";
  });
  place("setWatch", (watch: Watch, pin: BenchPin) => {
    bench.watches[pin.number] = watch;
  });
};

const refuse = (): never => {
  throw new Error("I2C: slave doesn't ACK the transfer");
};

/** Both buses lead to the same chips. */
const placeChips = (bench: Bench): void => {
  const isLight = (address: number): boolean => address === BH1750_ADDRESS && bench.light.isThere();
  const bytesOf = (place: string, count: number): Uint8Array => {
    const register = bench.registers[place];
    if (register === undefined) return refuse();
    const bytes = new Uint8Array(count);
    for (let i = 0; i < count; i++) bytes[i] = register.charCodeAt(i);
    return bytes;
  };
  const bus = {
    setup: () => undefined,
    writeTo: (address: number, bytes: readonly number[]) => {
      const chip = bench.counting[address];
      if (chip !== undefined) chip.write(bytes);
      else if (isLight(address)) bytes.forEach((it) => bench.light.command(it));
      else bytesOf(address + ":", 0);
    },
    readFrom: (address: number, count: number) => {
      if (bench.counting[address] !== undefined) return new Uint8Array(count);
      if (!isLight(address)) return bytesOf(address + ":", count);
      const counts = bench.light.counts();
      return new Uint8Array([counts >> 8, counts & 255]);
    },
    readReg: (address: number, register: number, count: number) => {
      const chip = bench.counting[address];
      if (chip !== undefined) return new Uint8Array(chip.read(register));
      return bytesOf(address + ":" + register, count);
    },
  };
  place("I2C1", bus);
  place("I2C2", bus);
};

const placeLine = (bench: Bench, port: number): void => {
  place("Serial" + port, {
    setup: (baud: number, options: EspruinoSerialOptions) => {
      const parity = options.parity === "even" ? "E" : "N";
      say(bench, "line " + port + " " + baud + "-" + options.bytesize + parity + options.stopbits);
    },
    on: (_event: string, ear: Ear) => {
      bench.ears[port] = ear;
    },
    removeAllListeners: () => undefined,
    write: (bytes: string) => say(bench, "serial " + port + " " + btoa(bytes)),
  });
};

const variablesUsed = (): number => {
  const memory = process.memory(true);
  return memory.total - memory.free;
};

const furnish = (): void => {
  const before = variablesUsed();
  const bench: Bench = {
    socket: undefined,
    levels: {},
    watches: {},
    ears: {},
    registers: {},
    light: createBh1750Chip(),
    counting: {},
    point: undefined,
    pace: undefined,
  };
  placePins(bench);
  placeChips(bench);
  placeLine(bench, 2);
  placeLine(bench, 3);
  require("fs")
    .readFileSync("world")
    .split("\n")
    .forEach((line) => obey(bench, line));
  // What a test takes off, to know what the board's own program takes.
  place("benchVariables", variablesUsed() - before);
};

furnish();
