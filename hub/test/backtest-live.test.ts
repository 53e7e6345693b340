import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Lease } from "@battant/protocol/vocabulary/relay";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { expect, onTestFinished, test } from "vitest";
import { replay } from "../replay/replay.ts";
import { openTrace } from "../src/adapters/files/trace.ts";
import { createAccount } from "../src/backtest/account.ts";
import { createRun } from "../src/backtest/simulate.ts";
import { createCalendar } from "../src/domain/calendar.ts";
import { wire } from "../src/domain/building.ts";
import type { Clock, DecisionRecord } from "../src/ports.ts";
import { createRuntime } from "../src/runtime.ts";
import { openingLine } from "../src/snapshot.ts";
import { inhibited, light, lit, turns, ZONE } from "./backtest-kit.ts";
import { BOOT, RELAY, SENSOR, settings, siteOf, stairs } from "./building.ts";

// Goal: a day as it was really lived, with lamps that the sensor sees, gives the same decisions when
// it is tried again with the settings of that day; and trying it disturbs no hub.
// Method: a runtime on a hand-wound clock, a relay that obeys, a sky with clouds; the readings that
// went to its journal are the history, and its trace is replayed beside.

const START = instant(Date.UTC(2026, 5, 21, 3, 0));
const DAY_MINUTES = 17 * 60;
const TICK_MS = 5000;
const LAMPS = 120;

/** Clouds that come and go over a stairwell at a daylight factor of about 1 %, always the same. */
const skyAt = (minute: number): number => {
  const height = Math.max(0, Math.sin((Math.PI * minute) / DAY_MINUTES));
  const cloud = 0.55 + 0.45 * Math.sin(minute / 9) * Math.sin(minute / 37 + 1);
  return Math.round(10 * (4 + 700 * height * cloud)) / 10;
};

async function livedDay() {
  const directory = mkdtempSync(join(tmpdir(), "battant-backtest-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  let now: Instant = START;
  let tick = (): void => {};
  const clock: Clock = {
    now: () => now,
    every: (_, action) => {
      tick = action;
      return () => {};
    },
  };
  const kept: Reading[] = [];
  const decisions: DecisionRecord[] = [];
  const leases: Lease[] = [];
  let isLit = true;
  const trace = await openTrace({ directory, clock, keepDays: 7, opening: openingLine });
  const runtime = createRuntime({
    wiring: wire(siteOf(stairs)),
    clock,
    trace,
    journal: {
      append: async (batch) => {
        kept.push(...batch);
        return { ok: true, stored: batch.length, duplicates: 0 };
      },
    },
    decisions: { append: (record) => void decisions.push(record) },
    onRefused: () => {},
  });
  const relay = (lease: Lease): void => {
    leases.push(lease);
    const state = lease.duration > 0 ? "inhibited" : "available";
    const wasLit = isLit;
    isLit = state === "available";
    const reason = isLit ? "lease-ended" : "lease";
    const report = { boot: BOOT, state, reason, lease: lease.id, lit: isLit } as const;
    runtime.event({ kind: "relay-reported", board: RELAY, relay: "main" as never, report });
    if (wasLit === isLit) return;
    void runtime.readings([inhibited(now, isLit ? 0 : 1), lit(now, isLit ? 1 : 0)]);
  };
  runtime.start({
    lease: (_, __, lease) => relay(lease),
    clock: () => {},
    settings: () => {},
    offer: () => {},
    chunk: () => {},
  });
  runtime.event({ kind: "availability", board: SENSOR, online: true });
  const report = { boot: BOOT, state: "available", reason: "start", lit: true } as const;
  runtime.event({ kind: "relay-reported", board: RELAY, relay: "main" as never, report });
  await runtime.readings([inhibited(now, 0), lit(now, 1)]);
  for (let minute = 0; minute < DAY_MINUTES; minute++) {
    for (let second = 0; second < 60; second += 5) {
      if (second === 35) {
        now = instant(START + minute * 60_000 + second * 1000 + 1234);
        await runtime.readings([light(now, skyAt(minute) + (isLit ? LAMPS : 0))]);
        // What a relay repeats for whoever was not listening.
        if (minute % 5 === 0) {
          await runtime.readings([lit(now, isLit ? 1 : 0), inhibited(now, isLit ? 0 : 1)]);
        }
      }
      now = instant(START + minute * 60_000 + second * 1000 + TICK_MS);
      tick();
    }
  }
  await trace.close();
  return { directory, kept, decisions, leases, runtime };
}

function tried(history: readonly Reading[], change: Partial<typeof settings> = {}) {
  const decisions: DecisionRecord[] = [];
  const daylight = { ...settings, luminaireContribution: LAMPS as never, ...change };
  const account = createAccount({
    calendar: createCalendar("Europe/Paris"),
    load: undefined,
    prices: [],
  });
  const run = createRun({
    site: siteOf(stairs),
    zone: ZONE,
    daylight,
    burns: "as-seen",
    from: START,
    account,
    decisions: { append: (record) => void decisions.push(record) },
  });
  for (const it of history) run.see(it);
  run.pass(instant(START + DAY_MINUTES * 60_000));
  return { decisions, total: account.total() };
}

test("a live day, tried again with its own settings, gives the same decisions at the same instants", async () => {
  const day = await livedDay();
  const live = turns(day.decisions).slice(1); // Before the first reading, its board was not there.
  expect(live.length).toBeGreaterThan(10);
  expect(day.leases.length).toBeGreaterThan(20);
  const before = day.leases.length;
  const again = tried(day.kept);
  expect(turns(again.decisions).slice(1)).toEqual(live);

  // The trace of the same day, replayed, is identical too.
  const [name] = readdirSync(day.directory);
  const replayed = replay(readFileSync(join(day.directory, name!), "utf8"));
  expect(replayed).toMatchObject({ ok: true, differences: [] });

  // The hub beside was asked nothing and sent nothing meanwhile.
  expect(day.leases).toHaveLength(before);
});

test("other settings on the same day give other decisions", async () => {
  const day = await livedDay();
  const now = tried(day.kept).total;
  const strict = tried(day.kept, { margin: 3 }).total;
  expect(strict.avoided).toBeLessThan(now.avoided);
  expect(strict.avoided).toBeGreaterThan(0);
});

test("a day without Battant, lamps always lit, shows what it would have done with them", async () => {
  const day = await livedDay();
  const lights = day.kept.filter((it) => it.quantity === "illuminance");
  // The same sky, under lamps that nobody switched off.
  const minuteOf = (it: Reading): number => Math.floor((it.at - START) / 60_000);
  const burning = lights.map((it) => light(it.at, skyAt(minuteOf(it)) + LAMPS));
  const told = burning.flatMap((it) => [lit(it.at, 1), it]);
  expect(turns(tried(told).decisions)).toEqual(turns(tried(day.kept).decisions));
});
