import { instant } from "@battant/protocol/vocabulary/units";
import fc from "fast-check";
import { expect, test } from "vitest";
import { count, table, wrapped } from "../src/cli/table.ts";
import { createWallClock, span } from "../src/cli/times.ts";

// Goal: a time typed in the building's hour is that hour, also on the days the clocks change.
// Method: a table of what people type, and every minute there and back.

const NOW = instant(Date.parse("2026-06-21T10:00:00Z"));

const typed: readonly [timezone: string, text: string, means: string | undefined][] = [
  ["Europe/Paris", "2026-06-21", "2026-06-20T22:00:00Z"],
  ["Europe/Paris", "2026-12-21", "2026-12-20T23:00:00Z"],
  ["Europe/Paris", "2026-06-21T14:30", "2026-06-21T12:30:00Z"],
  ["Europe/Paris", "2026-06-21 14:30:15", "2026-06-21T12:30:15Z"],
  ["Europe/Paris", " 2026-06-21T14:30 ", "2026-06-21T12:30:00Z"],
  ["Europe/Paris", "2026-06-21T14:30Z", "2026-06-21T14:30:00Z"],
  ["Europe/Paris", "2026-06-21T14:30:00+05:30", "2026-06-21T09:00:00Z"],
  ["Europe/Paris", "24h", "2026-06-20T10:00:00Z"],
  ["Europe/Paris", "90min", "2026-06-21T08:30:00Z"],
  ["Europe/Paris", "7d", "2026-06-14T10:00:00Z"],
  // The days of 23 and 25 hours begin and end at midnight like the others.
  ["Europe/Paris", "2026-03-29", "2026-03-28T23:00:00Z"],
  ["Europe/Paris", "2026-03-30", "2026-03-29T22:00:00Z"],
  ["Europe/Paris", "2026-10-25", "2026-10-24T22:00:00Z"],
  ["Europe/Paris", "2026-10-26", "2026-10-25T23:00:00Z"],
  ["Asia/Kathmandu", "2026-06-21", "2026-06-20T18:15:00Z"],
  ["America/St_Johns", "2026-06-21", "2026-06-21T02:30:00Z"],
  ["UTC", "2026-06-21", "2026-06-21T00:00:00Z"],
  ["Europe/Paris", "2026-02-30", undefined],
  ["Europe/Paris", "2026-13-01", undefined],
  ["Europe/Paris", "2026-06-21T25:00", undefined],
  ["Europe/Paris", "21/06/2026", undefined],
  ["Europe/Paris", "hier", undefined],
  ["Europe/Paris", "", undefined],
];

test.each(typed)("in %s, %j means %s", (timezone, text, means) => {
  const at = createWallClock(timezone).read(text, NOW);
  expect(at === undefined ? undefined : new Date(at).toISOString().replace(".000", "")).toBe(means);
});

const timezones = [
  "Europe/Paris",
  "Asia/Kathmandu",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "UTC",
];

test("what is printed is read back as the same instant, at any time of any year", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...timezones),
      fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2050, 0) }),
      (timezone, ms) => {
        const clock = createWallClock(timezone);
        const at = instant(ms);
        expect(clock.read(clock.iso(at), NOW)).toBe(ms);
        const local = clock.read(clock.local(at), NOW)!;
        // Only the hour that the clocks repeat in autumn can be read as the other one.
        expect([0, 1_800_000, 3_600_000]).toContain(Math.abs(local - Math.floor(ms / 1000) * 1000));
      },
    ),
    { numRuns: 500 },
  );
});

test("times are printed exactly, with the building's own hour, across a change of clocks", () => {
  const clock = createWallClock("Europe/Paris");
  const before = Date.parse("2026-10-25T00:59:59.999Z");
  expect([before, before + 1].map((at) => clock.iso(instant(at)))).toEqual([
    "2026-10-25T02:59:59.999+02:00",
    "2026-10-25T02:00:00.000+01:00",
  ]);
  expect(clock.local(instant(before))).toBe("2026-10-25 02:59:59");
  expect(createWallClock("America/St_Johns").iso(NOW)).toBe("2026-06-21T07:30:00.000-02:30");
});

test.each([
  [20, "less than a second"],
  [119_000, "119 s"],
  [120_000, "2 min"],
  [7_200_000, "2 h"],
  [172_800_000, "2 days"],
])("%i ms ago is %s ago", (ms, words) => {
  expect(span(ms)).toBe(words);
});

test("columns line up under their heads, accents and all", () => {
  expect(
    table(
      ["A", "NAME", "NOTE"],
      [
        ["1", "Été", "x"],
        ["22", "cafe\u0301"],
      ],
    ),
  ).toBe("A    NAME   NOTE\n1    Été    x\n22   cafe\u0301\n");
});

test("a long sentence is broken at spaces, and never inside what is to be copied", () => {
  expect(wrapped("one two `three four` five", 2, 12)).toBe("one two\n  `three four`\n  five");
});

test("numbers are counted out", () => {
  expect([count(1, "reading"), count(1_234_567, "reading"), count(0, "box", "boxes")]).toEqual([
    "1 reading",
    "1 234 567 readings",
    "0 boxes",
  ]);
});
