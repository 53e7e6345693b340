import fc from "fast-check";
import { expect, test } from "vitest";
import type { RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, minutes, seconds } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { type Building, unknownBuilding, wire } from "../src/domain/building.ts";
import type { HubEvent } from "../src/domain/event.ts";
import type { ZonePlan } from "../src/domain/site.ts";
import { step } from "../src/pipeline.ts";
import { isNight, nextTurn } from "../src/why/almanac.ts";
import { type Next, nextOf } from "../src/why/next.ts";
import { BOOT, RELAY, SENSOR, settings, siteOf, STAIRS, stairs } from "./building.ts";

// Goal: what people are told will happen is what the rule then does. Method: a random past is lived
// with the real `step`; what is announced then is held against the same `step` while nothing changes.

const location = siteOf(stairs).location;
const TICK = seconds(10);

type World = {
  at(event: HubEvent): void;
  see(level: number): void;
  /** Ticks on, with a reading every minute if the light is told. */
  until(end: Instant, level: number | undefined, watch?: (isInhibiting: boolean) => void): void;
  now(): Instant;
  building(): Building;
};

function worldOf(plan: ZonePlan, from: Instant): World {
  const wiring = wire(siteOf(plan));
  let building = unknownBuilding(wiring.site);
  let now = from;
  let sequence = 0;
  const at = (event: HubEvent): void => {
    building = step(building, event, wiring, now).building;
  };
  const see = (level: number): void => {
    sequence += 1;
    const value = level + (sequence % 3); // Daylight is never the same for an hour.
    const sensor = "light" as SensorId;
    const quantity = "illuminance" as const;
    const reading = { board: SENSOR, boot: BOOT, sequence, sensor, quantity, value };
    at({ kind: "reading", reading: { ...reading, at: now, received: now } });
  };
  const isInhibiting = () => building.zones.get(STAIRS)?.verdict?.decision.kind === "inhibit";
  at({ kind: "availability", board: SENSOR, online: true });
  const report = { boot: BOOT, state: "available", reason: "start", lit: true } as const;
  at({ kind: "relay-reported", board: RELAY, relay: "main" as RelayId, report });
  return {
    at,
    see,
    until: (end, level, watch) => {
      let seenAt = now;
      while (now < end) {
        now = instant(Math.min(end, now + TICK));
        if (level !== undefined && now - seenAt >= 60_000) {
          see(level);
          seenAt = now;
        } else at({ kind: "tick" });
        watch?.(isInhibiting());
      }
    },
    now: () => now,
    building: () => building,
  };
}

type Happening =
  | { readonly kind: "light"; readonly level: number; readonly minutes: number }
  | { readonly kind: "nothing"; readonly minutes: number }
  | { readonly kind: "override"; readonly minutes: number }
  | { readonly kind: "press" }
  | { readonly kind: "away"; readonly board: typeof SENSOR };

/** With 120 lx of lamps in it: 80, 200 or 280 lx of daylight, where 150 are needed and 225 suffice. */
const LEVELS = [200, 320, 400, 900] as const;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("light" as const),
      level: fc.constantFrom(...LEVELS),
      minutes: fc.integer({ min: 1, max: 25 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("nothing" as const),
      minutes: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("override" as const),
      minutes: fc.integer({ min: 1, max: 600 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "press" as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("away" as const),
      board: fc.constantFrom(SENSOR, RELAY),
    }),
  },
);

function live(world: World, it: Happening): number | undefined {
  switch (it.kind) {
    case "light":
      world.see(it.level);
      world.until(instant(world.now() + minutes(it.minutes)), it.level);
      return it.level;
    case "nothing":
      world.until(instant(world.now() + minutes(it.minutes)), undefined);
      return undefined;
    case "override": {
      const until = instant(world.now() + minutes(it.minutes));
      world.at({ kind: "override", zone: STAIRS, until, by: "page" });
      return undefined;
    }
    case "press": {
      const report = { boot: BOOT, state: "available", reason: "wall-switch", lit: true } as const;
      world.at({ kind: "relay-reported", board: RELAY, relay: "main" as RelayId, report });
      return undefined;
    }
    case "away":
      world.at({ kind: "availability", board: it.board, online: false });
      return undefined;
  }
}

/** From then on the circuit may be kept off, and not before. */
function earliestOff(next: Next, now: Instant): Instant | undefined {
  switch (next.kind) {
    case "off-if-it-lasts":
    case "rule-resumes":
    case "next-try":
      return next.at;
    case "off-if-bright":
      return instant(now + next.delay);
    case "after-night":
      return next.sunrise;
    case "look":
      return instant(now + minutes(40));
    case "off-if-nobody":
      return instant(now + next.hold);
    case "look-at-detector":
      return instant(now + minutes(40));
    case "on-if-dark":
    case "on-if-somebody":
      return undefined;
  }
}

const SEASONS = { min: Date.UTC(2026, 0, 2), max: Date.UTC(2027, 11, 31) };
const LOOKED_AT = minutes(20);

const past = fc.record({
  start: fc.integer(SEASONS),
  kind: fc.constantFrom("stairwell" as const, "outdoor-path" as const),
  mode: fc.constantFrom("act" as const, "observe" as const),
  offMinutes: fc.constantFrom(5, 10, 240),
  happenings: fc.array(happening, { minLength: 1, maxLength: 6 }),
  light: fc.constantFrom(...LEVELS),
});

test("what is announced is what the rule then does, while nothing changes", () => {
  const told = new Map<string, number>();
  fc.assert(
    fc.property(past, ({ start, kind, mode, offMinutes, happenings, light }) => {
      const daylight = { ...settings, mode, offDelay: minutes(offMinutes) };
      const plan: ZonePlan = { ...stairs, kind, daylight };
      const world = worldOf(plan, instant(start));
      let level: number | undefined;
      for (const it of happenings) level = live(world, it) ?? level;
      world.at({ kind: "tick" });
      const now = world.now();
      const zone = world.building().zones.get(STAIRS)!;
      const { decision } = zone.verdict!;
      const next = nextOf(decision, { plan, location }, now);
      told.set(next.kind, (told.get(next.kind) ?? 0) + 1);

      // The light stays as it is; where nothing is heard, nothing will be.
      const isDeaf = next.kind === "look" && next.at.startsWith("sensor-");
      const goesOn = isDeaf ? undefined : (level ?? light);
      if (next.kind === "on-if-dark") {
        const { latest } = next;
        const end = Math.min(latest ?? Infinity, now + minutes(60));
        const isDark = goesOn === LEVELS[0];
        let isOffUntil: number = now;
        world.until(instant(end - 1), goesOn, (isOff) => {
          if (isOff) isOffUntil = world.now();
        });
        if (isDark) expect(isOffUntil).toBeLessThanOrEqual(now + next.delay + 60_000 + TICK);
        else expect(isOffUntil).toBe(Math.max(now, end - 1));
        if (end !== latest) return;
        world.until(latest, goesOn, (isOff) => expect(isOff).toBe(false));
        return;
      }
      const earliest = earliestOff(next, now);
      const end = instant(Math.max(now, (earliest ?? now + LOOKED_AT) - 1));
      world.until(end, goesOn, (isOff) => expect(isOff).toBe(false));
      if (next.kind !== "off-if-it-lasts" || next.at === undefined) return;
      let isOffNow = false;
      world.until(instant(next.at), goesOn, (isOff) => (isOffNow = isOff));
      expect(isOffNow).toBe(true);
    }),
    { numRuns: 400, seed: 1905 },
  );
  // A property that never meets a case proves nothing about it.
  for (const kind of [
    "on-if-dark",
    "off-if-it-lasts",
    "off-if-bright",
    "rule-resumes",
    "after-night",
    "look",
  ]) {
    expect([kind, (told.get(kind) ?? 0) >= 5]).toEqual([kind, true]);
  }
});

test("a promise that ends while it is bright is kept off at that very moment", () => {
  const world = worldOf(stairs, instant(Date.UTC(2026, 5, 21, 9)));
  world.until(instant(world.now() + minutes(2)), 900);
  const until = instant(world.now() + minutes(30));
  world.at({ kind: "override", zone: STAIRS, until, by: "page" });
  const { decision } = world.building().zones.get(STAIRS)!.verdict!;
  expect(nextOf(decision, { plan: stairs, location }, world.now())).toEqual({
    kind: "rule-resumes",
    at: until,
  });
  world.until(instant(until - 1), 900, (isOff) => expect(isOff).toBe(false));
  world.until(until, 900, (isOff) => expect(isOff).toBe(true));
});

test("a wait that would end by night ends at sunrise, and is not promised before", () => {
  const plan = { ...stairs, daylight: { ...settings, offDelay: minutes(240) } };
  const world = worldOf(plan, instant(Date.UTC(2026, 11, 1, 13)));
  world.until(instant(world.now() + minutes(5)), 900);
  const { decision } = world.building().zones.get(STAIRS)!.verdict!;
  expect(decision.because).toBe("not-bright-long-enough");
  const next = nextOf(decision, { plan, location }, world.now());
  if (next.kind !== "after-night" || next.sunrise === undefined) throw new Error(next.kind);
  world.until(instant(next.sunrise - 1), 900, (isOff) => expect(isOff).toBe(false));
  world.until(next.sunrise, 900, (isOff) => expect(isOff).toBe(true));
});

test("a turn of the sun is the very millisecond at which the rule sees it", () => {
  fc.assert(
    fc.property(fc.integer(SEASONS), fc.constantFrom(0, -4), (ms, guardDeg) => {
      const sky = { location, guardDeg };
      const turn = nextTurn(sky, instant(ms))!;
      expect(turn).toBeGreaterThan(ms);
      expect(isNight(sky, turn)).toBe(!isNight(sky, instant(ms)));
      expect(isNight(sky, instant(turn - 1))).toBe(isNight(sky, instant(ms)));
      expect(Math.abs(sunAltitudeDeg(location, turn) - guardDeg)).toBeLessThan(0.001);
    }),
  );
});

test("beyond the polar circle the sun may not set for weeks, and no time is made up", () => {
  const sky = { location: { latitudeDeg: 78, longitudeDeg: 15 }, guardDeg: 0 };
  expect(nextTurn(sky, instant(Date.UTC(2026, 5, 21)))).toBeUndefined();
});
