import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import type { Node, Pair, YAMLMap } from "yaml";
import { FAULTS, unclosed } from "./faults.ts";
import { type ConfigProblem, type Finding, type Path, pathText, shortened } from "./problem.ts";

/**
 * YAML text to plain values, remembering where each one stands.
 *
 * A key written twice leaves the rest readable, so the rest is checked too. Any other fault of form
 * is told alone: what seems wrong after it is mostly its echo.
 */
export type ParsedText = {
  readonly problems: readonly ConfigProblem[];
  /** `undefined` when the text cannot be read far enough to be checked. */
  readonly content: Content | undefined;
};

export type Content = {
  readonly value: unknown;
  readonly locate: (finding: Finding) => ConfigProblem;
};

/** A building of a hundred zones, with every line commented, has room in it. */
export const TEXT_LENGTH_MAX = 200_000;

export const parseText = (text: string): ParsedText => {
  if (text.length > TEXT_LENGTH_MAX) return { problems: [tooLong], content: undefined };
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    uniqueKeys: false, // Comparing each key with each other takes a minute for a hostile file.
    version: "1.2",
    logLevel: "error", // Anything quieter also silences the fault of a second document.
  });
  const layout = layoutOf(document);
  const at = problemAt(lines);
  const unreadable = [...document.errors, ...document.warnings].map(({ code, pos }) => {
    const opening = layout.openings.get(pos[0]);
    if (opening === undefined) return at(pos[0], { path: "", message: FAULTS[code] });
    // What was never closed is noticed far below; the line to mend is where it was opened.
    return at(opening, { path: "", message: unclosed });
  });
  for (const alias of layout.aliases) {
    unreadable.push(at(offsetOf(alias), { path: "", message: FAULTS.BAD_ALIAS }));
  }
  const repeated = layout.repeated.map((key) =>
    at(offsetOf(key), { path: shortened(String(key.value)), message: FAULTS.DUPLICATE_KEY }),
  );
  const [first] = unreadable.toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (first !== undefined) return { problems: [first], content: undefined };
  const content = { value: document.toJS(), locate: locator(document, layout, at) };
  return { problems: repeated, content };
};

const tooLong: ConfigProblem = {
  line: 1,
  column: 1,
  path: "",
  message: {
    fr: `le fichier dépasse ${TEXT_LENGTH_MAX} signes ; est-ce bien un fichier de bâtiment ?`,
    en: `the file is longer than ${TEXT_LENGTH_MAX} characters; is it really a building file?`,
  },
};

type At = (offset: number, about: Omit<ConfigProblem, "line" | "column">) => ConfigProblem;

const problemAt =
  (lines: LineCounter): At =>
  (offset, about) => {
    const { line, col } = lines.linePos(Math.max(0, offset));
    return { line: Math.max(1, line), column: Math.max(1, col), ...about };
  };

type Key = Node & { readonly value: unknown };

type Layout = {
  /** Of a quote or bracket: from where it ends to where it began. */
  readonly openings: ReadonlyMap<number, number>;
  readonly entries: ReadonlyMap<unknown, ReadonlyMap<unknown, Pair<Key, Node | null>>>;
  readonly repeated: readonly Key[];
  /** An alias makes a short text stand for a huge one, and hides from a reader what a line says. */
  readonly aliases: readonly Node[];
};

/** One walk over the whole document. */
const layoutOf = (document: Document): Layout => {
  const openings = new Map<number, number>();
  const entries = new Map<unknown, ReadonlyMap<unknown, Pair<Key, Node | null>>>();
  const repeated: Key[] = [];
  const aliases: Node[] = [];
  const opened = ({ range }: Node) => range && openings.set(range[1], range[0]);
  visit(document, {
    Alias: (_key, alias) => void aliases.push(alias),
    Scalar: (_key, scalar) => {
      if (scalar.type === "QUOTE_DOUBLE" || scalar.type === "QUOTE_SINGLE") opened(scalar);
    },
    Collection: (_key, collection) => {
      if (collection.flow === true) opened(collection);
      if (isMap(collection)) entries.set(collection, entriesOf(collection, repeated));
    },
  });
  return { openings, entries, repeated, aliases };
};

const entriesOf = (map: YAMLMap, repeated: Key[]) => {
  const known = new Map<unknown, Pair<Key, Node | null>>();
  for (const pair of map.items) {
    if (!isScalar(pair.key)) continue;
    if (known.has(pair.key.value)) repeated.push(pair.key);
    known.set(pair.key.value, pair as Pair<Key, Node | null>); // The last one counts, as in `toJS`.
  }
  return known;
};

/** A missing place is located at the nearest part that is there. */
const locator =
  (document: Document, layout: Layout, at: At) =>
  (finding: Finding): ConfigProblem => {
    let node: unknown = document.contents;
    let offset = offsetOf(node);
    for (const [depth, step] of finding.path.entries()) {
      const place = inside(node, step, layout);
      if (place === undefined) break;
      const isLast = depth === finding.path.length - 1;
      const wanted = isLast && finding.at === "value" ? (place.value ?? place.key) : place.key;
      offset = offsetOf(wanted);
      node = place.value;
    }
    return at(offset, { path: pathText(finding.path), message: finding.message });
  };

type Place = { readonly key: Node; readonly value: Node | null };

const inside = (node: unknown, step: Path[number], layout: Layout): Place | undefined => {
  if (!isSeq<Node>(node) || typeof step !== "number") return layout.entries.get(node)?.get(step);
  const item = node.items[step];
  return item === undefined ? undefined : { key: item, value: item };
};

const offsetOf = (node: unknown): number =>
  (node as { range?: readonly number[] | null } | null | undefined)?.range?.[0] ?? 0;
