import { type Milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import type { Decoded } from "@battant/protocol/wire/decoded";
import type { BoardFile, Membership } from "../board-file.ts";
import type { Hardware } from "../hardware.ts";
import type { LocalRulePart } from "../local-rule.ts";
import { startBoard } from "../main.ts";
import type { BoardParts } from "../program.ts";
import type { RelayPart } from "../relays.ts";
import type { SensorKind } from "../sensor.ts";
import { createSlots, type SlotName, type Slots } from "../update-slots.ts";
import type { EspruinoE, EspruinoPins, EspruinoProcess } from "./globals.ts";
import { espruinoHardware } from "./hardware.ts";
import { type Mishaps, restartBecause, watchMishaps } from "./life.ts";
import { decodeMembership, MEMBERSHIP_FILE } from "./membership.ts";
import { rememberRelays } from "./relay-pins.ts";
import { type Console, createConsole } from "./self-test.ts";

declare const E: EspruinoE;
declare const process: EspruinoProcess;
declare const Pin: EspruinoPins["Pin"];
declare const digitalWrite: EspruinoPins["digitalWrite"];
declare const console: { log(line: string): void };
/** Set by the loader; without one, a maker is trying something over the cable. */
declare const battantSlot: SlotName | undefined;
/** For who types at the console over the cable; the loader sees by it that the program started. */
declare const global: { battant?: Console };

/** What the bundle of one hardware file brings along. */
export type StartParts = {
  readonly file: BoardFile;
  /** Version of the program. */
  readonly program: string;
  readonly kinds: () => readonly SensorKind[];
  readonly relays?: RelayPart;
  readonly localRules?: LocalRulePart;
};

const KICK_EVERY: Milliseconds = seconds(5);

const print = (line: string): void => console.log(line);

const readMembership = (hardware: Hardware): Decoded<Membership> => {
  const file = hardware.storage.read(MEMBERSHIP_FILE);
  return file === undefined ? { ok: false, problem: "there is none" } : decodeMembership(file);
};

const partsOf = (parts: StartParts, membership: Membership, slots: Slots): BoardParts => {
  const all: { -readonly [key in keyof BoardParts]: BoardParts[key] } = {
    file: parts.file,
    membership: membership,
    program: parts.program,
    slots: slots,
    kinds: parts.kinds,
  };
  if (parts.relays !== undefined) all.relays = parts.relays;
  if (parts.localRules !== undefined) all.localRules = parts.localRules;
  return all;
};

const watch = (hardware: Hardware): Mishaps =>
  watchMishaps(E, process, {
    tell: print,
    outOfMemory: () =>
      restartBecause(E, hardware.storage, { Pin: Pin, digitalWrite: digitalWrite }, "crash"),
  });

/** For the cable, and not for the watchdog. */
const wait = (hardware: Hardware, problem: string): void => {
  const test = (): void =>
    print("This board does not know its hub. File " + MEMBERSHIP_FILE + ": " + problem);
  test();
  global.battant = { test: test };
  hardware.timers.every(KICK_EVERY, () => hardware.kickWatchdog());
};

/** Nothing is made here that stays and would keep all of this with it. */
export const start = (parts: StartParts): void => {
  const hardware = espruinoHardware();
  const mishaps = watch(hardware);
  rememberRelays(hardware.storage, parts.file.relays);
  const membership = readMembership(hardware);
  if (!membership.ok) {
    wait(hardware, membership.problem);
    return;
  }
  const running = typeof battantSlot === "undefined" ? "app" : battantSlot;
  const slots = createSlots(hardware.storage, hardware.sha256, running);
  const program = startBoard(hardware, partsOf(parts, membership.value, slots));
  global.battant = createConsole(program, mishaps);
};
