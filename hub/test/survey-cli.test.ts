import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { SurveyView } from "../api/survey.ts";
import { Trouble } from "@battant/cable/trouble";
import { createSurveyHandler } from "../src/cli/survey-handler.ts";
import type { Terminal } from "../src/cli/flash/workshop.ts";
import { battant, folder, inRegistry } from "./cli-place.ts";
import { SURVEYED } from "./survey-building.ts";

// Goal: whoever types `battant survey` learns whether daylight switching pays, with a hub or before
// there is one; at a terminal it asks, elsewhere it says what is missing.
// Method: the real command; its questions answered from a list; the guides' example carried out.

const ANYWHERE = ["survey", "--kind", "hall", "--location", "47.24,6.02"];
const MEASURED = ["--reading", "190:9500", "--reading", "230:9400", "--reading", "210:9300"];
const HALL = [...ANYWHERE, ...MEASURED, "--load-W", "108", "--price", "0.194", "--cost", "150"];

const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

const atHub = (building = SURVEYED): string => {
  const dir = folder(building);
  inRegistry(dir, () => {});
  return dir;
};

test("before there is a hub: a verdict, its figures, its reasons and its doubts", async () => {
  const { code, out, err } = await battant(HALL);
  expect([code, err]).toEqual([0, ""]);
  expect(plain(out)).toContain("Daylight switching pays here: 44 to 71 € a year");
  expect(plain(out)).toMatch(/^1 +2% +the darkest: it decides$/m);
  expect(plain(out)).toMatch(/^payback +2.1 to 3.4 years$/m);
  expect(out.indexOf("\nWhy\n")).toBeGreaterThan(0);
  expect(out.indexOf("\nWhat is not certain\n")).toBeGreaterThan(out.indexOf("\nWhy\n"));
});

test("the same in French", async () => {
  const { out } = await battant(HALL, { LANG: "fr_FR.UTF-8" });
  expect(plain(out)).toContain(
    "Éteindre par la lumière du jour est rentable ici : 44 à 71 € par an",
  );
  expect(plain(out)).toMatch(/^amortissement +2,1 à 3,4 ans$/m);
});

test("--json gives programs every figure with its unit", async () => {
  const { code, out } = await battant([...HALL, "--json"]);
  const view = JSON.parse(out) as SurveyView;
  expect(code).toBe(0);
  expect(view).toMatchObject({ verdict: "pays", daylightFactor: 0.02, box_kWh: 52.6 });
});

test("a building file gives target, lamps, place and price", async () => {
  const args = ["survey", "--data", atHub(), "--zone", "hall", "--reading", "190:9500", "--json"];
  const { code, out, err } = await battant(args);
  expect([code, err]).toEqual([0, ""]);
  const view = JSON.parse(out) as SurveyView;
  expect(view.target_lx).toBe(100);
  expect(view.saved_kWh.to).toBeGreaterThan(400);
  expect(view.net_EUR?.to).toBeCloseTo(view.net_kWh.to * 0.2516, 0);
});

const misunderstood: readonly [what: string, args: readonly string[], problem: RegExp][] = [
  ["no reading", ["--kind", "hall", "--location", "47.24,6.02"], /^Missing: --reading, --load-W\./],
  [
    "no place",
    ["--location", "47.24,6.02", ...MEASURED, "--load-W", "9"],
    /Missing: --zone \/ --kind \/ --target/,
  ],
  [
    "half a reading",
    [...ANYWHERE.slice(1), "--reading", "120"],
    /"120" is no reading; write lux inside:outside/,
  ],
  ["a reading of words", [...ANYWHERE.slice(1), "--reading", "a:b"], /"a:b" is no reading/],
  [
    "a burning nobody knows",
    [...HALL.slice(1), "--burning", "often"],
    /"often": write always, day/,
  ],
  ["more than a day", [...HALL.slice(1), "--burning", "25h"], /"25h": write always, day/],
  ["a place off the Earth", ["--location", "97,6"], /"97,6" is no place; write degrees/],
  [
    "a price in cents",
    [...HALL.slice(1, -2), "--price", "19.4"],
    /--price takes a number from 0 to 10/,
  ],
  [
    "dusk",
    [...ANYWHERE.slice(1), "--reading", "1:200", "--load-W", "108"],
    /200 lx outdoors is too dark/,
  ],
];

test.each(misunderstood)("%s is told with what to write", async (_, args, problem) => {
  const { code, out, err } = await battant(["survey", ...args], { BATTANT_DATA: "" });
  expect([code, out]).toEqual([2, ""]);
  expect(plain(err)).toMatch(problem);
});

test("a zone that is misspelt is told which one was meant", async () => {
  const args = ["survey", "--data", atHub(), "--zone", "hal", ...MEASURED];
  const { code, err } = await battant(args);
  expect([code, err]).toEqual([2, 'There is no zone "hal"; did you mean hall?\n']);
});

test("a folder without a hub and a broken building file say what to do", async () => {
  const empty = await battant(["survey", "--data", folder(), "--zone", "hall", ...MEASURED]);
  expect([empty.code, empty.err]).toEqual([1, expect.stringMatching(/^No hub has run in /)]);
  const broken = await battant(["survey", "--data", atHub("a: 1"), "--zone", "hall", ...MEASURED]);
  expect([broken.code, broken.err]).toEqual([
    1,
    expect.stringMatching(/has problems.*check-config/),
  ]);
});

/** Somebody who answers one question after the other, then presses Ctrl-C. */
const somebody = (answers: readonly string[]) => {
  const said: string[] = [];
  const left = [...answers];
  const terminal: Terminal = {
    isInteractive: true,
    ask: async (question) => {
      said.push(question);
      const answer = left.shift();
      if (answer === undefined) throw new Trouble("cancelled", "Ctrl-C");
      return answer;
    },
    askUnseen: async () => "",
    progress: () => undefined,
    say: async (line) => void said.push(line),
  };
  return { terminal, said, left };
};

const askedOf = async (answers: readonly string[], options: object = {}, env = {}) => {
  const { terminal, said, left } = somebody(answers);
  let out = "";
  let err = "";
  const handler = createSurveyHandler({
    io: { out: (text) => void (out += text), err: (text) => void (err += text), env },
    withPlace: async () => {
      throw new Error("no hub was to be opened");
    },
    terminal: () => terminal,
  });
  const code = await handler.showSurvey({ location: "47.24,6.02", ...options });
  return { code, out: plain(out), err, said: said.join("\n"), left };
};

test("at a terminal it asks for one thing after the other, and again where it did not understand", async () => {
  const answers = [
    "stairwell",
    "oops",
    "190:9500",
    "200:9400",
    "",
    "80 W",
    "80",
    "6h",
    "0,194",
    "150",
  ];
  const { code, out, said, left } = await askedOf(answers);
  expect([code, left]).toEqual([0, []]);
  expect(out).toContain("burn 360 min a day");
  expect(said).toContain("Write lux inside:outside, like 120:9500.");
  expect(said).toContain("--load-W takes a number from 1 to 50000, in W.");
  expect(said).toMatch(/5 +car-park|6 +outdoor-path/);
});

test("what was said already is not asked again, and an empty line is what is usual or unknown", async () => {
  const { code, out, said } = await askedOf(["190:9500", "", "", "", ""], {
    kind: "hall",
    loadW: "108",
  });
  expect(code).toBe(0);
  expect(out).toContain("burn day and night");
  expect(out).toContain("the verdict is in kWh");
  expect(said).not.toContain("Which place?");
  expect(said).not.toContain("in watts");
});

test("who stops is told that nothing is kept, in their language", async () => {
  const { code, err } = await askedOf(["hall"], {}, { LANG: "fr_FR.UTF-8" });
  expect([code, err]).toEqual([1, "Arrêté. Rien n'est gardé.\n"]);
});

const guides: readonly [file: string, language: string][] = [
  ["survey.fr.md", "fr_FR.UTF-8"],
  ["survey.md", "en_GB.UTF-8"],
];

test.each(guides)("the example of %s is what the command prints", async (file, LANG) => {
  const guide = readFileSync(new URL(`../../docs/guides/${file}`, import.meta.url), "utf8");
  const [, typed = ""] = /```sh\nnpx battant (survey --kind[^]+?)\n```/.exec(guide) ?? [];
  const [, printed = ""] = /```text\n([^]+?)```/.exec(guide) ?? [];
  const args = typed.replaceAll("\\\n", " ").split(/\s+/);
  const { out } = await battant(args, { LANG });
  expect(typed.length).toBeGreaterThan(50);
  expect(printed.length).toBeGreaterThan(400);
  expect(plain(out)).toContain(plain(printed));
});
