import fc from "fast-check";
import { expect, test } from "vitest";
import { createWorld, type World, type WorldEvent, type WorldSettings } from "../world.ts";
import { typicalZone } from "../world-file.ts";

// Goal: the building behaves as a building: daylight comes in, luminaires add to it, meters count
// what is taken, people press where it is dark. Method: whole days, advanced by the hour.

const HOUR = 3_600_000;
const MIDSUMMER = Date.UTC(2026, 5, 21);

const settings: WorldSettings = {
  seed: 1,
  origin: MIDSUMMER,
  location: { latitude_deg: 47.24, longitude_deg: 6.02 },
  scene: "clear",
  zones: [typicalZone("stairwell", "stairwell"), typicalZone("corridor", "corridor")],
  meters: [
    { meter: "flat", kind: "flat", base_W: 60 },
    { meter: "common", kind: "common", zones: ["stairwell"], standby_W: 20 },
  ],
};

const eventsOf = (world: World): WorldEvent[] => {
  const events: WorldEvent[] = [];
  world.watch((event) => events.push(event));
  return events;
};

test("at noon the stairwell has its share of the daylight, and its luminaires on top", () => {
  const world = createWorld(settings);
  world.advance(MIDSUMMER + 11.6 * HOUR);
  const daylight = world.outdoor_lx() * 0.02;
  expect(world.outdoor_lx()).toBeGreaterThan(80_000);
  expect(world.illuminance("stairwell")).toBeCloseTo(daylight + 190, 6);
  world.inhibit("stairwell", true);
  expect(world.illuminance("stairwell")).toBeCloseTo(daylight, 6);
});

test("at midnight there is nothing but the luminaires", () => {
  const world = createWorld(settings);
  expect(world.illuminance("stairwell")).toBeCloseTo(190, 0);
  expect(world.illuminance("corridor")).toBeLessThan(0.1);
});

test("a timer burns for its three minutes, unless the circuit is inhibited", () => {
  const world = createWorld(settings);
  const lit: boolean[] = [];
  world.press("corridor");
  for (const second of [0, 179, 180]) {
    world.advance(MIDSUMMER + second * 1000);
    lit.push(world.isLit("corridor"));
  }
  expect(lit).toEqual([true, true, false]);
  world.inhibit("corridor", true);
  world.press("corridor");
  expect(world.isLit("corridor")).toBe(false);
});

test("whoever watches hears of each change of the light once, with its time", () => {
  const world = createWorld({ ...settings, zones: [typicalZone("stairwell", "stairwell")] });
  const events = eventsOf(world);
  world.inhibit("stairwell", true);
  world.inhibit("stairwell", true);
  world.advance(MIDSUMMER + 5000);
  world.inhibit("stairwell", false);
  expect(events.filter((it) => it.kind === "lit")).toEqual([
    { kind: "lit", zone: "stairwell", lit: false, at: MIDSUMMER },
    { kind: "lit", zone: "stairwell", lit: true, at: MIDSUMMER + 5000 },
  ]);
});

test("people press where they find it dark, and not by daylight", () => {
  const world = createWorld({ ...settings, origin: MIDSUMMER - 24 * HOUR });
  const events = eventsOf(world);
  world.advance(MIDSUMMER + 24 * HOUR);
  const hours = events
    .filter((it) => it.kind === "press")
    .map((it) => new Date(it.at).getUTCHours());
  expect(hours.length).toBeGreaterThan(3);
  expect(hours.filter((hour) => hour >= 7 && hour <= 17)).toEqual([]);
});

/** In ten days, by the hour of the clocks in winter. */
const arrivalsByHour = (world: World): readonly number[] => {
  const hours = Array.from({ length: 24 }, () => 0);
  world.watch((it) => {
    if (it.kind === "motion" && it.moves) hours[new Date(it.at + HOUR).getUTCHours()]! += 1;
  });
  world.advance(world.now() + 10 * 24 * HOUR);
  return hours;
};

test("people come and go: most at 8, 12 and 18 h, few by night", () => {
  const MIDWINTER = Date.UTC(2026, 11, 14);
  const zones = [typicalZone("hall", "hall")];
  const world = createWorld({ ...settings, zones, meters: [], origin: MIDWINTER });
  const hours = arrivalsByHour(world);
  const around = (hour: number) => hours[hour - 1]! + hours[hour]!;
  for (const busy of [8, 12, 18]) {
    for (const calm of [10, 15, 21]) expect(around(busy)).toBeGreaterThan(around(calm));
  }
  expect(around(3)).toBeLessThan(around(15) / 2);
});

test("a detector sees whoever is there for as long as they stay, half a minute at least", () => {
  const world = createWorld({ ...settings, zones: [typicalZone("stairwell", "stairwell")] });
  const events = eventsOf(world);
  let cameAt = 0;
  const stays: number[] = [];
  for (let hour = 1; hour <= 24; hour++) world.advance(MIDSUMMER + hour * HOUR);
  for (const it of events) {
    if (it.kind !== "motion") continue;
    if (it.moves) cameAt = it.at;
    else stays.push(it.at - cameAt);
  }
  expect(stays.length).toBeGreaterThan(50);
  expect(Math.min(...stays)).toBeGreaterThanOrEqual(30_000);
  // Two who meet are seen as one.
  expect(Math.min(...stays)).toBeLessThanOrEqual(150_000);
});

test("where a detector lights, nobody reaches for the switch before they have waited in vain", () => {
  const plan = { ...typicalZone("car-park", "car-park"), daylightFactor: 0, patience_s: 20 };
  const world = createWorld({ ...settings, zones: [plan], meters: [] });
  const waits: number[] = [];
  let lightsWhenSeen = true;
  let cameAt = 0;
  world.inhibit("car-park", true);
  world.watch((it) => {
    if (it.kind === "press") waits.push(it.at - cameAt);
    if (it.kind !== "motion") return;
    if (it.moves) cameAt = it.at;
    if (it.moves && lightsWhenSeen) world.inhibit("car-park", false);
    if (!it.moves) world.inhibit("car-park", true);
  });
  world.advance(MIDSUMMER + 12 * HOUR);
  expect(waits).toEqual([]);
  lightsWhenSeen = false;
  world.advance(MIDSUMMER + 24 * HOUR);
  expect(waits.length).toBeGreaterThan(10);
  expect(Math.min(...waits)).toBe(20_000);
});

test("one more Wh is one more pulse, at moments that give the power", () => {
  const world = createWorld(settings);
  const events = eventsOf(world);
  world.advance(MIDSUMMER + 10 * HOUR);
  const at = events.filter((it) => it.kind === "pulse" && it.meter === "common").map((it) => it.at);
  expect(at).toHaveLength(1000); // 80 W of luminaires and 20 W that never rest, for ten hours.
  for (let i = 1; i < at.length; i++) expect(at[i]! - at[i - 1]!).toBeCloseTo(36_000, 0);
});

test("a flat takes between one and twenty kWh a day, more in the evening than at night", () => {
  const world = createWorld(settings);
  const [, night, noon, afternoon, evening, day] = [0, 4, 12, 16, 20, 24].map((hour) => {
    world.advance(MIDSUMMER + hour * HOUR);
    return world.energy_Wh("flat");
  }) as [number, number, number, number, number, number];
  expect(noon).toBeGreaterThan(night);
  expect(evening - afternoon).toBeGreaterThan(night);
  expect(day).toBeGreaterThan(1000);
  expect(day).toBeLessThan(20_000);
});

test("the same seed gives the same day, however often it is advanced", () => {
  const dayIn = (seed: number, stride: number): WorldEvent[] => {
    const world = createWorld({ ...settings, seed, scene: "clouds" });
    const events = eventsOf(world);
    for (let at = MIDSUMMER; at < MIDSUMMER + 6 * HOUR; at += stride) world.advance(at);
    world.advance(MIDSUMMER + 6 * HOUR);
    return [...events, { kind: "lit", zone: "sky", lit: true, at: world.outdoor_lx() }];
  };
  const once = dayIn(1, 6 * HOUR);
  expect(dayIn(1, 777)).toEqual(once);
  expect(dayIn(2, 6 * HOUR)).not.toEqual(once);
});

test("in any history energy only grows, and illuminance is never negative", () => {
  const action = fc.oneof(
    fc.record({ kind: fc.constant("pass" as const), s: fc.nat(4000) }),
    fc.record({ kind: fc.constant("inhibit" as const), on: fc.boolean() }),
    fc.record({ kind: fc.constant("press" as const) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), fc.nat(1000), (actions, seed) => {
      const world = createWorld({ ...settings, seed });
      let before = 0;
      for (const it of actions) {
        if (it.kind === "pass") world.advance(world.now() + it.s * 1000);
        else if (it.kind === "inhibit") world.inhibit("corridor", it.on);
        else world.press("corridor");
        expect(world.energy_Wh("flat")).toBeGreaterThanOrEqual(before);
        before = world.energy_Wh("flat");
        expect(world.illuminance("corridor")).toBeGreaterThan(0);
      }
    }),
    { numRuns: 30 },
  );
});
