import { UnusableFile } from "./schema.ts";

/** What went wrong with the file, in words that say what to do about it. */
export type Trouble = {
  readonly problem: "disk-full" | "failed";
  readonly detail: string;
};

/** Primary result codes of SQLite, sqlite.org/rescode.html. */
const BUSY = 5;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** Extended code: no room for the memory that connections share. Another way for a disk to be full. */
const SHARED_MEMORY_FULL = 4874;

export function troubleWith(path: string, error: unknown): Trouble {
  if (error instanceof UnusableFile) return failed(error.message);
  switch (primaryCode(error)) {
    case FULL:
      return {
        problem: "disk-full",
        detail:
          `the disk or the limit set for ${path} is full; free some space: readings are ` +
          "accepted again by themselves, and boards keep theirs until then",
      };
    case CORRUPT:
    case NOT_A_DATABASE:
      return failed(
        `${path} is damaged; stop the hub, keep a copy, then restore a backup or move the file ` +
          "aside to begin a new one",
      );
    case IO_ERROR:
      return failed(`the disk of ${path} answers with errors; check the card and its power supply`);
    case CANNOT_OPEN:
    case READ_ONLY:
      return failed(
        `${path} cannot be opened; check that its folder exists and belongs to the hub's user`,
      );
    case BUSY:
      return failed(`another program has kept ${path} locked; is a second hub running on it?`);
    default:
      return failed(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const failed = (detail: string): Trouble => ({ problem: "failed", detail });

/** `node:sqlite` gives the extended code; its low byte is the primary one. */
function primaryCode(error: unknown): number {
  if (!(error instanceof Error) || !("errcode" in error)) return 0;
  if (typeof error.errcode !== "number") return 0;
  return error.errcode === SHARED_MEMORY_FULL ? FULL : error.errcode & 0xff;
}
