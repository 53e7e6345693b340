import type { RunInfo } from "./doctor/observed.ts";

/** Commands to copy as they are printed: complete, about the same data, quoted as a shell takes it. */

/** `npx battant boards list --data DIR`. */
export const commandOn = (dataDir: string, words: string): string =>
  `npx battant ${words} --data ${shellQuoted(dataDir)}`;

export const addCommand = (
  dataDir: string,
  { id, flat }: { readonly id: string; readonly flat: string | undefined },
): string => commandOn(dataDir, `boards add ${id}${flat === undefined ? "" : ` --flat ${flat}`}`);

export type Startable = {
  readonly dataDir: string;
  readonly run: Pick<RunInfo, "demo" | "speed"> | undefined;
};

/** Starts the hub as it ran before; a real one if it never did. */
export const startCommand = ({ dataDir, run }: Startable): string => {
  if (run?.demo !== true) return commandOn(dataDir, "start --no-demo");
  return commandOn(dataDir, run.speed === 1 ? "start" : `start --speed ${run.speed}`);
};

export const shellQuoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
