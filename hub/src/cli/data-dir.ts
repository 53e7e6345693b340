import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Io } from "./io.ts";

/** Which hub's data a command is about. */

/** Every hub has one from its first second. */
const MARK = "hub.db";

const USUAL = ["data/hub", "data/demo", "data/demo-fast"];

export type DataDir =
  /** `isThere`: a hub has run there, or a board was added for one that will. */
  | { readonly ok: true; readonly path: string; readonly isThere: boolean }
  | { readonly ok: false; readonly problem: string };

/** What was asked for, else `BATTANT_DATA`, else the usual folder that was used last. */
export const findDataDir = async (asked: string | undefined, { env }: Io): Promise<DataDir> => {
  const named = asked ?? env["BATTANT_DATA"];
  if (named !== undefined && named !== "") {
    const path = resolve(named);
    return { ok: true, path, isThere: (await lastUse(path)) !== undefined };
  }
  const used = await Promise.all(
    USUAL.map(async (folder) => ({ path: resolve(folder), at: await lastUse(resolve(folder)) })),
  );
  const [latest] = used
    .filter((it) => it.at !== undefined)
    .toSorted((a, b) => (b.at ?? 0) - (a.at ?? 0));
  if (latest !== undefined) return { ok: true, path: latest.path, isThere: true };
  return {
    ok: false,
    problem:
      "No hub has run in this folder yet. Start one (npm start), go to the folder where it runs,\n" +
      "or say where its data is: --data DIR, or the environment variable BATTANT_DATA.",
  };
};

/** SQLite writes beside its file first, so the journal of the file counts too. */
const lastUse = async (folder: string): Promise<number | undefined> => {
  const times = await Promise.all(
    [MARK, `${MARK}-wal`].map((name) => changedAt(join(folder, name))),
  );
  if (times[0] === undefined) return undefined;
  return Math.max(...times.filter((it) => it !== undefined));
};

const changedAt = async (path: string): Promise<number | undefined> => {
  try {
    return (await stat(path)).mtimeMs;
  } catch (problem) {
    // Another user's folder shows nothing of what is in it. Opening it will say whose it is.
    const isHidden = problem instanceof Error && "code" in problem && problem.code === "EACCES";
    return isHidden ? 0 : undefined;
  }
};
