/**
 * What is written into a chip, and where: the one description that the hub makes, and that terminal
 * and page carry out alike.
 */

/** `choice`: which of two applications starts. `storage`: the files of this very board. */
export const REGION_NAMES = [
  "bootloader",
  "partitions",
  "settings",
  "choice",
  "espruino",
  "storage",
] as const;

export type RegionName = (typeof REGION_NAMES)[number];

export type Region = {
  readonly name: RegionName;
  /** In flash, a multiple of 4096. */
  readonly address: number;
  /** A multiple of 4 long. */
  readonly bytes: Uint8Array;
  /** Of `bytes`, 32 hexadecimal digits: the chip is asked for the same when they are written. */
  readonly md5: string;
};

export type FlashPlan = {
  /** In the order of their addresses; no two overlap. */
  readonly regions: readonly Region[];
  /** What the chip must have, in bytes. */
  readonly flashSize: number;
};

/** Sectors are erased whole. */
export const SECTOR_BYTES = 4096;

/** What erased flash holds. */
export const ERASED = 0xff;
