import type { ChipSession, WriteTelling } from "../chip/session.ts";
import { md5 } from "../chip/md5.ts";
import { connectChip } from "../chip/connect.ts";
import { makePlan } from "../image/plan.ts";
import type { FlashPlan } from "../plan.ts";
import type { CablePort } from "../port.ts";
import { Trouble } from "../trouble.ts";
import type { Esp32 } from "./esp32/chip.ts";
import { createRandom } from "./esp32/random.ts";
import { chipImage, ESPRUINO_TABLE, partitionTable, pretendRelease } from "./release-kit.ts";

/** Plans to write, and what a chip holds afterwards. */

/** Half of it noise, half of it erased, as a board's storage is. */
export const contentOf = (length: number, seed: number): Uint8Array => {
  const random = createRandom(seed);
  const bytes = new Uint8Array(length).fill(0xff);
  for (let at = 0; at < length / 2; at++) bytes[at] = Math.floor(random() * 256);
  return bytes;
};

const SMALL_TABLE = [
  ["nvs", 1, 2, 0x9000, 0x3000],
  ["otadata", 1, 0, 0xc000, 0x2000],
  ["factory", 0, 0, 0x10000, 0x20000],
  ["storage", 1, 0x41, 0x30000, 0x8000],
] as const;

export type PlanKind = "small" | "real size";

/** The boot loader reaches over several sectors, as real ones do. */
export const planOf = (kind: PlanKind, seed = 1): FlashPlan => {
  const isSmall = kind === "small";
  const release = pretendRelease({ size: isSmall ? 70_000 : 1_480_000 });
  return makePlan({
    release: {
      bootloader: chipImage(contentOf(isSmall ? 9000 : 19_000, seed)),
      partitions: partitionTable(isSmall ? SMALL_TABLE : ESPRUINO_TABLE),
      application: release.application,
    },
    storage: (size) => contentOf(size, seed + 1),
    md5,
  });
};

/** A twentieth of the time: the chip in memory answers at once. */
export const hurry = (ms: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, ms / 20));

export const never = (): AbortSignal => new AbortController().signal;

export const connect = (port: CablePort, signal = never()): Promise<ChipSession> =>
  connectChip(port, { signal, pause: hurry });

/** The port that `current` gives, as one whose cable hangs now here, now there. */
export const cableTo = (current: () => CablePort, changes: Partial<CablePort> = {}): CablePort => ({
  get readable() {
    return current().readable;
  },
  get writable() {
    return current().writable;
  },
  open: (options) => current().open(options),
  close: () => current().close(),
  setSignals: (signals) => current().setSignals(signals),
  getInfo: () => current().getInfo(),
  ...changes,
});

export const quietly = (telling: Partial<WriteTelling> = {}): WriteTelling => ({
  progress: () => undefined,
  retry: () => undefined,
  signal: never(),
  ...telling,
});

/** The names of the regions that a chip does not hold byte by byte. */
export const missingIn = (chip: Esp32, plan: FlashPlan): readonly string[] =>
  plan.regions
    .filter(({ address, bytes }) => {
      const there = chip.flash.subarray(address, address + bytes.length);
      return Buffer.compare(there, bytes) !== 0;
    })
    .map(({ name }) => name);

/** What its ROM looks at first is no mark of a program. */
export const startsNothing = (chip: Esp32): boolean =>
  chip.flash.subarray(0x1000, 0x2000).every((byte) => byte === 0);

export const troubleOf = async (work: Promise<unknown>): Promise<Trouble> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof Trouble) return error;
    throw error;
  }
  throw new Error("it went well, and should not have");
};
