import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BoardId, BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { hours, type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { createCalendar } from "../src/domain/calendar.ts";
import type { Range, Series, Window } from "../src/ports.ts";
import { NOON, reading, readings } from "./journal-readings.ts";
import { open, temporaryFolder } from "./journal-scene.ts";

// Goal: a window says the same as counting its readings again would, whatever the order, the
// repetitions and the delay in which they came, and a day is the building's day.
// Method: the real journal; a second, naive computation; days whose length is known from the law.

const LIGHT: Series = {
  board: "stairs-a" as BoardId,
  sensor: "light" as SensorId,
  quantity: "illuminance",
};
const ALWAYS: Range = { from: instant(0), to: instant(Number.MAX_SAFE_INTEGER) };
const utc = (text: string): Instant => instant(Date.parse(`${text}Z`));

// Directive 2000/84/EC: clocks change at 01:00 UTC on the last Sundays of March and October.
const days: readonly [zone: string, at: string, start: string, end: string, hours: number][] = [
  ["Europe/Paris", "2026-01-15T12:00", "2026-01-14T23:00", "2026-01-15T23:00", 24],
  ["Europe/Paris", "2026-03-29T12:00", "2026-03-28T23:00", "2026-03-29T22:00", 23],
  ["Europe/Paris", "2026-03-28T23:00", "2026-03-28T23:00", "2026-03-29T22:00", 23],
  ["Europe/Paris", "2026-03-28T22:59:59.999", "2026-03-27T23:00", "2026-03-28T23:00", 24],
  ["Europe/Paris", "2026-10-25T12:00", "2026-10-24T22:00", "2026-10-25T23:00", 25],
  ["Europe/Paris", "2026-10-25T22:59:59.999", "2026-10-24T22:00", "2026-10-25T23:00", 25],
  ["Europe/Paris", "2026-10-25T23:00", "2026-10-25T23:00", "2026-10-26T23:00", 24],
  ["UTC", "2026-03-29T12:00", "2026-03-29T00:00", "2026-03-30T00:00", 24],
  // Midnight itself is skipped: this day begins at one o'clock.
  ["Africa/Cairo", "2026-04-24T12:00", "2026-04-23T22:00", "2026-04-24T21:00", 23],
  ["Asia/Kathmandu", "2026-03-29T12:00", "2026-03-28T18:15", "2026-03-29T18:15", 24],
  ["Australia/Lord_Howe", "2026-04-05T02:00", "2026-04-04T13:00", "2026-04-05T13:30", 24.5],
  ["Europe/Paris", "1970-01-01T00:00", "1969-12-31T23:00", "1970-01-01T23:00", 24],
];

for (const [zone, at, start, end, length] of days) {
  test(`the day of ${at} UTC in ${zone} has ${length} hours`, () => {
    const calendar = createCalendar(zone);
    const day = { start: utc(start), end: utc(end) };
    expect(calendar.dayOf(utc(at))).toEqual(day);
    expect(calendar.dayOf(day.start)).toEqual(day);
    expect(day.end - day.start).toBe(hours(length));
  });
}

test("days follow each other without a gap, in any order of asking", () => {
  const calendar = createCalendar("Europe/Paris");
  const any = fc.integer({ min: 0, max: Date.UTC(2100, 0) }).map(instant);
  fc.assert(
    fc.property(any, (at) => {
      const day = calendar.dayOf(at);
      expect(day.start <= at && at < day.end).toBe(true);
      expect(calendar.dayOf(day.end).start).toBe(day.end);
      expect(calendar.dayOf(instant(day.start - 1)).end).toBe(day.start);
    }),
    { numRuns: 300 },
  );
});

test("a nonsensical time finds a day all the same", () => {
  const { start, end } = createCalendar("Europe/Paris").dayOf(instant(Number.MAX_SAFE_INTEGER));
  expect(end - start).toBe(hours(24));
});

test("the days of the clock change hold 23 and 25 hours of readings", async () => {
  const { journal, store } = await open();
  const everyHour = (from: string, count: number, boot: string): Reading[] =>
    Array.from({ length: count }, (_, index) =>
      reading(index + 1, { at: instant(utc(from) + hours(index)), boot: boot as BootId }),
    );
  await journal.append(everyHour("2026-03-28T00:30", 72, "spring"));
  await journal.append(everyHour("2026-10-24T00:30", 72, "autumn"));

  const countOf = (windows: readonly Window[]) =>
    windows.map((it) => [new Date(it.start).toISOString().slice(0, 16), it.count]);
  expect(countOf(await store.windows(LIGHT, ALWAYS, "day"))).toEqual([
    ["2026-03-27T23:00", 23], // The first reading came half an hour after one o'clock.
    ["2026-03-28T23:00", 23],
    ["2026-03-29T22:00", 24],
    ["2026-03-30T22:00", 2],
    ["2026-10-23T22:00", 22], // It begins at half past two.
    ["2026-10-24T22:00", 25],
    ["2026-10-25T23:00", 24],
    ["2026-10-26T23:00", 1],
  ]);
});

test("a late reading opens its window again", async () => {
  const { journal, store } = await open();
  const at = (minute: number) => instant(NOON + minutes(minute));
  await journal.append([
    reading(1, { at: at(1), value: 10 }),
    reading(2, { at: at(8), value: 30 }),
    reading(3, { at: at(25), value: 50 }),
  ]);
  const before = await store.windows(LIGHT, ALWAYS, "10-minutes");
  expect(before).toEqual([
    { start: at(0), count: 2, sum: 40, min: 10, max: 30, last: 30 },
    { start: at(20), count: 1, sum: 50, min: 50, max: 50, last: 50 },
  ]);

  const received = instant(NOON + hours(40));
  await journal.append([
    reading(5, { at: at(4), value: 5, received }),
    reading(6, { at: at(9), value: 20, received }),
    reading(7, { at: at(15), value: 70, received }),
  ]);
  const after = await store.windows(LIGHT, ALWAYS, "10-minutes");
  expect(after).toEqual([
    { start: at(0), count: 4, sum: 65, min: 5, max: 30, last: 20 },
    { start: at(10), count: 1, sum: 70, min: 70, max: 70, last: 70 },
    { start: at(20), count: 1, sum: 50, min: 50, max: 50, last: 50 },
  ]);
  expect(await store.windows(LIGHT, ALWAYS, "day")).toEqual([
    { start: utc("2026-10-19T22:00"), count: 6, sum: 185, min: 5, max: 70, last: 50 },
  ]);
});

const series: readonly Series[] = [
  LIGHT,
  { ...LIGHT, sensor: "pir" as SensorId, quantity: "occupancy" },
  { ...LIGHT, board: "hall" as BoardId },
];

/** A few hours around the end of summer time, in steps that make equal times likely. */
const instants = fc
  .integer({ min: 0, max: 40_000 })
  .map((step) => instant(utc("2026-10-24T20:00") + step * 2500));

const readingSets = fc.uniqueArray(
  fc.record({
    of: fc.constantFrom(...series),
    boot: fc.constantFrom("boot-1", "boot-2"),
    sequence: fc.integer({ min: 0, max: 200 }),
    at: instants,
    value: fc.integer({ min: -500, max: 500 }),
  }),
  {
    selector: (it) => `${it.of.board} ${it.boot} ${it.sequence}`,
    minLength: 1,
    maxLength: 60,
    size: "max",
  },
);

/** Every reading at least once, some of them again, in any order, cut into packets anyhow. */
const deliveries = readingSets.chain((set) => {
  const all = set.map(({ of, boot, ...rest }) =>
    reading(rest.sequence, { ...of, ...rest, boot: boot as BootId }),
  );
  return fc.record({
    all: fc.constant(all),
    order: fc
      .array(fc.nat(all.length - 1), { maxLength: 40, size: "max" })
      .chain((again) => shuffled([...all.keys(), ...again])),
    cuts: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
  });
});

const shuffled = (items: readonly number[]): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray([...items.keys()], { minLength: items.length }).map(
    (order) => order.map((index) => items[index]!), // An index of the list itself.
  );

test("in any order, repeated anyhow: the same windows as counting again", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const { journal, store } = await open({ path });
  const calendar = createCalendar("Europe/Paris");
  let run = 0;

  await fc.assert(
    fc.asyncProperty(deliveries, async ({ all, order, cuts }) => {
      run += 1;
      // Boards of their own, so that runs do not see each other's readings.
      const own = <T extends { readonly board: BoardId }>(it: T): T => ({
        ...it,
        board: `${it.board}-${run}` as BoardId,
      });
      const packets: Promise<unknown>[] = [];
      for (let from = 0, cut = 0; from < order.length; cut += 1) {
        const to = from + cuts[cut % cuts.length]!; // Not empty.
        const packet = order.slice(from, to).map((index) => own(all[index]!));
        packets.push(journal.append(packet));
        if (cut % 3 === 0) await Promise.all(packets);
        from = to;
      }
      await Promise.all(packets);

      for (const line of series) {
        const mine = all.filter((it) => it.board === line.board && it.sensor === line.sensor);
        for (const size of ["10-minutes", "day"] as const) {
          const startOf = (at: Instant) =>
            size === "day" ? calendar.dayOf(at).start : calendar.tenMinutesOf(at);
          expect(await store.windows(own(line), ALWAYS, size)).toEqual(countAgain(mine, startOf));
        }
        expect(await store.raw(own(line), ALWAYS)).toHaveLength(mine.length);
      }
    }),
    { numRuns: 40 },
  );
});

function countAgain(all: readonly Reading[], startOf: (at: Instant) => Instant): Window[] {
  const starts = [...new Set(all.map((it) => startOf(it.at)))].toSorted((a, b) => a - b);
  return starts.map((start) => {
    const inside = all.filter((it) => startOf(it.at) === start);
    const values = inside.map((it) => it.value);
    const byTime = inside.toSorted(
      (a, b) => a.at - b.at || a.sequence - b.sequence || a.value - b.value,
    );
    return {
      start,
      count: inside.length,
      sum: values.reduce((sum, value) => sum + value, 0),
      min: Math.min(...values),
      max: Math.max(...values),
      last: byTime.at(-1)!.value, // A start comes from a reading.
    };
  });
}

test("another time zone in the building file cuts the days again", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const dayOf = async (timezone: string): Promise<[string, number][]> => {
    const { journal, store } = await open({ path, timezone });
    const windows = await store.windows(LIGHT, ALWAYS, "day");
    await journal.close();
    return windows.map((it) => [new Date(it.start).toISOString().slice(0, 16), it.count]);
  };
  const first = await open({ path, timezone: "UTC" });
  const hourly = readings(1, 48).map((it, index) => ({
    ...it,
    at: instant(utc("2026-10-24T00:30") + hours(index)),
  }));
  await first.journal.append(hourly);
  await first.journal.close();

  const inUtc = [
    ["2026-10-24T00:00", 24],
    ["2026-10-25T00:00", 24],
  ];
  const inParis = [
    ["2026-10-23T22:00", 22],
    ["2026-10-24T22:00", 25],
    ["2026-10-25T23:00", 1],
  ];
  expect(await dayOf("UTC")).toEqual(inUtc);
  expect(await dayOf("Europe/Paris")).toEqual(inParis);
  expect(await dayOf("Europe/Paris")).toEqual(inParis);
  expect(await dayOf("UTC")).toEqual(inUtc);
});
