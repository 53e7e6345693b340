import {
  introduces,
  type Name,
  type Node,
  treeOf,
  type Use,
  usesIn,
  variableOf,
} from "./syntax.ts";

/**
 * What is declared at the top of a program, and what becomes of it there: whether it can be told if
 * it is made anew each time its name is met.
 */

export type Declaration = {
  readonly name: Name;
  readonly value: Node;
  readonly uses: readonly Use[];
};

const LITERALS: readonly string[] = ["NumericLiteral", "StringLiteral", "BooleanLiteral"];

/** A number, or what is written as one: `-5`, `!0` for `true`, `void 0` for `undefined`. */
export const isNumberLike = (node: Node): boolean =>
  node.type === "NumericLiteral" ||
  (node.type === "UnaryExpression" && (node["argument"] as Node).type === "NumericLiteral");

export const isConstant = (node: Node): boolean =>
  LITERALS.includes(node.type) || isNumberLike(node);

type Element = { readonly expression: Node; readonly spread: unknown } | null;

/** A list or an object of constants, one level deep: what is taken out of it is the same each time. */
export const isTable = (node: Node): boolean => {
  if (node.type === "ArrayExpression") {
    const elements = node["elements"] as readonly Element[];
    return elements.every((it) => it !== null && it.spread === null && isConstant(it.expression));
  }
  if (node.type !== "ObjectExpression") return false;
  const properties = node["properties"] as readonly Node[];
  return properties.every(
    (it) => it.type === "KeyValueProperty" && isConstant(it["value"] as Node),
  );
};

/** Where a name stands for the variable, not for what is in it. */
const isTarget = (node: Node, parent: Node): boolean =>
  (parent.type === "AssignmentExpression" && parent["left"] === node) ||
  (parent.type === "UpdateExpression" && parent["argument"] === node) ||
  (parent.type === "UnaryExpression" && parent["operator"] === "delete") ||
  ((parent.type === "ForInStatement" || parent.type === "ForOfStatement") &&
    parent["left"] === node) ||
  // Short for `name: name`.
  parent.type === "ObjectExpression";

const COMPARISONS: readonly unknown[] = ["==", "!=", "===", "!==", "instanceof", "in"];

/** Called, or passed on as it is: whether it is the same one as last time cannot be told. */
export const mayBeMadeAnew = ({ name, parents }: Use): boolean => {
  const parent = parents.at(-1)!;
  if (isTarget(name, parent) || parent.type === "MemberExpression") return false;
  if (parent.type === "NewExpression" || parent.type === "TaggedTemplateExpression") return false;
  return !(parent.type === "BinaryExpression" && COMPARISONS.includes(parent["operator"]));
};

/** Methods that leave a table as it is. */
const LOOKS: readonly unknown[] = ["hasOwnProperty", "indexOf", "includes", "join", "slice"];

/** Only something in it is looked at. */
export const isLookUp = ({ name, parents }: Use): boolean => {
  const [outer, member] = parents.slice(-2) as [Node, Node];
  if (member.type !== "MemberExpression" || member["object"] !== name) return false;
  if (isTarget(member, outer)) return false;
  const isCalled = outer.type === "CallExpression" && outer["callee"] === member;
  return !isCalled || LOOKS.includes((member["property"] as Node)["value"]);
};

export const isRead = ({ name, parents }: Use): boolean => !isTarget(name, parents.at(-1)!);

/** Names at the top that are introduced there once, with a value. */
export const declarationsIn = (program: Node): readonly Declaration[] => {
  const declarators = (program["body"] as readonly Node[])
    .filter((it) => it.type === "VariableDeclaration")
    .flatMap((it) => it["declarations"] as readonly Node[]);
  const uses = Map.groupBy(usesIn(program), (it) => variableOf(it.name));
  return declarators.flatMap((declarator) => {
    const name = declarator["id"] as Name;
    const value = declarator["init"] as Node | null;
    const others = uses.get(variableOf(name))!.filter((it) => it.name !== name);
    return value === null || others.some(introduces) ? [] : [{ name, value, uses: others }];
  });
};

/** What is declared at the top, in order. */
export const declaredIn = (
  code: string,
): readonly { readonly name: string; readonly at: number }[] =>
  declarationsIn(treeOf(code)).map(({ name }) => ({ name: name.value, at: name.span.start }));
