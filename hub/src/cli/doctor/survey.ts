import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access, statfs } from "node:fs/promises";
import { promisify } from "node:util";

/** Looks at the machine for `battant doctor`. Whatever cannot be found out is `undefined`. */

export const freeBytes = async (folder: string): Promise<number | undefined> => {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
};

export const isWritable = async (folder: string): Promise<boolean> =>
  (await accessProblem(folder, constants.W_OK | constants.X_OK)) === undefined;

export type PortProblem = "missing" | "no-permission";

export const portProblem = async (path: string): Promise<PortProblem | undefined> => {
  const code = await accessProblem(path, constants.R_OK | constants.W_OK);
  if (code === undefined) return undefined;
  return code === "EACCES" || code === "EPERM" ? "no-permission" : "missing";
};

const accessProblem = async (path: string, mode: number): Promise<string | undefined> => {
  try {
    await access(path, mode);
    return undefined;
  } catch (problem) {
    return problem instanceof Error && "code" in problem ? String(problem.code) : "unknown";
  }
};

/** As systemd tells it, where there is systemd. */
export const isClockSynchronised = async (): Promise<boolean | undefined> => {
  try {
    const args = ["show", "--property=NTPSynchronized", "--value"];
    const { stdout } = await promisify(execFile)("timedatectl", args, { timeout: 3000 });
    const said = stdout.trim();
    return said === "yes" || said === "no" ? said === "yes" : undefined;
  } catch {
    return undefined;
  }
};

/** Every InfluxDB from 1 to 3 answers `/ping` with 204 or 200, some only to those who sign in. */
export const influxProblem = async (url: string): Promise<string | undefined> => {
  try {
    const ping = new URL("ping", url.endsWith("/") ? url : `${url}/`);
    const { status, body } = await fetch(ping, { signal: AbortSignal.timeout(3000) });
    await body?.cancel();
    return status < 300 || status === 401 ? undefined : `it answers ${status}`;
  } catch (problem) {
    const cause = problem instanceof Error ? (problem.cause ?? problem) : problem;
    if (cause instanceof Error && "code" in cause) return String(cause.code);
    return cause instanceof Error ? cause.name : "no answer";
  }
};
