import type { SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant, milliseconds } from "@battant/protocol/vocabulary/units";
import { createReporter, median, offer, reportRule } from "../../firmware/board/report.ts";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { createWorld, type World } from "@battant/simulator/world";
import { expect, test } from "vitest";
import { createLearner, type Learner } from "../src/calibration/learner.ts";
import { contributionOf } from "../src/calibration/contribution.ts";
import { wire } from "../src/domain/building.ts";
import type { ZonePlan } from "../src/domain/site.ts";
import { createRuntime } from "../src/runtime.ts";
import { BOOT, RELAY, SENSOR, settings, siteOf, STAIRS, stairs } from "./building.ts";
import { memoryStore, RELAY_ID } from "./calibration-parts.ts";

// Goal: in a pretend building, whose luminaires add what the test alone knows, the hub finds it out
// by itself while people come through by night.
// Method: the simulator's world, second by second; the board's own way to sample and to report; the
// real runtime, at whose side the real learner watches. No clock but the world's.

const LAMPS_LX = 137;
/** Besançon, in the evening of a winter's day. */
const EVENING = Date.UTC(2026, 10, 12, 15);

const worldOf = (lamps: number): World =>
  createWorld({
    origin: EVENING,
    seed: 7,
    location: { latitude_deg: 47.24, longitude_deg: 6.02 },
    scene: "clouds",
    zones: [
      {
        zone: STAIRS,
        daylightFactor: 0.02,
        luminaire_lx: lamps,
        load_W: 80,
        lighting: "timer",
        timer_s: 120,
        passagesPerHour: 20,
        patience_s: 0,
      },
    ],
    meters: [],
  });

type Lived = { readonly learner: Learner; readonly plan: ZonePlan };

/** Lives through `hours`, and tells the hub what its boards would. */
const live = (lamps: number, hours: number, daylight: Partial<ZonePlan["daylight"]>): Lived => {
  const world = worldOf(lamps);
  const plan: ZonePlan = { ...stairs, daylight: { ...settings, mode: "observe", ...daylight } };
  let now: Instant = instant(EVENING);
  const clock = { now: () => now, every: () => () => {} };
  const runtime = createRuntime({
    wiring: wire(siteOf(plan)),
    clock,
    journal: { append: async () => ({ ok: true, stored: 1, duplicates: 0 }) },
    decisions: { append: () => {} },
    trace: { record: () => {} },
    onRefused: () => {},
  });
  const learner = createLearner({ site: () => siteOf(plan), store: memoryStore(), now: clock.now });
  runtime.onChange(() => learner.watch(runtime.building()));

  const report = (): void =>
    runtime.event({
      kind: "relay-reported",
      board: RELAY,
      relay: RELAY_ID,
      report: { boot: BOOT, state: "available", reason: "start", lit: world.isLit(STAIRS) },
    });
  world.watch((it) => {
    if (it.kind === "lit") report();
  });
  report();
  const last = createReporter();
  const samples: number[] = [];
  let sequence = 0;
  for (let second = 0; second < hours * 3600; second++) {
    now = instant(EVENING + second * 1000);
    world.advance(now);
    if (second % 2 === 1) continue;
    samples.push(Math.round(10 * world.illuminance(STAIRS)) / 10);
    const value = median(samples.slice(-5));
    if (!offer(last, reportRule("illuminance"), value, milliseconds(second * 1000))) continue;
    const reading: Reading = {
      board: SENSOR,
      boot: BOOT,
      sequence: (sequence += 1),
      sensor: "light" as SensorId,
      quantity: "illuminance",
      value,
      at: now,
      received: now,
    };
    void runtime.readings([reading]);
  }
  return { learner, plan };
};

test("what the luminaires add is found within 2 % in one evening, without any help", () => {
  const { learner, plan } = live(LAMPS_LX, 5, { luminaireContribution: undefined });
  const found = contributionOf(learner.state(plan).toggles);
  expect(found?.isEnough).toBe(true);
  expect(Math.abs(found!.mean - LAMPS_LX) / LAMPS_LX).toBeLessThan(0.02);
  // The sky of a moonless night, through the window.
  expect(found!.dark).toBeLessThan(0.5);
  const { location } = siteOf(plan);
  const suns = learner.state(plan).toggles.map(({ at }) => sunAltitudeDeg(location, at));
  expect(Math.max(...suns)).toBeLessThan(-8);
});

test("half of the lamps out is told, within the same evening", () => {
  const { learner, plan } = live(LAMPS_LX / 2, 6, { luminaireContribution: LAMPS_LX as never });
  const { alarms, refined } = learner.state(plan);
  expect(alarms.map((it) => it.kind)).toEqual(["less-light"]);
  expect(Math.abs(refined!.value - LAMPS_LX / 2)).toBeLessThan(0.05 * LAMPS_LX);
});

test("lamps that are as the file says raise no alarm, whatever the clouds do", () => {
  const { learner, plan } = live(LAMPS_LX, 24, { luminaireContribution: LAMPS_LX as never });
  const { alarms, refined } = learner.state(plan);
  expect(alarms).toEqual([]);
  expect(refined!.count).toBeGreaterThan(10);
  expect(Math.abs(refined!.value - LAMPS_LX)).toBeLessThan(0.05 * LAMPS_LX);
});
