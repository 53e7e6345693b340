import { ESPLoader } from "esptool-js";
import { zlibSync } from "fflate";
import { SLOW_BAUD } from "./line.ts";
import { changeBaud, isAlive, reach, type ReachParts } from "./reach.ts";
import type { Chip } from "./session.ts";

/**
 * A chip's boot loader, made to talk. Its commands are those of esptool (Espressif, "Serial
 * Protocol"); esptool-js spells them.
 *
 * A command's checksum covers a block of data and nothing else, and an answer has none. So whatever
 * matters is asked twice, and what was written is proven by an MD5 (`write.ts`).
 */
export type Loader = {
  /** Resets the chip into its loader and goes to `baud`, or stays slow when the chip cannot. */
  reach(baud: number): Promise<Chip>;
  /** Waits until what was on its way is over, then asks for a sign of life. */
  isAlive(): Promise<boolean>;
  setBaud(baud: number): Promise<void>;
  /** Tells after every block how much of `bytes` the chip has. */
  write(address: number, bytes: Uint8Array, tell: (written: number) => void): Promise<void>;
  md5(address: number, length: number): Promise<string>;
};

/** A block is acknowledged only once the one before is in flash, which may erase slowly. */
const ANSWER_MS = 5000;

/** The most that the stub of an ESP32 takes. A slow line is a noisy one: it gets small blocks. */
const BLOCK_BYTES = { fast: 0x4000, slow: 0x1000 };

export const createLoader = (parts: Omit<ReachParts, "tool">): Loader => {
  const { line, log } = parts;
  const terminal = { clean: () => undefined, write: log, writeLine: log };
  const tool = new ESPLoader({ transport: line, baudrate: SLOW_BAUD, terminal });
  const all = { ...parts, tool };
  return {
    reach: (baud) => reach(all, baud),
    isAlive: () => isAlive(all),
    setBaud: (baud) => changeBaud(all, baud),
    write: (address, bytes, tell) => write(all, { address, bytes, tell }),
    md5: (address, length) => tool.flashMd5sum(address, length),
  };
};

type Writing = {
  readonly address: number;
  readonly bytes: Uint8Array;
  readonly tell: (written: number) => void;
};

/**
 * Not by `writeFlash`, which inflates every byte once more to tell where it is. A block whose
 * acknowledgement was lost is sent again, although the chip may have unpacked it: then it complains,
 * or its MD5 does.
 */
const write = async (
  { tool, line }: ReachParts,
  { address, bytes, tell }: Writing,
): Promise<void> => {
  tool.FLASH_WRITE_SIZE = line.baud === SLOW_BAUD ? BLOCK_BYTES.slow : BLOCK_BYTES.fast;
  const step = tool.FLASH_WRITE_SIZE;
  const packed = zlibSync(bytes, { level: 9 });
  await tool.flashDeflBegin(bytes.length, packed.length, address);
  for (let at = 0; at < packed.length; at += step) {
    await tool.flashDeflBlock(packed.subarray(at, at + step), at / step, ANSWER_MS);
    tell(Math.floor(bytes.length * Math.min(1, (at + step) / packed.length)));
  }
  await tool.flashDeflFinish(false, ANSWER_MS);
};
