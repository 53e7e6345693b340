import type { BootId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import type { Hardware, Health, I2CWiring, SerialWiring, Storage } from "../hardware.ts";
import type {
  EspruinoE,
  EspruinoI2C,
  EspruinoModules,
  EspruinoPins,
  EspruinoProcess,
  EspruinoSerial,
  EspruinoWifi,
} from "./globals.ts";
import { busOf } from "./i2c.ts";
import { readRestartReason, restartBecause } from "./life.ts";
import { MEMBERSHIP_FILE } from "./membership.ts";
import { createNetwork } from "./network.ts";
import { createWatch, readPin, takeInput, watchPin, writePin } from "./pins.ts";
import { createSerialPort, setUpLine } from "./serial.ts";
import { sha256 } from "./sha256.ts";
import { nextBootId } from "./starts.ts";
import { createStorage } from "./storage.ts";
import { createTimers, uptimeAt } from "./timers.ts";
import { signalOf, superviseWifi } from "./wifi.ts";

declare const require: EspruinoModules;
declare const E: EspruinoE;
declare const process: EspruinoProcess;
declare const getTime: () => number;
declare const getSerial: () => string;
declare const Pin: EspruinoPins["Pin"];
declare const digitalWrite: EspruinoPins["digitalWrite"];
declare const pinMode: EspruinoPins["pinMode"];
declare const setWatch: EspruinoPins["setWatch"];
declare const I2C1: EspruinoI2C;
declare const I2C2: EspruinoI2C;
declare const Serial2: EspruinoSerial;
declare const Serial3: EspruinoSerial | undefined;
declare const peek32: (address: number) => number;

/**
 * The hardware interface on a real board: everything the program has of the interpreter.
 *
 * The interpreter's own clock is left alone, for its timers hang on it: what sets it underneath
 * (`Wifi.setSNTP`) makes every interval catch up at once, or stop. Uptime is that clock since the
 * start, and the time of day is uptime plus what the hub has told.
 */

/** Absent on Linux, and so is the module's name. */
const findRadio = (): EspruinoWifi | undefined => {
  try {
    return require("Wifi");
  } catch {
    return undefined;
  }
};

/** Lehmer's generator, from 1 to 2 147 483 646. */
const LEHMER = 2147483647;

const nextRandom = (state: number): number => (state * 16807) % LEHMER;

/** `Math.random` alone is the same on every board at every start. */
const seedFrom = (boot: BootId): number => {
  const hash = boot.indexOf("-") + 1;
  return (parseInt(boot.substring(hash, hash + 8), 16) % (LEHMER - 1)) + 1;
};

const bootOf = (storage: Storage): BootId => {
  const noise = getTime() + " " + E.getTemperature() + " " + Math.random();
  const secret = storage.read(MEMBERSHIP_FILE);
  return nextBootId(storage, sha256, {
    serial: getSerial(),
    text: noise + (secret === undefined ? "" : " " + secret),
  });
};

const portOf = (wiring: SerialWiring): EspruinoSerial => {
  if (wiring.port === 2) return Serial2;
  if (wiring.port === 3 && typeof Serial3 !== "undefined") return Serial3;
  throw new Error("this chip has no serial port " + wiring.port);
};

/** Made each time: what is made once is kept for ever. */
const pins = (): EspruinoPins => ({
  Pin: Pin,
  digitalWrite: digitalWrite,
  pinMode: pinMode,
  setWatch: setWatch,
});

const healthOf = (radio: EspruinoWifi | undefined): Health => {
  const memory = process.memory(false);
  return {
    variablesFree: memory.free,
    variables: memory.total,
    signal: radio === undefined ? undefined : signalOf(radio),
  };
};

/** Each of these is there for as long as the board runs: what they share is kept small. */
export const espruinoHardware = (): Hardware => {
  const startedAt = getTime();
  const storage = createStorage(require("Storage"));
  const boot = bootOf(storage);
  const timers = createTimers();
  const radio = findRadio();
  const taken: I2CWiring[] = [];
  let random = seedFrom(boot);
  let offset: number | undefined;

  const hardware: Hardware = {
    timers: timers,
    network: createNetwork({
      timers: timers,
      net: (tls) => require(tls ? "tls" : "net"),
      radio: radio,
    }),
    storage: storage,
    restartReason: readRestartReason(storage, process.env.BOARD === "ESP32" ? peek32 : undefined),
    boot: boot,
    i2c: (wiring) => busOf({ pins: pins(), ports: [I2C1, I2C2] }, taken, wiring),
    output: (wiring) => writePin(pins(), wiring, false),
    write: (wiring, active) => writePin(pins(), wiring, active),
    input: (wiring) => takeInput(pins(), wiring),
    read: (wiring) => readPin(pins(), wiring),
    watch: (wiring, onEdge) => watchPin(pins(), wiring, createWatch(wiring, startedAt, onEdge)),
    serial: (wiring) => {
      const port = portOf(wiring);
      setUpLine(pins(), port, wiring);
      return createSerialPort(port, wiring.sevenEven === true);
    },
    uptime: () => uptimeAt(startedAt, getTime()),
    now: () =>
      offset === undefined ? undefined : instant(offset + uptimeAt(startedAt, getTime())),
    setClock: (now) => {
      offset = now - uptimeAt(startedAt, getTime());
    },
    random: () => {
      random = nextRandom(random);
      return (random - 1) / (LEHMER - 1);
    },
    sha256: sha256,
    kickWatchdog: () => E.kickWatchdog(),
    restart: () => restartBecause(E, storage, pins(), "asked"),
    health: () => healthOf(radio),
  };
  if (radio !== undefined) superviseWifi(radio, hardware);
  return hardware;
};
