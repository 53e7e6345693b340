import type { Storage } from "../hardware.ts";
import type { EspruinoE, EspruinoPins, EspruinoProcess } from "./globals.ts";
import { releaseRelays } from "./relay-pins.ts";

/**
 * What happens to a program that is forgotten for years: exceptions, memory that runs out, restarts
 * and their reasons.
 */

export type RestartReason = "asked" | "crash";

const NOTE_FILE = "restart";

/**
 * A program that waits longer than this is started again.
 *
 * The longest wait is `net.connect` to a host that answered a ping and then fell silent: TCP sends
 * its SYN every 3 s, 12 times again at most (TCP_SYNMAXRTX), so 39 s. With 5 s between two kicks, four
 * dead chips at 1 s each on I2C, and a second of everything else: 49 s. Nearly twice that is left.
 */
export const WATCHDOG_SECONDS = 90;

/**
 * ESP32 Technical Reference Manual, RTC_CNTL_RESET_STATE_REG: the six lowest bits say why the CPU was
 * reset. The interpreter does not tell.
 */
const RESET_STATE = 0x3ff48034;
const CAUSE_BITS = 63;
const BROWN_OUT = 15;
/** Timer and task watchdogs, panics, and `E.reboot` without a note: all reset by software. */
const BY_SOFTWARE = [3, 7, 8, 9, 11, 12, 13];

/** `peek`: absent where that register is not. Read once, at start. */
export const readRestartReason = (
  storage: Storage,
  peek: ((address: number) => number) | undefined,
): string => {
  const note = storage.read(NOTE_FILE);
  // What was read lies in flash and goes with the file: it is looked at first, in an `if`, which no
  // minifier moves behind the erasing.
  if (note === "crash") {
    storage.erase(NOTE_FILE);
    return "crash";
  }
  if (note !== undefined) {
    storage.erase(NOTE_FILE);
    return "asked";
  }
  const cause = peek === undefined ? 0 : peek(RESET_STATE) & CAUSE_BITS;
  if (cause === BROWN_OUT) return "brown-out";
  return BY_SOFTWARE.indexOf(cause) >= 0 ? "watchdog" : "power";
};

/** Who restarts on purpose leaves a note for the next start. */
export const restartBecause = (
  e: EspruinoE,
  storage: Storage,
  pins: Pick<EspruinoPins, "Pin" | "digitalWrite">,
  reason: RestartReason,
): void => {
  try {
    releaseRelays(storage, pins);
    storage.write(NOTE_FILE, reason);
  } catch {
    // Memory may be short, that is why we are here.
  }
  e.reboot();
};

/** For the console: exceptions that nobody caught. Each ended its callback and nothing else. */
export type Mishaps = { readonly count: number; readonly last: string };

const TEXT_LENGTH_MAX = 200;

/** Espruino throws its own errors, and whatever else a program throws. */
const textOf = (error: unknown): string => {
  const fields = error as { readonly message?: string; readonly stack?: string } | undefined;
  if (fields === undefined || fields === null || fields.message === undefined) return "" + error;
  return fields.message + "\n" + fields.stack;
};

/**
 * When memory runs out, Espruino drops whatever timers come due in that moment, also innocent ones,
 * and goes on without them: only a restart mends that.
 */
export const watchMishaps = (
  e: EspruinoE,
  process: EspruinoProcess,
  ports: { readonly tell: (line: string) => void; readonly outOfMemory: () => void },
): Mishaps => {
  const mishaps = { count: 0, last: "" };
  process.on("uncaughtException", (error) => {
    mishaps.count++;
    mishaps.last = textOf(error).substring(0, TEXT_LENGTH_MAX);
    ports.tell("Uncaught " + mishaps.last);
  });
  e.on("errorFlag", (flags) => {
    if (flags.indexOf("MEMORY") >= 0) ports.outOfMemory();
  });
  return mishaps;
};
