import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { PROGRAM_SIZE_MAX } from "@battant/protocol/wire/update";
import { expect, onTestFinished, test } from "vitest";
import type { BoardHealth, HealthView } from "../api/contract.ts";
import type { UpdateProgress } from "../src/domain/update.ts";
import { battant, folder, inRegistry } from "./cli-place.ts";

// Goal: a maker sees how each board does, and gives it another program, or is told what is wrong
// with that before anything is sent.
// Method: the command on a data folder whose hub last said what each test wants. That hub is a
// process that does nothing: whether it is there is all the command looks at.

const HALL = "hall-1" as BoardId;
const BUNDLE = "//battant 0.2.0 light\nexports.startBoard=()=>1;\n";

const hall: BoardHealth = {
  board: HALL,
  name: "Hall, au plafond",
  online: true,
  model: "light",
  program: "0.1.0",
  onTrial: false,
  life: {
    reset: "power",
    uptime_ms: 60_000,
    variablesFree: 1200,
    variables: 2500,
    signal_dBm: -67,
    dropped: 0,
    refused: 0,
    problem: null,
  },
  restarts: 0,
  lastReading: null,
};

const HEALTH: HealthView = {
  since: 0,
  boards: [hall],
  readingsStored: 0,
  duplicates: 0,
  refusals: [],
  forwarder: null,
  journalProblem: null,
  serial: [],
};

const aliveProcess = (): number => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 60000)", "battant"]);
  onTestFinished(() => void child.kill("SIGKILL"));
  return child.pid!;
};

/** A folder with the board `hall-1`, and a hub that runs there and says this of it. */
const place = (change: Partial<BoardHealth> = {}): string => {
  const dir = folder();
  inRegistry(dir, ({ boards, run }) => {
    boards.add({ id: HALL });
    run.begin({
      pid: aliveProcess(),
      version: "0.1.0",
      buildingFile: join(dir, "building.yaml"),
      page: "http://127.0.0.1:8080",
      httpPort: 8080,
      mqttPort: 1883,
      mqttTlsPort: null,
      demo: false,
      speed: 1,
    });
    const health = { ...HEALTH, boards: [{ ...hall, ...change }] };
    run.beat({ buildingNow: Date.now(), health });
  });
  return dir;
};

const bundleIn = (dir: string, content: string | Buffer = BUNDLE): string => {
  const file = join(dir, "bundle.js");
  writeFileSync(file, content);
  return file;
};

const update = (dir: string, file: string, ...more: string[]) =>
  battant(["boards", "update", HALL, "--file", file, "--data", dir, ...more]);

const wantedIn = (dir: string) => inRegistry(dir, ({ programs }) => programs.list());

const lineOf = async (dir: string): Promise<string> => {
  const { out } = await battant(["boards", "list", "--data", dir]);
  return out.split("\n").find((line) => line.startsWith(HALL))!;
};

test("boards update asks for what the bundle says it is, and says where to look", async () => {
  const dir = place();
  const { code, out, err } = await update(dir, bundleIn(dir));
  expect([code, err]).toEqual([0, ""]);
  expect(out).toBe(
    `Board hall-1 is to run program 0.2.0, ${BUNDLE.length} bytes.\n` +
      `The hub brings it there; this shows how far it is: npx battant boards list --data ${dir}\n`,
  );
  expect(wantedIn(dir)).toMatchObject([
    {
      wanted: { board: HALL, program: "0.2.0", model: "light", downgrade: false },
      progress: { kind: "waiting" },
    },
  ]);
  inRegistry(dir, ({ programs, audit }) => {
    expect(programs.part(wantedIn(dir)[0]!.wanted.digest, 0, 512)).toBe(BUNDLE);
    expect(audit.list(1)).toMatchObject([
      { who: "command line", action: "board update asked for", about: "hall-1 0.2.0" },
    ]);
  });
});

test("without a running hub, boards update says how to start it", async () => {
  const dir = folder();
  inRegistry(dir, ({ boards }) => boards.add({ id: HALL }));
  const { code, out } = await update(dir, bundleIn(dir));
  expect(code).toBe(0);
  expect(out).toContain(
    `It gets it once the hub runs: npx battant start --no-demo --data ${dir}\n`,
  );
});

test("an older program is sent when that is asked for", async () => {
  const dir = place();
  const file = bundleIn(dir, "//battant 0.0.9 light\n");
  const { code, out } = await update(dir, file, "--downgrade", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ board: HALL, program: "0.0.9", model: "light", size: 22 });
  expect(wantedIn(dir)).toMatchObject([{ wanted: { program: "0.0.9", downgrade: true } }]);
});

const wrongBundles: readonly [name: string, content: string | Buffer, told: RegExp][] = [
  ["is empty", "", /has 0 bytes; a program has 1 to 131 072 bytes/],
  ["is too long", "x".repeat(PROGRAM_SIZE_MAX + 1), /has 131 073 bytes/],
  ["does not say what it is", "exports.x=1", /does not begin with `\/\/battant VERSION MODEL`/],
  ["is not plain ASCII", `${BUNDLE}//é`, /is not plain ASCII/],
  ["is no text at all", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff]), /is not plain ASCII/],
  ["has no version", "//battant next light\n", /"next" is no version; it looks like 0\.2\.0/],
  [
    "is for another kind of board",
    "//battant 0.2.0 relay\n",
    /built for relay, and hall-1 is light; take the bundle of light/,
  ],
  [
    "has the version that runs",
    "//battant 0.1.0 light\n",
    /hall-1 runs 0\.1\.0, and .* is 0\.1\.0, which is not newer\. To send it all the same, add --downgrade\./,
  ],
  ["is older than what runs", "//battant 0.0.10 light\n", /is 0\.0\.10, which is not newer/],
];

test.each(wrongBundles)("a bundle that %s is not sent", async (_, content, told) => {
  const dir = place();
  const { code, out, err } = await update(dir, bundleIn(dir, content));
  expect([code, out]).toEqual([1, ""]);
  expect(err).toMatch(told);
  expect(wantedIn(dir)).toEqual([]);
});

test("a file that is not there, and a board that is not there, are named", async () => {
  const dir = place();
  const missing = await update(dir, join(dir, "none.js"));
  expect([missing.code, missing.err]).toEqual([
    1,
    `${join(dir, "none.js")} cannot be read (ENOENT).\n`,
  ]);
  const file = bundleIn(dir);
  const unknown = await battant(["boards", "update", "hal-1", "--file", file, "--data", dir]);
  expect(unknown.code).toBe(1);
  expect(unknown.err).toMatch(/There is no board "hal-1"; did you mean hall-1\?/);
});

test("a board without a key has to be added again first", async () => {
  const dir = place();
  const database = new DatabaseSync(join(dir, "hub.db"));
  database.exec("UPDATE board SET key = NULL");
  database.close();
  const { code, err } = await update(dir, bundleIn(dir));
  expect(code).toBe(1);
  expect(err).toContain(
    `To give it one:\n\n  npx battant boards remove hall-1 --data ${dir}\n  npx battant boards add hall-1 --data ${dir}\n`,
  );
  expect(await lineOf(dir)).toMatch(/ {3}has no key: remove it and add it again$/);
});

test("boards list shows the program, the signal and the memory of each board", async () => {
  const dir = place();
  expect(await lineOf(dir)).toBe(
    "hall-1         yes      never          0.1.0     -67 dBm   48 %   -        Hall, au plafond",
  );
  expect(await lineOf(place({ onTrial: true, life: null, online: false }))).toMatch(
    /^hall-1 +no +never +0\.1\.0 \(trial\) +- +- +- +Hall, au plafond$/,
  );
  const { out } = await battant(["boards", "list", "--data", dir, "--json"]);
  expect((JSON.parse(out) as object[])[1]).toMatchObject({
    board: HALL,
    hasKey: true,
    model: "light",
    program: "0.1.0",
    onTrial: false,
    life: { signal_dBm: -67, variablesFree: 1200, variables: 2500, reset: "power" },
    restarts: 0,
    update: null,
  });
});

test("a board that is added again keeps its name and its flat", async () => {
  const dir = place();
  const add = (...more: string[]) => battant(["boards", "add", "attic-1", "--data", dir, ...more]);
  await add("--name", "Combles, l'entrée", "--flat", "flat-9");
  const { code, err } = await add();
  expect(code).toBe(1);
  expect(err).toContain(
    `\n  npx battant boards add attic-1 --name 'Combles, l'\\''entrée' --flat flat-9 --data ${dir}\n`,
  );
});

test("versions are compared number by number", async () => {
  const dir = place({ program: "0.9.0" });
  const { code } = await update(dir, bundleIn(dir, "//battant 0.10.0 light\n"));
  expect(code).toBe(0);
});

test("what a board calls itself is no order to a terminal", async () => {
  const hostile = "\u001b[2J\u009b1m\u202e\n";
  const life = { ...hall.life!, refused: 1, problem: `bad${hostile}` };
  const dir = place({ program: `0.1.0${hostile}`, model: `light${hostile}`, life });
  await update(dir, bundleIn(dir));
  inRegistry(dir, ({ boards, programs }) => {
    const request = { board: HALL, bundle: BUNDLE, program: "0.2.0", model: "light" };
    expect(boards.isKnown(HALL) && programs.ask({ ...request, downgrade: false })).toBe(true);
    const progress = { kind: "failed", problem: `the board refused it: ${hostile}` } as const;
    programs.note(programs.list()[0]!.wanted, progress);
  });
  const said = [
    await battant(["boards", "list", "--data", dir]),
    await battant(["doctor", "--data", dir]),
    await update(dir, bundleIn(dir)),
  ];
  const text = said.map(({ out, err }) => out + err).join("");
  expect(text).toContain("the board refused it:");
  expect(text).toContain("refused 1 message: bad");
  expect(text).toContain("and hall-1 is light");
  expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}|\p{Cf}/u);
});

const notes: readonly [progress: UpdateProgress, note: RegExp, line: object][] = [
  [{ kind: "waiting" }, / {3}to get 0\.2\.0 when it is there$/, { state: "waiting", at: 0 }],
  [{ kind: "sending", at: 24 }, / {3}getting 0\.2\.0: 50 %$/, { state: "sending", at: 24 }],
  [{ kind: "verified", boot: "b" as never }, / {3}has 0\.2\.0, starts it next$/, { at: 48 }],
  [{ kind: "trial" }, /plafond$/, { state: "trial", at: 48 }],
  [{ kind: "done" }, /plafond$/, { state: "done", at: 48, problem: null }],
  [
    { kind: "failed", problem: "the board refused it: older" },
    / {3}did not get 0\.2\.0: the board refused it: older$/,
    { state: "failed", problem: "the board refused it: older" },
  ],
];

test.each(notes)("boards list tells an update that is %j", async (progress, note, line) => {
  const dir = place();
  await update(dir, bundleIn(dir));
  inRegistry(dir, ({ programs }) => programs.note(programs.list()[0]!.wanted, progress));
  expect(await lineOf(dir)).toMatch(note);
  const { out } = await battant(["boards", "list", "--data", dir, "--json"]);
  expect((JSON.parse(out) as { update: object }[])[1]!.update).toMatchObject({
    program: "0.2.0",
    size: BUNDLE.length,
    ...line,
  });
});

const unclear: readonly (readonly [words: readonly string[], problem: string])[] = [
  [[], "Name the boards, or say --all"],
  [[HALL, "--all"], "Name the boards, or say --all"],
  [["--all", "--file", "x.js"], "--file is for one board"],
  [[HALL, "hall-2", "--file", "x.js"], "--file is for one board"],
];

test.each(unclear)("boards update %j is not understood, and says why", async (words, problem) => {
  const { code, err } = await battant(["boards", "update", ...words, "--data", place()]);
  expect(code).toBe(2);
  expect(err).toContain(problem);
});

test("a board of unknown kind needs its program named", async () => {
  const dir = place({ model: null });
  const { code, err } = await battant(["boards", "update", HALL, "--data", dir]);
  expect(code).toBe(1);
  expect(err).toContain("name its program with --file");
});

test("boards update --all tells who gets nothing and why, and asks for nothing then", async () => {
  const away = place({ online: false });
  const { code, out } = await battant(["boards", "update", "--all", "--data", away]);
  expect({ code, out }).toEqual({
    code: 0,
    out: "hall-1: is not there now\nNo board needs another program.\n",
  });
  expect(inRegistry(away, ({ programs }) => programs.list())).toEqual([]);
});

test("boards update of several without a running hub says how to start it", async () => {
  const dir = folder();
  inRegistry(dir, ({ boards }) => void boards.add({ id: HALL }));
  const { code, err } = await battant(["boards", "update", "--all", "--data", dir]);
  expect(code).toBe(1);
  expect(err).toContain("Start it first");
});

test("a board that serves a zone cannot be let in as a flat's", async () => {
  const dir = folder();
  const { code, err } = await battant(["boards", "add", HALL, "--flat", "flat-9", "--data", dir]);
  expect({ code, err }).toEqual({
    code: 1,
    err: "hall-1 serves the zone hall, which everybody sees: it cannot be a flat's board too.\n",
  });
  expect(inRegistry(dir, ({ boards }) => boards.list())).toEqual([]);
});
