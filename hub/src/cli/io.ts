import type { Language } from "../domain/sentence.ts";

/** What a command may touch of the world around it: where it prints, and what it was told. */
export type Io = {
  out(text: string): void | Promise<void>;
  err(text: string): void | Promise<void>;
  readonly env: { readonly [name: string]: string | undefined };
};

export const EXIT = { ok: 0, problems: 1, usage: 2 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** As POSIX has it: LC_ALL beats LC_MESSAGES beats LANG. */
export const languageOf = ({ env }: Pick<Io, "env">): Language => {
  const said = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find(
    (it) => it !== undefined && it !== "",
  );
  return said?.toLowerCase().startsWith("fr") === true ? "fr" : "en";
};

export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
