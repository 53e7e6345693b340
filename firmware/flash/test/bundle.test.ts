import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import type { BoardFile } from "@battant/board/board-file";
import type { Hardware } from "@battant/board/hardware";
import type { Board } from "@battant/board/main";
import type { BoardId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import { seconds } from "@battant/protocol/vocabulary/units";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBench } from "../../board/test/bench.ts";
import { blank } from "../blank.ts";
import { bundle } from "../bundle.ts";
import { violationsIn } from "../guard.ts";

// Goal: what is written for the board runs on the board, or the build says which line does not.
// Method: violations planted one by one; the built bundle started in an interpreter from which
// everything that Espruino lacks was taken away.

const BOARD = fileURLToPath(new URL("../../board/main.ts", import.meta.url));
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
  `const x = [1, 2];\nconst y = "a";\n${line}\nexport const startBoard = () => [x, y];\n`;

const problemsOf = async (source: string): Promise<readonly string[]> => {
  const entry = join(directory, "planted.ts");
  writeFileSync(entry, source);
  const result = await bundle(entry);
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

test("the tool builds the board program and says how large it is", () => {
  const output = join(directory, "dist", "board.js");
  const out = execFileSync(process.execPath, [TOOL, output], { encoding: "utf8" });
  const size = readFileSync(output).length;
  expect(out).toMatch(new RegExp(`board\\.js: ${size} bytes from \\d+ modules`));
});

const file: BoardFile = {
  board: "board-1" as BoardId,
  model: "test",
  broker: { host: "hub", port: 1883 },
  password: "secret",
  sensors: [{ kind: "bh1750", sensor: "light" as SensorId, wiring: { sda: 21, scl: 22 } }],
  relays: [{ relay: "main" as RelayId, output: { pin: 4 }, hold: seconds(60) }],
  outboxCapacity: 50,
};

type Built = { startBoard(hardware: Hardware, file: BoardFile): Board };

const ABSENT = [
  "Map",
  "Set",
  "WeakMap",
  "WeakSet",
  "Symbol",
  "Proxy",
  "Reflect",
  "Intl",
  "BigInt",
  "globalThis.Array.from",
  "globalThis.Object.freeze",
  "globalThis.Number.isInteger",
];

test("the bundle is ASCII, small, and starts where Espruino's absences are absent", async () => {
  const result = await bundle(BOARD);
  if (!result.ok) throw new Error(result.problems.join("\n"));
  expect(result.code).toMatch(/^[\n\x20-\x7e]+$/);
  expect(result.code.length).toBeLessThan(25_000);

  const sandbox = createContext({ exports: {} as Partial<Built> });
  runInContext(ABSENT.map((it) => `delete ${it};`).join(""), sandbox);
  runInContext(result.code, sandbox);
  const built = (sandbox as { readonly exports: Built }).exports;
  const bench = createBench();
  const board = built.startBoard(bench.hardware, file);
  bench.pass(1000);
  const peer = bench.peers[0]!;
  peer.handlers.open();
  expect(peer.take()).toContain("MQTT");
  peer.handlers.data("\x20\x02\x00\x00\x90\x03\x00\x01\x01");
  expect(board.isOnline()).toBe(true);
  const birth = peer.take();
  expect(birth).toContain("battant/1/board-1/availability");
  expect(birth).toContain('"model":"test"');
  expect(birth).toContain('"state":"available"');
  expect(bench.output(4)).toBe(false);
  bench.pass(60_000);
  expect(board.counters().outbox.recorded).toBeGreaterThan(0);
});
