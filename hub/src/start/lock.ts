import { readFileSync } from "node:fs";

/** What an earlier or another hub left behind about itself. */
export type EarlierRun = { readonly pid: number; readonly ended: number | undefined };

/** True if the hub that wrote `run` is still alive: two hubs on one data folder would fight. */
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
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("start.mjs");
  } catch {
    return true; // No /proc here: better one question too many than two hubs.
  }
}
