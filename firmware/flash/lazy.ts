import {
  type Declaration,
  declarationsIn,
  isConstant,
  isLookUp,
  isNumberLike,
  isRead,
  isTable,
  mayBeMadeAnew,
} from "./declarations.ts";
import {
  introducedIn,
  isFunction,
  type Name,
  type Node,
  parametersOf,
  type Span,
  treeOf,
  type Use,
  usesIn,
  variableOf,
  walk,
} from "./syntax.ts";

/**
 * Leaves most of a program asleep in flash.
 *
 * A function costs an Espruino four variables and one more for each parameter for as long as it is
 * there, though nobody calls it; its text costs nothing, for it is evaluated where it stands in flash.
 * So each function that needs nothing of its surroundings becomes text, in a comment behind the first
 * line of the program, and where it stood or was named there is a call that makes it for the moment:
 *
 *     var f=(a,b)=>a+b;g(f(1,2))    becomes    g([Function("a","b",$.substr(20,11))][0](1,2))
 *
 * `Function` makes it at the top of the program, from wherever it is called, so that what is made
 * inside it has no other scope to carry. It is called as a member of a list, for an exception has the
 * interpreter spell out, in RAM, each function on its way that is called by no name. Tables that nobody changes sleep in the same way; so do long
 * texts, which would be copied to RAM each time they are met; and a number or a short text that has a
 * name goes where it is used.
 *
 * A call of what is asleep takes a third longer, measured: 143 us for 111 us, of a function of a
 * hundred characters on a PC. So what runs for every byte or record stays awake (awake.ts).
 */

/** Whether the function of this name is wanted too often to sleep. */
export type Stays = (name: string) => boolean;

/** A piece of the text in flash. */
type Sleeper = { readonly text: () => string; at: number; length: number };

/** In place of what stands from `start` to `end`. */
type Change = Span & { readonly text: () => string };

/** Places are as wide as they can get, so that texts are as long before they are known as after. */
const WIDTH = 6;

/** A shorter function is made where it stands with no more words than the call would take. */
const WORTH_A_CALL = 50;

/** From here on, a text in RAM takes more variables than what reads it from flash. */
const LONG = 24;

const padded = (place: number): string => String(place).padStart(WIDTH);

/** So long that to copy it to RAM is a waste, and the same in flash as it is. */
const isLongText = (node: Node): boolean => {
  if (node.type !== "StringLiteral") return false;
  const value = node["value"] as string;
  return value.length >= LONG && node["raw"] === `"${value}"`;
};

/** The whole text, as it is after all changes. */
type Layout = {
  readonly code: string;
  /** By where they begin; of two that begin together, the outer one first. */
  readonly changes: Change[];
  readonly sleepers: Sleeper[];
  /** Variables that are not at the top. */
  readonly elsewhere: ReadonlySet<string>;
  /** What the variable is called that holds the whole text. */
  readonly text: string;
};

const render = ({ code, changes }: Layout, { start, end }: Span): string => {
  let text = "";
  let at = start;
  for (const change of changes) {
    if (change.start < at || change.end > end) continue;
    text += code.slice(at, change.start);
    const instead = change.text();
    // `return"text"` needs no space; what stands in for the text does.
    text += /[\w$]$/.test(text) && /^[\w$]/.test(instead) ? ` ${instead}` : instead;
    at = change.end;
  }
  return text + code.slice(at, end);
};

const putToSleep = (layout: Layout, text: () => string): Sleeper => {
  const sleeper = { text, at: 0, length: 0 };
  layout.sleepers.push(sleeper);
  return sleeper;
};

const read = (layout: Layout, { at, length }: Sleeper): string =>
  `${layout.text}.substr(${padded(at)},${padded(length)})`;

const call = (layout: Layout, parameters: readonly string[], body: Sleeper): string =>
  `[Function(${[...parameters.map((it) => `"${it}"`), read(layout, body)].join(",")})][0]`;

const functionText = (layout: Layout, body: Node): (() => string) => {
  const { start, end } = body.span;
  if (body.type !== "BlockStatement") return () => `return ${render(layout, body.span)};`;
  // Given an empty piece of flash for its code, a function runs the first letter behind it.
  return () => render(layout, { start: start + 1, end: end - 1 }) || ";";
};

/** A comment would end in it. */
const endsComment = ({ code }: Layout, { span }: Node): boolean =>
  code.slice(span.start, span.end).includes("*/");

/** A function that needs nothing but its parameters, names at the top and what the interpreter has. */
const maySleep = (layout: Layout, value: Node): boolean => {
  if (!isFunction(value) || parametersOf(value) === undefined) return false;
  if (endsComment(layout, value)) return false;
  let hasThis = false;
  walk(value, (it) => {
    hasThis ||= it.type === "ThisExpression";
  });
  const own = introducedIn(value);
  const isFree = ({ name }: Use): boolean =>
    own.has(variableOf(name)) || !layout.elsewhere.has(variableOf(name));
  return !hasThis && usesIn(value).every(isFree);
};

const longTextOf = (layout: Layout, value: Node): (() => string) => {
  const text = putToSleep(layout, () => value["value"] as string);
  return () => read(layout, text);
};

/** In place of a function. */
const makerOf = (layout: Layout, value: Node): (() => string) => {
  const parameters = parametersOf(value)!;
  const body = putToSleep(layout, functionText(layout, value["body"] as Node));
  return () => call(layout, parameters, body);
};

const constantOf = (layout: Layout, value: Node): (() => string) => {
  if (isLongText(value)) return longTextOf(layout, value);
  const text = layout.code.slice(value.span.start, value.span.end);
  return () => (isNumberLike(value) ? `(${text})` : text);
};

const tableOf = (layout: Layout, value: Node): (() => string) => {
  const body = putToSleep(layout, () => `return ${render(layout, value.span)};`);
  return () => `${call(layout, [], body)}()`;
};

/** What stands for the name wherever it is used; undefined when the name has to stay. */
const standIn = (layout: Layout, declaration: Declaration, stays: Stays) => {
  const { name, value, uses } = declaration;
  if (endsComment(layout, value)) return undefined;
  if (isConstant(value)) return uses.every(isRead) ? constantOf(layout, value) : undefined;
  if (isTable(value)) return uses.every(isLookUp) ? tableOf(layout, value) : undefined;
  const isAsleep = !stays(name.value) && uses.every(mayBeMadeAnew) && maySleep(layout, value);
  return isAsleep ? makerOf(layout, value) : undefined;
};

/** Functions that are not declared at the top and might as well be, and long texts. */
const liftOut = (layout: Layout, within: Node): void => {
  walk(within, (it, parents) => {
    if (isLongText(it) && !endsComment(layout, it) && parents.at(-1)?.["key"] !== it) {
      layout.changes.push({ ...it.span, text: longTextOf(layout, it) });
    }
    const isLong = isFunction(it) && it.span.end - it.span.start >= WORTH_A_CALL;
    if (isLong && maySleep(layout, it)) {
      layout.changes.push({ ...it.span, text: makerOf(layout, it) });
    }
  });
};

/** What remains of the program, each statement as a text still to be rendered. */
const settle = (layout: Layout, program: Node, stays: Stays): (() => string)[] => {
  const declarations = new Map(declarationsIn(program).map((it) => [it.name, it]));
  const remains = (declarator: Node): boolean => {
    const declaration = declarations.get(declarator["id"] as Name);
    const value = declarator["init"] as Node | null;
    if (declaration === undefined || value === null) {
      liftOut(layout, declarator);
      return true;
    }
    const text = standIn(layout, declaration, stays);
    for (const { name } of declaration.uses) {
      if (text !== undefined) layout.changes.push({ ...name.span, text });
    }
    if (!isConstant(value)) liftOut(layout, isFunction(value) ? (value["body"] as Node) : value);
    return text === undefined;
  };
  return (program["body"] as readonly Node[]).map((statement) => {
    if (statement.type !== "VariableDeclaration") {
      liftOut(layout, statement);
      return () => render(layout, statement.span);
    }
    const rest = (statement["declarations"] as readonly Node[]).filter(remains);
    return () =>
      rest.length === 0 ? "" : `var ${rest.map((it) => render(layout, it.span)).join(",")};`;
  });
};

/** Nothing in the program is called like it. */
const freshName = (code: string): string => {
  let name = "$";
  while (code.includes(name)) name += "$";
  return name;
};

const layoutOf = (code: string, program: Node): Layout => {
  const top = (program["body"] as readonly Node[])
    .filter((it) => it.type === "VariableDeclaration")
    .flatMap((it) => it["declarations"] as readonly Node[])
    .map((it) => variableOf(it["id"] as Name));
  const elsewhere = new Set(introducedIn(program));
  for (const name of top) elsewhere.delete(name);
  return { code, changes: [], sleepers: [], elsewhere, text: freshName(code) };
};

/** `code`: a first line that is a comment, and a program in ASCII, its names at the top `var`s. */
export const makeLazy = (code: string, stays: Stays): string => {
  const header = code.slice(0, code.indexOf("\n") + 1);
  const body = code.slice(header.length).trim();
  const program = treeOf(body);
  const layout = layoutOf(body, program);
  const statements = settle(layout, program, stays);
  layout.changes.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = header.length + "/*".length;
  for (const sleeper of layout.sleepers) {
    sleeper.at = end;
    sleeper.length = sleeper.text().length;
    end += sleeper.length;
  }
  const asleep = layout.sleepers.map((it) => it.text()).join("");
  const source = 'require("Storage").read(typeof battantSlot==="undefined"?"app":battantSlot)';
  const awake = statements.map((it) => it()).join("");
  return `${header}/*${asleep}*/var ${layout.text}=${source};${awake}\n`;
};
