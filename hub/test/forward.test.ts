// Needs: influxd.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { instant } from "@battant/protocol/vocabulary/units";
import { createInfluxStore } from "../src/adapters/influx/store.ts";
import type { Embedded } from "../src/adapters/sqlite/journal.ts";
import { createForwarder, type ForwarderParts } from "../src/forward.ts";
import type { Range, Series, WriteOutcome } from "../src/ports.ts";
import { startInfluxd } from "./influxd.ts";
import { handClock, reading, readings } from "./journal-readings.ts";
import { open, temporaryFolder, until } from "./journal-scene.ts";

// Goal: what the journal has reaches the store once, in order, however often the store fails.
// Method: a real journal, a store that fails on command, and a real InfluxDB that is killed.

const ALWAYS: Range = { from: instant(0), to: instant(Number.MAX_SAFE_INTEGER) };
const SERIES: Series = {
  board: "stairs-a" as BoardId,
  sensor: "light" as SensorId,
  quantity: "illuminance",
};

/** Keeps readings by their name, so that writing one twice leaves it there once. */
function memoryStore() {
  const kept = new Map<string, Reading>();
  const calls: number[] = [];
  const poison = new Set<number>();
  let away: string | undefined;
  return {
    kept,
    calls,
    poison,
    goAway: (detail: string | undefined): void => {
      away = detail;
    },
    write: async (batch: readonly Reading[]): Promise<WriteOutcome> => {
      calls.push(batch.length);
      if (away !== undefined) return { ok: false, next: "retry", detail: away };
      if (batch.some((it) => poison.has(it.sequence))) {
        return { ok: false, next: "drop", detail: "a value of the wrong type" };
      }
      for (const it of batch) kept.set(`${it.board}/${it.boot}/${it.sequence}`, it);
      return { ok: true };
    },
  };
}

/** Polled by hand: each `ring` of the clock is one poll. */
function start(embedded: Embedded, store: ForwarderParts["store"], random = 1) {
  const clock = handClock();
  const forwarder = createForwarder({
    name: "influx",
    journal: embedded.journal,
    newest: () => embedded.ask("newest"),
    store,
    clock,
    random: () => random,
  });
  forwarder.start();
  onTestFinished(() => forwarder.stop());
  return { ...forwarder, clock };
}

async function pollUntil(
  { clock }: { readonly clock: { ring(): void } },
  condition: () => boolean,
): Promise<void> {
  await until(() => {
    clock.ring();
    return condition();
  });
}

test("carries every reading to the store, once and in batches", async () => {
  const embedded = await open();
  const store = memoryStore();
  const forwarder = start(embedded, store);
  await embedded.journal.append(readings(1, 3500));
  await pollUntil(forwarder, () => store.kept.size === 3500);
  expect(store.calls).toEqual([1000, 1000, 1000, 500]);
  expect([...store.kept.values()]).toEqual(readings(1, 3500));
  await forwarder.stop();
  expect(forwarder.health()).toEqual({ store: "influx", behind: 0, parked: 0, problem: null });
});

test("goes on after a restart where it had come to", async () => {
  const path = join(temporaryFolder(), "journal.db");
  const first = await open({ path });
  const store = memoryStore();
  const before = start(first, store);
  await first.journal.append(readings(1, 100));
  await pollUntil(before, () => store.kept.size === 100);
  await before.stop();
  await first.journal.close();

  const second = await open({ path });
  const after = start(second, store);
  await second.journal.append(readings(101, 110));
  await pollUntil(after, () => store.kept.size === 110);
  expect(store.calls).toEqual([100, 10]);
});

test("after a crash it sends again what its cursor had not reached, which changes nothing", async () => {
  const embedded = await open();
  const store = memoryStore();
  const first = start(embedded, store);
  await embedded.journal.append(readings(1, 100));
  await pollUntil(first, () => store.kept.size === 100);

  const second = start(embedded, store); // The first one never saved its cursor.
  await embedded.journal.append(readings(101, 110));
  await pollUntil(second, () => store.kept.size === 110);
  expect(store.calls).toEqual([100, 110]);
});

test("tells how far behind it is and why, and forgets the reason when it goes on", async () => {
  const embedded = await open();
  const store = memoryStore();
  const forwarder = start(embedded, store);
  store.goAway("connect ECONNREFUSED 127.0.0.1:8086");
  await embedded.journal.append(readings(1, 2500));
  await pollUntil(forwarder, () => forwarder.health().problem !== null);
  expect(forwarder.health()).toEqual({
    store: "influx",
    behind: 2500,
    parked: 0,
    problem: "connect ECONNREFUSED 127.0.0.1:8086",
  });
  store.goAway(undefined);
  await pollUntil(forwarder, () => store.kept.size === 2500);
  await pollUntil(forwarder, () => forwarder.health().problem === null);
  expect(forwarder.health().behind).toBe(0);
});

for (const [random, pauses] of [
  [1, [2, 4, 8, 16, 32, 64, 64, 64]],
  [0, [1, 2, 4, 8, 16, 32, 32, 32]],
] as const) {
  test(`with a chance of ${random} it waits ${pauses.join(", ")} polls between attempts`, async () => {
    const embedded = await open();
    const store = memoryStore();
    const { clock } = start(embedded, store, random);
    store.goAway("away");
    await embedded.journal.append([reading(1)]);
    clock.ring();
    await until(() => store.calls.length === 1);

    const waited: number[] = [];
    while (waited.length < pauses.length) {
      const attempts = store.calls.length;
      let polls = 0;
      while (store.calls.length === attempts) {
        polls += 1;
        clock.ring();
        // The attempt asks the journal's thread first: only then is it known whether one was made.
        await embedded.ask("newest");
        await embedded.ask("newest");
        await embedded.ask("newest");
      }
      waited.push(polls);
    }
    expect(waited).toEqual(pauses);
  });
}

const poisons: readonly [name: string, sequences: readonly number[]][] = [
  ["one", [500]],
  ["the first and the last", [1, 1500]],
  ["neighbours", [7, 8, 9]],
  ["all", readings(1, 1500).map((it) => it.sequence)],
];

for (const [name, sequences] of poisons) {
  test(`parks what the store will never take, and nothing else: ${name}`, async () => {
    const embedded = await open();
    const store = memoryStore();
    const forwarder = start(embedded, store);
    for (const sequence of sequences) store.poison.add(sequence);
    await embedded.journal.append(readings(1, 1500));
    await pollUntil(forwarder, () => forwarder.health().parked === sequences.length);
    await pollUntil(forwarder, () => forwarder.health().behind === 0);

    const good = readings(1, 1500).filter((it) => !store.poison.has(it.sequence));
    expect([...store.kept.values()]).toEqual(good);
    expect(forwarder.health()).toMatchObject({
      parked: sequences.length,
      problem: "refused: a value of the wrong type",
    });
    const { readings: kept } = await embedded.journal.after(0, 10_000);
    expect(kept).toHaveLength(1500);
  });
}

test("a store that never answers keeps no reading from the disk", async () => {
  const embedded = await open();
  const never = { write: () => new Promise<WriteOutcome>(() => {}) };
  const clock = handClock();
  const forwarder = createForwarder({
    name: "influx",
    journal: embedded.journal,
    newest: () => embedded.ask("newest"),
    store: never,
    clock,
    random: () => 1,
  });
  forwarder.start();
  await embedded.journal.append(readings(1, 10));
  clock.ring();
  for (let from = 11; from <= 5000; from += 499) {
    expect(await embedded.journal.append(readings(from, from + 498))).toMatchObject({ ok: true });
    clock.ring();
  }
});

test(
  "InfluxDB is killed twice and comes back: nothing is lost, nothing is doubled",
  { timeout: 120_000 },
  async () => {
    const influxd = await startInfluxd();
    onTestFinished(() => influxd.remove());
    const embedded = await open({ commitWindowMs: 5, forwardTo: ["influx"] });
    const influx = createInfluxStore({
      url: influxd.url,
      database: "outage",
      building: "demo",
      timezone: "Europe/Paris",
      zoneOf: () => undefined,
      retention: { rawDays: 3650, tenMinutesDays: 3650 },
      windows: embedded.store.windows,
      timeoutMs: 2000,
    });
    const forwarder = start(embedded, influx, 0);
    const polling = setInterval(() => forwarder.clock.ring(), 15);
    onTestFinished(() => clearInterval(polling));

    const TOTAL = 40_000;
    let sent = 0;
    const sending = (async () => {
      while (sent < TOTAL) {
        const appended = await embedded.journal.append(readings(sent + 1, sent + 50));
        if (!appended.ok) throw new Error(appended.detail);
        sent += 50;
        await new Promise((done) => setTimeout(done, 3));
      }
    })();
    for (const outageMs of [400, 900]) {
      const before = sent;
      await until(() => sent > before + 4000 && forwarder.health().problem === null);
      await influxd.kill();
      await until(() => forwarder.health().problem !== null);
      await new Promise((done) => setTimeout(done, outageMs));
      await influxd.restart();
    }
    await sending;
    const limit = TOTAL * 2;
    const samples = () => influx.raw(SERIES, ALWAYS, limit);
    await expect.poll(samples, { timeout: 60_000, interval: 500 }).toHaveLength(TOTAL);
    // One more poll has then written the windows of the last batch.
    await until(() => forwarder.health().behind === 0 && forwarder.health().problem === null);
    expect(forwarder.health().parked).toBe(0);

    expect(await samples()).toEqual(await embedded.store.raw(SERIES, ALWAYS, limit));
    for (const size of ["10-minutes", "day"] as const) {
      const windows = await influx.windows(SERIES, ALWAYS, size);
      expect(windows).toEqual(await embedded.store.windows(SERIES, ALWAYS, size));
      expect(windows.reduce((sum, it) => sum + it.count, 0)).toBe(TOTAL);
    }
  },
);
