/**
 * What `battant doctor` makes of what it saw. Every problem says what to do about it.
 *
 * `ok`: as it should be. `note`: worth knowing, nothing is broken. `problem`: something does not work.
 */
export type Check = {
  readonly level: "ok" | "note" | "problem";
  readonly about: string;
  readonly found: string;
  readonly todo?: string;
};

export const ok = (about: string, found: string): Check => ({ level: "ok", about, found });

export const note = (about: string, found: string, todo?: string): Check => ({
  level: "note",
  about,
  found,
  ...(todo !== undefined && { todo }),
});

export const problem = (about: string, found: string, todo?: string): Check => ({
  level: "problem",
  about,
  found,
  ...(todo !== undefined && { todo }),
});
