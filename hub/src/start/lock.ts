import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * One hub per data folder: two would fight over it. The lock is one of SQLite's, because the system
 * lets go of it when the hub dies, however it dies.
 */
export function lockFolder(dataDir: string): (() => void) | undefined {
  const lock = new DatabaseSync(join(dataDir, "hub.lock"), { timeout: LOCK_WAIT_MS });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return () => lock.close();
  } catch (error) {
    lock.close();
    if (error instanceof Error && error.message.includes("locked")) return undefined;
    throw error;
  }
}

/** A hub that is just stopping gets this long to finish. */
const LOCK_WAIT_MS = 500;

/** What an earlier or another hub left behind about itself. */
export type EarlierRun = { readonly pid: number; readonly ended: number | undefined };

/** True if the hub that wrote `run` is still alive. */
export function isAlive(run: EarlierRun | undefined): boolean {
  if (run === undefined || run.ended !== undefined || run.pid === process.pid) return false;
  try {
    process.kill(run.pid, 0);
  } catch (error) {
    // Somebody else's process may not be asked, but it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  return isHub(run.pid);
}

/** Numbers of processes are used again, so it is also asked what that process is. */
function isHub(pid: number): boolean {
  try {
    return /start\.mjs|battant/u.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  } catch {
    return true; // No /proc here.
  }
}
