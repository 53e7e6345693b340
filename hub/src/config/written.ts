import { stringify } from "yaml";

/** New lines of a building file, in the manner of the starter file. */
export type Written = string | number | boolean | { readonly [key: string]: Written };

/** `step`: columns of one level. */
export const linesOf = (key: string, value: Written, indent: number, step: number): string[] => {
  const margin = " ".repeat(indent);
  if (typeof value !== "object" || isShort(value)) {
    return [`${margin}${word(key)}: ${inline(key, value)}`];
  }
  return [
    `${margin}${word(key)}:`,
    ...Object.entries(value).flatMap(([name, it]) => linesOf(name, it, indent + step, step)),
  ];
};

/** `{ board: hall, sensor: light }` goes on one line; what has a name for people does not. */
const isShort = (value: { readonly [key: string]: Written }): boolean =>
  value["name"] === undefined && Object.values(value).every((it) => typeof it !== "object");

export const inline = (key: string, value: Written): string => {
  if (typeof value === "object") return `{ ${entriesInline(value)} }`;
  // Names are quoted in the starter file, too: a colon or a # in one does no harm then.
  return key === "name" ? JSON.stringify(value) : stringify(value).trimEnd();
};

export const entriesInline = (value: { readonly [key: string]: Written }): string =>
  Object.entries(value)
    .map(([key, it]) => `${word(key)}: ${inline(key, it)}`)
    .join(", ");

const word = (key: string): string => stringify(key).trimEnd();
