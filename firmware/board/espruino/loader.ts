import type { Storage } from "../hardware.ts";
import { chooseSlot, type SlotName } from "../update-slots.ts";
import type { EspruinoE, EspruinoModules, EspruinoPin, EspruinoPins } from "./globals.ts";
import { WATCHDOG_SECONDS } from "./life.ts";
import { releaseRelays } from "./relay-pins.ts";
import { sha256 } from "./sha256.ts";
import { createStorage } from "./storage.ts";
import { isWorthTidying } from "./tidy.ts";

declare const require: EspruinoModules;
declare const E: EspruinoE;
declare const NRF: { sleep(): void; setServices(data: object, options: object): void };
declare const Pin: EspruinoPins["Pin"];
declare const digitalWrite: EspruinoPins["digitalWrite"];
declare const LED1: EspruinoPin | undefined;
declare const console: { log(line: string): void };
/** Espruino takes code as text, and evaluates it where everything is global. */
declare const setTimeout: (code: string, delay: number) => number;
declare const setInterval: (code: string, period: number) => number;

/**
 * The loader, `.bootcde`: the first thing that runs on a board, and the only thing that no update
 * replaces. It comes over the cable as the first file in flash, where tidying up never moves it.
 *
 * It is a bundle of its own and leaves nothing behind: it asks for the program to be evaluated
 * later, as text, when the loader itself is gone from memory.
 */

const attempt = (action: () => void): void => {
  try {
    action();
  } catch {
    // Not every chip has it, and nothing here is worth a board that does not start.
  }
};

/**
 * Anyone in reach could type into the consoles that Espruino opens: Telnet on port 23, Bluetooth
 * under its own name. Neither has answered before the boot code has run. Bluetooth is switched off
 * altogether, which frees much memory, by what the cable writes into the chip's settings:
 * `ESP32.enableBLE(false)` would erase this very file.
 */
const closeConsoles = (): void => {
  attempt(() => require("TelnetServer").setOptions({ mode: "off" }));
  attempt(() => NRF.setServices({}, { uart: false }));
  attempt(() => NRF.sleep());
};

/** True when files have moved: whatever refers to one has to be made anew. */
const tidy = (storage: Storage): boolean => {
  if (!isWorthTidying(storage)) return false;
  const waste = storage.waste();
  require("Storage").compact();
  return storage.waste() < waste;
};

/**
 * Evaluated straight from flash, a program's functions stay there and take no RAM; evaluated at the
 * top, in no block and no function, they need no scope to live in. The second text has its turn when
 * the first has ended, well or badly: a program that did not come as far as its console never will.
 */
const run = (slot: SlotName): void => {
  setTimeout("battantSlot='" + slot + "';eval(require('Storage').read(battantSlot))", 0);
  setTimeout("if(!global.battant){console.log(battantSlot+' does not start');E.reboot()}", 1000);
};

/** A maker finds a board that says what is wrong, and listens on its cable. */
const stay = (): void => {
  console.log("No program on this board is whole. Flash it again over the cable.");
  setInterval("E.kickWatchdog()", 5000);
  if (typeof LED1 !== "undefined") setInterval("LED1.toggle()", 125);
};

export const load = (): void => {
  const storage = createStorage(require("Storage"));
  attempt(() => releaseRelays(storage, { Pin: Pin, digitalWrite: digitalWrite }));
  closeConsoles();
  E.enableWatchdog(WATCHDOG_SECONDS, false);
  if (tidy(storage)) {
    E.reboot();
    return;
  }
  const slot = chooseSlot(storage, sha256);
  if (slot === undefined) stay();
  else run(slot);
};
