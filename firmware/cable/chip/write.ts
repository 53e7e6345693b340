import { type FlashPlan, type Region, type RegionName, SECTOR_BYTES } from "../plan.ts";
import { Trouble } from "../trouble.ts";
import { type Line, SLOW_BAUD } from "./line.ts";
import type { Loader } from "./loader.ts";
import { md5 } from "./md5.ts";
import { isBrownOut } from "./reach.ts";
import type { Chip, WriteTelling } from "./session.ts";

/**
 * Writes a plan into a chip so that at no moment it holds something that looks good and is not:
 *
 * 1. the first sector of the boot loader is filled with zeros, and with it the mark without which
 *    the chip's ROM starts nothing; not only erased, because a worn sector may keep old bits when
 *    it is erased, and never when they are cleared;
 * 2. everything else is written, piece by piece, each proven by the chip's own MD5 of its flash;
 * 3. every region is proven once more as a whole, because a command that was garbled on the cable
 *    may have hit a piece that was good already;
 * 4. that first sector is written last, in one block, which the chip takes whole or not at all.
 *
 * Where the last step fails, all of it begins again: what is proven is not written twice.
 */
export const writePlan = async (bench: Bench, plan: FlashPlan): Promise<void> => {
  const work = divide(plan);
  const written = new Set<Piece>();
  // From here on the cable must stay: people are told before the first byte is.
  bench.telling.progress(work.head.region, 0, work.bytes);
  await revive(bench, 1);
  for (let round = 1; ; round++) {
    await persist(bench, "bootloader", () => writePiece(bench, zerosFor(work.head)));
    await writePieces(bench, work, written);
    const problem = await finish(bench, work, written);
    if (problem === undefined) return;
    if (round === ROUNDS_MAX) {
      await persist(bench, "bootloader", () => writePiece(bench, zerosFor(work.head)));
      throw troubleOf(bench, "bootloader", problem);
    }
    bench.telling.retry("bootloader", reasonOf(problem));
    await revive(bench, 1);
  }
};

export type Bench = {
  readonly loader: Loader;
  readonly line: Line;
  readonly chip: Chip;
  readonly telling: WriteTelling;
};

type Piece = Omit<Region, "name"> & { readonly region: RegionName };

type Work = {
  readonly plan: FlashPlan;
  readonly bytes: number;
  /** The boot loader's first sector. */
  readonly head: Piece;
  /** Everything else. */
  readonly pieces: readonly Piece[];
};

/** What flash erases fastest; an acknowledgement that is lost costs this much and no more. */
const PIECE_BYTES = 0x1_0000;

const TRIES = 4;
const ROUNDS_MAX = 4;

type Proof = Pick<Region, "address" | "bytes" | "md5">;

/** The chip answered, and holds other bytes. */
class Mismatch extends Error {}

const divide = (plan: FlashPlan): Work => {
  const bootloader = plan.regions.find((region) => region.name === "bootloader");
  if (bootloader === undefined) throw new Error("a plan without a boot loader starts nothing");
  let free = 0;
  const pieces = plan.regions.flatMap((region) => {
    const { name, address, bytes } = region;
    // What is written over a region that was proven, and over the first sector above all, unproves it.
    if (address < free || md5(bytes) !== region.md5)
      throw new Trouble("write-failed", `the plan itself is damaged: ${name}`);
    free = SECTOR_BYTES * Math.ceil((address + bytes.length) / SECTOR_BYTES);
    return piecesOf(region, region === bootloader ? SECTOR_BYTES : 0);
  });
  const bytes = sum(plan.regions.map((region) => region.bytes.length));
  return { plan, bytes, head: pieceOf(bootloader, 0, SECTOR_BYTES), pieces };
};

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

const piecesOf = (region: Region, start: number): readonly Piece[] => {
  const count = Math.ceil((region.bytes.length - start) / PIECE_BYTES);
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const from = start + index * PIECE_BYTES;
    return pieceOf(region, from, from + PIECE_BYTES);
  });
};

const pieceOf = (region: Region, from: number, to: number): Piece => {
  const bytes = region.bytes.subarray(from, to);
  return { region: region.name, address: region.address + from, bytes, md5: md5(bytes) };
};

const zerosFor = (head: Piece): Piece => {
  const bytes = new Uint8Array(head.bytes.length);
  return { ...head, bytes, md5: md5(bytes) };
};

const writePieces = async (bench: Bench, work: Work, written: Set<Piece>): Promise<void> => {
  for (const piece of work.pieces) {
    if (written.has(piece)) continue;
    const before = sum([...written].map((done) => done.bytes.length));
    const tell = (count: number): void =>
      bench.telling.progress(piece.region, before + count, work.bytes);
    await persist(bench, piece.region, () => writePiece(bench, piece, tell));
    written.add(piece);
  }
};

const writePiece = async (
  { loader }: Bench,
  piece: Piece,
  tell: (written: number) => void = () => undefined,
): Promise<void> => {
  await loader.write(piece.address, piece.bytes, tell);
  await prove(loader, piece);
};

/** Asked once more when it differs: the answer itself may have been garbled on the cable. */
const prove = async (loader: Loader, { address, bytes, md5: expected }: Proof): Promise<void> => {
  for (let asked = 0; asked < 2; asked++)
    if ((await loader.md5(address, bytes.length)) === expected) return;
  throw new Mismatch(`the flash holds other bytes at 0x${address.toString(16)}`);
};

/**
 * The regions as wholes, and only then the head, once: when that fails, something else may have been
 * hit instead of it, and the next round looks at everything again.
 */
const finish = async (
  bench: Bench,
  { plan, bytes, head, pieces }: Work,
  written: Set<Piece>,
): Promise<Error | undefined> => {
  for (const region of plan.regions) {
    // Of the boot loader, the head is not there yet.
    const its = pieces.filter((piece) => piece.region === region.name);
    if (region.name !== head.region && (await holds(bench, region.name, region))) continue;
    for (const piece of its) if (!(await holds(bench, region.name, piece))) written.delete(piece);
  }
  if (written.size < pieces.length) return new Mismatch("a piece that was good has changed");
  try {
    await writePiece(bench, head);
    bench.telling.progress(head.region, bytes, bytes);
    return undefined;
  } catch (error) {
    if (error instanceof Trouble) throw error;
    return error as Error;
  }
};

const holds = (bench: Bench, region: RegionName, proof: Proof): Promise<boolean> =>
  persist(bench, region, async () => {
    try {
      await prove(bench.loader, proof);
      return true;
    } catch (error) {
      if (error instanceof Mismatch) return false;
      throw error;
    }
  });

/** Tries again: after a breath, then at the slow speed, then from the chip's reset on. */
const persist = async <T>(bench: Bench, region: RegionName, work: () => Promise<T>): Promise<T> => {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Trouble) throw error;
      if (tries === TRIES) throw troubleOf(bench, region, error as Error);
      bench.telling.retry(region, reasonOf(error as Error));
      await revive(bench, tries);
    }
  }
};

const revive = async ({ loader, line, chip }: Bench, failures: number): Promise<void> => {
  const baud = failures === 1 ? line.baud : SLOW_BAUD;
  if (failures < TRIES - 1 && (await loader.isAlive())) {
    if (baud === line.baud) return;
    try {
      return await loader.setBaud(baud);
    } catch (error) {
      if (error instanceof Trouble) throw error;
    }
  }
  const again = await loader.reach(baud);
  if (again.mac !== chip.mac)
    throw new Trouble("unplugged", `another chip answers: ${again.mac} instead of ${chip.mac}`);
};

const troubleOf = ({ line }: Bench, region: RegionName, error: Error): Trouble => {
  const detail = `${region}, after ${TRIES} tries: ${reasonOf(error)}`;
  if (isBrownOut(line.heard)) return new Trouble("brown-out", detail);
  return new Trouble(error instanceof Mismatch ? "verify-failed" : "write-failed", detail);
};

/** Of the errors of esptool-js, too. */
const reasonOf = (error: Error): string =>
  error.message.replace(/^Failed to (.*) failed with status (.*)$/s, "the chip refused to $1 ($2)");
