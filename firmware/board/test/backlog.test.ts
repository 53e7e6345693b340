import { readFileSync } from "node:fs";
import type { SensorId } from "@battant/protocol/vocabulary/ids";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { expect, test } from "vitest";
import { createFakeStorage, PowerCut } from "../../simulator/fake-storage.ts";
import { encodeSources } from "../backlog-sources.ts";
import { ROOM_MIN, SEGMENTS_MAX } from "../backlog-write.ts";
import { takeBacklog } from "../batches.ts";
import { WASTE_WORTH_TIDYING } from "../hardware.ts";
import { SEGMENT_SIZE } from "../backlog-segment.ts";
import { add, createOutbox, toFlash } from "../outbox.ts";
import { createBench } from "./bench.ts";
import { createStoring, FOUR_SOURCES, type Storing } from "./backlog-bench.ts";

// Goal: what is in flash arrives, whatever happens to power, link and clock; each reading once, in
// order, with its own time; and flash lasts.
// Method: a day without a hub, then the cases that matter one by one.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Four quantities, one report a minute. */
const minutesOf = (storing: Storing, count: number): void => {
  for (let i = 0; i < count; i++) {
    storing.pass(MINUTE);
    storing.add(0, 412.5 + (i % 100));
    storing.add(1, 1_234_567 + i);
    storing.add(2, 180 + (i % 50));
    storing.add(3, i % 2);
  }
};

const orderOf = (storing: Storing, again: boolean): readonly number[] =>
  storing.received.filter((it) => it.again === again).map((it) => storing.made.get(it.key)!.order);

const ascending = (order: readonly number[]): readonly number[] => order.toSorted((a, b) => a - b);

const expectAllThere = (storing: Storing): void => {
  expect(storing.hub.size).toBe(storing.made.size);
  for (const [key, made] of storing.made) {
    const { reading, at } = storing.hub.get(key)!;
    expect({
      value: reading.value,
      at,
      sensor: reading.sensor,
      quantity: reading.quantity,
    }).toEqual({ value: made.value, at: made.at, ...made.source });
  }
};

test("24 h without a hub, with a restart in the middle: none lost, none twice, order and times right", () => {
  const storing = createStoring();
  storing.tellTime();
  minutesOf(storing, 720);
  storing.restart();
  storing.tellTime();
  minutesOf(storing, 720);
  expect(storing.counters()).toEqual({ recorded: 2880, dropped: 0, waiting: 5760 });

  storing.drain();
  expectAllThere(storing);
  expect(storing.received).toHaveLength(5760);
  expect(orderOf(storing, true)).toEqual(ascending(orderOf(storing, true)));
  expect(storing.counters()).toEqual({ recorded: 2880, dropped: 0, waiting: 0 });
});

test("such a day costs what the file says it costs", () => {
  const storing = createStoring();
  storing.tellTime();
  minutesOf(storing, 1440);
  storing.drain();
  const bytes = storing.flash.figures().written;
  const segments = bytes / (SEGMENT_SIZE + 32);
  const source = readFileSync(new URL("../backlog.ts", import.meta.url), "utf8").replace(
    /\n \* /g,
    " ",
  );
  expect(source).toContain(`${Math.round(bytes / 5760)} bytes a reading`);
  expect(source).toContain(`${Math.round(bytes / 1000)} kB a day`);
  expect(source).toContain(`${Math.floor(segments)} segments`);
  expect(source).toContain(`${Math.ceil((365 * bytes) / (512 * 1024))} erase cycles`);
  expect(segments).toBeLessThan(SEGMENTS_MAX);
});

test("even the longest records of a day fit", () => {
  const storing = createStoring();
  for (let i = 0; i < 1440; i++) {
    for (let source = 0; source < 4; source++) {
      storing.pass(MINUTE / 4 - (i % 7));
      storing.add(source, 999_999_999 - i + source);
    }
  }
  expect(storing.counters()).toMatchObject({ dropped: 0, waiting: 5760 });
});

test("while the link is up and answers come, nothing is written to flash", () => {
  const storing = createStoring();
  const { written } = storing.flash.figures();
  storing.tellTime();
  storing.linkUp();
  for (let i = 0; i < 500; i++) {
    storing.pass(700);
    storing.add(i % 4, i % 2);
    storing.acknowledge();
  }
  expect(storing.flash.figures().written).toBe(written);
  expect(storing.hub.size).toBe(500);
});

test("when answers fail to come, what waits is in flash after ten seconds", () => {
  const storing = createStoring();
  const { written } = storing.flash.figures();
  storing.linkUp();
  storing.add(0, 1);
  storing.pass(8000);
  expect(storing.flash.figures().written).toBe(written);
  storing.pass(3000);
  storing.restart();
  storing.drain();
  expect(storing.hub.size).toBe(1);
});

test("as long as answers come, however late, nothing is written to flash", () => {
  const storing = createStoring();
  const { written } = storing.flash.figures();
  storing.linkUp();
  storing.add(0, 0);
  for (let i = 1; i < 20; i++) {
    storing.pass(8000);
    storing.add(0, i);
    storing.acknowledge();
  }
  expect(storing.flash.figures().written).toBe(written);
});

test("more than half of the capacity in RAM goes to flash, answers or not", () => {
  const storing = createStoring({ capacity: 20 });
  storing.linkUp();
  for (let i = 0; i < 11; i++) storing.add(0, i);
  storing.restart();
  storing.drain();
  expect(storing.hub.size).toBe(11);
});

test("a link that falls a hundred times costs a few segments, and no reading", () => {
  const storing = createStoring();
  storing.tellTime();
  for (let i = 0; i < 100; i++) {
    storing.linkDown();
    minutesOf(storing, 1);
    storing.drain();
  }
  expectAllThere(storing);
  expect(storing.flash.figures().written).toBeGreaterThan(3 * SEGMENT_SIZE);
  expect(storing.flash.figures().written).toBeLessThan(5 * SEGMENT_SIZE);
  expect(storing.flash.storage.names("backlog")).toHaveLength(1);
});

test("what the hub has all of is not sent again after a restart", () => {
  const storing = createStoring();
  storing.tellTime();
  minutesOf(storing, 10);
  storing.drain();
  storing.restart();
  storing.drain();
  expect(storing.received).toHaveLength(40);
  expect(storing.counters().waiting).toBe(0);
});

test("after a restart a segment that was acknowledged in part is sent again, as what it was", () => {
  const storing = createStoring();
  storing.tellTime();
  minutesOf(storing, 10);
  storing.linkUp();
  storing.acknowledge();
  storing.restart();
  storing.drain();
  expectAllThere(storing);
  expect(storing.received.length).toBeGreaterThan(40);
});

test("a start that never knew the clock is dated as if the next one had followed at once", () => {
  const storing = createStoring();
  storing.pass(10 * MINUTE);
  storing.add(0, 1);
  storing.pass(20 * MINUTE);
  storing.add(0, 2);
  storing.restart();
  storing.pass(5 * MINUTE);
  storing.add(0, 3);
  storing.restart();
  storing.pass(HOUR);
  storing.tellTime();
  const told = storing.trueTime();
  storing.drain();
  const minutesAgo = [...storing.hub.values()].map((it) => (told - it.at) / MINUTE);
  expect(minutesAgo).toEqual([85, 65, 60]);
});

test("a start that knew the clock late has right times for what came before, over a restart", () => {
  const storing = createStoring();
  minutesOf(storing, 150);
  expect(storing.flash.storage.names("backlog").length).toBeGreaterThan(2);
  storing.tellTime();
  storing.restart();
  storing.pass(3 * HOUR);
  storing.drain();
  expectAllThere(storing);
});

for (const bytes of [0, 32, 36, 40, 45]) {
  test(`so it is when a start in between ended in its first write, after ${bytes} bytes`, () => {
    const storing = createStoring();
    storing.pass(30 * MINUTE);
    storing.add(0, 1);
    storing.restart();
    storing.cutPowerAfter(bytes);
    storing.add(0, 2);
    storing.pass(MINUTE);
    storing.drain();
    expect([...storing.hub.values()].map((it) => (it.receivedAt - it.at) / MINUTE)).toEqual([1]);
  });
}

test("an epoch that a power cut has torn is not believed, even if its last byte is right", () => {
  let torn = 0;
  const storing = createStoring({ noise: () => (++torn === 11 ? 0 : 2) });
  storing.add(0, 1);
  storing.pass(MINUTE);
  storing.cutPowerAfter(3);
  storing.tellTime();
  expect(torn).toBeGreaterThan(0);
  storing.pass(HOUR);
  storing.tellTime();
  storing.drain();
  expect([...storing.hub.values()].map((it) => it.receivedAt - it.at)).toEqual([HOUR]);
});

test("another version of the program, with other sensors, sends what the one before has left", () => {
  const storing = createStoring();
  storing.tellTime();
  minutesOf(storing, 5);
  storing.restart([{ sensor: "stairs" as SensorId, quantity: "occupancy" }, ...FOUR_SOURCES]);
  storing.tellTime();
  storing.add(0, 1);
  storing.add(1, 55);
  storing.drain();
  expectAllThere(storing);
  storing.restart();
  expect(storing.flash.storage.names("sources")).toHaveLength(1);
});

test("a list of sources costs flash its own length, at the first start that has it", () => {
  const storing = createStoring();
  const list = encodeSources(FOUR_SOURCES);
  const { written } = storing.flash.figures();
  expect(written).toBe(32 + Math.ceil(list.length / 4) * 4);
  expect(storing.flash.storage.read("sources1")).toBe(list);
  storing.restart();
  storing.drain();
  storing.restart();
  expect(storing.flash.figures().written).toBe(written);
});

for (const bytes of [0, 31, 32, 33, 50, 90]) {
  test(`a start that ends ${bytes} bytes into its list leaves nothing that is believed`, () => {
    const list = encodeSources(FOUR_SOURCES);
    expect(bytes).toBeLessThan(32 + list.length);
    const flash = createFakeStorage();
    const bench = createBench(flash);
    const start = () => createOutbox(bench.hardware, { file: { outboxCapacity: 64 } }, list);
    flash.cutPowerAfter(bytes);
    expect(start).toThrow(PowerCut);
    flash.tidyUp();
    const outbox = start();
    for (let source = 0; source < 4; source++) add(outbox, source, source % 2);
    toFlash(outbox);
    const names = flash.storage.names("sources");
    expect(names.map((name) => flash.storage.read(name))).toEqual([list]);
    const batch = decodeReadings(takeBacklog(outbox)!.payload);
    if (!batch.ok) throw new Error(batch.problem);
    expect(batch.value.readings.map(({ sensor, quantity }) => ({ sensor, quantity }))).toEqual(
      FOUR_SOURCES,
    );
  });
}

test("beyond the last segment the oldest goes, and is counted", () => {
  const storing = createStoring();
  storing.tellTime();
  minutesOf(storing, 3600);
  const { recorded, dropped, waiting } = storing.counters();
  expect(dropped).toBeGreaterThan(0);
  expect(dropped + waiting).toBe(recorded);
  expect(storing.flash.storage.names("backlog").length).toBeLessThanOrEqual(SEGMENTS_MAX);
  storing.drain();
  expect(storing.hub.size).toBe(waiting);
  expect(orderOf(storing, true)).toEqual(ascending(orderOf(storing, true)));
});

test("an answer for what was dropped meanwhile takes nothing else away", () => {
  const storing = createStoring();
  storing.tellTime();
  minutesOf(storing, 3060);
  storing.linkUp();
  minutesOf(storing, 200);
  const { dropped } = storing.counters();
  expect(dropped).toBeGreaterThan(0);
  while (storing.acknowledge());
  storing.drain();
  expect(storing.counters().dropped).toBe(dropped);
  expect(storing.hub.size).toBeGreaterThanOrEqual(storing.made.size - dropped);
});

test("short of room with waste about, a tidy-up is asked for, once an hour, when all is written", () => {
  const storing = createStoring({ size: ROOM_MIN + WASTE_WORTH_TIDYING + SEGMENT_SIZE });
  const { storage } = storing.flash;
  storage.write("old", "x".repeat(WASTE_WORTH_TIDYING));
  storage.erase("old");
  minutesOf(storing, 59);
  expect(storing.tidyingsAsked()).toBe(0);
  minutesOf(storing, 70);
  expect(storing.tidyingsAsked()).toBe(2);
  expect(storing.counters().dropped).toBe(0);
  storing.restart();
  expect(storage.waste()).toBe(0);
  minutesOf(storing, 70);
  expect(storing.tidyingsAsked()).toBe(2);
});

test("a tidy-up is not asked for while a restart would lose what waits in RAM", () => {
  const storing = createStoring({ size: ROOM_MIN + WASTE_WORTH_TIDYING + SEGMENT_SIZE });
  storing.flash.storage.write("old", "x".repeat(WASTE_WORTH_TIDYING));
  storing.flash.storage.erase("old");
  minutesOf(storing, 59);
  storing.linkUp();
  while (storing.acknowledge());
  storing.pass(58_000);
  storing.add(0, 1);
  storing.pass(5000);
  expect(storing.tidyingsAsked()).toBe(0);
  storing.pass(10_000);
  expect(storing.tidyingsAsked()).toBe(1);
});

test("short of room that no tidy-up can give, the oldest segments go instead of an update", () => {
  const storing = createStoring({ size: ROOM_MIN + 10 * SEGMENT_SIZE });
  const { storage } = storing.flash;
  let dropped = 0;
  for (let hour = 0; hour < 72; hour++) {
    const asked = storing.tidyingsAsked();
    minutesOf(storing, 60);
    expect(storage.free() + storage.waste()).toBeGreaterThan(ROOM_MIN - 2 * SEGMENT_SIZE);
    if (storing.tidyingsAsked() === asked) continue;
    dropped += storing.counters().dropped;
    storing.restart();
  }
  expect(storing.tidyingsAsked()).toBeGreaterThan(1);
  expect(dropped).toBeGreaterThan(0);
  dropped += storing.counters().dropped;
  storing.drain();
  expect(storing.hub.size + dropped).toBe(storing.made.size);
});

test("a flash that is full, or broken, leaves what fits into RAM", () => {
  const storing = createStoring({ size: 1000, capacity: 10 });
  storing.tellTime();
  minutesOf(storing, 5);
  expect(storing.counters()).toEqual({ recorded: 20, dropped: 10, waiting: 10 });
  storing.drain();
  expect([...storing.hub.values()].map((it) => it.reading.sequence)).toEqual(
    Array.from({ length: 10 }, (_, i) => 11 + i),
  );
});
