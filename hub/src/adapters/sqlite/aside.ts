import { existsSync, renameSync } from "node:fs";
import type { Instant } from "@battant/protocol/vocabulary/units";

/**
 * Moves a damaged journal out of the way, with its log, and returns its new path. Done on demand
 * only, while the hub is stopped: most of what a damaged file holds can still be got out of it.
 */
export function moveAside(path: string, now: Instant): string {
  const moment = new Date(now).toISOString().replaceAll(":", "-").slice(0, 19);
  const aside = `${path}.damaged-${moment}`;
  if (existsSync(aside)) throw new Error(`${aside} exists already; wait a second and try again`);
  for (const part of ["", "-wal", "-shm"]) {
    if (existsSync(path + part)) renameSync(path + part, aside + part);
  }
  return aside;
}
