import type { SensorId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import { PAYLOAD_LENGTH_MAX } from "@battant/protocol/wire/decoded";
import { decodeReadings } from "@battant/protocol/wire/readings";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Batch, createOutbox, type Outbox } from "../outbox.ts";
import type { Source } from "../sources.ts";
import { type Bench, BOOT, createBench } from "./bench.ts";

// Goal: no reading leaves the outbox but by an acknowledgement, or, counted, because it is full.
// Method: the cases that matter one by one, then random histories against the plainest model.

const SOURCES: readonly Source[] = [
  { sensor: "light" as SensorId, quantity: "illuminance" },
  { sensor: "meter" as SensorId, quantity: "energy" },
];

const EPOCH = Date.UTC(2026, 5, 21, 12);

const outboxOn = (bench: Bench, capacity = 100): Outbox =>
  createOutbox({ boot: BOOT, sources: SOURCES, capacity }, bench.hardware);

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
  for (let i = 0; i < count; i++) outbox.add(0, i);
};

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("a live reading goes out with its sensor, quantity, value and time", () => {
  const bench = createBench();
  bench.setClock(EPOCH);
  const outbox = outboxOn(bench);
  outbox.linkUp();
  bench.pass(5000);
  outbox.add(1, 1234);
  bench.pass(60_000);
  expect(readingsIn(outbox.takeLive())).toEqual([
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
  outbox.add(0, 100);
  bench.pass(90_000);
  outbox.linkUp();
  expect(readingsIn(outbox.takeBacklog())[0]?.time).toEqual({ kind: "age", age: 90_000 });
});

test("once the clock is known, readings from before have the time at which they were measured", () => {
  const bench = createBench();
  const outbox = outboxOn(bench);
  bench.pass(10_000);
  outbox.add(0, 100);
  bench.pass(50_000);
  bench.setClock(EPOCH);
  outbox.dateAll();
  bench.pass(600_000);
  outbox.linkUp();
  expect(readingsIn(outbox.takeBacklog())[0]?.time).toEqual({ kind: "at", at: EPOCH - 50_000 });
});

test("a clock that is corrected later leaves the times of what was measured before", () => {
  const bench = createBench();
  bench.setClock(EPOCH);
  const outbox = outboxOn(bench);
  outbox.add(0, 100);
  bench.setClock(EPOCH + 7_200_000);
  outbox.add(0, 100);
  outbox.linkUp();
  expect(readingsIn(outbox.takeBacklog()).map((it) => it.time)).toEqual([
    { kind: "at", at: EPOCH },
    { kind: "at", at: EPOCH + 7_200_000 },
  ]);
});

test("what was in flight when the link fell goes again, marked, and in order", () => {
  const outbox = outboxOn(createBench());
  outbox.linkUp();
  addMany(outbox, 3);
  const first = outbox.takeLive();
  expect(first?.again).toBe(false);
  addMany(outbox, 2);
  outbox.linkUp();
  const again = outbox.takeBacklog();
  expect(again?.again).toBe(true);
  expect(sequencesIn(again)).toEqual([1, 2, 3]);
  const never = outbox.takeBacklog();
  expect(never?.again).toBe(false);
  expect(sequencesIn(never)).toEqual([4, 5]);
});

test("an acknowledged batch never goes again, whatever happens to the link", () => {
  const outbox = outboxOn(createBench());
  outbox.linkUp();
  addMany(outbox, 2);
  outbox.acknowledged(outbox.takeLive()!.slot);
  outbox.linkUp();
  expect(outbox.takeBacklog()).toBeUndefined();
  expect(outbox.counters()).toEqual({ recorded: 2, dropped: 0, waiting: 0 });
});

test("a live reading does not wait for the backlog", () => {
  const outbox = outboxOn(createBench());
  addMany(outbox, 100);
  outbox.linkUp();
  for (let i = 0; i < 10; i++) outbox.takeBacklog();
  outbox.add(0, 42);
  expect(sequencesIn(outbox.takeLive())).toEqual([101]);
});

test("at most four batches are in flight, at most two of them backlog", () => {
  const outbox = outboxOn(createBench());
  addMany(outbox, 100);
  outbox.linkUp();
  const backlog = range(1, 5).map(() => outbox.takeBacklog());
  expect(backlog.filter((it) => it !== undefined)).toHaveLength(2);
  const live = range(1, 5).map(() => {
    outbox.add(0, 1);
    return outbox.takeLive();
  });
  expect(live.filter((it) => it !== undefined)).toHaveLength(2);
});

test("when it is full the oldest goes, and is counted", () => {
  const outbox = outboxOn(createBench(), 10);
  addMany(outbox, 13);
  expect(outbox.counters()).toEqual({ recorded: 13, dropped: 3, waiting: 10 });
  outbox.linkUp();
  expect(sequencesIn(outbox.takeBacklog())).toEqual(range(4, 13));
});

test("a late acknowledgement of what was dropped does not take away what came after it", () => {
  const outbox = outboxOn(createBench(), 4);
  outbox.linkUp();
  addMany(outbox, 4);
  const batch = outbox.takeLive()!;
  addMany(outbox, 4);
  outbox.acknowledged(batch.slot);
  expect(outbox.counters().waiting).toBe(4);
  expect(sequencesIn(outbox.takeLive())).toEqual([5, 6, 7, 8]);
});

test("the fullest batch is well below the longest payload of the contract", () => {
  const bench = createBench();
  bench.setClock(EPOCH);
  const long = "a".repeat(32) as SensorId;
  const sources: readonly Source[] = [{ sensor: long, quantity: "tariff-register" }];
  const outbox = createOutbox({ boot: BOOT, sources, capacity: 100 }, bench.hardware);
  for (let i = 0; i < 100; i++) outbox.add(0, 123456.123456789);
  outbox.linkUp();
  expect(outbox.takeBacklog()!.payload.length).toBeLessThan(PAYLOAD_LENGTH_MAX / 1.5);
});

// The model: a reading is recorded, then acknowledged or dropped. Nothing else happens to it.
type Action = "add" | "live" | "backlog" | "acknowledge" | "up" | "minute" | "clock";

const actions = fc.array(
  fc.constantFrom<Action[]>(
    "add",
    "add",
    "add",
    "live",
    "backlog",
    "acknowledge",
    "up",
    "minute",
    "clock",
  ),
  { maxLength: 300 },
);

test("in any history, what was not dropped arrives, with its own value and time", () => {
  fc.assert(
    fc.property(actions, fc.integer({ min: 1, max: 40 }), (history, capacity) => {
      const bench = createBench();
      const outbox = outboxOn(bench, capacity);
      const measuredAt: number[] = [];
      const arrived = new Map<number, ReportedReading>();
      let flying: Batch[] = [];
      const acknowledge = (): void => {
        const batch = flying.shift();
        if (batch === undefined) return;
        for (const reading of readingsIn(batch)) arrived.set(reading.sequence, reading);
        outbox.acknowledged(batch.slot);
      };
      const fly = (batch: Batch | undefined): void => {
        if (batch !== undefined) flying.push(batch);
      };
      const perform: { readonly [action in Action]: () => void } = {
        add: () => {
          measuredAt.push(bench.hardware.uptime());
          outbox.add(0, measuredAt.length);
        },
        live: () => fly(outbox.takeLive()),
        backlog: () => fly(outbox.takeBacklog()),
        acknowledge,
        up: () => {
          flying = [];
          outbox.linkUp();
        },
        minute: () => bench.pass(60_000),
        clock: () => {
          if (bench.hardware.now() === undefined) bench.setClock(EPOCH + bench.hardware.uptime());
          outbox.dateAll();
        },
      };
      for (const action of history) perform[action]();

      perform.clock();
      perform.up();
      for (let i = 0; i < measuredAt.length + 1; i++) {
        perform.backlog();
        perform.acknowledge();
      }
      const { recorded, dropped, waiting } = outbox.counters();
      expect(waiting).toBe(0);
      expect(recorded).toBe(measuredAt.length);
      // A reading may be dropped while its batch is in flight, and arrive all the same.
      expect(arrived.size).toBeGreaterThanOrEqual(recorded - dropped);
      for (const [sequence, { value, time }] of arrived) {
        const measured = measuredAt[sequence - 1]!;
        expect(value).toBe(sequence);
        expect(time.kind === "at" ? time.at : EPOCH + measured).toBe(EPOCH + measured);
      }
    }),
    { numRuns: 300 },
  );
});
