import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, type Instant, instant, lux, minutes } from "@battant/protocol/vocabulary/units";
import { systemClock } from "../src/adapters/clock/system.ts";
import { openJournal } from "../src/adapters/sqlite/journal.ts";
import { openReader } from "../src/adapters/sqlite/reader.ts";
import type { CircuitState } from "../src/domain/circuit.ts";
import type { Observation } from "../src/observation/review.ts";
import type { Range } from "../src/evidence/records.ts";
import { observationView } from "../src/observation/view.ts";
import { readConfiguration } from "../src/config/read.ts";
import type { Decision } from "../src/domain/decision.ts";
import { battant, BUILDING, folder, inRegistry, reading } from "./cli-place.ts";

// Goal: the latest observation of a zone is found in what a hub has written, and told in a terminal.
// Method: the real journal, written as a hub would; the reader beside it; the command in this process.

const HALL = "hall" as ZoneId;
const CALIBRATED = `${BUILDING}    daylight: { mode: observe, luminaire_contribution_lx: 60 }
`;

type Stretch = readonly [days: number, mode: CircuitState["mode"]];

const decided = (off: boolean, mode: CircuitState["mode"]): Decision => ({
  kind: off ? "inhibit" : "allow",
  because: off ? "daylight-sufficient" : "sun-is-down",
  evidence: {
    target: lux(100),
    threshold: lux(150),
    ...(mode === "observe" && { observed: true as const }),
  },
});

/** Ends now. Every day 08:00 to 12:00 UTC would have been dark, and was lit. */
const written = async (
  dir: string,
  stretches: readonly Stretch[],
  now: Instant,
  { isSeen = true, gap }: { readonly isSeen?: boolean; readonly gap?: Range } = {},
): Promise<void> => {
  const opened = await openJournal({
    path: join(dir, "journal.db"),
    timezone: "Europe/Paris",
    clock: systemClock,
    commitWindowMs: 0,
  });
  if (!opened.ok) throw new Error(opened.problem);
  const { journal, circuits, decisions } = opened.embedded;
  const total = stretches.reduce((sum, [days]) => sum + days, 0);
  let at = instant(now - hours(24 * total));
  for (const [days, mode] of stretches) {
    const end = at + hours(24 * days);
    for (; at < end; at = instant(at + minutes(30))) {
      if (gap !== undefined && gap.from <= at && at < gap.to) continue;
      const hour = (at % hours(24)) / hours(1);
      const off = hour >= 8 && hour < 12;
      const state: CircuitState = {
        lit: isSeen ? true : undefined,
        inhibited: false,
        daylight: off ? "sufficient" : "insufficient",
        because: undefined,
        mode,
      };
      circuits.append({ at, zone: HALL, state });
      decisions.append({ at, zone: HALL, decision: decided(off, mode) });
    }
  }
  // A hub has been here.
  inRegistry(dir, ({ boards }) => boards.list());
  await journal.append([reading("hall-1", 1, { at: now, received: now })]);
  await journal.close();
};

const NOW = instant(Date.UTC(2026, 5, 21, 10));

const observed = (dir: string, now = NOW): Observation | undefined => {
  const opened = openReader(join(dir, "journal.db"));
  if (!opened.ok) throw new Error(opened.problem);
  try {
    const zone = { zone: HALL, load: undefined, meter: undefined };
    return opened.reader.observation({ zone, now, timezone: "Europe/Paris", prices: [] });
  } finally {
    opened.close();
  }
};

type Expected = { readonly began: number; readonly ended?: number; readonly known: number };

/** Days ago. */
const stories: readonly [about: string, stretches: readonly Stretch[], expected: Expected][] = [
  ["observed ever since", [[5, "observe"]], { began: 5, known: 4 }],
  [
    "it acts since",
    [
      [5, "observe"],
      [2, "act"],
    ],
    { began: 7, ended: 2, known: 4 },
  ],
  [
    "it went back to observing",
    [
      [9, "observe"],
      [2, "act"],
      [3, "observe"],
    ],
    { began: 3, known: 2 },
  ],
  [
    "it was given up",
    [
      [3, "observe"],
      [2, "off"],
    ],
    { began: 5, ended: 2, known: 2 },
  ],
  [
    "it acted for some hours only",
    [
      [20, "observe"],
      [0.25, "act"],
      [1, "observe"],
    ],
    { began: 21.25, known: 14 },
  ],
  [
    "it was off, then acted, for some hours each",
    [
      [5, "observe"],
      [0.25, "off"],
      [2, "observe"],
      [0.25, "act"],
      [2, "observe"],
    ],
    { began: 9.5, known: 7 },
  ],
  [
    "it acted for a whole day",
    [
      [9, "observe"],
      [1, "act"],
      [3, "observe"],
    ],
    { began: 3, known: 2 },
  ],
  [
    "it acts since, and had acted for some hours before",
    [
      [4, "observe"],
      [0.25, "act"],
      [1.75, "observe"],
      [2, "act"],
    ],
    { began: 8, ended: 2, known: 4 },
  ],
  ["for months", [[60, "observe"]], { began: 60, known: 14 }],
];

test.each(stories)("%s", async (_, stretches, { began, ended, known }) => {
  const dir = folder();
  await written(dir, stretches, NOW);
  const it = observed(dir);
  const daysAgo = (days: number) => NOW - hours(24 * days);
  expect(it?.began).toBe(daysAgo(began));
  expect(it?.ended).toBe(ended === undefined ? undefined : daysAgo(ended));
  expect(it?.daysKnown).toBe(known);
  expect(it?.perDay).toBe(hours(4));
  expect(it?.day).toBe(Math.floor(began - (ended ?? 0)) + 1);
});

test("a zone that only ever acted was never observed", async () => {
  const dir = folder();
  await written(dir, [[3, "act"]], NOW);
  expect(observed(dir)).toBeUndefined();
});

test("what is over is not taken for what has just begun", async () => {
  const dir = folder();
  await written(
    dir,
    [
      [5, "observe"],
      [2, "act"],
    ],
    NOW,
  );
  const found = observed(dir);
  const read = readConfiguration(CALIBRATED);
  if (!read.ok) throw new Error("the test's building file is not good");
  const plan = read.site.zones.get(HALL)!;
  const acting = { ...plan, daylight: { ...plan.daylight, mode: "act" as const } };
  expect(observationView(found, acting, read.site).figures?.ended).toBe(NOW - hours(48));
  const again = observationView(found, plan, read.site);
  expect(again.figures).toBeNull();
  expect(again.headline.en).toBe("The observation begins: nothing has been noted yet.");
});

// Late in the evening, enough of a day is known for it to count.
test("the command tells how far it has come, day by day, in both languages", async () => {
  const dir = folder(CALIBRATED);
  await written(dir, [[5, "observe"]], systemClock.now());
  const told = await battant(["observation", "--data", dir]);
  expect(told).toMatchObject({ code: 0, err: "" });
  expect(told.out).toMatch(/^hall · observes, day 6 of 14, [45] known days of 14\n/u);
  expect(told.out).toMatch(
    /Battant would have kept the light off for \d+\sh\s\d\d \(4\sh\s00 a day\)/u,
  );
  expect(told.out).toContain("Never below the target.");
  expect(told.out).toMatch(/\n {2}(?:9|10) known days are missing of 14\.\n/u);
  expect(told.out).toMatch(/\n {2}\d{4}-\d\d-\d\d +4\sh\s00 +1 +4\sh\s00 +0\sh\s00\n/u);
  const french = await battant(["observation", "--zone", "hall", "--data", dir], { LANG: "fr_FR" });
  expect(french.out).toMatch(/^hall · observe, jour 6 sur 14, [45] jours connus sur 14\n/u);
  expect(french.out).toMatch(/108\sW déclarés/u);
  const [view] = JSON.parse((await battant(["observation", "--data", dir, "--json"])).out) as {
    zone: string;
    figures: { daysKnown: number };
  }[];
  expect(view).toMatchObject({ zone: "hall", figures: { daysKnown: expect.toBeOneOf([4, 5]) } });
});

test("where nobody saw the light there is no figure, not even nothing", async () => {
  const dir = folder(CALIBRATED);
  await written(dir, [[5, "observe"]], systemClock.now(), { isSeen: false });
  const { out } = await battant(["observation", "--data", dir]);
  expect(out.replaceAll(/\s+/gu, " ")).toContain(
    "Nobody knows whether the light burned during that time. Never below",
  );
  expect(out).not.toMatch(/kWh|€/u);
  expect(out).toMatch(/\n {2}\d{4}-\d\d-\d\d +4\sh\s00 +1 +\? +4\sh\s00\n/u);
});

test("a day that nobody saw has no figures but how long that was", async () => {
  const dir = folder(CALIBRATED);
  const now = systemClock.now();
  const gap = { from: instant(now - hours(120)), to: instant(now - hours(48)) };
  await written(dir, [[8, "observe"]], now, { gap });
  const { out } = await battant(["observation", "--data", dir], { LANG: "fr_FR" });
  expect(out).toMatch(/\n {2}\d{4}-\d\d-\d\d \* +\? +\? +\? +2[345]\sh\s00\n/u);
});

const noonBefore = (now: Instant): Instant => instant(now - (now % hours(24)) - hours(12));

test("a zone that acts waits for nothing, and one day is one day", async () => {
  const dir = folder(`${BUILDING}    daylight: { mode: off }\n`);
  await written(
    dir,
    [
      [2, "observe"],
      [1, "off"],
    ],
    noonBefore(systemClock.now()),
  );
  const { out } = await battant(["observation", "--data", dir], { LANG: "fr_FR" });
  expect(out).toContain("1 jour connu sur 14");
  expect(out).not.toContain("Il manque");
});

test("before anything was noted the command says so, and what is missing", async () => {
  const dir = folder();
  const path = join(dir, "journal.db");
  await written(dir, [], systemClock.now());
  expect(readFileSync(path).length).toBeGreaterThan(0);
  const { code, out } = await battant(["observation", "--data", dir]);
  expect(code).toBe(0);
  expect(out).toContain("The observation begins: nothing has been noted yet.");
  expect(out).toContain("There is no calibration");
  const wrong = await battant(["observation", "--zone", "hal", "--data", dir]);
  expect(wrong).toMatchObject({ code: 2, err: 'There is no zone "hal"; did you mean hall?\n' });
});
