import type { FlashPlan, RegionName } from "../plan.ts";

/** A chip in its boot loader, at the other end of a cable. */

export type Chip = {
  /** As it says itself: `ESP32-D0WD-V3 (revision 3)`. */
  readonly name: string;
  /** 12 hexadecimal digits in lower case. */
  readonly mac: string;
  /** In bytes. */
  readonly flashSize: number;
};

/** Ends with `leave` or with `abandon`, which hold nothing any more. */
export type ChipSession = {
  readonly chip: Chip;
  /**
   * Writes every region, each proven by the chip's own MD5 of its flash, each tried again a few
   * times. Returns only when the chip holds all of it. May be repeated after it failed.
   */
  write(plan: FlashPlan, telling: WriteTelling): Promise<void>;
  /** Has the chip start what it holds, and lets go of the port, which stays open at 115200 baud. */
  leave(): Promise<void>;
  /** Lets go of the port and closes it, in whatever state the chip is. Never fails. */
  abandon(): Promise<void>;
};

export type WriteTelling = {
  /** In bytes of flash: a piece that is written again counts once. */
  readonly progress: (region: RegionName, written: number, total: number) => void;
  readonly retry: (region: RegionName, reason: string) => void;
  readonly signal: AbortSignal;
};
