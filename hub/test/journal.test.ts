import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import type { BoardId, BootId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant, lux } from "@battant/protocol/vocabulary/units";
import { moveAside } from "../src/adapters/sqlite/aside.ts";
import { createCommit } from "../src/adapters/sqlite/commit.ts";
import { exportReadings } from "../src/adapters/sqlite/export.ts";
import { openJournal, type Spawn } from "../src/adapters/sqlite/journal.ts";
import { type ExportFilter, openReader, type Reader } from "../src/adapters/sqlite/reader.ts";
import { openForWriting } from "../src/adapters/sqlite/schema.ts";
import { createCalendar } from "../src/domain/calendar.ts";
import type { DecisionRecord, Range } from "../src/ports.ts";
import { handClock, NOON, reading, readings } from "./journal-readings.ts";
import { open, temporaryFolder, until } from "./journal-scene.ts";

// Goal: what the journal says is on the disk is on the disk, once, and can be asked for by others.
// Method: the real file, the real threads; a second connection looks at what they wrote.

const ALWAYS: Range = { from: instant(0), to: instant(Number.MAX_SAFE_INTEGER) };

const journalPath = () => join(temporaryFolder(), "journal.db");

test("gives readings back in order of arrival, with everything they came with", async () => {
  const { journal } = await open();
  const sent = [
    reading(3),
    reading(1, { value: -12.25, quantity: "active-power", sensor: "meter" as SensorId }),
    reading(7, { board: "hall" as BoardId, boot: "boot-9" as BootId, received: NOON }),
    reading(2 ** 40, { at: instant(0), received: instant(2 ** 53 - 1), value: 1e-9 }),
  ];
  for (const one of sent) await journal.append([one]);
  const page = await journal.after(0, 10);
  expect(page.readings).toEqual(sent);
  expect((await journal.after(page.cursor, 10)).readings).toEqual([]);
});

test("gives pages that continue where the last one ended", async () => {
  const { journal } = await open();
  await journal.append(readings(1, 25));
  const seen: number[] = [];
  let page = await journal.after(0, 10);
  while (page.readings.length > 0) {
    seen.push(...page.readings.map((it) => it.sequence));
    page = await journal.after(page.cursor, 10);
  }
  expect(seen).toEqual(readings(1, 25).map((it) => it.sequence));
});

test("an append is on the disk when it resolves, readable by another connection", async () => {
  const path = journalPath();
  const { journal } = await open({ path });
  const other = new DatabaseSync(path, { readOnly: true });
  const count = other.prepare("SELECT count(*) AS n FROM reading");
  for (let sequence = 1; sequence <= 20; sequence += 1) {
    await journal.append([reading(sequence)]);
    expect(count.get()?.["n"]).toBe(sequence);
  }
  other.close();
});

const deliveries: readonly [name: string, sequences: readonly number[], stored: number][] = [
  ["the same packet twice", [1, 2, 3, 1, 2, 3], 3],
  ["twice in one packet", [5, 5, 5], 1],
  ["a packet that overlaps the last", [1, 2, 3, 2, 3, 4], 4],
  ["out of order", [9, 1, 5, 3, 7, 1, 9], 5],
  ["a gap that is filled later", [1, 2, 5, 6, 3, 4, 1, 6], 6],
  ["a gap that stays", [1, 2, 100, 101, 2, 100], 4],
  ["the number zero and the largest", [0, 2 ** 53 - 2, 0, 2 ** 53 - 2], 2],
];

for (const [name, sequences, stored] of deliveries) {
  test(`stores once: ${name}`, async () => {
    for (const size of [1, 3, sequences.length]) {
      const { journal, figures } = await open();
      const total = { stored: 0, duplicates: 0 };
      for (let from = 0; from < sequences.length; from += size) {
        const packet = sequences.slice(from, from + size).map((it) => reading(it, { at: NOON }));
        const appended = await journal.append(packet);
        if (!appended.ok) throw new Error(appended.detail);
        total.stored += appended.stored;
        total.duplicates += appended.duplicates;
      }
      expect(total).toEqual({ stored, duplicates: sequences.length - stored });
      expect(figures()).toMatchObject({ ...total, conflicts: 0 });
      const kept = (await journal.after(0, 100)).readings.map((it) => it.sequence);
      expect(kept.toSorted((a, b) => a - b)).toEqual(
        [...new Set(sequences)].toSorted((a, b) => a - b),
      );
    }
  });
}

test("recognises after a restart what it stored before", async () => {
  const path = journalPath();
  const first = await open({ path });
  await first.journal.append(readings(1, 50));
  await first.journal.close();
  const second = await open({ path });
  expect(await second.journal.append(readings(40, 60))).toEqual({
    ok: true,
    stored: 10,
    duplicates: 11,
  });
});

test("a boot without gaps takes one row, in whatever order it came", async () => {
  const path = journalPath();
  const { journal } = await open({ path });
  for (const from of [21, 1, 11, 41, 31]) await journal.append(readings(from, from + 9));
  await journal.append([reading(60)]);
  const db = new DatabaseSync(path, { readOnly: true });
  const ranges = db.prepare("SELECT first, last FROM heard ORDER BY first").all();
  db.close();
  expect(ranges).toEqual([
    { first: 1, last: 50 },
    { first: 60, last: 60 },
  ]);
});

test("nothing is kept of a commit that fails half-way", () => {
  const db = openForWriting({ path: journalPath() });
  const calendar = createCalendar("Europe/Paris");
  const appends = [[reading(1), reading(2, { value: Number.NaN })]];
  const batch = { appends, decisions: [], cursors: [] };
  expect(() => createCommit(db, calendar)(batch)).toThrow("NOT NULL");
  for (const table of ["reading", "heard", "series", "day"]) {
    expect(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()).toEqual({ n: 0 });
  }
  db.close();
});

test("another start of the board counts from one again, and is not a duplicate", async () => {
  const { journal } = await open();
  await journal.append(readings(1, 3));
  const restarted = readings(1, 3, { boot: "boot-2" as BootId });
  expect(await journal.append(restarted)).toEqual({ ok: true, stored: 3, duplicates: 0 });
});

const sameName: readonly [
  name: string,
  change: Parameters<typeof reading>[1],
  conflicts: number,
][] = [
  ["nothing else", {}, 0],
  ["a later arrival", { received: instant(NOON + 90_000) }, 0],
  ["a time stated as an age, after ten minutes' wait", { at: instant(NOON + 601_000) }, 0],
  ["another value", { value: 99 }, 1],
  ["another sensor", { sensor: "light-2" as SensorId }, 1],
  ["another quantity", { quantity: "current" }, 1],
];

for (const [name, change, conflicts] of sameName) {
  test(`the same board, boot and sequence with ${name}: ${conflicts} conflicts`, async () => {
    const { journal, figures } = await open();
    await journal.append([reading(1)]);
    expect(await journal.append([reading(1, change)])).toEqual({
      ok: true,
      stored: 0,
      duplicates: 1,
    });
    expect(figures().conflicts).toBe(conflicts);
    expect((await journal.after(0, 9)).readings).toEqual([reading(1)]);
  });
}

test("gathers what arrives within the commit window into one commit", async () => {
  const { journal, figures } = await open({ commitWindowMs: 300 });
  const appended = Array.from({ length: 20 }, (_, index) => journal.append([reading(index + 1)]));
  expect((await Promise.all(appended)).every((it) => it.ok)).toBe(true);
  expect(figures()).toMatchObject({ stored: 20, commits: 1 });
});

test("does not wait for the window once enough readings have gathered", async () => {
  const { journal } = await open({ commitWindowMs: 3_600_000 });
  expect(await journal.append(readings(1, 256))).toMatchObject({ ok: true, stored: 256 });
});

test("commits what waits when it is closed, and refuses what comes after", async () => {
  const path = journalPath();
  const { journal } = await open({ path, commitWindowMs: 3_600_000 });
  const appended = journal.append([reading(1)]);
  await journal.close();
  expect(await appended).toEqual({ ok: true, stored: 1, duplicates: 0 });
  expect(await journal.append([reading(2)])).toMatchObject({ ok: false, problem: "failed" });
  expect(readdirSync(dirname(path))).toEqual(["journal.db"]);
});

test("a commit takes everything that waits, however much it is", async () => {
  const { journal } = await open({ commitWindowMs: 0 });
  const appended = Array.from({ length: 45 }, (_, index) =>
    journal.append(readings(index * 100 + 1, index * 100 + 100)),
  );
  const outcomes = await Promise.all(appended);
  expect(outcomes).toEqual(outcomes.map(() => ({ ok: true, stored: 100, duplicates: 0 })));
});

test("refuses as overloaded what exceeds the queue, and nothing else", async () => {
  const { journal } = await open({ commitWindowMs: 200, pendingMax: 100 });
  const fits = journal.append(readings(1, 90));
  expect(await journal.append(readings(91, 101))).toMatchObject({
    ok: false,
    problem: "overloaded",
  });
  expect(await fits).toMatchObject({ ok: true, stored: 90 });
  expect(await journal.append(readings(91, 101))).toMatchObject({ ok: true, stored: 11 });
});

const notNumbers: readonly [name: string, change: Parameters<typeof reading>[1]][] = [
  ["a value that is not a number", { value: Number.NaN }],
  ["an infinite value", { value: Infinity }],
  ["half a millisecond", { at: 1.5 as Instant }],
  ["a sequence number beyond exactness", { sequence: 2 ** 60 }],
];

for (const [name, change] of notNumbers) {
  test(`refuses ${name}, and keeps its neighbours`, async () => {
    const { journal } = await open({ commitWindowMs: 100 });
    const [good, bad] = await Promise.all([
      journal.append([reading(1)]),
      journal.append([reading(2), reading(3, change)]),
    ]);
    expect(good).toMatchObject({ ok: true, stored: 1 });
    expect(bad).toMatchObject({ ok: false, problem: "failed" });
    expect((await journal.after(0, 9)).readings).toEqual([reading(1)]);
  });
}

test("a writer that dies refuses what it had, and the next one goes on", async () => {
  const writers: Worker[] = [];
  const spawn: Spawn = (file, workerData) => {
    const worker = new Worker(file, { workerData });
    if (file.pathname.endsWith("writer.ts")) writers.push(worker);
    return worker;
  };
  const { journal, figures } = await open({ spawn });
  await journal.append(readings(1, 10));

  const asked = journal.append(readings(11, 1000));
  const died = writers[0]!.terminate(); // It was made when the journal was opened.
  const waiting = journal.append([reading(1001)]);
  expect(await asked).toMatchObject({ ok: false, problem: "failed" });
  expect(await waiting).toMatchObject({ ok: false, problem: "failed" });
  await died;
  expect(figures().problem).toContain("started again");

  await until(async () => (await journal.append(readings(1, 1001))).ok);
  expect(writers).toHaveLength(2);
  expect(figures().problem).toBeNull();
  expect((await journal.after(0, 9999)).readings).toEqual(readings(1, 1001));
});

const decision = (zone: string, at: number, because: "too-dark" | "rule-off"): DecisionRecord => ({
  at: instant(at),
  zone: zone as ZoneId,
  decision: {
    kind: "allow",
    because,
    evidence: { target: lux(150), threshold: lux(225), since: instant(at - 5) },
  },
});

test("keeps decisions with their evidence, and finds them by time and by zone", async () => {
  const { journal, decisions, ask } = await open();
  const records = [
    decision("hall", 1000, "too-dark"),
    decision("stairs", 2000, "rule-off"),
    decision("hall", 3000, "rule-off"),
    decision("stairs", 4000, "too-dark"),
  ];
  for (const record of records) decisions.append(record);
  await journal.append([reading(1)]);

  expect(await ask("decisions", ALWAYS)).toEqual(records);
  const middle = { from: instant(2000), to: instant(4000) };
  expect(await ask("decisions", middle)).toEqual(records.slice(1, 3));
  expect(await ask("decisions", ALWAYS, { zone: "hall" as ZoneId, limit: 1 })).toEqual([
    records[0],
  ]);
});

test("a decision is kept although no reading comes with it", async () => {
  const { decisions, ask } = await open();
  decisions.append(decision("hall", 1000, "too-dark"));
  await expect.poll(() => ask("decisions", ALWAYS), { timeout: 20_000 }).toHaveLength(1);
});

test("a decision at no time and a cursor at no place are bugs of the caller", async () => {
  const { journal, decisions } = await open();
  expect(() => decisions.append(decision("hall", Number.NaN, "too-dark"))).toThrow("whole number");
  await expect(journal.moveCursor("influx", 0.5)).rejects.toThrow("whole number");
  expect(await journal.append([reading(1)])).toMatchObject({ ok: true });
});

test("remembers where each forwarder had come to, across restarts", async () => {
  const path = journalPath();
  const first = await open({ path });
  expect(await first.journal.cursor("influx")).toBe(0);
  await first.journal.moveCursor("influx", 12);
  await first.journal.moveCursor("other", 3);
  await first.journal.moveCursor("influx", 40);
  await first.journal.close();
  const second = await open({ path });
  expect(await second.journal.cursor("influx")).toBe(40);
  expect(await second.journal.cursor("other")).toBe(3);
});

async function exported(reader: Reader, filter?: ExportFilter): Promise<Reading[]> {
  const all: Reading[] = [];
  for await (const page of exportReadings(reader, filter)) all.push(...page);
  return all;
}

for (const running of [true, false]) {
  const when = running ? "while the hub runs" : "while the hub is stopped";

  test(`another process counts, exports and asks for the latest, ${when}`, async () => {
    const path = journalPath();
    const { journal, decisions } = await open({ path });
    const hall = { board: "hall" as BoardId };
    decisions.append(decision("hall", 1000, "too-dark"));
    await journal.append([...readings(1, 30), ...readings(1, 12, hall)]);
    if (!running) await journal.close();

    const opened = openReader(path);
    if (!opened.ok) throw new Error(opened.problem);
    const { reader, close } = opened;
    expect(reader.countByBoard()).toEqual([
      { board: "hall", readings: 12 },
      { board: "stairs-a", readings: 30 },
    ]);
    expect(reader.latest()).toEqual([
      { ...hall, sensor: "light", quantity: "illuminance", at: reading(12).at, value: 6 },
      {
        board: "stairs-a",
        sensor: "light",
        quantity: "illuminance",
        at: reading(30).at,
        value: 15,
      },
    ]);
    expect(reader.decisions(ALWAYS)).toHaveLength(1);
    expect(reader.damage()).toBeUndefined();

    const all = [...readings(1, 30), ...readings(1, 12, hall)];
    expect(await exported(reader)).toEqual(all);
    const range = { from: reading(5).at, to: reading(9).at };
    expect(await exported(reader, { ...hall, range })).toEqual(readings(5, 8, hall));
    close();
  });
}

test("a long read keeps no commit waiting", async () => {
  const path = journalPath();
  const { journal } = await open({ path });
  await journal.append(readings(1, 5000));
  const other = new DatabaseSync(path, { readOnly: true });
  const rows = other.prepare("SELECT * FROM reading").iterate();
  rows.next();
  expect(await journal.append(readings(5001, 5010))).toMatchObject({ ok: true, stored: 10 });
  rows.return?.();
  other.close();
});

const unusable: readonly [name: string, make: (path: string) => void, words: RegExp][] = [
  [
    "from a newer version",
    (path) => {
      const db = new DatabaseSync(path);
      db.exec("CREATE TABLE t (x); PRAGMA application_id = 0x42746e74; PRAGMA user_version = 99");
      db.close();
    },
    /newer Battant.*99/u,
  ],
  [
    "of another program",
    (path) => {
      const db = new DatabaseSync(path);
      db.exec("CREATE TABLE bookmarks (url TEXT)");
      db.close();
    },
    /another program/u,
  ],
  ["that is no database", (path) => writeFileSync(path, "x".repeat(9000)), /damaged.*aside/u],
];

for (const [name, make, words] of unusable) {
  test(`refuses a file ${name}, and says what to do`, async () => {
    const path = journalPath();
    make(path);
    const options = { path, timezone: "Europe/Paris", clock: handClock() };
    const opened = await openJournal(options);
    expect(opened).toMatchObject({ ok: false, problem: expect.stringMatching(words) });
    expect(openReader(path)).toMatchObject({ ok: false, problem: expect.stringMatching(words) });
  });
}

test("refuses a folder that is not there, and a time zone that is none", async () => {
  const clock = handClock();
  const nowhere = { path: "/nowhere/journal.db", timezone: "Europe/Paris", clock };
  expect(await openJournal(nowhere)).toMatchObject({
    ok: false,
    problem: expect.stringContaining("folder"),
  });
  const noZone = { path: journalPath(), timezone: "Europe/Besancon", clock };
  expect(await openJournal(noZone)).toMatchObject({
    ok: false,
    problem: expect.stringContaining("Europe/Besancon"),
  });
});

test("a damaged file is moved aside only on demand, and then a new one begins", async () => {
  const path = journalPath();
  writeFileSync(path, "x".repeat(9000));
  const options = { path, timezone: "Europe/Paris", clock: handClock() };
  expect((await openJournal(options)).ok).toBe(false);
  expect(readdirSync(dirname(path))).toEqual(["journal.db"]);

  const aside = moveAside(path, NOON);
  expect(aside).toBe(`${path}.damaged-2026-10-20T12-00-00`);
  const { journal } = await open({ path });
  expect(await journal.append([reading(1)])).toMatchObject({ ok: true, stored: 1 });
});

test("tells its figures", async () => {
  const { journal, figures } = await open();
  await journal.append(readings(1, 100));
  await journal.append(readings(91, 110));
  const { fileBytes, walBytes, ...rest } = figures();
  expect(rest).toEqual({
    stored: 110,
    duplicates: 10,
    conflicts: 0,
    commits: 2,
    problem: null,
    pending: 0,
    decisionsLost: 0,
  });
  expect(fileBytes + walBytes).toBeGreaterThan(110 * 40);
});
