import type { ESPLoader } from "esptool-js";
import { ESP32ROM } from "esptool-js/lib/targets/esp32.js";
import type { CablePort } from "../port.ts";
import { Trouble } from "../trouble.ts";
import { type Line, SLOW_BAUD } from "./line.ts";
import type { Chip } from "./session.ts";
import { type Pause, restartIntoLoader } from "./start.ts";

/** The way to a chip's boot loader: reset, find a common speed, ask who is there, upload the stub. */

export type ReachParts = {
  readonly port: CablePort;
  readonly line: Line;
  readonly tool: ESPLoader;
  readonly pause: Pause;
  readonly log: (line: string) => void;
};

const SYNC = 0x08;
const CHANGE_BAUD = 0x0f;

/** Esptool, "Serial Protocol", SYNC: 07 07 12 20 and 32 times 55. */
const SYNC_BYTES = Uint8Array.from({ length: 36 }, (_, at) => [7, 7, 0x12, 0x20][at] ?? 0x55);
const SYNCS = 5;
const SYNC_MS = 100;

/** Of the register that tells Espressif's older chips apart. */
const ESP32_MAGIC = 0x00f01d83;

/** In turn: usual boards, then those whose EN rises slowly. */
const SETTLES_MS = [50, 550, 50, 550, 50, 550];

const LIFE_MS = 500;

const ASKS_MAX = 6;

export const reach = async (parts: ReachParts, baud: number): Promise<Chip> => {
  let wish = baud;
  for (const settle of SETTLES_MS) {
    try {
      const chip = await start(parts, settle);
      if (chip === undefined) continue;
      if (wish !== SLOW_BAUD) {
        const faster = wish;
        wish = SLOW_BAUD; // A cable or a clone that is too slow for it is not asked again.
        await changeBaud(parts, faster);
      }
      return chip;
    } catch (error) {
      if (error instanceof Trouble) throw error;
      parts.log(`starting over: ${String(error)}`);
    }
  }
  throw silence(parts.line);
};

export const isAlive = async ({ line, tool, log }: ReachParts): Promise<boolean> => {
  for (let tries = 0; tries < 2; tries++) {
    try {
      await line.drainInput();
      await tool.readReg(tool.CHIP_DETECT_MAGIC_REG_ADDR, LIFE_MS);
      return true;
    } catch (error) {
      if (error instanceof Trouble) throw error;
      log(`no sign of life: ${String(error)}`);
    }
  }
  return false;
};

export const changeBaud = async (parts: ReachParts, baud: number): Promise<void> => {
  const { line, tool, pause } = parts;
  const rates = new DataView(new ArrayBuffer(8));
  rates.setUint32(0, baud, true);
  rates.setUint32(4, line.baud, true);
  await tool.command(CHANGE_BAUD, new Uint8Array(rates.buffer));
  await line.setBaud(baud);
  await pause(50);
  if (!(await isAlive(parts))) throw new Error(`no answer at ${baud} baud`);
};

const start = async (parts: ReachParts, settle: number): Promise<Chip | undefined> => {
  const { line, tool } = parts;
  if (line.baud !== SLOW_BAUD) await line.setBaud(SLOW_BAUD);
  await press(parts, settle);
  const who = await sync(parts);
  if (who === undefined) return undefined;
  tool.IS_STUB = who === "stub";
  await refuseStrangers(tool);
  tool.chip = new ESP32ROM();
  if (!tool.IS_STUB) await tool.runStub();
  return readChip(tool);
};

const press = async ({ port, pause, log }: ReachParts, settle: number): Promise<void> => {
  try {
    await restartIntoLoader(port, pause, settle);
  } catch (error) {
    // A port without these lines: somebody may hold BOOT and press EN instead.
    log(`DTR and RTS cannot be moved: ${String(error)}`);
  }
};

const sync = async ({ line, tool, log }: ReachParts): Promise<"rom" | "stub" | undefined> => {
  for (let tries = 0; tries < SYNCS; tries++) {
    try {
      const [value] = await tool.command(SYNC, SYNC_BYTES, 0, true, SYNC_MS);
      // The ROM answers eight times, with a value of its own; a stub that still runs says zero.
      await line.drainInput();
      return value === 0 ? "stub" : "rom";
    } catch (error) {
      if (error instanceof Trouble) throw error;
      log(`no sync: ${String(error)}`);
    }
  }
  return undefined;
};

const refuseStrangers = async (tool: ESPLoader): Promise<void> => {
  const magic = await agreed(() => tool.readReg(tool.CHIP_DETECT_MAGIC_REG_ADDR));
  if (magic === ESP32_MAGIC) return;
  try {
    await tool.connect("no_reset", 1);
  } catch (error) {
    throw new Trouble("wrong-chip", String(error));
  }
  throw new Trouble("wrong-chip", tool.chip.CHIP_NAME);
};

const readChip = async (tool: ESPLoader): Promise<Chip> => {
  const rom = new ESP32ROM();
  const name = await agreed(() => rom.getChipDescription(tool));
  const mac = await agreed(() => rom.readMac(tool));
  const size = (await agreed(() => tool.detectFlashSize())) ?? "0KB";
  return { name, mac: mac.replaceAll(":", ""), flashSize: tool.flashSizeBytes(size as "4MB") };
};

/** The same twice running, because an answer has no checksum: a board's name comes from its chip's. */
const agreed = async <T>(ask: () => Promise<T>): Promise<T> => {
  let last: T | undefined;
  for (let tries = 0; tries < ASKS_MAX; tries++) {
    try {
      const answer = await ask();
      if (tries > 0 && answer === last) return answer;
      last = answer;
    } catch (error) {
      if (error instanceof Trouble || tries === ASKS_MAX - 1) throw error;
    }
  }
  throw new Error("the chip answers otherwise each time: noise");
};

/** Why a chip does not answer, as far as what it said instead tells. */
const silence = (line: Line): Trouble => {
  const heard = line.heard;
  const words = heard
    .replaceAll(/[^\x20-\x7e\n]+/g, " ")
    .trim()
    .slice(-300);
  if (isBrownOut(heard)) return new Trouble("brown-out", words);
  if (/boot:0x[0-9a-f]+ \(SPI_FAST_FLASH_BOOT/i.test(heard))
    return new Trouble("no-answer", `the chip started its program instead of its loader: ${words}`);
  const instead = words === "" ? "nothing was heard" : `heard instead: ${words}`;
  return new Trouble("no-answer", `no boot loader answers; ${instead}`);
};

/** ESP-IDF's own words, and the ROM's reset reason 15 (esp_rom `rtc.h`). */
export const isBrownOut = (heard: string): boolean => /brownout|brown_out|rst:0xf /i.test(heard);
