import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createFrameReader } from "../tic/frame.ts";
import { checksum } from "../tic/group.ts";
import { readHorodate } from "../tic/horodate.ts";
import { createIndexFilter } from "../tic/index-filter.ts";
import { type MeterView, readMeter } from "../tic/meter.ts";
import { isSensorId } from "../vocabulary/ids.ts";
import { instant } from "../vocabulary/units.ts";

// Goal: what a Linky says arrives in our words, and an index is believed only where it can be true.
// Method: the valid frames against what stands in them; horodates; histories of one register.

const folder = new URL("../fixtures/tic/", import.meta.url);

const viewOf = (bytes: string): MeterView => readMeter(createFrameReader().push(bytes)[0]!);
const viewOfVector = (name: string): MeterView =>
  viewOf(readFileSync(new URL(`${name}.bin`, folder)).toString("latin1"));

/** One group per item, with the checksum it needs: `"BASE 001234567"` or `"EAST\t000000010\t"`. */
const frameOf = (...items: string[]): string => {
  const lines = items.map((item) => {
    const sum = String.fromCharCode(checksum(item, item.length));
    return `\n${item.endsWith("\t") ? item : `${item} `}${sum}\r`;
  });
  return `\x02${lines.join("")}\x03`;
};

const words = (view: MeterView): string[] =>
  view.samples.map(({ part, quantity, value }) => `${part} ${quantity} ${value}`.trim());

test.each([
  [
    "hist_mono_base",
    6000,
    "energy 1234567, register-1 energy 1234567, tariff-register 1, phase-1 current 2, " +
      "apparent-power 480",
  ],
  [
    "hist_mono_hc_hp",
    9000,
    "energy 14197543, register-1 energy 4321000, register-2 energy 9876543, tariff-register 2, " +
      "phase-1 current 9, apparent-power 2160",
  ],
  [
    "hist_mono_tempo",
    6000,
    "energy 34100021, register-1 energy 10000001, register-2 energy 20000002, " +
      "register-3 energy 1000003, register-4 energy 2000004, register-5 energy 500005, " +
      "register-6 energy 600006, tariff-register 1, phase-1 current 12, apparent-power 2830",
  ],
  [
    "hist_mono_ejp_pejp_adps",
    9000,
    "energy 3780780, register-1 energy 3003003, register-2 energy 777777, tariff-register 1, " +
      "phase-1 current 47, apparent-power 10850",
  ],
  [
    "hist_tri_base",
    12000,
    "energy 12345678, register-1 energy 12345678, tariff-register 1, phase-1 current 1, " +
      "phase-2 current 2, phase-3 current 0, apparent-power 740",
  ],
  [
    "hist_tri_phase2_lost",
    12000,
    "energy 400600, register-1 energy 100200, register-2 energy 300400, tariff-register 1, " +
      "phase-1 current 1, phase-2 current 0, phase-3 current 3, apparent-power 920",
  ],
  ["hist_tri_short", undefined, "phase-1 current 23, phase-2 current 5, phase-3 current 1"],
  [
    "std_mono_hphc",
    9000,
    "energy 3000333, register-1 energy 1000111, register-2 energy 2000222, register-3 energy 0, " +
      "register-4 energy 0, register-5 energy 0, register-6 energy 0, register-7 energy 0, " +
      "register-8 energy 0, register-9 energy 0, register-10 energy 0, phase-1 current 7, " +
      "phase-1 voltage 231, apparent-power 1623, tariff-register 2",
  ],
  [
    "std_tri_tempo_pm",
    18000,
    "energy 210, register-1 energy 10, register-2 energy 20, register-3 energy 30, " +
      "register-4 energy 40, register-5 energy 50, register-6 energy 60, register-7 energy 0, " +
      "register-8 energy 0, register-9 energy 0, register-10 energy 0, phase-1 current 1, " +
      "phase-2 current 2, phase-3 current 3, phase-1 voltage 234, phase-2 voltage 240, " +
      "phase-3 voltage 242, apparent-power 1440, phase-1 apparent-power 234, " +
      "phase-2 apparent-power 480, phase-3 apparent-power 726, tariff-register 2",
  ],
  [
    "std_mono_producer",
    3000,
    "energy 2, exported energy 32781, register-1 energy 2, register-2 energy 0, " +
      "register-3 energy 0, register-4 energy 0, register-5 energy 0, register-6 energy 0, " +
      "register-7 energy 0, register-8 energy 0, register-9 energy 0, register-10 energy 0, " +
      "phase-1 current 5, phase-1 voltage 241, apparent-power 0, exported apparent-power 1253, " +
      "tariff-register 1",
  ],
  ["std_mono_degraded_clock", undefined, "energy 10"],
] as const)("%s says what stands in it", (name, subscribed, expected) => {
  const view = viewOfVector(name);
  expect(words(view).toSorted()).toEqual(expected.split(", ").toSorted());
  expect(view.subscribed).toBe(subscribed);
  for (const { part } of view.samples) expect(part === "" || isSensorId(part)).toBe(true);
});

test.each([
  [["PREF\t12\t", "PCOUP\t18\t"], 18000],
  [["PREF\t12\t", "PCOUP\t09\t"], 12000],
  [["PREF\t12\t"], 12000],
  [["PCOUP\t09\t"], 9000],
  [["ISOUSC 45"], 9000],
  [["ISOUSC 20", "IINST3 001"], 12000],
  [["PAPP 00480"], undefined],
])("%j: what may be drawn for long is %s VA", (groups, subscribed) => {
  expect(viewOf(frameOf(...groups)).subscribed).toBe(subscribed);
});

test.each([
  ["std_mono_hphc", "2026-01-15T17:30:12.000Z", false],
  ["std_mono_degraded_clock", "2026-01-14T23:00:00.000Z", true],
])("%s: the meter's clock, and whether the meter trusts it", (name, utc, degraded) => {
  expect(viewOfVector(name).clock).toEqual({ at: Date.parse(utc), degraded });
});

test.each([
  ["a register of the pair is missing", ["HCHC 004321000"], "register-1 energy 4321000"],
  ["five of six are there", ["BBRHCJB 010000001"], "register-1 energy 10000001"],
  ["a supplier's period nobody knows", ["PTEC XY..", "PAPP 00480"], "apparent-power 480"],
  ["a register that does not exist", ["NTARF\t11\t", "EAST\t000000010\t"], "energy 10"],
  ["no register counts", ["NTARF\t00\t", "EAST\t000000010\t"], "energy 10"],
  [
    "a phase that draws more than the breaker lets through",
    ["PCOUP\t06\t", "SINSTS\t01407\t", "SINSTS1\t48370\t", "SINSTS2\t09000\t"],
    "apparent-power 1407, phase-2 apparent-power 9000",
  ],
  ["a sum beyond what a register can hold", ["HCHC 999999999", "HCHP 000000001"], ""],
])("%s: no total is invented and no impossible value told", (name, groups, expected) => {
  const told = words(viewOf(frameOf(...groups))).filter(
    (word) => name !== "a sum beyond what a register can hold" || !word.startsWith("register"),
  );
  expect(told).toEqual(expected === "" ? [] : expected.split(", "));
});

type HorodateVector = { raw: string; utc: string; degraded: boolean };
const horodates = JSON.parse(
  readFileSync(new URL("horodates.json", folder), "utf8"),
) as HorodateVector[];

test.each(horodates)("the horodate $raw is $utc", ({ raw, utc, degraded }) => {
  expect(readHorodate(raw)).toEqual({ at: Date.parse(utc), degraded });
});

test("every day from 2000 to 2099 is the day it says", () => {
  const wrong: string[] = [];
  for (let at = Date.UTC(2000, 0, 1); at < Date.UTC(2100, 0, 1); at += 86_400_000) {
    // 01:00 of winter time is midnight UTC.
    const text = `H${new Date(at).toISOString().slice(2, 10).replaceAll("-", "")}010000`;
    if (readHorodate(text)?.at !== at) wrong.push(text);
  }
  expect(wrong).toEqual([]);
});

test.each([
  ["the season does not apply", " 260714060000"],
  ["an unknown season", "X260714060000"],
  ["a month 13", "H261301000000"],
  ["a month 0", "H260001000000"],
  ["a 29 February in a common year", "H260229000000"],
  ["a 31 April", "E260431000000"],
  ["a day 0", "E260400000000"],
  ["an hour 24", "E260430240000"],
  ["a minute 60", "E260430006000"],
  ["a second 60", "E260430000060"],
  ["too short", "E26043000000"],
  ["a letter", "E2604300000O0"],
])("no time is made of a horodate with %s", (_name, text) => {
  expect(readHorodate(text)).toBeUndefined();
});

/** A history as text: `second value admission`, on a subscription of 6 kVA unless told. */
const rowsOf = (history: string): string[] =>
  history
    .trim()
    .split("\n")
    .map((row) => row.trim().replaceAll(/\s+/g, " "));

/** The same history, with the admissions that the filter gives. */
const replay = (history: string, facts: { part?: string; subscribed?: number } = {}): string[] => {
  const filter = createIndexFilter();
  return rowsOf(history).map((row) => {
    const [second, value] = row.split(" ");
    const admission = filter.admit({
      part: facts.part ?? "",
      value: Number(value),
      subscribed: facts.subscribed ?? 6000,
      now: instant(Number(second) * 1000),
    });
    return `${second} ${value} ${admission}`;
  });
};

test("a first index waits for a second that follows from it", () => {
  const history = `
    0   1000   unconfirmed
    2   1001   admitted
    4   1001   admitted
  `;
  expect(replay(history)).toEqual(rowsOf(history));
});

test("a garbled first index is forgotten", () => {
  const history = `
    0   901000   unconfirmed
    2     1000   unconfirmed
    4     1002   admitted
  `;
  expect(replay(history)).toEqual(rowsOf(history));
});

test("an index that runs ahead of the subscribed power or goes back is not believed", () => {
  const history = `
    0   1000   unconfirmed
    2   1001   admitted
    4   1101   implausible
    6   1003   admitted
    8   1002   implausible
   10   1005   admitted
  `;
  expect(replay(history)).toEqual(rowsOf(history));
});

test("after a silence the index may have grown as far as the power allows, and no further", () => {
  // 1.3 × 6 kVA for one hour and ten seconds are 7 821 Wh, and 1 Wh for rounding.
  const history = `
       0   1000   unconfirmed
       0   1000   admitted
    3600   8822   admitted
    7200  16645   implausible
    7201  16645   admitted
  `;
  expect(replay(history)).toEqual(rowsOf(history));
});

test("time that goes back gives no licence and does no harm", () => {
  const history = `
    1000   1000   unconfirmed
    1002   1001   admitted
       0   1002   admitted
       1   2000   implausible
       2   1003   admitted
  `;
  expect(replay(history)).toEqual(rowsOf(history));
});

test("an exchanged meter is believed after ten values that follow from each other", () => {
  const rows = Array.from({ length: 10 }, (_, i) => `${4 + 2 * i} ${5 + i} implausible`);
  rows[9] = rows[9]!.replace("implausible", "admitted");
  const history = `
    0   90001000   unconfirmed
    2   90001001   admitted
    ${rows.join("\n")}
    30  17   admitted
  `;
  expect(replay(history)).toEqual(rowsOf(history));
});

test("noise between them starts the ten again", () => {
  const run = (from: number): string[] =>
    Array.from({ length: 9 }, (_, i) => `${from + i} ${5 + i} implausible`);
  const history = `
    0   90001000   unconfirmed
    1   90001001   admitted
    ${run(2).join("\n")}
    11  50000000   implausible
    ${run(12).join("\n")}
    21  90001002   admitted
  `;
  expect(replay(history)).toEqual(rowsOf(history));
});

test("each register is followed for itself", () => {
  const filter = createIndexFilter();
  const admit = (part: string, value: number): string =>
    filter.admit({ part, value, subscribed: 6000, now: instant(0) });
  expect(
    ["register-1", "register-2", "register-1", "register-2"].map((part, i) => admit(part, i % 2)),
  ).toEqual(["unconfirmed", "unconfirmed", "admitted", "admitted"]);
});

test("what is exported is bound by 36 kVA, whatever is subscribed for drawing", () => {
  const history = `
       0    0   unconfirmed
       0    0   admitted
    3590  46801   admitted
    7180  93603   implausible
    `;
  expect(replay(history, { part: "exported", subscribed: 3000 })).toEqual(rowsOf(history));
});

test("a frame that does not tell the subscription keeps the last one told", () => {
  const filter = createIndexFilter();
  const admit = (second: number, value: number, subscribed: number | undefined): string =>
    filter.admit({ part: "", value, subscribed, now: instant(second * 1000) });
  admit(0, 1000, 3000);
  expect(admit(0, 1000, undefined)).toBe("admitted");
  expect(admit(3590, 1000 + 3900 + 2, undefined)).toBe("implausible");
  expect(admit(3590, 1000 + 3900 + 1, 0)).toBe("admitted");
});
