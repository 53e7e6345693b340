import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { stringify } from "yaml";
import { type Configuration, readConfiguration } from "../src/config/read.ts";

// Goal: no text whatsoever makes the reading of a building file throw, hang or answer nonsense, and
// what it accepts keeps the promises of safety, law and privacy.
// Method: random texts, random values written as YAML, and the demonstration file damaged at random.

const DEMO = readFileSync(new URL("../../hardware/buildings/demo.yaml", import.meta.url), "utf8");
const DEMO_LINES = DEMO.split("\n").filter((line) => !/^\s*(#|$)/.test(line));

/** What is not as it should be in the answer to `text`. */
const faultsOf = (text: string, configuration = readConfiguration(text)): string[] => {
  if (configuration.ok) return brokenPromises(configuration);
  const faults: string[] = [];
  const lineCount = text.split(/\r\n|\r|\n/).length;
  let before = 1;
  for (const { line, column, message } of configuration.problems) {
    if (line < before || line > lineCount || column < 1) faults.push(`place ${line}:${column}`);
    for (const words of [message.fr, message.en]) {
      if (!/\S{3}/.test(words)) faults.push("no words");
      if (/[\p{Cc}\u2028\u2029]|undefined|NaN|\[object/u.test(words)) faults.push(words);
    }
    before = line;
  }
  return configuration.problems.length === 0 ? ["refused without a problem"] : faults;
};

const FLOORS: { readonly [kind: string]: number } = {
  "outdoor-path": 20,
  "car-park": 20,
  hall: 100,
  corridor: 100,
  "common-room": 100,
  stairwell: 150,
};

const brokenPromises = ({ site }: Extract<Configuration, { ok: true }>): string[] => {
  const broken: string[] = [];
  const relays: string[] = [];
  for (const { id, kind, circuit, lightSensor, daylight } of site.zones.values()) {
    if (daylight.target < FLOORS[kind]!) broken.push(`${id} is below its legal floor`);
    if (daylight.margin < 1.1) broken.push(`${id} has no margin`);
    for (const used of [circuit, lightSensor]) {
      if (used === undefined) continue;
      const board = site.boards.get(used.board);
      if (board === undefined || board.flat !== undefined) broken.push(`${id} uses ${used.board}`);
    }
    if (circuit !== undefined) relays.push(`${circuit.board}/${circuit.relay}`);
    const isReady = circuit && lightSensor && daylight.luminaireContribution !== undefined;
    if (daylight.mode === "act" && !isReady) broken.push(`${id} acts unprepared`);
  }
  if (new Set(relays).size < relays.length) broken.push("a relay is shared");
  return broken;
};

test("any text is answered", () => {
  const text = fc.string({ unit: "binary", maxLength: 400 });
  fc.assert(
    fc.property(text, (it) => {
      expect(faultsOf(it)).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test("any text of YAML's own signs is answered", () => {
  const signs = fc.constantFrom(..."abz019:-#&*!|>'\"%@`{}[],?\n\n  \t~.\\<=éé\u2028".split(""));
  fc.assert(
    fc.property(fc.array(signs, { maxLength: 200 }), (it) => {
      expect(faultsOf(it.join(""))).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

/** A value of any form, with the words of a building file in it more often than chance would. */
const words = [...new Set(DEMO_LINES.flatMap((line) => line.match(/[\w-]+/g) ?? []))];
const leaf = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(0, 1, 3, 100, 1883, -1, 1.5, 1e21, null, true, "", "1,5 lx", "__proto__"),
  fc.jsonValue({ maxDepth: 1 }),
);
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    leaf,
    fc.dictionary(fc.constantFrom(...words, "__proto__", "constructor"), tie("tree"), {
      maxKeys: 8,
    }),
    fc.array(tie("tree"), { maxLength: 3 }),
  ),
}));

test("any value is answered", () => {
  fc.assert(
    fc.property(tree, (value) => {
      const text = stringify(value, { aliasDuplicateObjects: false });
      expect(faultsOf(text)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

type Damage = {
  readonly kind: string;
  readonly at: number;
  readonly by: number;
  readonly sign: string;
};

const damage = fc.record<Damage>({
  kind: fc.constantFrom("drop", "double", "swap", "indent", "outdent", "value", "cut", "insert"),
  at: fc.nat(),
  by: fc.nat(),
  sign: fc.oneof(
    fc.constantFrom(":", " ", "\t", "{", "]", '"', "- ", "1"),
    fc.string({ maxLength: 3 }),
  ),
});

const damaged = (lines: readonly string[], { kind, at, by, sign }: Damage): string[] => {
  const i = at % Math.max(1, lines.length);
  const j = by % Math.max(1, lines.length);
  const line = lines[i] ?? "";
  const other = lines[j] ?? "";
  const cut = by % (line.length + 1);
  switch (kind) {
    case "drop":
      return lines.toSpliced(i, 1);
    case "double":
      return lines.toSpliced(i, 0, other);
    case "swap":
      return lines.with(i, other).with(j, line);
    case "indent":
      return lines.with(i, `  ${line}`);
    case "outdent":
      return lines.with(i, line.replace(/^ {2}/, ""));
    case "value":
      return lines.with(i, line.replace(/:.*/, `:${/:(.*)/.exec(other)?.[1] ?? ""}`));
    case "cut":
      return lines.with(i, line.slice(0, cut));
    default:
      return lines.with(i, line.slice(0, cut) + sign + line.slice(cut));
  }
};

test("the demonstration file, damaged anyhow, is answered, and keeps its promises if accepted", () => {
  let accepted = 0;
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (all) => {
      const text = all.reduce(damaged, DEMO_LINES).join("\n");
      const configuration = readConfiguration(text);
      expect(faultsOf(text, configuration)).toEqual([]);
      if (configuration.ok) accepted += 1;
    }),
    { numRuns: 400 },
  );
  // Were nothing accepted, the promises would not have been looked at.
  expect(accepted).toBeGreaterThan(0);
});
