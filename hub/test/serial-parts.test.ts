import type { Frame } from "@battant/protocol/tic/frame";
import type { MeterSample } from "@battant/protocol/tic/meter";
import {
  type BoardId,
  type BootId,
  isSensorId,
  type SensorId,
} from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { hours, instant, minutes, seconds } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import type { Ending } from "../src/adapters/serial/attempt.ts";
import { createLinky, METER_NAME_LENGTH_MAX, sensorOf } from "../src/adapters/serial/linky.ts";
import { createOutbox } from "../src/adapters/serial/outbox.ts";
import { backoffMs } from "../src/adapters/serial/pause.ts";
import { createReportPolicy } from "../src/adapters/serial/report.ts";
import { createSearch } from "../src/adapters/serial/search.ts";
import { createTally } from "../src/adapters/serial/tally.ts";
import { troubleOf, wordsFor } from "../src/adapters/serial/trouble.ts";
import type { Appended } from "../src/ports.ts";

// Goal: each part of the dongle does what it says when nothing else is in the way.
// Method: tables of moments for what counts time, a journal that refuses for the outbox.

const at = (second: number) => instant(second * 1000);

/** A history as text: `second value`, and `report` where the sample is due. */
const rowsOf = (history: string): string[] =>
  history
    .trim()
    .split("\n")
    .map((row) => row.trim().replaceAll(/\s+/g, " "));

const reportsOf = (part: string, quantity: MeterSample["quantity"], history: string): string[] => {
  const policy = createReportPolicy(seconds(60));
  return rowsOf(history).map((row) => {
    const [second, value] = row.split(" ");
    const due = policy.isDue({ part, quantity, value: Number(value) }, at(Number(second)));
    return `${second} ${value}${due ? " report" : ""}`;
  });
};

test("the total is reported once a minute, moving or not", () => {
  const history = `
      0   100   report
     30   101
     59   102
     60   103   report
    119   104
    121   103   report
  `;
  expect(reportsOf("", "energy", history)).toEqual(rowsOf(history));
});

test("a register that stands still is reported once an hour", () => {
  const history = `
       0   100   report
      60   100
    3599   100
    3600   100   report
    3660   101   report
    3661   102
    3720   102   report
    3780   102
    7320   102   report
  `;
  expect(reportsOf("register-4", "energy", history)).toEqual(rowsOf(history));
});

test("apparent power is reported between times when it jumps by a tenth and by 50 VA", () => {
  const history = `
      0   1000   report
      9   2000
     10   2000   report
     20   2200
     21   2201   report
     32   2150
     81   2151   report
     92     40   report
    102     89
    103     90   report
    162     92
    163     90   report
  `;
  expect(reportsOf("", "apparent-power", history)).toEqual(rowsOf(history));
});

test("a change of tariff is reported at once, and otherwise every hour", () => {
  const history = `
       0   1   report
      60   1
     120   2   report
     125   1
     130   1   report
    3729   1
    3730   1   report
  `;
  expect(reportsOf("", "tariff-register", history)).toEqual(rowsOf(history));
});

test("voltage is reported once a minute, whatever it does", () => {
  const history = `
      0   230   report
     20   180
     60   231   report
  `;
  expect(reportsOf("phase-1", "voltage", history)).toEqual(rowsOf(history));
});

test("an index that cannot be true is neither reported nor forgotten", () => {
  const linky = createLinky(seconds(0));
  const take = (second: number, data: string) => {
    const groups = [
      { label: "PREF", data: "06" },
      { label: "EAST", data },
    ];
    const frame: Frame = { mode: "standard", groups, good: 2, bad: 0 };
    const { due, implausible } = linky.take(frame, at(second));
    return [due.map((sample) => sample.value), implausible];
  };
  expect(take(0, "000001000")).toEqual([[], 0]);
  expect(take(1, "000001000")).toEqual([[1000], 0]);
  expect(take(2, "000009000")).toEqual([[], 1]);
  expect(take(3, "000001001")).toEqual([[1001], 0]);
});

test("every part of a meter has a name that is allowed, however long the meter's own may be", () => {
  const longest = "a".repeat(METER_NAME_LENGTH_MAX) as SensorId;
  for (const part of ["", "exported", "phase-3", "register-10"]) {
    expect(isSensorId(sensorOf(longest, part))).toBe(true);
  }
  expect(isSensorId(sensorOf(`${longest}a` as SensorId, "register-10"))).toBe(false);
});

test("groups are counted over the last hour", () => {
  const tally = createTally();
  for (let minute = 0; minute < 90; minute++) {
    tally.add({ good: 10, bad: 1 }, instant(minutes(minute)));
    tally.add({ good: 10, bad: 0 }, instant(minutes(minute) + 30_000));
  }
  expect(tally.lastHour(instant(minutes(89) + 30_000))).toEqual({ good: 1200, bad: 60 });
  expect(tally.lastHour(instant(minutes(119)))).toEqual({ good: 600, bad: 30 });
  expect(tally.lastHour(instant(hours(4)))).toEqual({ good: 0, bad: 0 });
});

const reading = (sequence: number): Reading => ({
  board: "hub" as BoardId,
  boot: "b00t" as BootId,
  sequence,
  sensor: "linky" as SensorId,
  quantity: "energy",
  value: sequence,
  at: instant(0),
  received: instant(0),
});

type Journal = {
  /** Sequence numbers on disk, in order of arrival. */
  readonly stored: number[];
  answer: "take" | "refuse" | "throw";
  readings(batch: readonly Reading[]): Promise<Appended>;
};

const createJournal = (): Journal => {
  const journal: Journal = {
    stored: [],
    answer: "take",
    readings: async (batch) => {
      if (journal.answer === "throw") throw new Error("worker gone");
      if (journal.answer === "refuse") {
        return { ok: false, problem: "disk-full", detail: "0 bytes left" };
      }
      journal.stored.push(...batch.map((it) => it.sequence));
      return { ok: true, stored: batch.length, duplicates: 0 };
    },
  };
  return journal;
};

const quickly = { firstMs: 5, maxMs: 10 };
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

test.each(["refuse", "throw"] as const)(
  "readings that the journal cannot take (%s) are kept and told in order when it can",
  async (answer) => {
    const journal = createJournal();
    const outbox = createOutbox(journal, quickly);
    journal.answer = answer;
    for (const sequence of upTo(250)) outbox.add([reading(sequence)]);
    await expect.poll(() => outbox.problem()).toMatch(/250 are kept, 0 had to be dropped/);
    expect(outbox.problem()).toMatch(answer === "refuse" ? /disk-full: 0 bytes/ : /worker gone/);
    journal.answer = "take";
    await expect.poll(() => journal.stored).toEqual(upTo(250));
    await expect.poll(() => outbox.problem()).toBeNull();
    await outbox.close();
  },
);

test("when too many readings wait, the oldest go, and the outbox says how many", async () => {
  const journal = createJournal();
  const outbox = createOutbox(journal, quickly);
  journal.answer = "refuse";
  for (const sequence of upTo(1300)) outbox.add([reading(sequence)]);
  await expect.poll(() => outbox.problem()).toMatch(/1000 are kept, 300 had to be dropped/);
  journal.answer = "take";
  await expect.poll(() => journal.stored).toEqual(upTo(1300).slice(300));
  await outbox.close();
});

test("an outbox that is closed offers nothing more", async () => {
  const journal = createJournal();
  const outbox = createOutbox(journal, quickly);
  journal.answer = "refuse";
  outbox.add([reading(0)]);
  await outbox.close();
  journal.answer = "take";
  outbox.add([reading(1)]);
  await outbox.close();
  expect(journal.stored).toEqual([]);
});

test("pauses double up to their limit and are never all the same", () => {
  const backoff = { firstMs: 500, maxMs: 15_000 };
  for (const [failures, most] of [
    [1, 500],
    [2, 1000],
    [5, 8000],
    [6, 15_000],
    [5000, 15_000],
  ] as const) {
    const pauses = Array.from({ length: 50 }, () => backoffMs(backoff, failures));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(most);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(most / 2);
    expect(new Set(pauses).size).toBeGreaterThan(1);
  }
});

const silent: Ending = { kind: "deaf", hadWorked: false, noise: false };
const noisy: Ending = { kind: "deaf", hadWorked: false, noise: true };
const fellSilent: Ending = { kind: "deaf", hadWorked: true, noise: false };
const lost: Ending = { kind: "lost" };
const missing: Ending = { kind: "unopened", trouble: { kind: "missing" } };
const busy: Ending = { kind: "unopened", trouble: { kind: "busy" } };

test.each<
  [name: string, endings: (Ending | "worked")[], speed: number, trouble: string | undefined]
>([
  ["nothing was tried yet", [], 1200, undefined],
  ["one speed was silent", [silent], 9600, undefined],
  ["both speeds were silent", [silent, silent], 1200, "silent"],
  ["one speed was noisy", [silent, noisy], 1200, "garbled"],
  ["it worked at the second speed", [silent, "worked"], 9600, undefined],
  ["it worked and was pulled out", [silent, "worked", lost], 9600, "unplugged"],
  ["it is still out", [silent, "worked", lost, missing, missing], 9600, "unplugged"],
  ["it is back, and held by another", [silent, "worked", lost, busy], 9600, "busy"],
  ["it was never there", [missing, missing], 1200, "missing"],
  ["it worked and fell silent", [silent, "worked", fellSilent], 9600, "silent"],
  ["it stayed silent", [silent, "worked", fellSilent, silent], 1200, "silent"],
])("when %s, the next speed and the trouble are clear", (_name, endings, speed, trouble) => {
  const search = createSearch(quickly);
  for (const ending of endings) {
    if (ending === "worked") search.worked("standard");
    else search.ended(ending);
  }
  expect([search.speed(), search.trouble()?.kind]).toEqual([speed, trouble]);
  expect(search.mode()).toBe(endings.at(-1) === "worked" ? "standard" : undefined);
});

test("only what failed is waited for; looking at the other speed is not", () => {
  const search = createSearch({ firstMs: 500, maxMs: 15_000 });
  expect(search.ended(silent)).toBe(0);
  expect(search.ended(missing)).toBeGreaterThanOrEqual(250);
  expect(search.ended(missing)).toBeGreaterThanOrEqual(500);
  expect(search.ended(lost)).toBeGreaterThanOrEqual(1000);
  search.worked("historique");
  expect(search.ended(fellSilent)).toBeLessThanOrEqual(500);
});

test.each([
  ["Error: No such file or directory, cannot open /dev/x", "missing", /plug the Linky dongle in/],
  ["Error: Permission denied, cannot open /dev/x", "forbidden", /usermod -aG dialout/],
  ["Error Resource temporarily unavailable Cannot lock port", "busy", /stop it \("fuser -v/],
  ["Error: Input/output error setting custom baud rate", "failed", /Input\/output.*plug it in/],
])("the library's words %j become words that say what to do", (message, kind, words) => {
  const trouble = troubleOf(new Error(message));
  expect(trouble.kind).toBe(kind);
  expect(wordsFor(trouble, "/dev/x")).toMatch(words);
});
