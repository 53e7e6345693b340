import { blank, type Pattern } from "./blank.ts";

/**
 * What Espruino's interpreter cannot run, or runs wrongly, and the compiler does not know of.
 * Each rule was found by running the construct on the interpreter, 2v29.
 */
export type Violation = { readonly at: number; readonly problem: string };

type Rule = { readonly match: RegExp; readonly problem: string };

const globals = [
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "Symbol",
  "Proxy",
  "Reflect",
  "Intl",
  "BigInt",
  "TextEncoder",
  "TextDecoder",
  "RangeError",
  "structuredClone",
  "queueMicrotask",
  "setImmediate",
];

const statics: { readonly [owner: string]: readonly string[] } = {
  Promise: ["race", "any", "allSettled"],
  Array: ["from", "of", "prototype"],
  Object: ["freeze", "is", "hasOwn", "isFrozen", "seal", "getOwnPropertySymbols"],
  Number: ["isInteger", "isFinite", "isNaN", "isSafeInteger", "EPSILON", "MAX_SAFE_INTEGER"],
  Math: ["trunc", "log2", "log10", "log1p", "hypot", "cbrt", "imul", "fround", "clz32"],
  String: ["raw", "fromCodePoint", "prototype"],
  Date: ["UTC"],
  Uint8Array: ["from", "of"],
};

const methods = [
  "at",
  "codePointAt",
  "copyWithin",
  "finally",
  "findLast",
  "findLastIndex",
  "flat",
  "flatMap",
  "localeCompare",
  "matchAll",
  "normalize",
  "reduceRight",
  "search",
  "toExponential",
  "toPrecision",
  "trimEnd",
  "trimStart",
];

const missing = (what: string): string => `Espruino has no ${what}`;

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
  { match: /^[ \t]*\w+:\s*(?:for|while|do)\b/gm, problem: "Espruino cannot parse labels" },
  { match: /\.length\s*=(?!=)/g, problem: "in Espruino the length of an array cannot be set" },
  { match: /\.split\([^()]*,/g, problem: "Espruino's split ignores its limit" },
];

const rules: readonly Rule[] = [
  ...syntax,
  ...globals.map((name) => ({
    match: new RegExp(`(?<![.\\w])${name}\\b`, "g"),
    problem: missing(name),
  })),
  ...Object.entries(statics).flatMap(([owner, names]) =>
    names.map((name) => ({
      match: new RegExp(`\\b${owner}\\.${name}\\b`, "g"),
      problem: missing(`${owner}.${name}`),
    })),
  ),
  ...methods.map((name) => ({
    match: new RegExp(`\\.${name}\\(`, "g"),
    problem: missing(`method ${name}`),
  })),
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
const closing = (code: string, open: number, pair: "()" | "{}"): number => {
  let depth = 0;
  for (let i = open; i < code.length; i++) {
    if (code[i] === pair[0]) depth++;
    else if (code[i] === pair[1] && --depth === 0) return i + 1;
  }
  return code.length;
};

/** A loop's variable is one and the same in every turn: a closure sees the last. */
const loopClosures = (code: string): readonly Violation[] => {
  const found: Violation[] = [];
  for (const loop of code.matchAll(/\bfor\s*\(\s*(?:let|const)\b/g)) {
    const head = closing(code, code.indexOf("(", loop.index), "()");
    const brace = /^\s*\{/.exec(code.slice(head));
    const end =
      brace === null
        ? code.indexOf(";", head) + 1
        : closing(code, head + brace[0].length - 1, "{}");
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
const notAscii = (uncommented: string): readonly Violation[] => {
  const at = uncommented.search(/[^\n\r\t\x20-\x7e]/);
  const problem = "Espruino's strings are bytes; keep to ASCII";
  return at < 0 ? [] : [{ at, problem }];
};

/** Everything in this source that a board could not run, in order. */
export const violationsIn = (source: string): readonly Violation[] => {
  const { code, uncommented, patterns } = blank(source);
  const found: Violation[] = [...loopClosures(code), ...lateCases(code), ...notAscii(uncommented)];
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
