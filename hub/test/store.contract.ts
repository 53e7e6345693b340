import { expect, test } from "vitest";
import type { BoardId, BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { hours, type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import type { Range, ReadingStore, Series } from "../src/ports.ts";
import { NOON, reading, readings } from "./journal-readings.ts";

// Goal: whoever asks need not know which database answers.
// Method: the same suite for every implementation of `ReadingStore`, each in Europe/Paris.

const LIGHT: Series = {
  board: "stairs-a" as BoardId,
  sensor: "light" as SensorId,
  quantity: "illuminance",
};
const at = (minute: number): Instant => instant(NOON + minutes(minute));
const around = (from: number, to: number): Range => ({ from: at(from), to: at(to) });
const ALWAYS: Range = { from: instant(0), to: instant(Number.MAX_SAFE_INTEGER) };

/** Runs the suite against stores that `open` makes; each is closed by whoever made it. */
export function readingStoreContract(name: string, open: () => Promise<ReadingStore>): void {
  const opened = async (...batches: readonly (readonly Reading[])[]): Promise<ReadingStore> => {
    const store = await open();
    for (const batch of batches) expect(await store.write(batch)).toEqual({ ok: true });
    return store;
  };

  test(`${name}: gives samples back oldest first, from the first instant to before the last`, async () => {
    const store = await opened([3, 0, 4, 1, 2].map((it) => reading(it, { at: at(it) })));
    expect(await store.raw(LIGHT, around(1, 4))).toEqual([
      { at: at(1), value: 0.5 },
      { at: at(2), value: 1 },
      { at: at(3), value: 1.5 },
    ]);
  });

  test(`${name}: gives no more samples than asked for, and the first ones`, async () => {
    const store = await opened(readings(1, 100));
    const sequences = (await store.raw(LIGHT, ALWAYS, 10)).map((it) => it.value * 2);
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test(`${name}: keeps a reading once that is written twice`, async () => {
    const batch = readings(1, 50);
    const store = await opened(batch, batch.slice(20), batch);
    expect(await store.raw(LIGHT, ALWAYS)).toHaveLength(50);
    const [window] = await store.windows(LIGHT, ALWAYS, "day");
    expect(window?.count).toBe(50);
  });

  test(`${name}: keeps two readings of the same millisecond`, async () => {
    const store = await opened([
      reading(41, { at: NOON, value: 5 }),
      reading(42, { at: NOON, value: 3 }),
    ]);
    expect(await store.raw(LIGHT, ALWAYS)).toEqual([
      { at: NOON, value: 5 },
      { at: NOON, value: 3 },
    ]);
    const [window] = await store.windows(LIGHT, ALWAYS, "10-minutes");
    expect(window).toMatchObject({ count: 2, last: 3 });
  });

  const values = [0, 1, -40.25, 1e-7, 121_557.5, 999_999_999];
  for (const value of values) {
    test(`${name}: gives back the value ${value} exactly`, async () => {
      const store = await opened([reading(1, { value })]);
      expect(await store.raw(LIGHT, ALWAYS)).toEqual([{ at: reading(1).at, value }]);
      const [window] = await store.windows(LIGHT, ALWAYS, "day");
      expect(window).toMatchObject({ sum: value, min: value, max: value, last: value });
    });
  }

  test(`${name}: keeps series apart by board, sensor and quantity`, async () => {
    const others: readonly Series[] = [
      { ...LIGHT, board: "hall" as BoardId },
      { ...LIGHT, sensor: "light-2" as SensorId },
      { ...LIGHT, quantity: "current" },
    ];
    const store = await opened([
      reading(1),
      ...others.map((series, index) =>
        reading(index + 2, { ...series, boot: `boot-${index + 2}` as BootId }),
      ),
    ]);
    for (const [index, series] of [LIGHT, ...others].entries()) {
      const sequence = index + 1;
      const samples = [{ at: reading(sequence).at, value: sequence / 2 }];
      expect(await store.raw(series, ALWAYS)).toEqual(samples);
      expect(await store.windows(series, ALWAYS, "day")).toHaveLength(1);
    }
  });

  test(`${name}: has nothing to say about what it never heard of`, async () => {
    const store = await opened(readings(1, 5));
    const unknown = { ...LIGHT, sensor: "attic" as SensorId };
    expect(await store.raw(unknown, ALWAYS)).toEqual([]);
    expect(await store.windows(unknown, ALWAYS, "day")).toEqual([]);
    expect(await store.raw(LIGHT, around(60, 90))).toEqual([]);
    expect(await store.windows(LIGHT, around(60, 90), "10-minutes")).toEqual([]);
    expect(await store.write([])).toEqual({ ok: true });
  });

  test(`${name}: summarises ten minutes, and again when a late reading comes`, async () => {
    const store = await opened([
      reading(1, { at: at(0), value: 10 }),
      reading(2, { at: instant(at(10) - 1), value: 30 }),
      reading(3, { at: at(10), value: 50 }),
    ]);
    expect(await store.windows(LIGHT, ALWAYS, "10-minutes")).toEqual([
      { start: at(0), count: 2, sum: 40, min: 10, max: 30, last: 30 },
      { start: at(10), count: 1, sum: 50, min: 50, max: 50, last: 50 },
    ]);

    const received = instant(NOON + hours(50));
    await store.write([reading(4, { at: at(5), value: 2, received })]);
    expect(await store.windows(LIGHT, around(0, 10), "10-minutes")).toEqual([
      { start: at(0), count: 3, sum: 42, min: 2, max: 30, last: 30 },
    ]);
    expect(await store.windows(LIGHT, ALWAYS, "day")).toEqual([
      { start: instant(Date.UTC(2026, 9, 19, 22)), count: 4, sum: 92, min: 2, max: 50, last: 50 },
    ]);
  });

  test(`${name}: cuts the day on which summer time ends at 25 hours`, async () => {
    const from = Date.UTC(2026, 9, 24, 21, 30);
    const hourly = readings(1, 30).map((it, index) => ({
      ...it,
      at: instant(from + hours(index)),
    }));
    const store = await opened(hourly.slice(10), hourly.slice(0, 10));
    const days = await store.windows(LIGHT, ALWAYS, "day");
    expect(days.map((it) => [it.start, it.count])).toEqual([
      [Date.UTC(2026, 9, 23, 22), 1],
      [Date.UTC(2026, 9, 24, 22), 25],
      [Date.UTC(2026, 9, 25, 23), 4],
    ]);
  });
}
