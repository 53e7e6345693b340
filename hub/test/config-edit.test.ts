import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import fc, { type Arbitrary, type GeneratorValue } from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import {
  type Adoption,
  type BuildingEdit,
  editBuilding,
  type Forgetting,
} from "../src/config/edit.ts";
import { readConfiguration } from "../src/config/read.ts";
import { rewriteBuildingFile } from "../src/config/rewrite.ts";
import type { Site } from "../src/domain/site.ts";

// Goal: a page adds a board to a building file, or takes one out, and a person finds the file as they
// left it but for the lines that this is about.
// Method: rows of text before and after; the demonstration's and the starter file line by line; files
// of random content and layout; real files on disk.

const board = "new-1" as BoardId;
const light = "light" as SensorId;
const motion = "motion" as SensorId;
const main = "main" as RelayId;

const adopt = (change: Partial<Adoption> = {}): Adoption => ({
  kind: "adopt",
  board,
  name: "Au fond",
  flat: undefined,
  zone: undefined,
  lightSensor: undefined,
  detector: undefined,
  relay: undefined,
  ...change,
});
/** What the pages of the workshop change. */
type BoardEdit = Adoption | Forgetting;

const forget = (id: string = board): BoardEdit => ({ kind: "forget", board: id as BoardId });
const inZone = (id: string) => ({ id: id as ZoneId });
const cellar = { newZone: { id: "cave" as ZoneId, name: "La cave", kind: "corridor" } };

const HEAD = `building: x
name: X
location: { latitude_deg: 47, longitude_deg: 6 }
timezone: Europe/Paris
`;

const file = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");
const DEMO = file("../../hardware/buildings/demo.yaml");
const STARTER = file("../src/config/starter.fr.yaml");

const edited = (text: string, ...edits: readonly BuildingEdit[]): string =>
  edits.reduce((it, edit) => {
    const result = editBuilding(it, edit);
    if (!result.ok) throw new Error(result.problem.en);
    return result.text;
  }, text);

const rows: readonly [about: string, before: string, edit: BuildingEdit, after: string][] = [
  ["there were no boards", "", adopt(), '\nboards:\n  new-1:\n    name: "Au fond"\n'],
  ["the list was empty", "boards:\n", adopt(), 'boards:\n  new-1:\n    name: "Au fond"\n'],
  [
    "the list was written as empty",
    "boards: {} # none yet\nzones:\n",
    adopt(),
    'boards: # none yet\n  new-1:\n    name: "Au fond"\nzones:\n',
  ],
  [
    "the list was written as nothing",
    "boards: ~\n",
    adopt(),
    'boards:\n  new-1:\n    name: "Au fond"\n',
  ],
  [
    "the list is on one line",
    "boards: { a: { name: A } }\n",
    adopt(),
    'boards: { a: { name: A }, new-1: { name: "Au fond" } }\n',
  ],
  [
    "the list is between brackets over several lines",
    "boards: {\n  a: , # first\n}\n",
    adopt({ flat: "f-1" }),
    'boards: {\n  a:, new-1: { name: "Au fond", flat: f-1 } , # first\n}\n',
  ],
  [
    "levels are four columns wide",
    "boards:\n    a:\n        name: A\n    # b was here\n\nzones:\n",
    adopt({ flat: "f-1" }),
    'boards:\n    a:\n        name: A\n    # b was here\n    new-1:\n        name: "Au fond"\n        flat: f-1\n\nzones:\n',
  ],
  [
    "notes about what comes next follow at once",
    "boards:\n  a:\n    # b\n# The zones\nzones:\n",
    adopt(),
    'boards:\n  a:\n    # b\n  new-1:\n    name: "Au fond"\n# The zones\nzones:\n',
  ],
  [
    "the last line has no end",
    "boards:\n  a:",
    adopt(),
    'boards:\n  a:\n  new-1:\n    name: "Au fond"',
  ],
  [
    "lines end as on Windows",
    "boards:\r\n  a: {}\r\n",
    adopt(),
    'boards:\r\n  a: {}\r\n  new-1:\r\n    name: "Au fond"\r\n',
  ],
  [
    "a name looks like something else",
    "boards:\n",
    adopt({ board: "12" as BoardId, name: '# "1": [é' }),
    'boards:\n  "12":\n    name: "# \\"1\\": [é"\n',
  ],
  [
    "the board is already named",
    "boards:\n  new-1: { name: 'Old' } # glued\n",
    adopt(),
    'boards:\n  new-1: { name: "Au fond" } # glued\n',
  ],
  [
    "the board is there without a name",
    "boards:\n  new-1: # glued\n",
    adopt(),
    'boards:\n  new-1: # glued\n    name: "Au fond"\n',
  ],
  [
    "the zone has nothing yet",
    "boards: { new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall\n",
    adopt({ zone: inZone("hall"), lightSensor: light, relay: main }),
    "boards: { new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall\n    light_sensor: { board: new-1, sensor: light }\n    circuits:\n      main:\n        relay: { board: new-1, relay: main }\n",
  ],
  [
    "the zone has a circuit that nobody switches",
    "boards: { new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall\n    circuits:\n      baes: { role: safety }\n      lamps: { load_W: 80 }\n",
    adopt({ zone: inZone("hall"), relay: main }),
    "boards: { new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall\n    circuits:\n      baes: { role: safety }\n      lamps: { load_W: 80, relay: { board: new-1, relay: main } }\n",
  ],
  [
    "the zone went by another sensor and acted",
    "boards: { a: {}, new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall\n    light_sensor:\n      board: a # old\n      sensor: light\n    circuits: { c: { relay: { board: a, relay: main } } }\n    daylight: { mode: act, luminaire_contribution_lx: 0, local_rule: true }\n",
    adopt({ zone: inZone("hall"), lightSensor: light }),
    "boards: { a: {}, new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall\n    light_sensor:\n      board: new-1 # old\n      sensor: light\n    circuits: { c: { relay: { board: a, relay: main } } }\n    daylight: { mode: observe, luminaire_contribution_lx: 0, local_rule: false }\n",
  ],
  [
    "all of it is there already",
    "boards: { new-1: { name: Au fond } }\nzones: { hall: { kind: hall, light_sensor: { board: new-1, sensor: light } } }\n",
    adopt({ zone: inZone("hall"), lightSensor: light }),
    "boards: { new-1: { name: Au fond } }\nzones: { hall: { kind: hall, light_sensor: { board: new-1, sensor: light } } }\n",
  ],
  [
    "there are neither zones nor boards",
    "zones: {}\n",
    adopt({ zone: cellar, lightSensor: light }),
    'zones:\n  cave:\n    name: "La cave"\n    kind: corridor\n    light_sensor: { board: new-1, sensor: light }\n    daylight: { mode: observe }\n\nboards:\n  new-1:\n    name: "Au fond"\n',
  ],
  [
    "nothing watched the zone yet",
    "boards: { new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall # small\n",
    adopt({ zone: inZone("hall"), detector: motion }),
    "boards: { new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall # small\n    presence:\n      sensors:\n        new-1: { board: new-1, sensor: motion }\n",
  ],
  [
    "a detector watches the zone already: it stays, and so does what acts on it",
    "boards: { a: {}, new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall\n    presence:\n      # by the lift\n      sensors:\n        lift: { board: a, sensor: motion } # high up\n      hold_min: 7\n    circuits: { c: { relay: { board: a, relay: main }, off_when_vacant: true } }\n    daylight: { mode: act, luminaire_contribution_lx: 0 }\n    light_sensor: { board: a, sensor: light }\n",
    adopt({ zone: inZone("hall"), detector: motion }),
    "boards: { a: {}, new-1: { name: Au fond } }\nzones:\n  hall:\n    kind: hall\n    presence:\n      # by the lift\n      sensors:\n        lift: { board: a, sensor: motion } # high up\n        new-1: { board: new-1, sensor: motion }\n      hold_min: 7\n    circuits: { c: { relay: { board: a, relay: main }, off_when_vacant: true } }\n    daylight: { mode: act, luminaire_contribution_lx: 0 }\n    light_sensor: { board: a, sensor: light }\n",
  ],
  [
    "it watches the zone already, under whatever name",
    "boards: { new-1: { name: Au fond } }\nzones: { hall: { kind: hall, presence: { sensors: { lift: { board: new-1, sensor: motion } } } } }\n",
    adopt({ zone: inZone("hall"), detector: motion }),
    "boards: { new-1: { name: Au fond } }\nzones: { hall: { kind: hall, presence: { sensors: { lift: { board: new-1, sensor: motion } } } } }\n",
  ],
  [
    "another of its detectors watches the zone already",
    "boards: { new-1: { name: Au fond } }\nzones: { hall: { kind: hall, presence: { sensors: { new-1: { board: new-1, sensor: motion } } } } }\n",
    adopt({ zone: inZone("hall"), detector: "radar" as SensorId }),
    "boards: { new-1: { name: Au fond } }\nzones: { hall: { kind: hall, presence: { sensors: { new-1: { board: new-1, sensor: motion }, new-1-2: { board: new-1, sensor: radar } } } } }\n",
  ],
  [
    "it is the detector of a new zone",
    "zones: {}\n",
    adopt({ zone: cellar, detector: motion }),
    'zones:\n  cave:\n    name: "La cave"\n    kind: corridor\n    presence:\n      sensors:\n        new-1: { board: new-1, sensor: motion }\n    daylight: { mode: observe }\n\nboards:\n  new-1:\n    name: "Au fond"\n',
  ],
  ["it was the only board", "boards:\n  new-1:\n    name: N\n", forget(), "boards: {}\n"],
  [
    "it was one of a line",
    "boards: { a: {}, new-1: {}, b: {} }\n",
    forget(),
    "boards: { a: {}, b: {} }\n",
  ],
  ["it was the first of a line", "boards: { new-1: {}, b: {} }\n", forget(), "boards: { b: {} }\n"],
  ["it was alone on a line", "boards: { new-1: {} }\n", forget(), "boards: {}\n"],
  [
    "a blank line stood on both sides",
    "boards:\n  a:\n\n  # the new one\n  new-1:\n    name: N\n\n  b:\n",
    forget(),
    "boards:\n  a:\n\n  # the new one\n\n  b:\n",
  ],
  [
    "a zone that acted went by it",
    "boards: { new-1: {} }\nzones:\n  hall:\n    kind: hall\n    # by the door\n    light_sensor: { board: new-1, sensor: light }\n    circuits:\n      lamps:\n        relay: { board: new-1, relay: main } # left output\n        load_W: 8\n    daylight:\n      mode: act # at last\n      luminaire_contribution_lx: 5\n",
    forget(),
    "boards: {}\nzones:\n  hall:\n    kind: hall\n    # by the door\n    circuits:\n      lamps:\n        load_W: 8\n    daylight:\n      mode: observe # at last\n      luminaire_contribution_lx: 5\n",
  ],
  [
    "it was one detector of two, and a meter",
    "boards: { a: {}, new-1: {} }\nzones:\n  hall:\n    kind: hall\n    presence:\n      sensors:\n        door: { board: a, sensor: motion }\n        # by the lift\n        lift: { board: new-1, sensor: motion }\n    circuits: { c: { relay: { board: a, relay: main }, meter: { board: new-1, sensor: circuit }, off_when_vacant: true } }\n",
    forget(),
    "boards: { a: {} }\nzones:\n  hall:\n    kind: hall\n    presence:\n      sensors:\n        door: { board: a, sensor: motion }\n        # by the lift\n    circuits: { c: { relay: { board: a, relay: main }, off_when_vacant: false } }\n",
  ],
  [
    "it was the last detector: nobody can tell any more that a zone is empty",
    "boards: { a: {}, new-1: {} }\nzones:\n  hall:\n    kind: hall\n    presence:\n      sensors:\n        lift: { board: new-1, sensor: motion }\n    circuits: { c: { relay: { board: a, relay: main }, off_when_vacant: true } }\n",
    forget(),
    "boards: { a: {} }\nzones:\n  hall:\n    kind: hall\n    circuits: { c: { relay: { board: a, relay: main }, off_when_vacant: false } }\n",
  ],
  ["nobody ever named it", "boards: { a: {} }\n", forget(), "boards: { a: {} }\n"],
];

for (const [about, before, edit, after] of rows) {
  test(`${edit.kind === "adopt" ? "adopting" : "forgetting"} a board when ${about}`, () => {
    const head = before.includes("\r\n") ? HEAD.replaceAll("\n", "\r\n") : HEAD;
    expect(edited(head + before, edit)).toBe(head + after);
  });
}

/** Lines that are only in `after`, in order; fails if a line of `before` is gone. */
const added = (before: string, after: string): string[] => {
  const lines = before.split("\n");
  const extra: string[] = [];
  let at = 0;
  for (const line of after.split("\n")) {
    if (line === lines[at]) at += 1;
    else extra.push(line);
  }
  expect(lines.slice(at)).toEqual([]);
  return extra.filter((line) => line !== "");
};

const NEW_LINES = [
  "  new-1:",
  '    name: "Au fond"',
  "  cave:",
  '    name: "La cave"',
  "    kind: corridor",
  "    light_sensor: { board: new-1, sensor: light }",
  "    circuits:",
  "      main:",
  "        relay: { board: new-1, relay: main }",
  "    daylight: { mode: observe }",
];

test.each([
  ["the demonstration's file", DEMO],
  ["the starter file", STARTER],
  [
    "a starter file with Windows' line ends and a byte order mark",
    `\uFEFF${STARTER.replaceAll("\n", "\r\n")}`,
  ],
])("a new board in a new zone adds its own lines to %s, and nothing else changes", (_, text) => {
  const after = edited(text, adopt({ zone: cellar, lightSensor: light, relay: main }));
  const ends = text.includes("\r\n") ? "\r" : "";
  expect(added(text, after).filter((line) => line !== "\r")).toEqual(
    NEW_LINES.map((line) => line + ends),
  );
});

test("adopting a board and forgetting it leaves a file as it was, sign for sign", () => {
  expect(edited(DEMO, adopt({ flat: "flat-3" }), forget())).toBe(DEMO);
});

const FLAT_BOARD = "flat-1-meter" as BoardId;

const refusals: readonly [about: string, edit: BuildingEdit, words: string][] = [
  [
    "a zone that is not there",
    adopt({ zone: inZone("attic"), lightSensor: light }),
    "no zone attic",
  ],
  [
    "a new zone under a name that is taken",
    adopt({ zone: { newZone: { ...cellar.newZone, id: "hall" as ZoneId } } }),
    "already a zone hall",
  ],
  [
    "a kind of zone that the law does not know",
    adopt({ zone: { newZone: { ...cellar.newZone, kind: "attic" } } }),
    "zones.cave.kind",
  ],
  ["a sensor without a zone", adopt({ lightSensor: light }), "choose it"],
  ["a detector without a zone", adopt({ detector: motion }), "choose it"],
  [
    "a second relay for a zone",
    adopt({ zone: inZone("hall"), relay: main }),
    "already has a circuit with a relay",
  ],
  [
    "a relay that switches another zone",
    adopt({ board: "hall-relay" as BoardId, zone: cellar, relay: main }),
    "already switches the zone hall",
  ],
  [
    "a flat's board in a zone",
    adopt({ flat: "flat-1", zone: inZone("hall"), lightSensor: light }),
    "inside a flat",
  ],
  [
    "a flat's board that tells who is in a zone",
    adopt({ flat: "flat-1", zone: inZone("hall"), detector: motion }),
    "inside a flat",
  ],
  ["a flat's board for everybody", adopt({ board: FLAT_BOARD }), "remain the resident's"],
  [
    "a flat's board for another flat",
    adopt({ board: FLAT_BOARD, flat: "flat-2" }),
    "remain the resident's",
  ],
  ["the hub's own name", adopt({ board: "hub" as BoardId }), "names the box itself"],
  ["a name that is none", adopt({ name: " " }), "boards.new-1.name"],
  ["a name of two lines", adopt({ name: "a\nb" }), "boards.new-1.name"],
];

for (const [about, edit, words] of refusals) {
  test(`${about} is refused in words`, () => {
    const result = editBuilding(DEMO, edit);
    expect(result.ok ? result.text : result.problem.en).toContain(words);
    expect(result.ok ? "" : result.problem.fr).toMatch(/\S{3}/u);
  });
}

test("a file that is wrong before is to be mended first, and the line is named", () => {
  const result = editBuilding(`${HEAD}zones:\n  hall: { kind: hal }\n`, adopt());
  expect(result.ok ? "" : result.problem.en).toMatch(/mended first, line 6: zones\.hall\.kind/u);
});

test.each([
  ["keys with a question mark", "? boards\n: new-0: {}\n"],
  ["a list that begins on the line below", "boards:\n  {}\n"],
])("%s are either edited rightly or left to a person", (_, tail) => {
  const result = editBuilding(HEAD + tail, adopt());
  if (result.ok) expect(readConfiguration(result.text)).toMatchObject({ ok: true });
  else expect(result.problem.en).toContain("edit it by hand");
});

// Any building, in any layout

type Tree = { [key: string]: string | Tree };

const BOARDS = ["a", "b", "c", "new-1"];
const ZONES = ["hall", "stairs", "cave"];

/** What a person may have written: seldom everything, often something left out. */
const buildingOf = (pick: GeneratorValue): Tree => {
  const maybe = <T>(it: T, of = 1): T | undefined =>
    pick(fc.nat, { max: of }) === 0 ? undefined : it;
  const boards = pick(fc.subarray<string>, BOARDS);
  const common: string[] = [];
  const tree: Tree = { boards: {}, zones: {} };
  for (const id of boards) {
    const flat = maybe("flat-1", 3) === undefined ? "flat-1" : undefined;
    if (flat === undefined) common.push(id);
    const name = maybe(pick(() => fc.constantFrom("Hall", "'It''s'", '"Plafond : 2 #1"')));
    (tree["boards"] as Tree)[id] = { ...(name && { name }), ...(flat && { flat }) };
  }
  const free = [...common];
  for (const id of pick(fc.subarray<string>, ZONES)) {
    const eye = maybe(common[pick(fc.nat, { max: 3 })]);
    const watcher = maybe(common[pick(fc.nat, { max: 3 })]);
    const relay = maybe(free.shift());
    const acts = eye !== undefined && relay !== undefined && pick(fc.boolean);
    (tree["zones"] as Tree)[id] = {
      kind: "corridor",
      ...(eye && { light_sensor: { board: eye, sensor: "light" } }),
      ...(watcher && { presence: { sensors: { door: { board: watcher, sensor: "motion" } } } }),
      ...((relay || pick(fc.boolean)) && {
        circuits: {
          baes: { role: "safety" },
          lamps: {
            ...maybe({ load_W: "8" }),
            ...(relay && { relay: { board: relay, relay: "main" } }),
            ...(watcher && pick(fc.boolean) && { off_when_vacant: "true" }),
          },
        },
      }),
      daylight: acts
        ? {
            mode: "act",
            luminaire_contribution_lx: "0",
            ...(eye === relay && { local_rule: "true" }),
          }
        : {},
    };
  }
  return tree;
};

/** `owner`: the entry that a note stands in, and goes away with. */
const laidOut = (tree: Tree, pick: GeneratorValue): string => {
  const step = pick(() => fc.constantFrom(2, 4));
  let notes = 0;
  const flow = (it: string | Tree): string =>
    typeof it === "string"
      ? it
      : `{ ${Object.entries(it)
          .map(([key, inner]) => `${key}: ${flow(inner)}`)
          .join(", ")} }`;
  const block = (it: Tree, depth: number, owner: string): string =>
    Object.entries(it)
      .map(([key, inner]) => {
        const margin = " ".repeat(depth * step);
        const inside = depth === 1 ? key : owner;
        const note = pick(fc.nat, { max: 3 }) === 0 ? `${margin}# ${(notes += 1)} ${owner}\n` : "";
        const gap = pick(fc.nat, { max: 4 }) === 0 ? "\n" : "";
        const side = pick(fc.nat, { max: 4 }) === 0 ? " # aside" : "";
        const head = `${gap}${note}${margin}${key}:`;
        if (typeof inner === "string") return `${head} ${inner}${side}\n`;
        if (Object.keys(inner).length === 0) {
          return `${head}${pick(() => fc.constantFrom("", " {}", " ~"))}${side}\n`;
        }
        return pick(fc.nat, { max: 3 }) === 0
          ? `${head} ${flow(inner)}${side}\n`
          : `${head}${side}\n${block(inner, depth + 1, inside)}`;
      })
      .join("");
  const text = HEAD + block(tree, 0, "file");
  return pick(fc.boolean) ? text : text.replaceAll("\n", "\r\n");
};

const randomEdit = (pick: GeneratorValue): BoardEdit => {
  const id = pick(() => fc.constantFrom(...BOARDS));
  if (pick(fc.nat, { max: 3 }) === 0) return forget(id);
  const zone = pick(() => fc.constantFrom(undefined, cellar, ...ZONES.map(inZone)));
  return adopt({
    board: id as BoardId,
    flat: pick(fc.nat, { max: 7 }) === 0 ? "flat-1" : undefined,
    zone,
    lightSensor: zone && pick(fc.boolean) ? light : undefined,
    detector: zone && pick(fc.boolean) ? motion : undefined,
    relay: zone && pick(fc.boolean) ? main : undefined,
  });
};

/** Every value of a file under its path. */
const leavesOf = (it: unknown, path = ""): [string, unknown][] =>
  typeof it === "object" && it !== null
    ? Object.entries(it).flatMap(([key, inner]) => leavesOf(inner, `${path}.${key}`))
    : it === null
      ? []
      : [[path, it]];

const differing = (before: string, after: string): string[] => {
  const old = new Map(leavesOf(parse(before)));
  const now = new Map(leavesOf(parse(after)));
  return [...new Set([...old.keys(), ...now.keys()])].filter((it) => old.get(it) !== now.get(it));
};

const zoneOf = ({ zone }: Adoption): string | undefined =>
  zone === undefined ? undefined : "id" in zone ? zone.id : zone.newZone.id;

/** The places that an edit may touch, and no other. */
const touches = (edit: BoardEdit): RegExp =>
  edit.kind === "adopt"
    ? new RegExp(
        `^\\.boards\\.${edit.board}\\.|^\\.zones\\.${zoneOf(edit)}\\.(light_sensor|presence\\.sensors\\.${edit.board}|circuits\\.[a-z0-9-]+\\.relay|daylight\\.(mode|local_rule))${
          edit.zone === cellar ? "|^\\.zones\\.cave\\." : ""
        }`,
        "u",
      )
    : new RegExp(
        `^\\.boards\\.${edit.board}\\.|^\\.zones\\.[a-z-]+\\.(light_sensor|presence|circuits\\.[a-z0-9-]+\\.(relay|off_when_vacant)|daylight\\.(mode|local_rule))`,
        "u",
      );

const notesIn = (text: string): string[] =>
  text.split(/\r?\n/u).filter((line) => /^\s*#/u.test(line));

/** Notes inside the entry of a forgotten board, or between its sensor's lines, go with it. */
const keepsNotes = (before: string, after: string, edit: BoardEdit): boolean => {
  const left = notesIn(after);
  const lost = notesIn(before).filter((note) => !left.includes(note));
  if (edit.kind === "adopt") return lost.length === 0;
  const removed = [edit.board, ...ZONES].map((owner) => ` ${owner}`);
  return lost.every((note) => removed.some((owner) => note.endsWith(owner)));
};

const gen = fc.gen() as Arbitrary<GeneratorValue>;
const siteIn = (text: string): Site => {
  const read = readConfiguration(text);
  if (!read.ok) throw new Error(`${JSON.stringify(read.problems[0])}\n${text}`);
  return read.site;
};

const isMade = (before: string, edit: BoardEdit): boolean => {
  const result = editBuilding(before, edit);
  if (!result.ok) {
    expect(result.problem.en).not.toContain("by hand");
    return false;
  }
  const { text: after, site } = result;
  expect(siteIn(after)).toEqual(site);
  expect(differing(before, after).filter((path) => !touches(edit).test(path))).toEqual([]);
  expect(keepsNotes(before, after, edit), `${before}---\n${after}`).toBe(true);
  if (edit.kind === "forget") {
    expect(after).not.toContain(`board: ${edit.board} `);
    expect(site.boards.has(edit.board)).toBe(false);
    return true;
  }
  const { board: id, lightSensor: sensor, detector, relay } = edit;
  const zone = site.zones.get(zoneOf(edit) as ZoneId);
  expect(site.boards.get(id)).toMatchObject({ name: "Au fond", flat: edit.flat });
  if (sensor !== undefined) expect(zone?.lightSensor).toEqual({ board: id, sensor });
  if (detector !== undefined) {
    expect(zone?.presence?.sensors).toContainEqual({ board: id, sensor: detector });
  }
  if (relay !== undefined) expect(zone?.circuit).toMatchObject({ board: id, relay });
  return true;
};

test("an edit of any building is good, touches what it is about, and keeps every note", () => {
  let made = 0;
  fc.assert(
    fc.property(gen, (pick) => {
      const before = laidOut(buildingOf(pick), pick);
      siteIn(before);
      if (isMade(before, randomEdit(pick))) made += 1;
    }),
    { numRuns: 200, endOnFailure: true },
  );
  expect(made).toBeGreaterThan(65);
});

test("a board that was adopted and forgotten leaves any building as it was", () => {
  fc.assert(
    fc.property(gen, (pick) => {
      const before = laidOut(buildingOf(pick), pick);
      const site = siteIn(before);
      const edit = randomEdit(pick);
      if (edit.kind === "forget" || site.boards.has(edit.board)) return;
      const zone = site.zones.get(zoneOf(edit) as ZoneId);
      if (edit.lightSensor !== undefined && zone?.lightSensor !== undefined) return;
      const adopted = editBuilding(before, edit);
      if (!adopted.ok) return;
      const after = siteIn(edited(adopted.text, forget(edit.board)));
      const zones = new Map([...after.zones].filter(([id]) => site.zones.has(id)));
      expect({ ...after, zones }).toEqual(site);
    }),
    { numRuns: 150, endOnFailure: true },
  );
});

// On disk

const onDisk = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "battant-edit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "building.yaml");
  writeFileSync(path, text);
  return path;
};

const adopting = (text: string) => editBuilding(text, adopt());
const ADOPTED = edited(STARTER, adopt());

test("the edited file takes the place of the old one, with its permissions, and leaves no draft", async () => {
  const path = onDisk(STARTER);
  chmodSync(path, 0o640);
  expect(await rewriteBuildingFile(path, adopting)).toMatchObject({ ok: true });
  expect(readFileSync(path, "utf8")).toBe(ADOPTED);
  expect(statSync(path).mode & 0o777).toBe(0o640);
  expect(readdirSync(join(path, ".."))).toEqual(["building.yaml"]);
});

test("a link stays a link: its target is written", async () => {
  const target = onDisk(STARTER);
  const link = join(target, "..", "link.yaml");
  symlinkSync("building.yaml", link);
  expect(await rewriteBuildingFile(link, adopting)).toMatchObject({ ok: true });
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, "utf8")).toBe(ADOPTED);
});

test("what a person saves while the edit is made is not lost", async () => {
  const path = onDisk(STARTER);
  let asked = 0;
  const result = await rewriteBuildingFile(path, (text) => {
    asked += 1;
    if (asked === 1) writeFileSync(path, STARTER.replace("Mon immeuble", "Chez nous"));
    return adopting(text);
  });
  expect(result).toMatchObject({ ok: true, site: { name: "Chez nous" } });
  expect(readFileSync(path, "utf8")).toBe(ADOPTED.replace("Mon immeuble", "Chez nous"));
});

test("a file that changes each time it is looked at is given up with a word", async () => {
  const path = onDisk(STARTER);
  let asked = 0;
  const result = await rewriteBuildingFile(path, (text) => {
    writeFileSync(path, `${STARTER}# ${(asked += 1)}\n`);
    return adopting(text);
  });
  expect(result.ok ? "" : result.problem.en).toContain("keeps changing");
  expect(asked).toBeLessThan(10);
  expect(readdirSync(join(path, ".."))).toEqual(["building.yaml"]);
});

test("an edit that changes nothing does not touch the file", async () => {
  const path = onDisk(ADOPTED);
  const { ino } = statSync(path);
  expect(await rewriteBuildingFile(path, adopting)).toMatchObject({ ok: true });
  expect(statSync(path).ino).toBe(ino);
});

test("an edit that is refused does not touch the file, and a file that is not there is named", async () => {
  const path = onDisk(STARTER);
  const refused = (text: string) => editBuilding(text, adopt({ name: "" }));
  expect(await rewriteBuildingFile(path, refused)).toMatchObject({ ok: false });
  expect(readFileSync(path, "utf8")).toBe(STARTER);
  const missing = await rewriteBuildingFile(`${path}.gone`, adopting);
  expect(missing.ok ? "" : missing.problem.en).toContain("does not exist");
});
