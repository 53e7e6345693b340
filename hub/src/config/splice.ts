import { isCollection, isMap, isPair, isScalar, type Node, type Pair, parseDocument } from "yaml";
import type { Scalar, YAMLMap } from "yaml";
import { entriesInline, inline, linesOf, type Written } from "./written.ts";

/**
 * Changes a few values of a YAML text and not one sign besides.
 *
 * Printing a parsed document again would move comments and rewrap lines that a person has laid out.
 * So the parser is only asked where things stand, and the text itself is cut and sewn. The result is
 * parsed once more: it must hold the values it was meant to hold, or there is none.
 */
export type Change = {
  readonly path: readonly string[];
  /** Undefined takes the key out. */
  readonly value: Written | undefined;
};

/** Undefined when the text is laid out in a way that only a person should touch. */
export const spliced = (text: string, changes: readonly Change[]): string | undefined => {
  let result = text;
  let wanted = valueOf(text);
  for (const { path, value } of changes) {
    const edited = value === undefined ? without(result, path) : withValue(result, path, value);
    if (edited === undefined) return undefined;
    result = edited;
    wanted = changed(wanted, path, value);
  }
  return JSON.stringify(valueOf(result)) === JSON.stringify(wanted) ? result : undefined;
};

const valueOf = (text: string): unknown => parsed(text).toJS();

const changed = (value: unknown, path: readonly string[], to: Written | undefined): unknown => {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  const inside = { ...(value as { readonly [key: string]: unknown } | null | undefined) };
  const next = changed(inside[key], rest, to);
  if (next === undefined) delete inside[key];
  else inside[key] = next;
  return inside;
};

const parsed = (text: string) =>
  parseDocument(text, {
    keepSourceTokens: true,
    stringKeys: true,
    uniqueKeys: false,
    version: "1.2",
    logLevel: "error",
  });

type Entry = Pair<Scalar, Node | null>;
type Table = YAMLMap<Scalar, Node | null>;

/** The deepest map with something in it on the way of a path, and what of the path is left. */
type Place = {
  readonly map: Table;
  /** The entry that the map is the value of; none for the whole file. */
  readonly holder: Entry | undefined;
  readonly entry: Entry | undefined;
  readonly key: string;
  readonly rest: readonly string[];
  /** Columns of one level. */
  readonly step: number;
};

const placeOf = (text: string, path: readonly string[]): Place | undefined => {
  const { contents } = parsed(text);
  if (!isMap(contents)) return undefined;
  const root = contents as Table;
  let map = root;
  let holder: Entry | undefined;
  for (const [depth, key] of path.entries()) {
    const entry = map.items.find((it) => it.key.value === key);
    const inner = entry?.value;
    const isLast = depth === path.length - 1;
    if (!isLast && isMap(inner) && inner.items.length > 0) {
      map = inner as Table;
      holder = entry;
      continue;
    }
    return { map, holder, entry, key, rest: path.slice(depth + 1), step: stepOf(root, text) };
  }
  return undefined;
};

const stepOf = (root: Table, text: string): number => {
  for (const { value } of root.items) {
    const first = isMap<Scalar>(value) && value.flow !== true ? value.items[0] : undefined;
    if (first !== undefined) return columnOf(text, startOf(first.key));
  }
  return 2;
};

const withValue = (text: string, path: readonly string[], value: Written): string | undefined => {
  const place = placeOf(text, path);
  if (place === undefined) return undefined;
  const { map, entry, key, rest, step } = place;
  const { entry: added, value: inside } = nested(key, rest, value);
  if (entry === undefined) {
    return map.flow === true ? addedWithin(text, map, added) : addedBelow(text, place, added);
  }
  if (typeof value !== "object" && rest.length === 0) return replaced(text, entry, key, value);
  if (!isBlank(entry.value)) return undefined;
  const emptied = withoutSource(text, entry);
  const colon = afterColon(entry);
  if (map.flow === true || typeof inside !== "object") {
    return `${emptied.slice(0, colon)} ${inline(key, inside)}${emptied.slice(colon)}`;
  }
  const indent = columnOf(text, startOf(entry.key)) + step;
  const lines = Object.entries(inside).flatMap(([name, it]) => linesOf(name, it, indent, step));
  return insertedAfter(emptied, { from: colon, indent, lines });
};

/** The keys that are still missing on the way are made with the value. */
const nested = (key: string, rest: readonly string[], value: Written) => {
  const inside = rest.reduceRight<Written>((it, name) => ({ [name]: it }), value);
  return { entry: { [key]: inside }, value: inside };
};

const replaced = (text: string, entry: Entry, key: string, value: Written): string => {
  const { value: old } = entry;
  const [from, to] = hasSource(old) ? old.range! : [afterColon(entry), afterColon(entry)];
  const gap = from === afterColon(entry) ? " " : "";
  return `${text.slice(0, from)}${gap}${inline(key, value)}${text.slice(to)}`;
};

const addedWithin = (text: string, map: Table, added: { [key: string]: Written }): string => {
  const end = endOfEntry(map.items.at(-1)!, text);
  return `${text.slice(0, end)}, ${entriesInline(added)}${text.slice(end)}`;
};

const addedBelow = (text: string, place: Place, added: { [key: string]: Written }): string => {
  const { map, holder, step } = place;
  const last = map.items.at(-1)!;
  const indent = columnOf(text, startOf(last.key));
  const lines = Object.entries(added).flatMap(([name, it]) => linesOf(name, it, indent, step));
  if (holder === undefined || areApart(text, map)) lines.unshift("");
  return insertedAfter(text, { from: endOfEntry(last, text), indent, lines });
};

/** Whether a person has left a blank line before the last entry. */
const areApart = (text: string, map: Table): boolean => {
  const [before, last] = map.items.slice(-2);
  if (before === undefined || last === undefined) return false;
  return /\n[ \t]*\r?\n/.test(text.slice(endOfEntry(before, text), startOf(last.key)));
};

type Insertion = {
  readonly from: number;
  readonly indent: number;
  readonly lines: readonly string[];
};

/** Below the line that `from` stands on, and below the notes that follow it at this depth. */
const insertedAfter = (text: string, { from, indent, lines }: Insertion): string => {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  let at = nextLine(text, from);
  for (;;) {
    const note = /^( *)#/.exec(lineAt(text, at));
    if (note === null || note[1]!.length < indent || at >= text.length) break;
    at = nextLine(text, at);
  }
  const head = text.slice(0, at);
  const gap = head.endsWith("\n") ? "" : newline;
  const foot = gap === "" ? newline : "";
  return `${head}${gap}${lines.join(newline)}${foot}${text.slice(at)}`;
};

const without = (text: string, path: readonly string[]): string | undefined => {
  const place = placeOf(text, path);
  if (place === undefined) return undefined;
  const { map, holder, entry, rest } = place;
  if (entry === undefined || rest.length > 0) return text;
  if (map.flow === true) return takenFrom(text, map, entry);
  const from = text.lastIndexOf("\n", startOf(entry.key)) + 1;
  const to = nextLine(text, endOfEntry(entry, text));
  const isBetweenBlanks =
    /\n[ \t]*\r?\n$/.test(text.slice(0, from)) && lineAt(text, to).trim() === "";
  const above = text.slice(0, from);
  const rested = (isBetweenBlanks ? above.replace(/[ \t]*\r?\n$/, "") : above) + text.slice(to);
  if (map.items.length > 1 || holder === undefined) return rested;
  const colon = afterColon(holder);
  return `${rested.slice(0, colon)} {}${rested.slice(colon)}`;
};

const takenFrom = (text: string, map: Table, entry: Entry): string => {
  const index = map.items.indexOf(entry);
  const before = map.items[index - 1];
  const after = map.items[index + 1];
  const from = startOf(entry.key);
  const to = endOfEntry(entry, text);
  if (before !== undefined) {
    const end = endOfEntry(before, text);
    return text.slice(0, end) + gapWithoutComma(text.slice(end, from)) + text.slice(to);
  }
  if (after !== undefined) {
    const next = startOf(after.key);
    return text.slice(0, from) + gapWithoutComma(text.slice(to, next)) + text.slice(next);
  }
  const left = text.slice(0, from).replace(/[ \t]+$/, "");
  return left + text.slice(to).replace(/^[ \t]*,?[ \t]*/, "");
};

/** A note between two entries of `{ … }` outlives the one that is taken out. */
const gapWithoutComma = (gap: string): string => (gap.includes("#") ? gap.replace(",", "") : "");

const withoutSource = (text: string, entry: Entry): string =>
  hasSource(entry.value)
    ? text.slice(0, afterColon(entry)) + text.slice(entry.value.range![1])
    : text;

const hasSource = (node: Node | null): node is Node =>
  node?.range !== undefined && node.range !== null && node.range[1] > node.range[0];

const isBlank = (node: Node | null): boolean =>
  node === null || (isScalar(node) && node.value === null) || (isMap(node) && !node.items.length);

const startOf = (node: Node): number => node.range![0];

const columnOf = (text: string, offset: number): number =>
  offset - (text.lastIndexOf("\n", offset - 1) + 1);

const afterColon = ({ key, srcToken }: Entry): number => {
  const colon = srcToken?.sep?.find(({ type }) => type === "map-value-ind");
  return colon === undefined ? key.range![1] : colon.offset + 1;
};

/** Where its last sign stands, notes not counted. A block text counts the blank lines below it. */
const endOfEntry = (entry: Entry, text: string): number => {
  const end = hasSource(entry.value) ? endOf(entry.value, text) : afterColon(entry);
  return text.slice(0, end).trimEnd().length;
};

const endOf = (node: Node, text: string): number => {
  const last = isCollection(node) && node.flow !== true ? node.items.at(-1) : undefined;
  if (last === undefined) return node.range![1];
  return isPair(last) ? endOfEntry(last as Entry, text) : endOf(last as Node, text);
};

const nextLine = (text: string, from: number): number => {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end + 1;
};

const lineAt = (text: string, from: number): string => text.slice(from, nextLine(text, from));
