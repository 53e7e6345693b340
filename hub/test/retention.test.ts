import { expect, test } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, instant, lux } from "@battant/protocol/vocabulary/units";
import type { Embedded } from "../src/adapters/sqlite/journal.ts";
import type { Range } from "../src/ports.ts";
import { handClock, NOON, reading, readings } from "./journal-readings.ts";
import { open, until } from "./journal-scene.ts";

// Goal: what is older than its time goes, in small steps; what somebody still needs stays.
// Method: a clock moved by hand by days; the sweep it rings for; what the file then holds.

const ALWAYS: Range = { from: instant(0), to: instant(Number.MAX_SAFE_INTEGER) };
const RETENTION = { rawDays: 90, tenMinutesDays: 1095, decisionsDays: 90 };
const inDays = (days: number) => instant(NOON + hours(days * 24));

const SERIES = {
  board: reading(1).board,
  sensor: reading(1).sensor,
  quantity: "illuminance",
} as const;

async function holds({ journal, store, ask }: Embedded) {
  return {
    raw: (await journal.after(0, 100_000)).readings.length,
    tenMinutes: (await store.windows(SERIES, ALWAYS, "10-minutes")).length,
    days: (await store.windows(SERIES, ALWAYS, "day")).length,
    decisions: (await ask("decisions", ALWAYS)).length,
  };
}

const ages: readonly [days: number, left: Awaited<ReturnType<typeof holds>>][] = [
  [1, { raw: 101, tenMinutes: 11, days: 1, decisions: 5 }],
  [89, { raw: 101, tenMinutes: 11, days: 1, decisions: 5 }],
  [91, { raw: 1, tenMinutes: 11, days: 1, decisions: 0 }],
  [1096, { raw: 1, tenMinutes: 0, days: 1, decisions: 0 }],
];

for (const [days, left] of ages) {
  test(`after ${days} days it holds ${JSON.stringify(left)}`, async () => {
    const clock = handClock();
    const embedded = await open({ clock, retention: RETENTION });
    const everyMinute = readings(1, 101).map((it, index) => {
      const at = instant(NOON + index * 60_000);
      return { ...it, at, received: at };
    });
    await embedded.journal.append(everyMinute);
    for (let count = 0; count < 5; count += 1) {
      const evidence = { target: lux(150), threshold: lux(225) };
      embedded.decisions.append({
        at: instant(NOON + count),
        zone: "hall" as ZoneId,
        decision: { kind: "allow", because: "rule-off", evidence },
      });
    }
    await embedded.journal.append([reading(101)]); // Already there: it only brings the commit.

    clock.set(inDays(days));
    clock.ring();
    await expect.poll(() => holds(embedded), { timeout: 20_000 }).toEqual(left);
  });
}

test("readings that are let go of are still recognised when they come again", async () => {
  const clock = handClock();
  const { journal, figures } = await open({ clock });
  await journal.append(readings(1, 100));
  clock.set(inDays(91));
  clock.ring();
  await until(async () => (await journal.after(0, 1000)).readings.length === 1);
  expect(await journal.append(readings(1, 101))).toEqual({ ok: true, stored: 1, duplicates: 100 });
  expect(figures().conflicts).toBe(0);
});

test("the order of arrival goes on after everything old was let go of", async () => {
  const clock = handClock();
  const { journal } = await open({ clock });
  await journal.append(readings(1, 100));
  const { cursor } = await journal.after(0, 1000);
  clock.set(inDays(91));
  clock.ring();
  await until(async () => (await journal.after(0, 1000)).readings.length === 1);
  const late = reading(101, { received: inDays(91) });
  await journal.append([late]);
  expect((await journal.after(cursor, 10)).readings).toEqual([late]);
});

test("a late reading stays as long after its arrival as any other", async () => {
  const clock = handClock();
  const { journal } = await open({ clock });
  await journal.append([
    reading(1),
    reading(2, { received: inDays(60) }),
    reading(3, { received: inDays(61) }),
  ]);
  const left = async () => (await journal.after(0, 10)).readings.map((it) => it.sequence);
  clock.set(inDays(100));
  clock.ring();
  await until(async () => (await left()).length === 2);
  expect(await left()).toEqual([2, 3]);
});

test("nothing goes before a forwarder has carried it away", async () => {
  const clock = handClock();
  const { journal } = await open({ clock, forwardTo: ["influx"] });
  await journal.append(readings(1, 100));
  clock.set(inDays(200));
  const kept = async () => (await journal.after(0, 1000)).readings.length;

  clock.ring();
  await journal.append([reading(101)]);
  expect(await kept()).toBe(101);

  await journal.moveCursor("influx", 40);
  clock.ring();
  await until(async () => (await kept()) < 101);
  expect(await kept()).toBe(61);
});

test("a forwarder that is no longer configured holds nothing back", async () => {
  const clock = handClock();
  const { journal } = await open({ clock });
  await journal.append(readings(1, 100));
  await journal.moveCursor("influx", 40);
  clock.set(inDays(200));
  clock.ring();
  const kept = async () => (await journal.after(0, 1000)).readings.length;
  await expect.poll(kept, { timeout: 20_000 }).toBe(1);
});

test("a large backlog goes step by step, and commits go on meanwhile", async () => {
  const clock = handClock();
  const { journal } = await open({ clock });
  for (let from = 1; from <= 6000; from += 1000) await journal.append(readings(from, from + 999));
  clock.set(inDays(200));
  clock.ring();
  const sizes: number[] = [];
  await until(async () => {
    await journal.append([reading(10_000 + sizes.length, { received: inDays(200) })]);
    sizes.push((await journal.after(0, 100_000)).readings.length - sizes.length - 1);
    return sizes.at(-1) === 0;
  });
  expect([...new Set(sizes)]).toEqual([4000, 2000, 0]);
});
