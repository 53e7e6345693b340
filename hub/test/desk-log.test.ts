import type { BoardId, BootId, LeaseId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import type { UpdateReport } from "@battant/protocol/vocabulary/update";
import { expect, test } from "vitest";
import { systemClock } from "../src/adapters/clock/system.ts";
import { addressesOf, type Interfaces } from "../src/desk/addresses.ts";
import { createBoardLog } from "../src/desk/board-log.ts";
import { logged, loggedLink } from "../src/desk/logged.ts";
import type { BoardLink } from "../src/ports.ts";
import { createMemoryInbox } from "./broker-kit.ts";
import { HALL, handClock, METER } from "./desk-kit.ts";

// Goal: whoever looks after a board reads what it says and what it is told, as it happens, within
// bounds; and of a flat's board not what it measures, nor when.
// Method: messages pass through an inbox and a link that only remember them, and the log is read.

const BOOT = "boot-1" as BootId;
const LIGHT = "light" as SensorId;
const MAIN = "main" as RelayId;
const NOW = { waitMs: 0, signal: new AbortController().signal };

/** A link that remembers what it was asked to send. */
const memoryLink = (): BoardLink & { readonly sent: string[] } => {
  const sent: string[] = [];
  return {
    sent,
    lease: () => void sent.push("lease"),
    clock: () => void sent.push("clock"),
    settings: () => void sent.push("settings"),
    offer: () => void sent.push("offer"),
    chunk: () => void sent.push("chunk"),
  };
};

const listening = (known: readonly BoardId[] = [HALL, METER]) => {
  const clock = handClock();
  const log = createBoardLog({
    clock,
    isKnown: (board) => known.includes(board),
    isPrivate: (board) => board === METER,
  });
  const behind = createMemoryInbox();
  const wire = memoryLink();
  const lines = async (board = HALL): Promise<string[]> =>
    (await log.read(board, 0, NOW)).lines.map(({ from, text }) => `${from}: ${text}`);
  return {
    clock,
    log,
    behind,
    wire,
    inbox: logged(behind, log),
    link: loggedLink(wire, log),
    lines,
  };
};

const reading = (change: Partial<Reading> = {}): Reading => ({
  board: HALL,
  boot: BOOT,
  sequence: 1,
  sensor: LIGHT,
  quantity: "illuminance",
  value: 412,
  at: instant(1_000_000),
  received: instant(1_000_000),
  ...change,
});

// ── What boards say ─────────────────────────────────────────────────────────────────────────────

const spoken: readonly [what: string, batch: readonly Partial<Reading>[], line: string][] = [
  ["a reading", [{}], "light 412 lx"],
  ["a value with many digits", [{ value: 0.123456 }], "light 0.12 lx"],
  ["yes and no", [{ quantity: "occupancy", value: 1 }], "light occupancy yes"],
  [
    "a quantity without a unit",
    [{ quantity: "tariff-register", value: 3 }],
    "light tariff-register 3",
  ],
  [
    "two of a meter",
    [
      { quantity: "voltage", value: 231 },
      { quantity: "current", value: 0.5 },
    ],
    "light 231 V, light 0.5 A",
  ],
  [
    "a long batch",
    Array.from({ length: 32 }, () => ({})),
    "light 412 lx, light 412 lx, light 412 lx, light 412 lx and 28 more",
  ],
  [
    "what comes late",
    [{ received: instant(1_000_000 + 3_600_000) }],
    "light 412 lx, measured 1970-01-01T00:16:40Z",
  ],
];

for (const [what, batch, line] of spoken) {
  test(`${what} is a line: ${line}`, async () => {
    const { inbox, behind, lines } = listening();
    const readings = batch.map((change, index) => reading({ sequence: index, ...change }));
    expect(await inbox.readings(readings)).toMatchObject({ ok: true, stored: batch.length });
    expect(behind.stored).toEqual(readings);
    expect(await lines()).toEqual([`board: ${line}`]);
  });
}

test("a birth tells why the board started and how much memory it has, and a relay how it is", async () => {
  const { inbox, behind, lines } = listening();
  const life = {
    reset: "watchdog",
    uptime: milliseconds(4200),
    variablesFree: 1204,
    variables: 2500,
    signal: -61,
    dropped: 2,
    refused: 1,
    problem: "the seal is broken",
  };
  const description = { contract: 1, boot: BOOT, model: "light", program: "0.2.0", sensors: [] };
  const report = { boot: BOOT, state: "inhibited", reason: "lease", lit: true } as const;
  inbox.event({ kind: "availability", board: HALL, online: true });
  inbox.event({
    kind: "described",
    board: HALL,
    description: { ...description, relays: [], trial: true, life },
  });
  inbox.event({ kind: "clock-asked", board: HALL });
  inbox.event({
    kind: "relay-reported",
    board: HALL,
    relay: MAIN,
    report: { ...report, mismatch: true },
  });
  expect(behind.events).toHaveLength(4);
  expect(await lines()).toEqual([
    "board: online",
    "board: light 0.2.0, on trial, started by watchdog 4 s ago, 1204 of 2500 variables free, -61 dBm, 2 readings dropped, refused 1: the seal is broken",
    "board: asks for the time",
    "board: relay main: inhibited (lease), luminaires on, they burn all the same: look at the contact",
  ]);
});

test("what concerns no board is passed on, and is in no log", async () => {
  const { inbox, behind, lines } = listening();
  inbox.event({ kind: "tick" });
  inbox.refused({ from: "192.168.1.9", where: "connection", problem: "no CONNECT" });
  inbox.refused({ from: "stranger", where: "sign-in", problem: "wrong password" });
  expect([behind.events.length, behind.refusals.length]).toEqual([1, 2]);
  expect(await lines()).toEqual([]);
  expect(await lines("stranger" as BoardId)).toEqual([]);
});

test("what a board was refused a hundred times is one line with a count", async () => {
  const { inbox, behind, lines } = listening();
  const refusal = { from: HALL, where: "battant/1/hall-1/readings", problem: "r is empty" };
  for (let count = 0; count < 100; count++) inbox.refused(refusal);
  expect(behind.refusals).toHaveLength(100);
  expect(await lines()).toEqual([
    "board: refused: battant/1/hall-1/readings: r is empty (100 times)",
  ]);
});

// ── What boards are told ────────────────────────────────────────────────────────────────────────

test("leases, the time and settings are told as they are sent", async () => {
  const { link, wire, lines } = listening();
  const lease = { id: "l1" as LeaseId, boot: BOOT, issued: instant(0), duration: seconds(120) };
  link.lease(HALL, MAIN, lease);
  link.lease(HALL, MAIN, { ...lease, duration: seconds(0) });
  link.clock(HALL, instant(0));
  // Compared at each description, and said once.
  for (let count = 0; count < 3; count++) link.settings(HALL, { rules: [] }, undefined);
  expect(wire.sent).toEqual(["lease", "lease", "clock", "settings", "settings", "settings"]);
  expect(await lines()).toEqual([
    "hub: lease of relay main for 120 s",
    "hub: lease of relay main ended",
    "hub: time",
    "hub: settings: 0 rules; it keeps none",
  ]);
});

test("the chunks of an update are counted, not listed", async () => {
  const { link, wire, inbox, behind, lines } = listening();
  const report = (change: Partial<UpdateReport>): void =>
    inbox.updateReported(HALL, { boot: BOOT, state: "receiving", at: 0, ...change });
  link.offer(HALL, { size: 25_000, digest: "d", program: "0.2.0", downgrade: false });
  for (let at = 0; at < 25_000; at += 500) {
    report({ at });
    link.chunk(HALL, { at, data: "x".repeat(500) });
  }
  report({ state: "verified", at: 25_000 });
  expect([wire.sent.length, behind.reports.length]).toEqual([51, 51]);
  expect(await lines()).toEqual([
    "hub: update offered: 0.2.0, 25000 bytes",
    "hub: update: 20 chunks sent, up to byte 10000",
    "hub: update: 40 chunks sent, up to byte 20000",
    "board: update: all 25000 bytes are there and right; starts it next",
  ]);
});

test("an update that a board refuses says why", async () => {
  const { inbox, lines } = listening();
  const report = { boot: BOOT, state: "refused", at: 0, problem: "flash is full" } as const;
  inbox.updateReported(HALL, report);
  expect(await lines()).toEqual(["board: update refused: flash is full"]);
});

// ── A flat's board ──────────────────────────────────────────────────────────────────────────────

test("of a flat's board it is told once in each start that it measures, and never again when", async () => {
  const { inbox, clock, log } = listening();
  const measure = (boot: string): void => {
    clock.advance(10_000);
    const quantity: Quantity = "active-power";
    void inbox.readings([reading({ board: METER, boot: boot as BootId, quantity, value: 2300 })]);
  };
  for (const boot of ["boot-1", "boot-1", "boot-1"]) measure(boot);
  inbox.event({ kind: "availability", board: METER, online: true });
  measure("boot-2");
  const { lines } = await log.read(METER, 0, NOW);
  const start = clock.now() - 40_000;
  expect(lines.map(({ at, text }) => [at - start, text])).toEqual([
    [10_000, "1 reading (private)"],
    [30_000, "online"],
    [40_000, "1 reading (private)"],
  ]);
  expect(JSON.stringify(lines)).not.toContain("2300");
});

test("when a relay in a flat is switched is not told, and a relay of the house is", async () => {
  const { inbox, behind, lines } = listening();
  const report = { boot: BOOT, state: "available", reason: "wall-switch", lit: true } as const;
  for (const board of [METER, HALL]) {
    inbox.event({ kind: "relay-reported", board, relay: MAIN, report });
  }
  expect(behind.events).toHaveLength(2);
  expect(await lines(METER)).toEqual([]);
  expect(await lines(HALL)).toHaveLength(1);
});

// ── Reading along ───────────────────────────────────────────────────────────────────────────────

test("who reads along gets each line once", async () => {
  const { log } = listening();
  log.note(HALL, "board", "one");
  const first = await log.read(HALL, 0, NOW);
  expect(first.lines.map(({ text }) => text)).toEqual(["one"]);
  log.note(HALL, "hub", "two");
  const second = await log.read(HALL, first.next, NOW);
  expect(second.lines.map(({ text }) => text)).toEqual(["two"]);
  expect(await log.read(HALL, second.next, NOW)).toEqual({ next: second.next, lines: [] });
});

test("who waits is told as soon as something is said, by this board and no other", async () => {
  const { log } = listening();
  const { signal } = new AbortController();
  let isDone = false;
  const waiting = log.read(HALL, 0, { waitMs: 25_000, signal }).finally(() => (isDone = true));
  log.note(METER, "board", "not this one");
  await Promise.resolve();
  await Promise.resolve();
  expect(isDone).toBe(false);
  log.note(HALL, "board", "this one");
  expect((await waiting).lines.map(({ text }) => text)).toEqual(["this one"]);
});

test("who waits in vain is answered when the time is over", async () => {
  const { log, clock } = listening();
  const { signal } = new AbortController();
  const waiting = log.read(HALL, 0, { waitMs: 25_000, signal });
  clock.advance(25_000);
  expect(await waiting).toEqual({ next: 0, lines: [] });
});

test("by the real clock too", async () => {
  const log = createBoardLog({ clock: systemClock, isKnown: () => true, isPrivate: () => false });
  const { signal } = new AbortController();
  expect(await log.read(HALL, 0, { waitMs: 20, signal })).toEqual({ next: 0, lines: [] });
});

test("who goes away waits no longer, before or while", async () => {
  const { log } = listening();
  const leaving = new AbortController();
  const waiting = log.read(HALL, 0, { waitMs: 25_000, signal: leaving.signal });
  leaving.abort();
  expect((await waiting).lines).toEqual([]);
  expect((await log.read(HALL, 0, { waitMs: 25_000, signal: leaving.signal })).lines).toEqual([]);
});

test("beyond fifty who wait, one more is answered within a second, and does not ask without end", async () => {
  const { log, clock } = listening();
  const { signal } = new AbortController();
  const waiting = Array.from({ length: 50 }, () => log.read(HALL, 0, { waitMs: 25_000, signal }));
  let isDone = false;
  const more = log.read(HALL, 0, { waitMs: 25_000, signal }).finally(() => (isDone = true));
  clock.advance(999);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isDone).toBe(false);
  clock.advance(1);
  expect((await more).lines).toEqual([]);
  log.note(HALL, "board", "at last");
  for (const view of await Promise.all(waiting)) expect(view.lines).toHaveLength(1);
});

test("who read along before the hub was started again gets all there is", async () => {
  const { log } = listening();
  log.note(HALL, "board", "started");
  const { lines, next } = await log.read(HALL, 5000, NOW);
  expect(lines.map(({ text }) => text)).toEqual(["started"]);
  expect(next).toBe(lines[0]?.number);
});

test("the last two hundred lines of a board are kept, and a line has a length", async () => {
  const { log } = listening();
  for (let count = 0; count < 250; count++) log.note(HALL, "board", `line ${count}`);
  log.note(HALL, "board", "x".repeat(10_000));
  const { lines } = await log.read(HALL, 0, NOW);
  expect(lines).toHaveLength(200);
  expect([lines[0]?.text, lines.at(-1)?.text.length]).toEqual(["line 51", 240]);
});

test("of more than a hundred boards, the longest silent is forgotten first", async () => {
  const boards = Array.from({ length: 101 }, (_, index) => `board-${index}` as BoardId);
  const { log, lines } = listening(boards);
  for (const board of boards.slice(0, 100)) log.note(board, "board", "online");
  log.note(boards[0]!, "board", "still here");
  log.note(boards[100]!, "board", "online");
  expect(await lines(boards[1])).toEqual([]);
  expect(await lines(boards[0])).toHaveLength(2);
  expect(await lines(boards[100])).toHaveLength(1);
});

test("a board that is forgotten has no log", async () => {
  const { log, lines } = listening();
  log.note(HALL, "board", "online");
  log.forget(HALL);
  expect(await lines()).toEqual([]);
});

// ── Addresses ───────────────────────────────────────────────────────────────────────────────────

const at = (address: string, internal = false, family = "IPv4") => [{ address, internal, family }];

const networks: readonly [what: string, interfaces: Interfaces, addresses: readonly string[]][] = [
  ["itself alone", { lo: at("127.0.0.1", true) }, []],
  ["nothing", {}, []],
  ["one network", { lo: at("127.0.0.1", true), eth0: at("192.168.1.20") }, ["192.168.1.20"]],
  [
    "containers and tunnels",
    {
      docker0: at("172.17.0.1"),
      "br-1f2e": at("172.18.0.1"),
      virbr0: at("192.168.122.1"),
      tailscale0: at("100.64.0.3"),
      wlan0: at("10.42.0.1"),
    },
    ["10.42.0.1", "172.17.0.1", "172.18.0.1", "192.168.122.1", "100.64.0.3"],
  ],
  [
    "a public address",
    { eth0: at("82.64.1.2"), eth1: at("192.168.1.20") },
    ["192.168.1.20", "82.64.1.2"],
  ],
  [
    "an address it made up itself",
    { eth0: at("169.254.7.7"), wlan0: at("172.20.0.9") },
    ["172.20.0.9", "169.254.7.7"],
  ],
  ["IPv6 only", { eth0: at("2a01:cb00::1", false, "IPv6") }, []],
  ["one address twice", { eth0: at("10.0.0.7"), "eth0:1": at("10.0.0.7") }, ["10.0.0.7"]],
];

for (const [what, interfaces, addresses] of networks) {
  test(`a machine with ${what} is found by boards at ${JSON.stringify(addresses)}`, () => {
    expect(addressesOf(interfaces)).toEqual(addresses);
  });
}

test("a reading measured a moment ago is not late", async () => {
  const { inbox, lines } = listening();
  const received = instant(1_000_000 + 59_000) as Instant;
  await inbox.readings([reading({ received })]);
  expect(await lines()).toEqual(["board: light 412 lx"]);
});
