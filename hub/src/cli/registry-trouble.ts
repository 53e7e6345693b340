import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { shellQuoted } from "./next-step.ts";

/** Why the hub's own file cannot be used, and what to do about it. */

export type Tried = {
  /** The file. */
  readonly path: string;
  /** What was typed after `battant`. */
  readonly args: readonly string[];
};

export const registryTrouble = (problem: unknown, { path, args }: Tried): string => {
  const { code, errcode, message } = codesOf(problem);
  const primary = Number(errcode ?? 0) & 0xff;
  if (["EACCES", "EPERM", "EROFS"].includes(String(code)) || FORBIDDEN.includes(primary)) {
    return notAllowed(path, { owner: ownerOf(path), args });
  }
  if (DAMAGED.includes(primary)) {
    return `${path} is damaged; stop the hub, keep a copy, then restore a backup of it`;
  }
  return message.includes(path) ? message : `${path}: ${message}`;
};

/** Primary result codes of SQLite (sqlite.org/rescode.html): PERM, READONLY, CANTOPEN. */
const FORBIDDEN: readonly number[] = [3, 8, 14];

/** CORRUPT, NOTADB. */
const DAMAGED: readonly number[] = [11, 26];

type Codes = { readonly code?: unknown; readonly errcode?: unknown; readonly message: string };

const codesOf = (problem: unknown): Codes =>
  problem instanceof Error ? problem : { message: String(problem) };

export const notAllowed = (
  path: string,
  { owner, args }: { readonly owner: string | undefined; readonly args: readonly string[] },
): string => {
  const command = `npx battant ${args.map(shellQuoted).join(" ")}`;
  return owner === undefined
    ? `${path} may not be opened by this user; run the command as the user the hub runs as: \`sudo -u USER ${command}\``
    : `${path} may not be opened by this user, it is ${owner}'s; run \`sudo -u ${shellQuoted(owner)} ${command}\``;
};

/** Of the file, or of the folder that hides it. */
const ownerOf = (path: string): string | undefined => {
  for (const place of [path, dirname(path)]) {
    try {
      return userName(statSync(place).uid);
    } catch {
      // The folder may be seen where the file may not.
    }
  }
  return undefined;
};

/** `#1000` is how sudo takes a user without a name (sudo(8), -u). */
const userName = (uid: number): string => {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((it) => it.split(":")[2] === String(uid));
  return line?.split(":")[0] ?? `#${uid}`;
};
