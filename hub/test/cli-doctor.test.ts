import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import { expect, onTestFinished, test } from "vitest";
import type { BoardLifeView, HealthView } from "../api/contract.ts";
import { diagnose } from "../src/cli/doctor/diagnose.ts";
import type { Observed, RunInfo } from "../src/cli/doctor/observed.ts";
import { influxProblem, isWritable, portProblem } from "../src/cli/doctor/survey.ts";
import { notAllowed, registryTrouble } from "../src/cli/registry-trouble.ts";
import { readConfiguration } from "../src/config/read.ts";
import type { BoardUpdate } from "../src/domain/update.ts";
import { battant, BUILDING, folder, inRegistry, measured, reading } from "./cli-place.ts";

// Goal: whatever is wrong with a hub is named, with what to do about it; what is right is not.
// Method: one healthy hub, and one row per thing that breaks.

const NOW = instant(Date.UTC(2026, 5, 21, 10));
const ago = (ms: number) => NOW - ms;
const board = (id: string) => id as BoardId;
const registered = (id: string, flat?: string) => ({ id: board(id), flat, hasKey: true });

const HEALTH: HealthView = {
  since: ago(3_600_000),
  boards: [
    {
      board: "hall-1",
      name: "Hall",
      online: true,
      model: "m",
      program: "1",
      onTrial: false,
      life: null,
      restarts: 0,
      lastReading: ago(20_000),
    },
    // A relay speaks when it changes: an hour of silence is nothing.
    {
      board: "hall-2",
      name: "Relay",
      online: true,
      model: "m",
      program: "1",
      onTrial: false,
      life: null,
      restarts: 0,
      lastReading: ago(3_600_000),
    },
    {
      board: "flat-1-meter",
      name: "Meter",
      online: true,
      model: "m",
      program: "1",
      onTrial: false,
      life: null,
      restarts: 0,
      lastReading: ago(30_000),
    },
  ],
  readingsStored: 1000,
  duplicates: 0,
  refusals: [],
  forwarder: null,
  journalProblem: null,
  serial: [],
};

const RUN: RunInfo = {
  pid: 4321,
  version: "0.1.0",
  page: "http://hub.local:8080/",
  demo: false,
  speed: 1,
  started: ago(3_600_000),
  beat: ago(20_000),
  ended: undefined,
  state: { buildingNow: NOW, health: HEALTH },
};

const HEALTHY: Observed = {
  now: NOW,
  node: "24.21.0",
  dataDir: "/var/battant",
  isWritable: true,
  freeBytes: 12e9,
  buildingFile: "/var/battant/building.yaml",
  configuration: readConfiguration(BUILDING),
  run: RUN,
  isAlive: true,
  registryProblem: undefined,
  isClockSynchronised: true,
  journal: { kind: "read", readings: 1000, damage: undefined },
  influx: undefined,
  serial: [],
  registered: [registered("hall-1"), registered("hall-2"), registered("flat-1-meter", "flat-1")],
  flatOf: (id) => (id === "flat-1-meter" ? "flat-1" : undefined),
  updates: [],
  refusals: [],
};

const said = (change: Partial<Observed>): string[] =>
  diagnose({ ...HEALTHY, ...change })
    .filter(({ level }) => level !== "ok")
    .map(({ level, about, found, todo }) => `${level} ${about}: ${found} → ${todo ?? ""}`);

test("a healthy hub gives no cause for anything", () => {
  expect(said({})).toEqual([]);
  expect(diagnose(HEALTHY).map(({ about, found }) => `${about}: ${found}`)).toEqual([
    "Node.js: 24.21.0",
    "data: /var/battant, 12.0 GB free",
    "clock: 2026-06-21T10:00:00Z, synchronised",
    "hub: running for 60 min, page http://hub.local:8080/",
    "building: /var/battant/building.yaml: 1 zone, 3 boards",
    "journal: 1 000 readings",
    "boards: 3 of 3 boards online",
    "refused: nothing in the last hour",
  ]);
});

const withHealth = (change: Partial<HealthView>): Partial<Observed> => ({
  run: { ...RUN, state: { buildingNow: NOW, health: { ...HEALTH, ...change } } },
});

const withBoard = (change: Partial<HealthView["boards"][number]>): Partial<Observed> => {
  const [first, ...rest] = HEALTH.boards;
  return withHealth({ boards: [{ ...first!, ...change }, ...rest] });
};

const LIFE: BoardLifeView = {
  reset: "power",
  uptime_ms: 3_600_000,
  variablesFree: 1000,
  variables: 2500,
  signal_dBm: -61,
  dropped: 0,
  refused: 0,
  problem: null,
};

const withLife = (life: Partial<BoardLifeView>, board: object = {}): Partial<Observed> =>
  withBoard({ life: { ...LIFE, ...life }, ...board });

const failedUpdate: BoardUpdate = {
  wanted: {
    board: board("hall-1"),
    asked: NOW,
    digest: "0".repeat(64),
    size: 40_000,
    program: "0.2.0",
    model: "m",
    downgrade: false,
  },
  progress: { kind: "failed", problem: "the board refused it: too big" },
};

const refusal = (problem: string, more: object = {}) => ({
  refusals: [
    {
      from: "hall-9",
      where: "sign-in",
      problem,
      count: 3,
      first: NOW,
      last: instant(ago(60_000)),
      ...more,
    },
  ],
});

// oxfmt-ignore
const rows: readonly [broken: string, change: Partial<Observed>, told: RegExp][] = [
  ["an old Node.js", { node: "20.19.0" }, /^problem Node\.js: 20\.19\.0 is too old → run npm install/],
  ["a folder that cannot be written", { isWritable: false }, /^problem data: \/var\/battant cannot be written → give this user/],
  ["a disk that is nearly full", { freeBytes: 300e6 }, /^note data: .*300 MB free → free some space/],
  ["a full disk", { freeBytes: 3e6 }, /^problem data: .*3 MB free → free some space/],
  ["a clock before this program was written", { now: instant(0) }, /problem clock: 1970.* cannot be → set it/],
  ["a clock that went back", { run: { ...RUN, beat: NOW + 7_200_000 } }, /^problem clock: .*hub was already 2 h further/],
  ["a clock that nobody sets", { isClockSynchronised: false }, /^note clock: .*not synchronised → compare it/],
  ["a hub that never ran", { run: undefined, isAlive: false }, /^note hub: has not run.*→ start it: `npx battant start --no-demo --data \/var\/battant`/],
  ["a hub's own file that cannot be read", { registryProblem: "hub.db is damaged; stop the hub", run: undefined, isAlive: false, registered: [] }, /^problem hub: hub\.db is damaged; stop the hub/],
  ["a hub that was stopped", { run: { ...RUN, ended: ago(600_000) }, isAlive: false }, /^note hub: stopped 10 min ago/],
  ["a hub that was killed", { isAlive: false }, /^problem hub: ended without stopping in order.*→ start it again/],
  ["a hub that hangs", { run: { ...RUN, beat: ago(600_000) } }, /^problem hub: process 4321 is there, but what the hub last wrote about itself is 10 min old → is the disk full\?/],
  ["a broken building file", { configuration: readConfiguration("a: 1") }, /^problem building: 5 problems in .* → this lists them: `npx battant check-config --data \/var\/battant`/],
  ["no building file", { configuration: undefined }, /^note building: .* is not there yet/],
  ["a journal that cannot be opened", { journal: { kind: "unreadable", problem: "journal.db is damaged" } }, /^problem journal: journal\.db is damaged/],
  ["a damaged journal", { journal: { kind: "read", readings: 1, damage: "row 7 missing" } }, /^problem journal: damaged: row 7 missing → stop the hub, keep a copy/],
  ["readings that find no room", withHealth({ journalProblem: "the disk is full" }), /^problem journal: readings cannot be written: the disk is full/],
  ["an InfluxDB that is not there", { influx: { url: "http://db:8086", problem: "ECONNREFUSED" } }, /^problem influxdb: http:\/\/db:8086 does not answer \(ECONNREFUSED\) → start it/],
  ["an InfluxDB that falls behind", withHealth({ forwarder: { store: "influx", behind: 5000, parked: 0, problem: "timeout" } }), /^problem influxdb: 5 000 readings waiting: timeout/],
  ["an InfluxDB that refuses readings", withHealth({ forwarder: { store: "influx", behind: 0, parked: 2, problem: null } }), /^note influxdb: 2 readings it would not take/],
  ["a dongle that is not there", { serial: [{ port: "/dev/ttyUSB0", problem: "missing" }] }, /^problem serial: \/dev\/ttyUSB0 is not there → plug the dongle in/],
  ["a dongle that may not be opened", { serial: [{ port: "/dev/ttyUSB0", problem: "no-permission" }] }, /^problem serial: .*→ sudo usermod -aG dialout/],
  ["a meter that is not understood", withHealth({ serial: [{ port: "/dev/ttyUSB0", mode: null, groupsGood: 0, groupsBad: 9, problem: "no good group" }] }), /^problem serial: \/dev\/ttyUSB0: no good group/],
  ["a board that is gone", withBoard({ online: false }), /^problem boards: hall-1 is offline, last reading 20 s ago → look at its power supply/],
  ["a board that was never seen", withBoard({ online: null, lastReading: ago(7_200_000) }), /^note boards: not connected since the hub started: hall-1 → switch on hall-1/],
  ["a board that never said it is online", withBoard({ online: null, lastReading: ago(20_000) }), /^note boards: send readings, but have not published `online`: hall-1 → publish `online`, retained, on `battant\/1\/hall-1\/availability`/],
  ["a light sensor that says nothing", withBoard({ lastReading: ago(400_000) }), /^problem boards: hall-1 is online but its light sensor says nothing, last reading 7 min ago/],
  ["a board that was not added", { registered: HEALTHY.registered.slice(1) }, /^note boards: in the building file, not allowed to connect: hall-1 → `npx battant boards add hall-1 --data \/var\/battant`/],
  ["a flat's board that was not added", { registered: HEALTHY.registered.slice(0, 2) }, /→ `npx battant boards add flat-1-meter --flat flat-1 --data \/var\/battant`/],
  ["a board that is in no file", { registered: [...HEALTHY.registered, registered("spare")] }, /^note boards: allowed to connect, not in the building file: spare/],
  ["a board of the time before keys", { registered: [{ ...registered("hall-1"), hasKey: false }, ...HEALTHY.registered.slice(1)] }, /^problem boards: added when boards had no keys, so heard but told nothing: hall-1 → `npx battant boards remove hall-1 --data \/var\/battant`, then `npx battant boards add hall-1 --data \/var\/battant`, and write/],
  ["a board short of memory", withLife({ variablesFree: 749 }), /^note boards: hall-1 has little memory left, 29 % → /],
  ["a board that hardly hears the Wi-Fi", withLife({ signal_dBm: -81 }), /^note boards: hall-1 hardly hears the Wi-Fi, -81 dBm → bring an access point nearer/],
  ["a board that starts again and again", withLife({ reset: "watchdog" }, { restarts: 4 }), /^note boards: hall-1 has started again 4 times in 24 hours, the last time by watchdog → look at its power supply/],
  ["a board that had to drop readings", withLife({ dropped: 12 }), /^note boards: hall-1 had to drop 12 readings since it started → /],
  ["a board that refuses what it is told", withLife({ refused: 2, problem: "not sealed" }), /^note boards: hall-1 refused 2 messages: not sealed → /],
  ["a program that a board did not get", { updates: [failedUpdate] }, /^problem boards: hall-1 did not get the program 0\.2\.0: the board refused it: too big → .*`npx battant boards update hall-1 --file FILE --data \/var\/battant`/],
  ["a board that cannot be told anything", refusal("has no key, so nothing can be sent to it; remove it", { from: "hall-1" }), /^problem refused: hall-1, sign-in: has no key.* → $/],
  ["a wrong password", refusal("wrong user name or password; …"), /^problem refused: hall-9, sign-in: wrong user name or password; … \(3 times, last 60 s ago\) → if it is a board: `npx battant boards add hall-9 --data \/var\/battant`/],
  ["a flat's board with a wrong password", refusal("wrong user name or password; …", { from: "flat-1-meter" }), /`npx battant boards remove flat-1-meter --data \/var\/battant`, then `npx battant boards add flat-1-meter --flat flat-1 --data/],
  ["a stranger's name that a shell would obey", refusal("wrong user name or password; …", { from: "x; rm -rf ~" }), /→ a board signs in with its own name: `npx battant boards list --data \/var\/battant`/],
  ["a board that talks too fast", refusal("more than 50 messages a second; slowed down"), /→ slow it down, or restart it/],
  ["a topic nobody has", refusal("topic has too many levels"), /→ publish the topics of firmware\/protocol\/README\.md/],
  ["a full lobby", refusal("too many connections at once; close some, or raise the limit"), /→ a board needs one connection/],
  ["a second client of a board", refusal("more than 2 connections of this board"), /→ a board needs one connection: look for a second client/],
  ["a guesser", refusal("too many failed sign-ins from this address; wait some minutes"), /→ wait a minute, then use the password that boards add printed/],
  ["a batch too large", refusal("r has more than 32 readings"), /→ update the program of hall-9/],
  ["a malformed payload", refusal("not JSON"), /→ update the program of hall-9; what it may send is in firmware\/protocol\/README\.md/],
  ["a value out of bounds", refusal("reading 1: v is out of bounds for illuminance, 0 to 150000"), /→ update the program of hall-9/],
  ["a refusal of long ago", refusal("not JSON", { last: instant(ago(7_200_000)) }), /^note refused: 1 kind of message before that/],
];

test.each(rows)("%s is named, with what to do", (_broken, change, told) => {
  const lines = said(change);
  expect(lines.filter((line) => told.test(line))).toHaveLength(1);
});

test("a board that does well is nothing to speak of", () => {
  expect(said(withLife({ variablesFree: 750, signal_dBm: -80 }, { restarts: 3 }))).toEqual([]);
});

test("a hub that has just started gives its light sensors time to speak", () => {
  const [first, ...rest] = HEALTH.boards;
  const boards = [{ ...first!, lastReading: null }, ...rest];
  expect(said(withHealth({ boards, since: ago(60_000) }))).toEqual([]);
  expect(said(withHealth({ boards, since: ago(400_000) }))).toEqual([
    "problem boards: hall-1 is online but its light sensor says nothing, no reading ever → " +
      "look at the wiring of the sensor; until then its zone stays lit",
  ]);
});

const WATCHED = BUILDING.replace(
  "    light_sensor: { board: hall-1, sensor: light }\n",
  "    presence: { sensors: { door: { board: hall-1, sensor: motion } } }\n",
);

const detectors: readonly [about: string, silence: number, told: readonly string[]][] = [
  ["nine minutes of it are none", 540_000, []],
  [
    "after eleven minutes it is named",
    660_000,
    [
      "problem boards: hall-1 is online but its presence detector says nothing, last reading 11 min ago → " +
        "look at the wiring of the detector; until then somebody is taken to be there",
    ],
  ],
];

test.each(detectors)("the silence of a presence detector: %s", (_, silence, told) => {
  const configuration = readConfiguration(WATCHED);
  expect(configuration.ok).toBe(true);
  expect(said({ configuration, ...withBoard({ lastReading: ago(silence) }) })).toEqual(told);
});

test("of a board with both, the light sensor is named, after its own time", () => {
  const both = `${BUILDING}    presence: { sensors: { door: { board: hall-1, sensor: motion } } }\n`;
  const configuration = readConfiguration(both);
  expect(configuration.ok).toBe(true);
  const lines = said({ configuration, ...withBoard({ lastReading: ago(400_000) }) });
  expect(lines.map((it) => it.slice(0, 65))).toEqual([
    "problem boards: hall-1 is online but its light sensor says nothin",
  ]);
});

test("one thing that breaks is one line", () => {
  const alone = rows.filter(([broken]) => !/clock before|never ran/.test(broken));
  for (const [broken, change] of alone) expect([broken, said(change).length]).toEqual([broken, 1]);
});

test("what a dead hub last said of its boards is not taken for the present", () => {
  const lines = said({ ...withBoard({ online: false }), isAlive: false });
  expect(lines.join()).not.toContain("offline");
});

test("what a hub that cannot write last said of its boards is not taken for the present", () => {
  const state = { buildingNow: ago(600_000), health: { ...HEALTH, boards: [] } };
  const lines = said({ run: { ...RUN, beat: ago(600_000), state } });
  expect(lines).toHaveLength(1);
  expect(diagnose({ ...HEALTHY, run: { ...RUN, beat: ago(600_000) } })).toContainEqual({
    level: "ok",
    about: "boards",
    found: "3 boards may connect",
  });
});

test("when a flat's board was last heard is not told", () => {
  const withMeter = (online: boolean | null) =>
    withHealth({
      boards: HEALTH.boards.map((it) => (it.board === "flat-1-meter" ? { ...it, online } : it)),
    });
  expect(said(withMeter(null)).join()).not.toContain("send readings");
  expect(said(withMeter(false))).toEqual([
    "problem boards: flat-1-meter is offline → look at its power supply, its Wi-Fi and its password",
  ]);
});

const unowned: readonly [what: string, change: Partial<Observed>][] = [
  [
    "under whose name a flat was measured before",
    { flatOf: (id) => (id === "hall-1" ? "flat-2" : undefined) },
  ],
  ["of which the building file does not say whose it is", { configuration: undefined }],
];

for (const [what, change] of unowned) {
  test(`nor is that of a board ${what}`, () => {
    const seen = (life: Partial<HealthView["boards"][number]>) =>
      said({ ...withBoard(life), ...change }).filter((line) => line.includes("hall-1"));
    expect(seen({ online: false })).toEqual([
      "problem boards: hall-1 is offline → look at its power supply, its Wi-Fi and its password",
    ]);
    expect(seen({ online: null }).join()).not.toContain("send readings");
    // The hub tells nobody when it was heard, so nothing follows from that.
    expect(seen({ lastReading: null })).toEqual([]);
  });
}

test("a check that fails is a problem of its own, and the others still appear", () => {
  const health = { since: 0 } as HealthView; // As a hub of another version would have written it.
  const checks = diagnose({ ...HEALTHY, run: { ...RUN, state: { buildingNow: NOW, health } } });
  expect(checks.map(({ about }) => about)).toContain("refused");
  expect(checks.find(({ about }) => about === "boards")).toMatchObject({
    level: "problem",
    found: expect.stringMatching(/^cannot be examined/) as string,
    todo: expect.stringMatching(/restart the hub/) as string,
  });
});

test("a demonstration is started again as one, whatever its folder is called", () => {
  const run = { ...RUN, demo: true, speed: 60, ended: ago(60_000) };
  expect(said({ run, isAlive: false, dataDir: "/var/it's here" })).toEqual([
    String.raw`note hub: stopped 60 s ago → start it: \`npx battant start --speed 60 --data '/var/it'\''s here'\``.replaceAll(
      "\\`",
      "`",
    ),
  ]);
});

test("a flood of kinds of refusals is cut", () => {
  const [one] = refusal("not JSON").refusals;
  const refusals = Array.from({ length: 30 }, (_, i) => ({ ...one!, from: `s${i}` }));
  const lines = said({ refusals });
  expect(lines).toHaveLength(9);
  expect(lines.at(-1)).toMatch(/and 22 other kinds in the last hour/);
});

test("many boards in the same plight are one line", () => {
  const spare = Array.from({ length: 40 }, (_, i) => registered(`spare-${i}`));
  const lines = said({ registered: [...HEALTHY.registered, ...spare] });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/spare-0, .*spare-11 and 28 more/);
});

// ── What is looked at ───────────────────────────────────────────────────────────────────────────

test("an InfluxDB is asked whether it is there", async () => {
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/ping" ? 204 : 500).end();
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await influxProblem(url)).toBeUndefined();
  expect(await influxProblem(`${url}/nowhere`)).toBe("it answers 500");
  expect(await influxProblem("http://127.0.0.1:1")).toMatch(/ECONNREFUSED|bad port|Error/);
});

test("ports and folders are looked at", async () => {
  expect(await portProblem("/dev/null")).toBeUndefined();
  expect(await portProblem("/dev/ttyBattant99")).toBe("missing");
  expect(await isWritable(folder())).toBe(true);
  expect(await isWritable("/nowhere/at/all")).toBe(false);
});

// ── The command ─────────────────────────────────────────────────────────────────────────────────

test("doctor prints aligned lines, the next step, and a verdict", async () => {
  const dir = folder();
  inRegistry(dir, ({ boards, refusals }) => {
    for (const id of ["hall-1", "hall-2", "flat-1-meter"]) boards.add({ id: board(id) });
    refusals.record({ from: "mad", where: "battant/1/mad/readings", problem: "not JSON" });
  });
  await measured(dir, { readings: [reading("hall-1", 1)] });
  const { code, out } = await battant(["doctor", "--data", dir, "--thorough"]);
  expect(code).toBe(1);
  expect(out).toMatch(/^ok {7}Node\.js {3}24\.\d+\.\d+\n/);
  expect(out).toContain(
    `note     hub       has not run on this data yet\n                   → start it: \`npx battant start --no-demo --data ${dir}\`\n`,
  );
  expect(out).toContain("ok       journal   1 reading\n");
  expect(out).toContain(
    "problem  refused   mad, battant/1/mad/readings: not JSON (1 time, last less than a second ago)\n",
  );
  expect(out).toMatch(/\n\n1 problem, \d notes?\. Start with the first\.\n$/);

  const { out: json } = await battant(["doctor", "--data", dir, "--json"]);
  const told = JSON.parse(json) as { readonly checks: unknown[] };
  expect(told).toMatchObject({ ok: false, problems: 1 });
  expect(told.checks).toContainEqual({ level: "ok", about: "journal", found: "1 reading" });
});

test("doctor says that all is well, with exit code 0", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  const { code, out } = await battant(["doctor", "--data", dir]);
  expect(code).toBe(0);
  expect(out).toMatch(/\n\nAll is well, \d notes\.\n$/);
});

test("doctor names the journal that is no journal", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  writeFileSync(join(dir, "journal.db"), "no database at all".repeat(200));
  const { code, out } = await battant(["doctor", "--data", dir]);
  expect(code).toBe(1);
  expect(out).toMatch(/problem {2}journal {3}\S*journal\.db is damaged/);
});

test("doctor goes on when the hub's own file cannot be used", async () => {
  const dir = folder();
  writeFileSync(join(dir, "hub.db"), "no database at all".repeat(200));
  await measured(dir, { readings: [reading("hall-1", 1)] });
  const { code, out } = await battant(["doctor", "--data", dir]);
  expect(code).toBe(1);
  expect(out).toMatch(/problem {2}hub {7}\S*hub\.db is damaged/);
  expect(out).toContain("ok       journal   1 reading\n");
  expect(out).toMatch(/ok {7}building {2}\S+\s+1 zone, 3 boards/);
  expect(out).not.toMatch(/has not run|may connect|refused/);
});

test("a file of another user is named with its owner and the command to type", async () => {
  const tried = { owner: "battant", args: ["doctor", "--data", "/var/my hub"] };
  expect(notAllowed("/var/my hub/hub.db", tried)).toBe(
    "/var/my hub/hub.db may not be opened by this user, it is battant's; " +
      "run `sudo -u battant npx battant doctor --data '/var/my hub'`",
  );
  const problem = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
  const dir = folder();
  writeFileSync(join(dir, "hub.db"), "");
  expect(registryTrouble(problem, { path: join(dir, "hub.db"), args: ["doctor"] })).toMatch(
    /hub\.db may not be opened by this user, it is \S+'s; run `sudo -u \S+ npx battant doctor`$/,
  );
});

/** Opens well, and breaks where the readings are: every page but the schema's is overwritten. */
const damageInside = (path: string): void => {
  const bytes = readFileSync(path);
  bytes.fill(0xab, 4096);
  writeFileSync(path, bytes);
};

test.each([
  ["readings", "count"],
  ["readings", "export"],
])("a journal damaged further in: %s %s says what to do, and doctor goes on", async (...words) => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  await measured(dir, {
    readings: Array.from({ length: 500 }, (_, i) => reading("hall-1", i + 1)),
  });
  damageInside(join(dir, "journal.db"));
  const { code, err } = await battant([...words, "--data", dir]);
  expect([code, err]).toEqual([
    1,
    `${join(dir, "journal.db")} is damaged; stop the hub, keep a copy, then restore a backup or move the file aside to begin a new one\n`,
  ]);
  const { out } = await battant(["doctor", "--data", dir]);
  expect(out).toMatch(/problem {2}journal {3}\S*journal\.db is damaged/);
  expect(out).toContain("nothing in the last hour");
});
