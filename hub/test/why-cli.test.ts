import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { hours, instant, minutes } from "@battant/protocol/vocabulary/units";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { openReader } from "../src/adapters/sqlite/reader.ts";
import type { Because, Decision } from "../src/domain/decision.ts";
import {
  battant,
  BRIGHT,
  BUILDING,
  DARK,
  folder,
  inRegistry,
  measured,
  NOON,
} from "./cli-place.ts";

// Goal: `battant why` answers from the files alone, with the hub stopped, at once.
// Method: the real command on a journal as a real hub writes it; times are those of 21 June 2026.

const place = async (building: string | undefined = BUILDING): Promise<string> => {
  const dir = folder(building);
  inRegistry(dir, () => undefined);
  await measured(dir, {
    decisions: [
      ["hall", 0, DARK],
      ["hall", 58, BRIGHT],
      ["hall", 90, DARK],
    ],
  });
  return dir;
};

const LATER = "2026-06-21T13:10";

test("an instant of the past is told in one breath, in the language of the terminal", async () => {
  const dir = await place();
  const asked = ["why", "hall", "--at", LATER, "--data", dir];
  const fr = await battant(asked, { LANG: "fr_FR.UTF-8" });
  expect([fr.code, fr.err]).toEqual([0, ""]);
  expect(fr.out.replaceAll("\n", " ").trim()).toBe(
    "Éteint le dimanche 21 juin à 13:10, depuis 12:58 : la lumière du jour suffit depuis 22 min (310 lx à 12:58, seuil 150 lx). À 13:30, allumage permis : la lumière du jour ne suffit pas (80 lx, il faut 150 lx pour éteindre et 100 lx pour le rester).",
  );
  expect(Math.max(...fr.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  const en = await battant(asked);
  expect(en.out).toMatch(/^Off on Sunday 21 June at 13:10, since 12:58: daylight has been enough/);
});

test("--json has the same for programs, with exact times", async () => {
  const { code, out } = await battant([
    "why",
    "hall",
    "--at",
    LATER,
    "--json",
    "--data",
    await place(),
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    time: "2026-06-21T13:10:00.000+02:00",
    zone: "hall",
    decision: "inhibit",
    because: "daylight-sufficient",
    since: "2026-06-21T12:58:00.000+02:00",
    why: { fr: expect.stringContaining("Éteint"), en: expect.stringContaining("Off") },
  });
});

test("what nobody knows is said, and is no failure", async () => {
  const dir = await place();
  const gap = await battant(["why", "hall", "--at", "2026-06-21T18:00", "--json", "--data", dir]);
  expect(gap.code).toBe(0);
  expect(JSON.parse(gap.out)).toMatchObject({ decision: null, because: null, since: null });
  const before = await battant(["why", "hall", "--at", "2026-06-21T11:00", "--data", dir]);
  expect([before.code, before.out]).toEqual([0, expect.stringMatching(/^Nobody knows/)]);
});

const misuses: readonly [args: string[], told: RegExp][] = [
  [["why"], /missing required argument 'zone'/],
  [["why", "hal"], /There is no zone "hal"; did you mean hall\?/],
  [["why", "roof"], /There is no zone "roof"; the zones are hall/],
  [["why", "hall", "--at", "21/06"], /"21\/06" is no time\. Write 2026-06-21, /],
  [["why", "hall", "--at", "2126-06-21"], /"2126-06-21" is still to come\. Ask about now/],
  [["why", "hall", "--at", "2026-03-29T02:30"], /is no hour of that day: clocks went forward/],
];

test.each(misuses)("%j is not understood, and says what to write", async (args, told) => {
  const dir = await place();
  const { code, out, err } = await battant([...args, "--data", dir]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toMatch(told);
});

test("a building file with problems takes nothing from the past", async () => {
  const dir = await place("zones: [");
  const { code, out } = await battant(["why", "hall", "--at", `${LATER}:00+02:00`, "--data", dir]);
  expect([code, out]).toEqual([0, expect.stringMatching(/^Off on Sunday 21 June at /)]);
});

test("a place where nothing was written yet says so", async () => {
  const dir = folder();
  inRegistry(dir, () => undefined);
  const { code, err } = await battant(["why", "hall", "--data", dir]);
  expect([code, err]).toEqual([0, `Nothing was measured in ${dir} yet.\n`]);
});

// ── Ninety days of fifty zones ──────────────────────────────────────────────────────────────────

const DAYS = 90;
const REASONS: readonly Because[] = ["sun-is-down", "too-dark", "not-bright-long-enough"];

/** Hourly records, and a change every twenty minutes; of one zone the same reason for all of it. */
const fill = (path: string): number => {
  const db = new DatabaseSync(path);
  const zone = db.prepare("INSERT INTO zone (name) VALUES (?)");
  const add = db.prepare("INSERT INTO decision (zone, at, decision) VALUES (?, ?, ?)");
  const reasons = [...REASONS, "rule-off" as const].map((because) => {
    const decision: Decision = { ...DARK, because };
    return [because, JSON.stringify(decision)] as const;
  });
  const words = new Map(reasons);
  let rows = 0;
  db.exec("BEGIN");
  for (let index = 0; index < 50; index += 1) {
    const { lastInsertRowid } = zone.run(index === 0 ? "steady" : `zone-${index}`);
    const every = index === 0 ? hours(1) : minutes(20);
    for (let at = NOON; at < NOON + DAYS * hours(24); at += every, rows += 1) {
      const because = index === 0 ? "rule-off" : REASONS[(at / every) % REASONS.length]!;
      add.run(lastInsertRowid, at, words.get(because)!);
    }
  }
  db.exec("COMMIT");
  db.close();
  return rows;
};

test("ninety days of fifty zones are answered from an index, whichever instant is asked about", async () => {
  const dir = folder(undefined);
  await measured(dir, {});
  const path = join(dir, "journal.db");
  const rows = fill(path);
  expect(rows).toBeGreaterThan(300_000);
  const opened = openReader(path);
  if (!opened.ok) throw new Error(opened.problem);
  const { reader } = opened;
  const end = instant(NOON + DAYS * hours(24));
  const steady = reader.decisionsAround("steady" as ZoneId, end, end);
  expect([steady.began, steady.sequel.kind]).toEqual([NOON, "same"]);
  const inside = reader.decisionsAround("zone-7" as ZoneId, instant(NOON + minutes(50)), end);
  expect(inside.latest?.at).toBe(NOON + minutes(40));
  expect(inside.sequel).toMatchObject({ kind: "changed", record: { at: NOON + minutes(60) } });
  expect(reader.decisionsAround("nowhere" as ZoneId, end, end)).toEqual({
    latest: undefined,
    began: undefined,
    first: undefined,
    sequel: { kind: "same" },
  });
  opened.close();

  const db = new DatabaseSync(path, { readOnly: true });
  const plan = db
    .prepare(
      "EXPLAIN QUERY PLAN SELECT at, decision FROM decision WHERE zone = (SELECT id FROM zone WHERE name = ?) AND at <= ? ORDER BY at DESC, id DESC",
    )
    .all("zone-7", end)
    .map((row) => String(row["detail"]));
  db.close();
  expect(plan[0]).toMatch(/^SEARCH decision USING INDEX decision_by_zone \(zone=\? AND at<\?\)$/);
  expect(plan.join()).not.toContain("TEMP B-TREE");
});
