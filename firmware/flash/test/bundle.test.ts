import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blank } from "../blank.ts";
import { bundle } from "../bundle.ts";
import { violationsIn } from "../guard.ts";
import { withClosedReturns } from "../shrink.ts";

// Goal: what is written for the board runs on the board, or the build says which line does not.
// Method: violations planted one by one; small programs bundled and run; what is known to go wrong
// in what the tools make of them.

const TOOL = fileURLToPath(new URL("../bundle.ts", import.meta.url));

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "battant-bundle-"));
});

afterAll(() => {
  rmSync(directory, { recursive: true });
});

/** Line 3 is the planted one. */
const planted = (line: string): string =>
  `const x = [1, 2];\nconst y = "a";\n${line}\nexport const start = () => [x, y];\n`;

/** A program whose one module exports `start`. */
const bundled = async (source: string): ReturnType<typeof bundle> => {
  const module = join(directory, "planted.ts");
  writeFileSync(module, source);
  return bundle({
    title: "test",
    source: `import { start } from ${JSON.stringify(module)};\nresult = start();\n`,
  });
};

const problemsOf = async (source: string): Promise<readonly string[]> => {
  const result = await bundled(source);
  return result.ok ? [] : result.problems;
};

const violations: readonly (readonly [name: string, line: string, says: RegExp])[] = [
  ["Map", "x.push(new Map<string, number>().size);", /no Map/],
  ["Set", "x.push(new Set(x).size);", /no Set/],
  ["Symbol", "x.push(Symbol.length);", /no Symbol/],
  ["Promise.race", "void Promise.race([]);", /no Promise.race/],
  ["Array.from", "x.push(...Array.from(x));", /no Array.from|spread/],
  ["Number.isFinite", "if (Number.isFinite(x[0])) x.push(1);", /no Number.isFinite/],
  ["Math.trunc", "x.push(Math.trunc(1.5));", /no Math.trunc/],
  ["flatMap", "x.flatMap((it) => it);", /no method flatMap/],
  ["Array.prototype", "void Array.prototype.slice;", /no Array.prototype/],
  ["an async function", "const f = async () => 1; void f;", /async/],
  ["a generator", "const f = { *g() { yield 1; } }; void f;", /generators/],
  ["a function declaration", "function f() { return 1; } f();", /hoist/],
  ["a class", "class A {} void A;", /factory/],
  ["array spread", "const z = [...x]; void z;", /spread/],
  ["object spread", "const z = { ...x }; void z;", /spread/],
  ["destructuring", "const [z] = x; void z;", /destructuring/i],
  ["for of", "for (const z of x) x.push(z);", /for-of/],
  ["a default parameter", "const f = (z = 1) => z; f();", /default argument/],
  ["a label", "outer: for (;;) break outer;", /labels/],
  ["default before case", 'switch (y) { default: break; case "a": x.push(1); }', /last case/],
  ["a closure in a for loop", "for (let i = 0; i < 3; i++) x.map((it) => it + i);", /closure/],
  ["a set length", "x.length = 0;", /length/],
  ["split with a limit", 'y.split(",", 2);', /limit/],
  ["a padded regular expression", "/a{2}/.test(y);", /\{n,m\}/],
  ["a lazy regular expression", "y.replace(/a+?/, y);", /lazy/],
  ["a look-ahead", "const z = y.match(/a(?=b)/); void z;", /\(\?/],
  ["a word boundary", String.raw`const z = [/\ba/.test(y)]; void z;`, /\\b/],
  ["a text that is not ASCII", 'const z = "é"; void z;', /ASCII/],
  ["a template that is not ASCII", "const z = `${y}é`; void z;", /ASCII/],
  ["a violation inside a template", "const z = `${new Map().size}`; void z;", /no Map/],
  ["a character beyond one byte", String.raw`const z = "\u20ac"; void z;`, /bytes/],
  ["a tagged template", "const f = String; const z = f`a`; void z;", /tagged/],
  ["a computed key", "const z = { [y]: 1 }; void z;", /computed/],
  ["a power", "x.push(2 ** 3);", /Math\.pow/],
  ["a logical assignment", "let z = y; z ||= y; void z;", /\|\|=/],
  ["BigInt", "void 10n;", /BigInt/],
  ["new.target", "void new.target;", /new\.target|new target/i],
  ["a do loop", "do { x.push(1); } while (x.length < 9);", /while/],
  ["a variable named of", "const of = 1; void of;", /named of/],
  ["an instance of Error", "if (x instanceof TypeError) x.push(1);", /no Error/],
  ["a defined property", 'Object.defineProperty(x, "a", { value: 1 });', /enumerable/],
  ["a reviver", 'void JSON.parse("1", () => 1);', /reviver/],
  ["an indented JSON", "void JSON.stringify({ a: 1, b: [2, 3] }, null, 2);", /replacer/],
  ["properties for a new object", "void Object.create(x, {});", /no properties/],
  ["an iterator of an array", "void x.entries();", /method entries/],
  ["toSorted", "void x.toSorted();", /method toSorted/],
  ["encodeURI", "void encodeURI(y);", /no encodeURI/],
  ["Object.is", "void Object.is(x, y);", /no Object.is/],
  ["structuredClone", "void structuredClone(x);", /structuredClone/],
  ["a name of 65 characters", `const ${"z".repeat(65)} = 1; void ${"z".repeat(65)};`, /64/],
];

for (const [name, line, says] of violations) {
  test(`${name} is refused, naming the line`, async () => {
    const problems = await problemsOf(planted(line));
    expect(problems.join("\n")).toMatch(says);
    expect(problems[0]).toMatch(/planted\.ts:3:\d+: /);
  });
}

const harmless: readonly (readonly [name: string, line: string])[] = [
  ["words in a comment", "// An async Map of ...é, class function, default: case."],
  ["words in a block comment", "/* new Set(), await */ x.push(1);"],
  ["words in a string", 'x.push("async new Map() ... class // function".length);'],
  ["words in a template", "x.push(`async new Map() ... ${y} class`.length);"],
  ["a division", "x.push(6 / 2 / 1);"],
  ["a division after a bracket", "x.push((6) / 2, x[0] / 3);"],
  ["an ordinary regular expression", "/^[a-z/]+$/i.test(y);"],
  ["a comparison of a length", "if (x.length === 0 || x.length == 1) x.push(1);"],
  ["a closure over a variable of the body", "x.forEach((it) => x.map((other) => other + it));"],
  ["a loop with a closure after it", "for (let i = 0; i < 3; i++) x.push(i); x.map((it) => it);"],
  ["one argument of several parts", "x.push(JSON.stringify({ a: [1, 2], b: y }).length);"],
  ["names of an object", "x.push(Object.keys({ a: 1 }).length);"],
  ["an index signature", "const z: { [key: string]: number } = {}; void z;"],
  ["a property named of", "const z = { a: 1, of: 2 }; x.push(z.of);"],
  ["a byte above ASCII, escaped", String.raw`x.push("\xff\u00ff".length);`],
  ["a text that ends in a return", 'x.push("return}".length);'],
  ["default as the last case", 'switch (y) { case "a": x.push(1); break; default: x.push(2); }'],
];

for (const [name, line] of harmless) {
  test(`${name} is not a violation`, async () => {
    expect(await problemsOf(planted(line))).toEqual([]);
  });
}

test("blanking keeps every line where it is", () => {
  const source = readFileSync(TOOL, "utf8");
  const { code, uncommented } = blank(source);
  const widths = (text: string): number[] => text.split("\n").map((line) => line.length);
  expect(widths(code)).toEqual(widths(source));
  expect(widths(uncommented)).toEqual(widths(source));
  expect(violationsIn(source).some((it) => it.problem.includes("async"))).toBe(true);
});

/** `result` as the program left it. */
const run = (code: string): unknown => {
  const sandbox = createContext({ result: undefined });
  runInContext(code, sandbox);
  return (sandbox as { readonly result: unknown }).result;
};

const ran = async (source: string): Promise<{ readonly code: string; readonly value: unknown }> => {
  const result = await bundled(source);
  if (!result.ok) throw new Error(result.problems.join("\n"));
  return { code: result.code, value: run(result.code) };
};

test("a bundle begins with its title and is ASCII", async () => {
  const { code, value } = await ran('export const start = () => "\\xe9".charCodeAt(0);\n');
  expect(code).toMatch(/^\/\/test\n/);
  expect(code).toMatch(/^[\n\x20-\x7e]+$/);
  expect(value).toBe(233);
});

test("a function that is used once goes where it is used", async () => {
  const { code, value } = await ran(
    "const once = (a: number) => { const b = a * 2; return b + 1; };\n" +
      "const twice = (a: number) => { const b = a * 3; return b + 1; };\n" +
      "export const start = () => [once(1), twice(2), twice(3)];\n",
  );
  expect(value).toEqual([3, 7, 10]);
  expect((code.match(/=>/g) ?? []).length).toBeLessThanOrEqual(1);
});

test("what passes leaves no name behind", async () => {
  const result = await bundle({
    title: "x",
    passing: true,
    source: "const a = 1; result = a + a;",
  });
  if (!result.ok) throw new Error(result.problems.join("\n"));
  const sandbox = createContext({ result: 0 });
  runInContext(result.code, sandbox);
  expect(sandbox).toEqual({ result: 2 });
});

test("names that somebody else knows stay; others become short", async () => {
  const { code, value } = await ran(
    "type Inner = { hiddenCounter: number; illuminance: number };\n" +
      "const twice = (it: Inner) => { it.hiddenCounter = it.hiddenCounter * 2; };\n" +
      "export const start = () => {\n" +
      "  const inner: Inner = { hiddenCounter: 1, illuminance: 4 };\n" +
      "  twice(inner);\n  twice(inner);\n" +
      '  return inner["illuminance"] + inner.hiddenCounter;\n};\n',
  );
  expect(code).not.toContain("hiddenCounter");
  expect(code).toContain("illuminance");
  expect(value).toBe(8);
});

test("no name of the program is one of the interpreter's", async () => {
  const many = Array.from(
    { length: 400 },
    (_, i) => `export const f${i} = (a: number) => [a, ${i}];`,
  );
  const calls = many.map((_, i) => `f${i}(1), f${i}(2)`).join(", ");
  const { code } = await ran(`${many.join("\n")}\nexport const start = () => [${calls}].length;\n`);
  const names = [...code.matchAll(/(?:var |,)([\w$]+)=\w+=>/g)].map((it) => it[1]!);
  expect(names.length).toBeGreaterThan(300);
  expect(names.filter((it) => /^(?:E|D\d+|of|LED|BTN)$/.test(it))).toEqual([]);
});

const returns: readonly (readonly [code: string, closed: string])[] = [
  ["x=>{if(x)return}", "x=>{if(x)return;}"],
  ["x=>{for(;x;)if(x)return }", "x=>{for(;x;)if(x)return; }"],
  ['x=>{return"a"}', 'x=>{return"a"}'],
  ["x=>{return`a`}", "x=>{return`a`}"],
  ["x=>{return/a/.test(x)}", "x=>{return/a/.test(x)}"],
  ["x=>{return{}}", "x=>{return{}}"],
  ['x="return}"', 'x="return}"'],
  ["x=>{return;}", "x=>{return;}"],
];

test.each(returns)("a bare return that ends a function is closed: %s", (code, closed) => {
  expect(withClosedReturns(code)).toBe(closed);
});
