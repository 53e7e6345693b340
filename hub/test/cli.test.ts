import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { parseBoardTopic } from "@battant/protocol/wire/topics";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { run } from "../src/cli/main.ts";
import {
  battant,
  BRIGHT,
  BUILDING,
  DARK,
  folder,
  inRegistry,
  measured,
  reading,
} from "./cli-place.ts";

// Goal: somebody who types a command gets what was asked, in order, or the next step to take.
// Method: the real command on a real data folder, its words compared as they are printed.

const board = (id: string) => id as BoardId;

// ── Usage ───────────────────────────────────────────────────────────────────────────────────────

test("--help lists every command and says how the hub is started", async () => {
  const { code, out } = await battant(["--help"]);
  expect(code).toBe(0);
  for (const words of [
    "boards add, boards list, boards remove, boards update",
    "readings export, readings count",
    "decisions",
    "check-config",
    "doctor",
    "battant start",
  ]) {
    expect(out).toContain(words);
  }
});

const LEAVES = [
  ["boards", "add"],
  ["boards", "list"],
  ["boards", "remove"],
  ["boards", "update"],
  ["readings", "export"],
  ["readings", "count"],
  ["decisions"],
  ["why"],
  ["check-config"],
  ["doctor"],
];

test.each(LEAVES)(
  "%s %s explains itself with --help, and takes --json and --data",
  async (...words) => {
    const { code, out } = await battant([...words.filter((it) => it !== undefined), "--help"]);
    expect(code).toBe(0);
    expect(out).toContain("--json");
    expect(out).toContain("--data <dir>");
  },
);

test("battant alone prints the help, where start is the first command", async () => {
  const { code, out, err } = await battant([]);
  expect([code, err]).toEqual([0, ""]);
  expect(out).toBe((await battant(["--help"])).out);
  expect(out).toMatch(/Commands:\n {2}start +run the hub itself/);
});

const misuses: readonly [args: string[], told: RegExp][] = [
  [["borads"], /unknown command 'borads'\n\(Did you mean boards\?\)/],
  [["stat"], /unknown command 'stat'\n\(Did you mean start\?\)/],
  [["boards"], /boards \[options\] \[command\]/],
  [["boards", "add"], /missing required argument 'id'/],
  [["boards", "list", "--jsn"], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
  [["decisions", "--limit", "many"], /whole number from 1 to 100000/],
];

test.each(misuses)("%j is not understood, with a hint, and is exit code 2", async (args, told) => {
  const { code, out, err } = await battant(args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(told);
});

// ── Which data ──────────────────────────────────────────────────────────────────────────────────

test("a folder where no hub has run is named, not made", async () => {
  const dir = join(folder(), "nowhere");
  const { code, err } = await battant(["boards", "list", "--data", dir]);
  expect([code, err]).toEqual([
    1,
    `No hub has run in ${dir} yet. Start it: npx battant start --no-demo --data ${dir}\n`,
  ]);
  expect(existsSync(dir)).toBe(false);
});

test("BATTANT_DATA says where the data is, and --data says it louder", async () => {
  const [one, two] = [folder(), folder()];
  inRegistry(one, (registry) => registry.boards.add({ id: board("in-one") }));
  inRegistry(two, (registry) => registry.boards.add({ id: board("in-two") }));
  const env = { BATTANT_DATA: one };
  expect((await battant(["boards", "list"], env)).out).toContain("in-one");
  expect((await battant(["boards", "list", "--data", two], env)).out).toContain("in-two");
});

test("without a word about it, the data used last below ./data is meant", async () => {
  const here = process.cwd();
  const dir = folder();
  try {
    process.chdir(dir);
    const nothing = await battant(["boards", "list"]);
    expect(nothing.code).toBe(1);
    expect(nothing.err).toMatch(/No hub has run in this folder yet\. Start one \(npm start\)/);
    for (const [name, age_s] of [
      ["hub", 50],
      ["demo", 5],
      ["demo-fast", 500],
    ] as const) {
      const data = join(dir, "data", name);
      mkdirSync(data, { recursive: true });
      inRegistry(data, (registry) => registry.boards.add({ id: board(`in-${name}`) }));
      utimesSync(join(data, "hub.db"), Date.now() / 1000 - age_s, Date.now() / 1000 - age_s);
    }
    expect((await battant(["boards", "list"])).out).toContain("in-demo ");
  } finally {
    process.chdir(here);
  }
});

// ── Boards ──────────────────────────────────────────────────────────────────────────────────────

test("boards add prints password and key once, and an example that the contract accepts", async () => {
  const dir = folder();
  const { code, out, err } = await battant(["boards", "add", "hall-1", "--data", dir]);
  expect([code, err]).toEqual([0, ""]);
  const password = /\n {2}password {3}([0-9a-f]{32})\n/.exec(out)![1]!;
  expect(inRegistry(dir, ({ boards }) => boards.verify(board("hall-1"), password))).toBe(true);
  const key = /\n {2}key {8}([0-9a-f]{64})\n/.exec(out)![1]!;
  const kept = inRegistry(dir, ({ boards }) => boards.key(board("hall-1")));
  expect(Buffer.from(kept!).toString("hex")).toBe(key);
  expect(inRegistry(dir, ({ boards }) => boards.list())).toMatchObject([
    { name: "Hall, au plafond" },
  ]);

  const [, topic, payload] = /-t (\S+) \\\n {4}-m '(.*)'\n/.exec(out)!;
  expect(out).toContain(`-p 1883 -i hall-1 -u hall-1 -P ${password}`);
  expect(parseBoardTopic(topic!)).toEqual({ kind: "readings", board: "hall-1" });
  const decoded = decodeReadings(payload!);
  expect(decoded).toMatchObject({
    ok: true,
    value: { readings: [{ sensor: "light" }], problems: [] },
  });
  expect(out).not.toContain("building file");
});

test("boards add says what to write for a board that the building file does not know", async () => {
  const dir = folder();
  const { code, out } = await battant([
    ..."boards add flat-9-meter --flat flat-9 --name".split(" "),
    'Mètre "9"',
    "--data",
    dir,
  ]);
  expect(code).toBe(0);
  expect(out).toContain(
    `${join(dir, "building.yaml")}:\n\n  flat-9-meter:\n    name: "Mètre \\"9\\""\n    flat: flat-9\n`,
  );
  const added = out.slice(out.indexOf("  flat-9-meter:"));
  writeFileSync(join(dir, "building.yaml"), BUILDING.replace("boards:\n", `boards:\n${added}`));
  expect((await battant(["check-config", "--data", dir])).out).toMatch(/4 boards/);
});

test("a board can be added before the hub's first start, if it is said where that will be", async () => {
  const dir = join(folder(), "new");
  const { code, out } = await battant(["boards", "add", "hall-1", "--data", dir, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    board: "hall-1",
    password: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    key: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    topic: "battant/1/hall-1/readings",
    inBuildingFile: false,
  });
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

test("a board is added once; the second time says how to give it a new password", async () => {
  const dir = folder();
  const first = await battant(["boards", "add", "hall-1", "--data", dir]);
  const second = await battant(["boards", "add", "hall-1", "--data", dir]);
  expect([first.code, second.code, second.out]).toEqual([0, 1, ""]);
  expect(second.err).toMatch(/There is a board hall-1 already/);
  const dataDir = `--data ${dir}`;
  expect(second.err).toContain(
    `\n\n  npx battant boards remove hall-1 ${dataDir}\n  npx battant boards add hall-1 ${dataDir}\n`,
  );
});

test("a flat's board is told to be added again for its flat, on a folder with a space", async () => {
  const dir = join(folder(), "my hub");
  const add = ["boards", "add", "studio", "--flat", "flat-2", "--data", dir];
  await battant(add);
  expect((await battant(add)).err).toContain(
    `  npx battant boards add studio --flat flat-2 --data '${dir}'\n`,
  );
});

test("boards add says that no hub runs, and how to start it, before the example", async () => {
  const dir = folder();
  const { out } = await battant(["boards", "add", "hall-1", "--data", dir]);
  expect(out).toContain(
    `No hub runs on ${dir} now. Start it first:\n\n  npx battant start --no-demo --data ${dir}\n\nTry it`,
  );
});

const wrongNames: readonly [args: string[], told: RegExp][] = [
  [["Hall 1"], /must be 1 to 32 of a-z.*; for example hall-1\.\n/],
  [["-x"], /unknown option|for example x/],
  [["a".repeat(33)], /must be 1 to 32/],
  [["hub"], /the name of the hub itself/],
  [["Hub"], /not starting with -\.\n/],
  [["ok", "--flat", "Flat 1"], /name of a flat must be.*for example flat-1/],
  [["ok", "--name", "a\nb"], /1 to 80 characters on one line/],
];

test.each(wrongNames)("boards add %j is refused", async (args, told) => {
  const dir = folder();
  const { code, err } = await battant(["boards", "add", ...args, "--data", dir]);
  expect(code).toBe(2);
  expect(err).toMatch(told);
});

test("boards remove lets a board in no more, keeps a trace, and knows what was meant", async () => {
  const dir = folder();
  const { out } = await battant(["boards", "add", "hall-1", "--data", dir, "--json"]);
  const { password } = JSON.parse(out) as { password: string };
  const wrong = await battant(["boards", "remove", "hal-1", "--data", dir]);
  expect([wrong.code, wrong.err]).toEqual([
    1,
    'There is no board "hal-1"; did you mean hall-1?\n' +
      `This shows those there are: npx battant boards list --data ${dir}\n`,
  ]);
  const removed = await battant(["boards", "remove", "hall-1", "--data", dir]);
  expect([removed.code, removed.out]).toEqual([
    0,
    "Board hall-1 may no longer connect.\nIts readings are kept.\n",
  ]);
  inRegistry(dir, ({ boards, audit }) => {
    expect(boards.verify(board("hall-1"), password)).toBe(false);
    expect(audit.list(10).map(({ who, action }) => [who, action])).toEqual([
      ["command line", "board removed"],
      ["command line", "board added"],
    ]);
  });
});

test("boards list shows who may connect, who should, and when each was last heard", async () => {
  const dir = folder();
  const now = Date.now();
  await battant(["boards", "add", "hall-1", "--data", dir]);
  await battant(["boards", "add", "spare", "--data", dir]);
  await measured(dir, {
    readings: ["hall-1", "flat-1-meter", "spare"].map((id) =>
      reading(id, 1, { at: instant(now - 300_000), received: instant(now) }),
    ),
  });
  expect((await battant(["boards", "list", "--data", dir])).out).toBe(
    [
      "BOARD          ONLINE   LAST READING   PROGRAM   SIGNAL   FREE   FLAT     NAME               NOTE",
      `flat-1-meter   ?        -              -         -        -      flat-1   Logement 1         may not connect yet: npx battant boards add flat-1-meter --flat flat-1 --data ${dir}`,
      "hall-1         ?        5 min ago      -         -        -      -        Hall, au plafond",
      `hall-2         ?        never          -         -        -      -        Tableau du hall    may not connect yet: npx battant boards add hall-2 --data ${dir}`,
      `spare          ?        -              -         -        -      -        spare              not in the building file: npx battant boards adopt spare --zone ZONE --data ${dir}`,
      "",
    ].join("\n"),
  );
  const { out } = await battant(["boards", "list", "--data", dir, "--json"]);
  expect(JSON.parse(out)).toMatchObject([
    {
      board: "flat-1-meter",
      flat: "flat-1",
      mayConnect: false,
      inBuildingFile: true,
      online: null,
      lastReading: null,
      age_ms: null,
      private: true,
    },
    { board: "hall-1", private: false, lastReading: new Date(now - 300_000).toISOString() },
    { board: "hall-2", lastReading: null },
    { board: "spare", mayConnect: true, inBuildingFile: false },
  ]);
});

// ── Readings ────────────────────────────────────────────────────────────────────────────────────

const WITH_METER = `${BUILDING}hub: { linky: [{ port: /dev/ttyUSB0, sensor: light }] }\n`;

const withReadings = async (building = WITH_METER): Promise<string> => {
  const dir = folder(building);
  inRegistry(dir, ({ boards }) => {
    boards.add({ id: board("hall-1") });
    boards.add({ id: board("studio"), flat: "flat-2" });
  });
  await measured(dir, {
    readings: [
      reading("hall-1", 1),
      reading("flat-1-meter", 1),
      reading("studio", 1), // A flat's, says the registry, though the building file does not know it.
      reading("gone", 1), // Nobody describes it any more.
      reading("hall-1", 2, { value: 7 }),
      reading("hub", 1, { quantity: "active-power", value: -12.5 }),
      reading("flat-1-meter", 2),
    ],
  });
  return dir;
};

const LEFT_OUT =
  "Left out: 3 readings of 2 boards: a flat's readings belong to its resident alone.\n" +
  "Left out: 1 reading of 1 board (gone): the building file does not name it, so it may be a flat's.\n";

test("readings export writes the common areas as CSV with exact times and units", async () => {
  const dir = await withReadings();
  const { code, out, err } = await battant(["readings", "export", "--data", dir]);
  expect(code).toBe(0);
  expect(out).toBe(
    "time,board,sensor,quantity,value,unit\n" +
      "2026-06-21T12:01:00.000+02:00,hall-1,light,illuminance,101.5,lx\n" +
      "2026-06-21T12:02:00.000+02:00,hall-1,light,illuminance,7,lx\n" +
      "2026-06-21T12:01:00.000+02:00,hub,light,active-power,-12.5,W\n",
  );
  expect(err).toBe(`3 readings exported.\n${LEFT_OUT}`);
});

test("readings export --excel opens by a double click in France", async () => {
  const dir = await withReadings();
  const { out } = await battant(["readings", "export", "--excel", "--data", dir]);
  expect(out).toBe(
    "\ufefftime;local_time;board;sensor;quantity;value;unit\r\n" +
      "2026-06-21T12:01:00.000+02:00;2026-06-21 12:01:00;hall-1;light;illuminance;101,5;lx\r\n" +
      "2026-06-21T12:02:00.000+02:00;2026-06-21 12:02:00;hall-1;light;illuminance;7;lx\r\n" +
      "2026-06-21T12:01:00.000+02:00;2026-06-21 12:01:00;hub;light;active-power;-12,5;W\r\n",
  );
});

test("readings export --json writes one reading a line", async () => {
  const dir = await withReadings();
  const { out } = await battant(["readings", "export", "--json", "--data", dir]);
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
  expect(lines).toHaveLength(3);
  expect(lines[0]).toEqual({
    time: "2026-06-21T12:01:00.000+02:00",
    board: "hall-1",
    sensor: "light",
    quantity: "illuminance",
    value: 101.5,
    unit: "lx",
  });
});

const ranges: readonly [args: string[], readings: number][] = [
  [["--from", "2026-06-21T12:02"], 1],
  [["--to", "2026-06-21T12:02"], 2],
  [["--from", "2026-06-21T10:01:00Z", "--to", "2026-06-21T10:02:00Z"], 2],
  [["--from", "2026-06-22"], 0],
  [["--to", "2026-06-22"], 3],
  [["--board", "hall-1"], 2],
  [["--board", "hub"], 1],
];

test.each(ranges)("readings export %j takes %i of them", async (args, readings) => {
  const dir = await withReadings();
  const { code, out } = await battant(["readings", "export", ...args, "--data", dir]);
  expect([code, out.split("\n").length - 2]).toEqual([0, readings]);
});

const refusedExports: readonly [args: string[], code: number, told: RegExp][] = [
  [["--board", "flat-1-meter"], 1, /not exported: a flat's readings belong to its resident alone/],
  [["--board", "studio"], 1, /not exported: a flat's readings/],
  [["--board", "gone"], 1, /not exported: the building file does not name it/],
  [["--board", "Hall 1"], 2, /cannot be the name of a board/],
  [["--from", "yesterday"], 2, /"yesterday" is no time\. Write 2026-06-21,/],
  [["--from", "2026-06-22", "--to", "2026-06-21"], 2, /--from must be before --to/],
];

test.each(refusedExports)("readings export %j is refused", async (args, code, told) => {
  const dir = await withReadings();
  const printed = await battant(["readings", "export", ...args, "--data", dir]);
  expect([printed.code, printed.out]).toEqual([code, ""]);
  expect(printed.err).toMatch(told);
});

test("while the building file is broken nothing is exported: it may speak of flats", async () => {
  const dir = await withReadings();
  writeFileSync(join(dir, "building.yaml"), "boards: [");
  const { code, out, err } = await battant(["readings", "export", "--data", dir]);
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(
    /^Nothing was exported: .*not sure which boards are in flats\.\nThis lists them: npx battant check-config --data/,
  );
  rmSync(join(dir, "building.yaml"));
  const missing = await battant(["readings", "export", "--data", dir]);
  expect([missing.code, missing.out]).toEqual([1, ""]);
  expect(missing.err).toMatch(
    /^Nothing was exported: .* is not there, .*\nWrite it, or put it back/,
  );
});

test("a board that was added but is not planned, and a hub without a meter, are left out", async () => {
  const dir = await withReadings(BUILDING);
  await battant(["boards", "add", "gone", "--data", dir]);
  const { code, out, err } = await battant(["readings", "export", "--data", dir]);
  expect(code).toBe(0);
  expect(out).not.toMatch(/gone|hub/);
  expect(err).toBe(
    `2 readings exported.\n${LEFT_OUT}` +
      "Left out: 1 reading of 1 board: hub.linky in the building file names no meter of the common areas.\n",
  );
});

test("a board that the file calls common but that was added for a flat is a flat's", async () => {
  const dir = await withReadings();
  inRegistry(dir, ({ boards }) => void boards.add({ id: "hall-2" as BoardId, flat: "flat-2" }));
  const { err } = await battant(["readings", "export", "--board", "hall-2", "--data", dir]);
  expect(err).toMatch(/hall-2 was not exported: a flat's readings/);
});

test("a name that was a flat's stays a flat's when the building file uses it again", async () => {
  const dir = await withReadings();
  inRegistry(dir, ({ boards }) => {
    boards.describe(board("hall-1"), { name: "Studio", flat: "flat-2" });
    boards.remove(board("hall-1"));
  });
  const { code, out, err } = await battant(["readings", "export", "--data", dir]);
  expect([code, out.includes("hall-1")]).toEqual([0, false]);
  expect(err).toContain("Left out: 5 readings of 3 boards: a flat's readings");
  const counted = await battant(["readings", "count", "--json", "--data", dir]);
  expect(JSON.parse(counted.out).boards).toContainEqual({
    board: "hall-1",
    readings: 2,
    flat: true,
    lastReading: null,
  });
  const listed = await battant(["boards", "list", "--json", "--data", dir]);
  expect(JSON.parse(listed.out)).toContainEqual(
    expect.objectContaining({ board: "hall-1", private: true, lastReading: null }),
  );
});

test("an export waits for its reader, page by page", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  const many = Array.from({ length: 25_000 }, (_, i) => reading("hall-1", i + 1));
  await measured(dir, { readings: many });
  let open = 0;
  let openMax = 0;
  let lines = 0;
  const code = await run(["readings", "export", "--data", dir], {
    out: async (text) => {
      open += 1;
      openMax = Math.max(openMax, open);
      lines += text.split("\n").length - 1;
      await new Promise((done) => void setImmediate(done));
      open -= 1;
    },
    err: () => undefined,
    env: {},
  });
  expect([code, lines, openMax]).toEqual([0, 25_001, 1]);
});

test("readings count shows each board, and which are never exported", async () => {
  const dir = await withReadings();
  const { code, out } = await battant(["readings", "count", "--data", dir]);
  expect(code).toBe(0);
  const rows = out
    .trimEnd()
    .split("\n")
    .map((line) => line.split(/ {3,}/));
  expect(rows.map(([name, many]) => [name, many])).toEqual([
    ["BOARD", "READINGS"],
    ["flat-1-meter", "2"],
    ["gone", "1"],
    ["hall-1", "2"],
    ["hub", "1"],
    ["studio", "1"],
    ["total", "7"],
  ]);
  expect(rows[1]!.slice(2)).toEqual(["-", expect.stringMatching(/never exported: a flat's/)]);
  const { out: json } = await battant(["readings", "count", "--data", dir, "--json"]);
  expect(JSON.parse(json)).toMatchObject({
    readings: 7,
    boards: [
      {
        board: "flat-1-meter",
        readings: 2,
        flat: true,
        lastReading: null,
      },
      { board: "gone", lastReading: null },
      { board: "hall-1", lastReading: "2026-06-21T12:02:00.000+02:00" },
      { board: "hub" },
      { board: "studio", flat: true, lastReading: null },
    ],
  });
});

test("a hub that has measured nothing yet says so", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  for (const command of [["readings", "export"], ["readings", "count"], ["decisions"]]) {
    const { code, out, err } = await battant([...command, "--data", dir]);
    expect([code, out, err]).toEqual([0, "", `Nothing was measured in ${dir} yet.\n`]);
  }
});

// ── Decisions ───────────────────────────────────────────────────────────────────────────────────

const withDecisions = async (): Promise<string> => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  await measured(dir, {
    decisions: [
      ["hall", 0, DARK],
      ["hall", 60, BRIGHT],
      ["hall", 5 * 24 * 60, DARK],
    ],
  });
  return dir;
};

test("decisions tells why in the reader's language, in the building's time", async () => {
  const dir = await withDecisions();
  const until = ["--to", "2026-06-28"];
  const french = await battant(["decisions", ...until, "--data", dir], { LANG: "fr_FR.UTF-8" });
  expect(french.out).toBe(
    "TIME                  ZONE   WHY\n" +
      "2026-06-21 12:00:00   hall   Allumage permis : la lumière du jour ne suffit pas (80 lx, il faut 150 lx pour\n" +
      "                             éteindre et 100 lx pour le rester).\n" +
      "2026-06-21 13:00:00   hall   Éteint : la lumière du jour suffit depuis 12 min (310 lx, seuil 150 lx).\n" +
      "2026-06-26 12:00:00   hall   Allumage permis : la lumière du jour ne suffit pas (80 lx, il faut 150 lx pour\n" +
      "                             éteindre et 100 lx pour le rester).\n",
  );
  const english = await battant(["decisions", ...until, "--data", dir], { LANG: "C.UTF-8" });
  expect(english.out).toContain(
    "Off: daylight has been enough for 12 min (310 lx, threshold 150 lx).",
  );
});

test("decisions --limit shows the latest and says that there are more", async () => {
  const dir = await withDecisions();
  const { out, err } = await battant([
    "decisions",
    "--to",
    "2026-06-28",
    "--limit",
    "1",
    "--data",
    dir,
  ]);
  expect(out.match(/2026-\d\d-\d\d/g)).toEqual(["2026-06-26"]);
  expect(err).toBe("The latest 1; --limit or --from shows more.\n");
});

test("decisions --json gives the record and both sentences, one a line", async () => {
  const dir = await withDecisions();
  const { out } = await battant(["decisions", "--to", "2026-06-28", "--json", "--data", dir]);
  const records = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(records).toHaveLength(3);
  expect(records[1]).toEqual({
    time: "2026-06-21T13:00:00.000+02:00",
    zone: "hall",
    decision: "inhibit",
    because: "daylight-sufficient",
    evidence: BRIGHT.evidence,
    why: {
      fr: "Éteint : la lumière du jour suffit depuis 12 min (310 lx, seuil 150 lx).",
      en: "Off: daylight has been enough for 12 min (310 lx, threshold 150 lx).",
    },
  });
});

test("an unknown zone is refused with the one that was meant", async () => {
  const dir = await withDecisions();
  const { code, err } = await battant(["decisions", "--zone", "hal", "--data", dir]);
  expect([code, err]).toEqual([2, 'There is no zone "hal"; did you mean hall?\n']);
});

// ── Configuration ───────────────────────────────────────────────────────────────────────────────

test("check-config lists every problem in the reader's language", async () => {
  const dir = folder(
    BUILDING.replace("kind: hall", "knid: hall").replace("sensor: light", "sensor: Light"),
  );
  const file = join(dir, "building.yaml");
  const english = await battant(["check-config", file]);
  expect([english.code, english.err]).toEqual([1, ""]);
  expect(english.out).toBe(
    `${file} was refused, 3 problems:\n` +
      "\n  line 10:3     zones.hall.kind\n" +
      "    `kind` is missing, one of hall, corridor, stairwell, common-room, car-park, outdoor-path; write\n" +
      "    for example `kind: hall`\n" +
      "\n  line 11:5     zones.hall.knid\n" +
      "    unknown key; did you mean `kind`?\n" +
      "\n  line 12:44    zones.hall.light_sensor.sensor\n" +
      '    "Light" will not do: it must be a name of 1 to 32 of a-z, 0-9 and -, not starting with -; write\n' +
      "    `sensor: light`\n",
  );
  const french = await battant(["check-config", file], { LC_ALL: "fr_FR.UTF-8", LANG: "C" });
  expect(french.out).toContain("est refusé, 3 problèmes :");
  expect(french.out).toContain("clé inconnue ; vouliez-vous dire `kind` ?");
  const { out } = await battant(["check-config", file, "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    ok: false,
    problems: [{ line: 10, path: "zones.hall.kind" }, { line: 11, column: 5 }, {}],
  });
});

test("check-config says what a good file describes", async () => {
  const file = join(folder(), "building.yaml");
  const { code, out } = await battant(["check-config", file]);
  expect([code, out]).toEqual([0, `${file} is good: "Maison de l'essai", 1 zone, 3 boards.\n`]);
  const french = await battant(["check-config", file], { LANG: "fr_FR" });
  expect(french.out).toBe(`${file} est bon : « Maison de l'essai », 1 zone, 3 cartes.\n`);
});

test("check-config counts as English and French do", async () => {
  const file = join(folder(BUILDING.slice(0, BUILDING.indexOf("boards:"))), "building.yaml");
  expect((await battant(["check-config", file])).out).toMatch(/, 0 zones, 0 boards\.\n$/);
  const french = await battant(["check-config", file], { LANG: "fr_FR" });
  expect(french.out).toMatch(/, 0 zone, 0 carte\.\n$/);
});

test("check-config without a file takes the one the hub has read", async () => {
  const dir = folder();
  const elsewhere = join(folder(BUILDING.replace("timezone", "tmezone")), "building.yaml");
  inRegistry(dir, ({ run: runLog }) =>
    runLog.begin({
      pid: 1,
      version: "0.1.0",
      buildingFile: elsewhere,
      page: "",
      httpPort: 1,
      mqttPort: 1,
      mqttTlsPort: null,
      demo: false,
      speed: 1,
    }),
  );
  expect((await battant(["check-config", "--data", dir])).out).toContain(elsewhere);
});

test("a registry that cannot be read is told in one line, and is exit code 1", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  const database = new DatabaseSync(join(dir, "hub.db"));
  database.exec("PRAGMA user_version = 99");
  database.close();
  const { code, err } = await battant(["boards", "list", "--data", dir]);
  expect(code).toBe(1);
  expect(err).toMatch(/^\S+hub\.db was written by a newer Battant.*\n$/);
  expect(readFileSync(join(dir, "building.yaml"), "utf8")).toBe(BUILDING);
});
