import fc from "fast-check";
import { expect, test } from "vitest";
import type { Instant } from "@battant/protocol/vocabulary/units";
import { instant } from "@battant/protocol/vocabulary/units";
import { createRandomBuilding, type Happening, type Lived } from "./safety-world.ts";

// Goal: whatever happens, in whatever order, nobody is left in the dark, no lamp is worn out by
// switching, and everything that was done can be said in a sentence.
// Method: random streams of events around whole days, with boards that obey, ignore, restart, go away
// or are pressed, detectors that fall silent, people on pages, hubs that restart and clocks that jump.
// An oracle that knows nothing of the rules looks at each lease and each moment of darkness.

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("see" as const),
      daylight: fc.oneof(
        fc.constantFrom(0, 149, 150, 164, 165, 224, 225, 400, 54_612),
        fc.double({ min: 0, max: 2000, noNaN: true }),
      ),
      age: fc.constantFrom(0, 0, 0, 0, 30, 299, 301, 4000),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant("wait" as const),
      seconds: fc.constantFrom(1, 5, 20, 60, 60, 60, 120, 290, 310, 700),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("detect" as const),
      detector: fc.constantFrom(0 as const, 1 as const),
      somebody: fc.boolean(),
      age: fc.constantFrom(0, 0, 0, 30, 700),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("ask" as const),
      minutes: fc.constantFrom(0, 1, 5, 40),
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(
        "press" as const,
        "hand-back" as const,
        "sensor-away" as const,
        "sensor-back" as const,
        "sensor-back" as const,
        "detector-away" as const,
        "detector-back" as const,
        "relay-away" as const,
        "relay-back" as const,
        "relay-back" as const,
        "board-restarts" as const,
        "hub-restarts" as const,
        "clock-jumps" as const,
        "deaf" as const,
        "heed" as const,
      )
      .map((kind) => ({ kind })),
  },
);

/** Long quiet stretches, or hardly any stream would ever get as far as a lease. */
const stretch = fc
  .record({
    daylight: fc.oneof(fc.integer({ min: 230, max: 900 }), fc.integer({ min: 0, max: 150 })),
    minutes: fc.integer({ min: 5, max: 25 }),
    somebody: fc.boolean(),
  })
  .map(({ daylight, minutes, somebody }): Happening[] =>
    Array.from({ length: minutes }, (_, minute): Happening[] => [
      { kind: "see", daylight: daylight + minute, age: 0 },
      { kind: "detect", detector: 0, somebody, age: 0 },
      { kind: "detect", detector: 1, somebody: false, age: 0 },
      { kind: "wait", seconds: 60 },
    ]).flat(),
  );
const stream = fc
  .array(
    fc.oneof(
      { weight: 1, arbitrary: stretch },
      { weight: 3, arbitrary: fc.array(happening, { maxLength: 12 }) },
    ),
    { minLength: 1, maxLength: 14 },
  )
  .map((parts) => parts.flat());

/** Most streams begin by day, when there is something to go wrong. */
const minuteOfDay = fc.oneof(
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 24 * 60 }) },
  { weight: 3, arbitrary: fc.integer({ min: 6 * 60, max: 14 * 60 }) },
);

const DAY_MS = 86_400_000;
const start = (minute: number): Instant => instant(Date.UTC(2026, 2, 20) + minute * 60_000);

test("no stream of events ever makes the hub take a light that somebody needs", () => {
  const all = { steps: 0, byDay: 0, forNobody: 0, reasons: new Set<string>() };
  fc.assert(
    fc.property(minuteOfDay, stream, (minute, happenings) => {
      const building = createRandomBuilding(start(minute));
      for (const it of happenings) building.happen(it);
      const lived = building.lived();
      all.steps += lived.steps;
      all.byDay += lived.begun.daylight.length;
      all.forNobody += lived.begun.vacant.length;
      for (const because of lived.reasons) all.reasons.add(because);
    }),
    { numRuns: 500 },
  );
  // The property would hold for a hub that never does anything; ours does.
  expect(all.steps).toBeGreaterThan(100_000);
  expect(all.byDay).toBeGreaterThan(50);
  expect(all.forNobody).toBeGreaterThan(50);
  for (const because of ["override", "sun-is-down", "too-dark", "sensor-silent", "vacant"]) {
    expect(all.reasons).toContain(because);
  }
});

/** How often it happens within any 24 hours. */
const mostInADay = (times: readonly Instant[]): number =>
  Math.max(
    0,
    ...times.map((from) => times.filter((it) => it >= from && it < from + DAY_MS).length),
  );

/** Three midsummer days of somebody who wants the lamps to wear out. */
const tease = (next: (lived: Lived, noise: number) => readonly Happening[]): Lived => {
  const building = createRandomBuilding(instant(Date.UTC(2026, 5, 20)));
  for (let minute = 0; minute < 3 * 24 * 60; minute++) {
    for (const it of next(building.lived(), minute % 7)) building.happen(it);
    building.happen({ kind: "wait", seconds: 60 });
  }
  return building.lived();
};

test("light that fades as soon as a circuit is kept off does not switch it more than 14 times a day", () => {
  const lived = tease(({ isKeptOff }, noise) => [
    { kind: "see", daylight: (isKeptOff ? 90 : 900) + noise, age: 0 },
  ]);
  // A sensor that fails its check is left alone besides, so most days it is far less.
  expect(mostInADay(lived.begun.daylight)).toBeLessThanOrEqual(14);
  expect(lived.begun.daylight.length).toBeGreaterThan(3);
});

test("light that fades later than the check does not switch more than 14 times a day either", () => {
  let since = 0;
  const lived = tease(({ isKeptOff }, noise) => {
    since = isKeptOff ? since + 1 : 0;
    return [{ kind: "see", daylight: (since > 3 ? 90 : 900) + noise, age: 0 }];
  });
  expect(mostInADay(lived.begun.daylight)).toBeLessThanOrEqual(14);
  expect(mostInADay(lived.begun.daylight)).toBeGreaterThan(8);
});

test("people who come each time it went dark switch it at most 35 times a day", () => {
  const lived = tease(({ isKeptOff }, noise) => [
    { kind: "detect", detector: 0, somebody: isKeptOff, age: 0 },
    { kind: "detect", detector: 1, somebody: false, age: 0 },
    { kind: "see", daylight: 40 + noise, age: 0 },
  ]);
  expect(mostInADay(lived.begun.vacant)).toBeLessThanOrEqual(35);
  expect(mostInADay(lived.begun.vacant)).toBeGreaterThan(20);
});
