import type { Sentence } from "../../api/contract.ts";

/**
 * What is wrong in a building file, where, and what to write instead.
 *
 * A `Finding` names a place by its keys, as the checks see it; a `ConfigProblem` names it by its
 * line and column, as a person with the file open sees it.
 */

export type Path = readonly (string | number)[];

export type Finding = {
  readonly path: Path;
  /** Whether the key is wrong, or what stands after it. */
  readonly at: "key" | "value";
  readonly message: Sentence;
};

export type ConfigProblem = {
  readonly line: number;
  readonly column: number;
  /** `zones.hall.daylight.target_lx`. Empty for the file as a whole. */
  readonly path: string;
  readonly message: Sentence;
};

export const pathText = (path: Path): string =>
  path
    .map((key, index) => {
      if (typeof key === "number") return `[${key}]`;
      return index === 0 ? shortened(key) : `.${shortened(key)}`;
    })
    .join("");

const SHOWN_LENGTH_MAX = 48;

/** Text from the file, made fit to be shown on one line of a terminal. */
export const shortened = (text: string): string => {
  const clean = text.slice(0, 2 * SHOWN_LENGTH_MAX).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return clean.length <= SHOWN_LENGTH_MAX ? clean : `${clean.slice(0, SHOWN_LENGTH_MAX - 1)}…`;
};

/** A value from the file as a message quotes it, without what might be a password in an address. */
export const shown = (value: unknown): string => {
  if (typeof value === "string")
    return shortened(`"${value.slice(0, 400).replace(/\/\/.*@/s, "//…@")}"`);
  if (value === null || value === undefined) return "—";
  if (Array.isArray(value)) return "[…]";
  if (typeof value === "object") return "{…}";
  return shortened(String(value as number | boolean | bigint));
};
