import { parseSync } from "@swc/core";

/**
 * What has to be known of a program's syntax tree, as swc gives it. A name that is a variable carries
 * the number of the scope it belongs to; what has the same name and number is the same variable.
 */
export type Node = {
  readonly type: string;
  readonly span: Span;
  readonly [key: string]: unknown;
};

export type Span = { readonly start: number; readonly end: number };

/** A variable's name. As the key of a property a name has no scope. */
export type Name = Node & { readonly value: string; readonly ctxt: number };

/** With those it stands in, the nearest last. */
export type Visit = (node: Node, parents: readonly Node[]) => void;

/** Offsets count from the first character. They are bytes: `code` is ASCII, and begins with code. */
export const treeOf = (code: string): Node => {
  const tree = parseSync(code, { syntax: "ecmascript", target: "es2020", isModule: false });
  // swc goes on counting from one text to the next.
  const first = tree.span.start;
  const shifted = JSON.stringify(tree, (key, value: unknown) =>
    key === "start" || key === "end" ? (value as number) - first : value,
  );
  return JSON.parse(shifted) as Node;
};

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** An argument, or an element of a list, is wrapped once more. */
const unwrapped = (value: unknown): unknown =>
  isNode(value) ? value : (value as { readonly expression?: unknown } | null)?.expression;

export const walk = (node: Node, visit: Visit, parents: readonly Node[] = []): void => {
  visit(node, parents);
  const within = [...parents, node];
  for (const child of Object.values(node).flat().map(unwrapped).filter(isNode)) {
    walk(child, visit, within);
  }
};

const isName = (node: Node): node is Name =>
  node.type === "Identifier" && typeof node["ctxt"] === "number";

export const isFunction = (node: Node): boolean =>
  node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";

export const variableOf = (name: Name): string => `${name.value}/${name.ctxt}`;

export type Use = { readonly name: Name; readonly parents: readonly Node[] };

export const usesIn = (node: Node): readonly Use[] => {
  const uses: Use[] = [];
  walk(node, (it, parents) => {
    if (isName(it)) uses.push({ name: it, parents });
  });
  return uses;
};

/** Where a name is introduced: parameters, declarations, what `catch` catches. */
export const introduces = ({ name, parents }: Use): boolean => {
  const parent = parents.at(-1)!;
  if (parent.type === "VariableDeclarator") return parent["id"] === name;
  if (parent.type === "CatchClause") return parent["param"] === name;
  if (parent.type === "Parameter") return true;
  if (parent.type === "ArrowFunctionExpression") return parent["body"] !== name;
  return isFunction(parent) && parent["identifier"] === name;
};

export const introducedIn = (node: Node): ReadonlySet<string> =>
  new Set(
    usesIn(node)
      .filter(introduces)
      .map((it) => variableOf(it.name)),
  );

/** Undefined unless each is a plain name. */
export const parametersOf = (node: Node): readonly string[] | undefined => {
  const patterns = (node["params"] as readonly Node[]).map((it) =>
    it.type === "Parameter" ? (it["pat"] as Node) : it,
  );
  return patterns.every(isName) ? patterns.map((it) => it.value) : undefined;
};
