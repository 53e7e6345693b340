import fc from "fast-check";
import { expect, test } from "vitest";
import { type Candidate, rollOut, type Wave, wavesOf } from "../src/cli/rollout.ts";
import type { UpdateProgress } from "../src/domain/update.ts";

// Goal: a bad program is noticed on one board, and the others keep the one they have.

const board = (name: string, model: string, ...zones: string[]): Candidate => ({
  board: name,
  model,
  zones,
});

const told = (waves: readonly Wave[]): string[] =>
  waves.map(({ what, boards }) => `${what}: ${boards.join(" ")}`);

const orders: readonly (readonly [
  what: string,
  candidates: readonly Candidate[],
  waves: string[],
])[] = [
  ["nobody", [], []],
  ["one board", [board("a", "light")], ["canary: a"]],
  [
    "one kind in two zones: the first, its neighbour, the other zone",
    [board("a", "light", "hall"), board("b", "light", "hall"), board("c", "light", "cellar")],
    ["canary: a", "zone: b", "others: c"],
  ],
  [
    "two kinds: one of each before any second one",
    [
      board("a", "light", "hall"),
      board("b", "light", "stairs"),
      board("c", "relay", "stairs"),
      board("d", "light", "cellar"),
    ],
    ["canary: a", "canary: c", "zone: b", "others: d"],
  ],
  [
    "boards of no zone have no neighbours",
    [board("a", "energy"), board("b", "energy")],
    ["canary: a", "others: b"],
  ],
];

test.each(orders)("the order for %s", (_what, candidates, waves) => {
  expect(told(wavesOf(candidates))).toEqual(waves);
});

test("everybody has one turn, and nobody before one of the same kind has proved it", () => {
  const some = fc.uniqueArray(
    fc.record({
      board: fc.string({ minLength: 1, maxLength: 3 }),
      model: fc.constantFrom("light", "relay", "energy"),
      zones: fc.array(fc.constantFrom("hall", "stairs", "cellar"), { maxLength: 2 }),
    }),
    { selector: (it) => it.board, maxLength: 12 },
  );
  fc.assert(
    fc.property(some, (candidates) => {
      const waves = wavesOf(candidates);
      const turns = waves.flatMap(({ boards }) => boards);
      expect(turns.toSorted()).toEqual(candidates.map((it) => it.board).toSorted());
      const proved = new Set<string>();
      for (const { boards } of waves) {
        const models = boards.map((it) => candidates.find((one) => one.board === it)!.model);
        for (const model of models) expect(boards.length === 1 || proved.has(model)).toBe(true);
        for (const model of models) proved.add(model);
      }
    }),
  );
});

/** What each board says at each look; the last for ever. */
type Script = { readonly [board: string]: readonly (UpdateProgress | undefined)[] };

const play = async (waves: readonly Wave[], script: Script) => {
  const looks = new Map<string, number>();
  const asked: string[] = [];
  const said: string[] = [];
  let pauses = 0;
  const rolled = await rollOut(waves, {
    ask: (it) => {
      asked.push(it);
      return script[it] !== undefined;
    },
    progressOf: (it) => {
      const look = looks.get(it) ?? 0;
      looks.set(it, look + 1);
      const lines = script[it]!;
      return lines[Math.min(look, lines.length - 1)];
    },
    tell: async (it, progress) => void said.push(`${it} ${progress.kind}`),
    pause: async () => void (pauses += 1),
  });
  return { rolled, asked, said, pauses };
};

const DONE: UpdateProgress = { kind: "done" };
const WAITING: UpdateProgress = { kind: "waiting" };
const FAILED: UpdateProgress = { kind: "failed", problem: "it came back" };

const WAVES: readonly Wave[] = [
  { what: "canary", boards: ["a"] },
  { what: "zone", boards: ["b", "c"] },
  { what: "others", boards: ["d"] },
];

test("each wave waits for the one before, and each change is told once", async () => {
  const { rolled, asked, said } = await play(WAVES, {
    a: [WAITING, WAITING, { kind: "sending", at: 512 }, DONE],
    b: [DONE],
    c: [WAITING, DONE],
    d: [DONE],
  });
  expect(rolled).toEqual({ ok: true, done: ["a", "b", "c", "d"] });
  expect(asked).toEqual(["a", "b", "c", "d"]);
  expect(said).toEqual([
    "a waiting",
    "a sending",
    "a done",
    "b done",
    "c waiting",
    "c done",
    "d done",
  ]);
});

test("a canary that comes back keeps everybody else as they are", async () => {
  const { rolled, asked } = await play(WAVES, { a: [WAITING, FAILED], b: [], c: [], d: [] });
  expect(asked).toEqual(["a"]);
  expect(rolled).toEqual({
    ok: false,
    done: [],
    board: "a",
    problem: "it came back",
    underWay: [],
    untouched: ["b", "c", "d"],
  });
});

test("trouble in a wave says who goes on by itself", async () => {
  const { rolled } = await play(WAVES, { a: [DONE], b: [FAILED], c: [WAITING], d: [] });
  expect(rolled).toMatchObject({ ok: false, done: ["a"], underWay: ["c"], untouched: ["d"] });
});

test.each<[string, Script, string]>([
  ["removed before", {}, "it was removed"],
  ["removed meanwhile", { a: [WAITING, undefined] }, "it was removed"],
  ["silent for ever", { a: [WAITING] }, "it has come no further for 40 minutes"],
])("a board that is %s ends it", async (_what, script, problem) => {
  const { rolled, pauses } = await play([WAVES[0]!], script);
  expect(rolled).toMatchObject({ ok: false, board: "a", problem });
  expect(pauses).toBeLessThanOrEqual(2401);
});
