import type { BootId } from "./ids.ts";

/** A program for a board, as the hub announces it before the first chunk. */
export type UpdateOffer = {
  /** Length in bytes. */
  readonly size: number;
  /** SHA-256 of all of it, 64 hexadecimal digits. */
  readonly digest: string;
  /** Version of the program. */
  readonly program: string;
  /** An older version is taken only when this is asked for. */
  readonly downgrade: boolean;
};

/** Characters. A board holds a chunk in memory three times while it is decoded and written. */
export const CHUNK_LENGTH_MAX = 512;

/** A piece of the program, ASCII, beginning at byte `at`. */
export type UpdateChunk = { readonly at: number; readonly data: string };

/**
 * `receiving`: everything before `at` is on the board's flash. `verified`: all of it is there and is
 * what was announced; the board starts it next. `refused`, with the reason: nothing has changed.
 */
export type UpdateReport = {
  readonly boot: BootId;
  readonly state: "receiving" | "verified" | "refused";
  readonly at: number;
  readonly problem?: string;
};
