import type { RunInfo } from "./doctor/observed.ts";

/** Commands to copy as they are printed: complete, about the same data, quoted as a shell takes it. */

/** `npx battant boards list --data DIR`. */
export const commandOn = (dataDir: string, words: string): string =>
  `npx battant ${words} --data ${shellQuoted(dataDir)}`;

type ToAdd = {
  readonly id: string;
  readonly name?: string | undefined;
  readonly flat: string | undefined;
};

export const addCommand = (dataDir: string, { id, name, flat }: ToAdd): string => {
  const called = name === undefined ? "" : ` --name ${shellQuoted(name)}`;
  const inFlat = flat === undefined ? "" : ` --flat ${flat}`;
  return commandOn(dataDir, `boards add ${id}${called}${inFlat}`);
};

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
