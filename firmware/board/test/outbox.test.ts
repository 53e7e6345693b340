import type { SensorId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import { PAYLOAD_LENGTH_MAX } from "@battant/protocol/wire/decoded";
import { decodeReadings } from "@battant/protocol/wire/readings";
import fc from "fast-check";
import { expect, test } from "vitest";
import { countOn, encodeRecord, sourceAt, startCursor, step, valueAt } from "../backlog-records.ts";
import { encodeSources, sourceIn } from "../backlog-sources.ts";
import { acknowledged, type Batch, takeBacklog, takeLive } from "../batches.ts";
import {
  add,
  createOutbox,
  dateAll,
  linkUp,
  type Outbox,
  outboxCounters,
  toFlash,
} from "../outbox.ts";
import type { Source } from "../sensor.ts";
import { type Bench, BOOT, createBench } from "./bench.ts";

// Goal: no reading leaves the outbox but by an acknowledgement; live ones wait for nothing.
// Method: the cases that matter one by one. Histories are in backlog-random.test.ts.

const SOURCES: readonly Source[] = [
  { sensor: "light" as SensorId, quantity: "illuminance" },
  { sensor: "meter" as SensorId, quantity: "energy" },
];

const KINDS = ["illuminance", "energy", "tariff-register"] as const;

const EPOCH = Date.UTC(2026, 5, 21, 12);

const outboxOn = (bench: Bench, sources = SOURCES) =>
  createOutbox(bench.hardware, { file: { outboxCapacity: 100 } }, encodeSources(sources));

const readingsIn = (batch: Batch | undefined): readonly ReportedReading[] => {
  if (batch === undefined) return [];
  const decoded = decodeReadings(batch.payload);
  if (!decoded.ok) throw new Error(decoded.problem);
  expect(decoded.value.problems).toEqual([]);
  expect(decoded.value.boot).toBe(BOOT);
  return decoded.value.readings;
};

const sequencesIn = (batch: Batch | undefined): readonly number[] =>
  readingsIn(batch).map((it) => it.sequence);

const addMany = (outbox: Outbox, count: number): void => {
  for (let i = 0; i < count; i++) add(outbox, 0, i);
};

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("a live reading goes out with its sensor, quantity, value and time", () => {
  const bench = createBench();
  bench.setClock(EPOCH);
  const outbox = outboxOn(bench);
  linkUp(outbox);
  bench.pass(5000);
  add(outbox, 1, 1234);
  bench.pass(60_000);
  const batch = takeLive(outbox);
  expect(batch?.again).toBe(false);
  expect(readingsIn(batch)).toEqual([
    {
      sequence: 1,
      sensor: "meter",
      quantity: "energy",
      value: 1234,
      time: { kind: "at", at: EPOCH + 5000 },
    },
  ]);
});

test("without a clock a reading tells its age, counted when it is sent", () => {
  const bench = createBench();
  const outbox = outboxOn(bench);
  add(outbox, 0, 100);
  bench.pass(90_000);
  expect(readingsIn(takeLive(outbox))[0]?.time).toEqual({ kind: "age", age: 90_000 });
});

for (const where of ["RAM", "flash"]) {
  test(`once the clock is known, what waits in ${where} has the time at which it was measured`, () => {
    const bench = createBench();
    const outbox = outboxOn(bench);
    bench.pass(10_000);
    add(outbox, 0, 100);
    if (where === "flash") toFlash(outbox);
    bench.pass(50_000);
    bench.setClock(EPOCH);
    dateAll(outbox);
    bench.pass(600_000);
    linkUp(outbox);
    const batch = where === "flash" ? takeBacklog(outbox) : takeLive(outbox);
    expect(readingsIn(batch)[0]?.time).toEqual({ kind: "at", at: EPOCH - 50_000 });
  });

  test(`a clock that is set again leaves the times of what waits in ${where}`, () => {
    const bench = createBench();
    bench.setClock(EPOCH);
    const outbox = outboxOn(bench);
    const hours = [0, 2, -1];
    for (const hour of hours) {
      bench.setClock(EPOCH + hour * 3_600_000);
      add(outbox, 0, 100);
      if (where === "flash") toFlash(outbox);
    }
    const batch = where === "flash" ? takeBacklog(outbox) : takeLive(outbox);
    expect(readingsIn(batch).map((it) => it.time)).toEqual(
      hours.map((hour) => ({ kind: "at", at: EPOCH + hour * 3_600_000 })),
    );
  });
}

test("what was in flight when the link fell goes again, and in order", () => {
  const outbox = outboxOn(createBench());
  linkUp(outbox);
  addMany(outbox, 2);
  expect(sequencesIn(takeLive(outbox))).toEqual([1, 2]);
  addMany(outbox, 2);
  toFlash(outbox);
  linkUp(outbox);
  const again = takeBacklog(outbox);
  expect(again?.again).toBe(true);
  expect(sequencesIn(again)).toEqual([1, 2, 3, 4]);
});

test("what is still in RAM when the link is back goes again as well", () => {
  const outbox = outboxOn(createBench());
  linkUp(outbox);
  addMany(outbox, 3);
  takeLive(outbox);
  linkUp(outbox);
  expect(sequencesIn(takeLive(outbox))).toEqual([1, 2, 3]);
});

test("an acknowledged batch never goes again, whatever happens to the link", () => {
  const outbox = outboxOn(createBench());
  linkUp(outbox);
  addMany(outbox, 2);
  acknowledged(outbox, takeLive(outbox)!.slot);
  toFlash(outbox);
  linkUp(outbox);
  expect(takeLive(outbox)).toBeUndefined();
  expect(takeBacklog(outbox)).toBeUndefined();
  expect(outboxCounters(outbox)).toEqual({ recorded: 2, dropped: 0, waiting: 0 });
});

test("an answer that overtakes another one keeps the other's readings", () => {
  const outbox = outboxOn(createBench());
  linkUp(outbox);
  addMany(outbox, 2);
  const first = takeLive(outbox)!;
  addMany(outbox, 3);
  const second = takeLive(outbox)!;
  acknowledged(outbox, second.slot);
  expect(outboxCounters(outbox).waiting).toBe(5);
  acknowledged(outbox, first.slot);
  expect(outboxCounters(outbox).waiting).toBe(0);
});

test("an answer to what has gone to flash meanwhile, or from before the link fell, does no harm", () => {
  const outbox = outboxOn(createBench());
  linkUp(outbox);
  addMany(outbox, 2);
  const early = takeLive(outbox)!;
  toFlash(outbox);
  addMany(outbox, 2);
  acknowledged(outbox, early.slot);
  expect(outboxCounters(outbox).waiting).toBe(4);
  const late = takeLive(outbox)!;
  linkUp(outbox);
  takeLive(outbox);
  acknowledged(outbox, late.slot);
  expect(outboxCounters(outbox).waiting).toBe(4);
});

test("at most four batches are in flight, at most one of them backlog", () => {
  const outbox = outboxOn(createBench());
  addMany(outbox, 100);
  toFlash(outbox);
  linkUp(outbox);
  const backlog = range(1, 5).map(() => takeBacklog(outbox));
  expect(backlog.filter((it) => it !== undefined)).toHaveLength(1);
  const live = range(1, 5).map(() => {
    add(outbox, 0, 1);
    return takeLive(outbox);
  });
  expect(live.filter((it) => it !== undefined)).toHaveLength(3);
});

test("the fullest batch is well below the longest payload of the contract", () => {
  const bench = createBench();
  bench.setClock(EPOCH);
  const long = "a".repeat(32) as SensorId;
  const outbox = outboxOn(bench, [{ sensor: long, quantity: "tariff-register" }]);
  for (let i = 0; i < 50; i++) add(outbox, 0, 1 + 0.123456789123);
  expect(takeLive(outbox)!.payload.length).toBeLessThan(PAYLOAD_LENGTH_MAX / 2);
});

test("a record of any source, time and value reads as what was written", () => {
  const records = fc.array(
    fc.record({
      source: fc.integer({ min: 0, max: 31 }),
      delta: fc.integer({ min: -1e9, max: 2e12 }),
      value: fc.oneof(
        fc.integer({ min: -1_000_000, max: 999_999_999 }),
        fc.integer({ min: -1e9, max: 999_999_999 }).map((it) => it / 1000),
        fc.double({ min: -1e6, max: 1e9, noNaN: true }),
      ),
    }),
  );
  fc.assert(
    fc.property(records, (written) => {
      const text = written.map((it) => encodeRecord(it.source, it.delta, it.value)).join("");
      const place = startCursor(0);
      let time = 0;
      for (const [i, it] of written.entries()) {
        const start = step(text, text.length, place);
        time += it.delta;
        expect(place).toMatchObject({ sequence: i + 1, time });
        expect(sourceAt(text, start)).toBe(it.source);
        expect(Math.abs(valueAt(text, start) - it.value)).toBeLessThanOrEqual(0.0005);
      }
      expect(step(text, text.length, place)).toBe(-1);
    }),
  );
});

test("a source is found by its place in the list, and nothing beside the list", () => {
  const names = fc.stringMatching(/^[a-z][a-z0-9-]{0,31}$/);
  const sources = fc.array(
    fc.record({ sensor: names.map((it) => it as SensorId), quantity: fc.constantFrom(...KINDS) }),
    { maxLength: 32 },
  );
  fc.assert(
    fc.property(sources, (known) => {
      const list = encodeSources(known);
      expect(known.map((_, place) => sourceIn(list, place))).toEqual(known);
      for (const place of [-1, -64, known.length, known.length + 1, known.length + 64]) {
        expect(sourceIn(list, place)).toBeUndefined();
      }
    }),
  );
});

test("text that is not records, cut anywhere, is read to its end and no further", () => {
  const noise = fc.string({ unit: fc.constantFrom(...Array.from("@A:!,;0159.-\n\xff")) });
  fc.assert(
    fc.property(noise, fc.nat(40), (text, end) => {
      const place = startCursor(0);
      expect(countOn(text, Math.min(end, text.length), place)).toBeLessThanOrEqual(end);
      expect(place.at).toBeLessThanOrEqual(text.length);
    }),
  );
});
