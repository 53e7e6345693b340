import { runInNewContext } from "node:vm";
import { blank, type Pattern } from "./blank.ts";
import { absences, METHODS } from "./offers.ts";

/**
 * What Espruino's interpreter cannot run, or runs wrongly, and the compiler does not know of.
 * Each rule was found by running the construct on the interpreter, 2v29.
 */
export type Violation = { readonly at: number; readonly problem: string };

type Rule = { readonly match: RegExp; readonly problem: string };

/** Of the world around other engines. */
const HOST =
  "structuredClone queueMicrotask setImmediate TextEncoder TextDecoder URL URLSearchParams fetch Buffer AbortController".split(
    " ",
  );

const lacking = absences(runInNewContext("globalThis") as typeof globalThis);

const missing = (what: string): string => `Espruino has no ${what}`;

const builtIns: readonly Rule[] = [
  ...[...lacking.globals, ...HOST].map((name) => ({
    match: new RegExp(`(?<![.\\w])${name}\\b(?!\\s*:)`, "g"),
    problem: missing(name),
  })),
  ...Object.entries(lacking.statics).flatMap(([owner, names]) =>
    names.map((name) => ({
      match: new RegExp(`(?<![.\\w])${owner}\\.${name}\\b`, "g"),
      problem: missing(`${owner}.${name}`),
    })),
  ),
];

/** A method that no kind of value has; `Object.keys(…)` and its like are no methods. */
const methods: readonly Rule[] = [...new Set(Object.values(lacking.methods).flat())]
  .filter((name) => !Object.values(METHODS).flat().includes(name))
  .map((name) => ({
    match: new RegExp(`(?<!\\bObject)\\.${name}\\(`, "g"),
    problem: missing(`method ${name}`),
  }));

const syntax: readonly Rule[] = [
  { match: /\basync\b/g, problem: "Espruino cannot parse async" },
  { match: /\bawait\b/g, problem: "Espruino cannot parse await" },
  { match: /\byield\b/g, problem: "Espruino cannot parse generators" },
  { match: /\.\.\./g, problem: "Espruino cannot parse spread and rest; write the fields out" },
  {
    match: /\bfunction\b/g,
    problem: "Espruino does not hoist functions; write a const above its use",
  },
  { match: /\bclass\b/g, problem: "write a factory: Espruino's classes are half a feature" },
  { match: /\barguments\b/g, problem: "in Espruino an arrow function has its own arguments" },
  { match: /\bnew\.target\b/g, problem: "Espruino cannot parse new.target" },
  { match: /\b\d+n\b/g, problem: missing("BigInt") },
  { match: /[\w$)\]]`/g, problem: "Espruino cannot parse tagged templates" },
  {
    match: /(?<=(?:^|[;{}])\s*)\w+:\s*(?:for|while|do)\b/g,
    problem: "Espruino cannot parse labels",
  },
  { match: /\bdo\b(?=\s*\{)/g, problem: "Espruino misreads a minified do; write while" },
  {
    match: /(?<=[{,]\s*)\[(?!\w+ in )[^[\]:]*\]\s*:/g,
    problem: "Espruino cannot parse computed keys",
  },
  { match: /\*\*/g, problem: "Espruino cannot parse **; write Math.pow" },
  { match: /(?:\?\?|\|\||&&)=/g, problem: "Espruino cannot parse ??=, ||= and &&=" },
  { match: /\.length\s*=(?!=)/g, problem: "in Espruino the length of an array cannot be set" },
  {
    match: /\binstanceof\s+\w*Error\b/g,
    problem: "in Espruino a TypeError is no Error, and most errors have no kind",
  },
  {
    match: /\bObject\.definePropert(?:y|ies)\b/g,
    problem: "Espruino ignores enumerable and writable, and may wipe a prototype",
  },
  {
    match: /(?<=(?:\b(?:const|let|var)\s|\()\s*)of\b(?=\s*[,:)=])|(?<=,\s*)of\b(?=\s*[,)=])/g,
    problem: "Espruino cannot parse a variable named of",
  },
  { match: /[\w$]{65}/g, problem: "in Espruino a name has at most 64 characters" },
];

const rules: readonly Rule[] = [...syntax, ...builtIns, ...methods];

/** How many arguments the interpreter heeds; it is silent about the others. */
const HEEDED: readonly (readonly [call: RegExp, count: number, problem: string])[] = [
  [/\.split\(/g, 1, "Espruino's split ignores its limit"],
  [/\bJSON\.parse\(/g, 1, "Espruino's JSON.parse ignores its reviver"],
  [/\bJSON\.stringify\(/g, 1, "Espruino's JSON.stringify has no replacer"],
  [/\bObject\.create\(/g, 1, "Espruino's Object.create takes no properties"],
];

const patternProblem = ({ text }: Pattern): string | undefined => {
  const end = text.lastIndexOf("/");
  const body = text.slice(1, end).replaceAll("\\\\", "");
  if (/\{\d/.test(body)) return "repetition {n,m}";
  if (/[*+?}]\?/.test(body)) return "lazy repetition";
  if (/\(\?/.test(body)) return "groups with (?";
  if (/\)[*+?]/.test(body)) return "repeated groups";
  if (/\\b/i.test(body)) return "\\b";
  if (/\\[1-9]/.test(body)) return "back-references";
  if (/[^gi]/.test(text.slice(end + 1))) return "flags other than g and i";
  return undefined;
};

/** From an opening bracket to behind its closing one. */
const closing = (code: string, open: number): number => {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if ("([{".includes(code[i]!)) depth++;
    else if (")]}".includes(code[i]!) && --depth === 0) return i + 1;
  }
  return code.length;
};

/** From the first word of a statement to behind its last. */
const statementEnd = (code: string, from: number): number => {
  for (let i = from; i < code.length; i++) {
    if (code[i] === "{" && code.slice(from, i).trim() === "") return closing(code, i);
    if ("([{".includes(code[i]!)) i = closing(code, i) - 1;
    else if (";)]}".includes(code[i]!)) return i;
  }
  return code.length;
};

/** Between the brackets of a call, which begin at `open`. */
const argumentCount = (code: string, open: number): number => {
  const end = closing(code, open) - 1;
  let count = 1;
  for (let i = open + 1; i < end; i++) {
    if ("([{".includes(code[i]!)) i = closing(code, i) - 1;
    else if (code[i] === "," && code.slice(i + 1, end).trim() !== "") count++;
  }
  return count;
};

const unheeded = (code: string): readonly Violation[] =>
  HEEDED.flatMap(([call, count, problem]) =>
    [...code.matchAll(call)]
      .filter(({ index, 0: text }) => argumentCount(code, index + text.length - 1) > count)
      .map(({ index }) => ({ at: index, problem })),
  );

/** A loop's variable is one and the same in every turn: a closure sees the last. */
const loopClosures = (code: string): readonly Violation[] => {
  const found: Violation[] = [];
  for (const loop of code.matchAll(/\bfor\s*\(\s*(?:let|const)\b/g)) {
    const head = closing(code, code.indexOf("(", loop.index));
    const end = statementEnd(code, head);
    const closure = code.slice(loop.index, end).indexOf("=>");
    if (closure >= 0) {
      found.push({
        at: loop.index + closure,
        problem: "in Espruino a closure in a for loop sees its variable's last value",
      });
    }
  }
  return found;
};

const lateCases = (code: string): readonly Violation[] => {
  const found: Violation[] = [];
  for (const label of code.matchAll(/\bdefault\s*:/g)) {
    let depth = 0;
    for (let i = label.index; i < code.length && depth >= 0; i++) {
      if (code[i] === "{") depth++;
      else if (code[i] === "}") depth--;
      else if (depth === 0 && /^case\b/.test(code.slice(i, i + 5))) {
        found.push({ at: label.index, problem: "Espruino wants default to be the last case" });
        break;
      }
    }
  }
  return found;
};

/** Comments do not reach the board; everything else does, as bytes. */
const notBytes = (uncommented: string): readonly Violation[] => {
  const problem = "Espruino's strings are bytes; keep to ASCII";
  const wide = /[^\n\r\t\x20-\x7e]|(?<!\\)(?:\\\\)*\\u(?!00)/g;
  return [...uncommented.matchAll(wide)].slice(0, 1).map(({ index }) => ({ at: index, problem }));
};

/** Everything in this text that a board could not run, in order. */
export const violationsIn = (source: string): readonly Violation[] => {
  const { code, uncommented, patterns } = blank(source);
  const found: Violation[] = [
    ...loopClosures(code),
    ...lateCases(code),
    ...unheeded(code),
    ...notBytes(uncommented),
  ];
  for (const { match, problem } of rules) {
    for (const hit of code.matchAll(match)) found.push({ at: hit.index, problem });
  }
  for (const pattern of patterns) {
    const problem = patternProblem(pattern);
    if (problem !== undefined) {
      found.push({ at: pattern.at, problem: `Espruino's regular expressions have no ${problem}` });
    }
  }
  return found.toSorted((a, b) => a.at - b.at);
};
