import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Instant,
  instant,
  lux,
  type Milliseconds,
  minutes,
} from "@battant/protocol/vocabulary/units";
import { type LightState, NOTHING_SEEN, seeLight } from "../light.ts";
import { ago, NOON, settings } from "./zone.ts";

// Goal: what the luminaires add is not daylight, and no sample counts that says nothing about now.
// Method: samples told one by one to an empty or a known light state, and what it became.

type Sample = { at?: Instant; lit?: boolean; litChanged?: Instant };
const seeing = (before: LightState, illuminance: number, sample: Sample = {}): LightState => {
  const at = sample.at ?? NOON;
  const seen = {
    illuminance: lux(illuminance),
    at,
    lit: sample.lit ?? false,
    litChanged: sample.litChanged,
  };
  return seeLight(before, seen, settings, instant(Math.max(at, NOON)));
};

test("what the luminaires add is not daylight", () => {
  expect(seeing(NOTHING_SEEN, 410, { lit: true }).daylight).toBe(290);
  expect(seeing(NOTHING_SEEN, 410, { lit: false }).daylight).toBe(410);
  expect(seeing(NOTHING_SEEN, 90, { lit: true }).daylight).toBe(0);
});

test("an uncalibrated zone knows its daylight only while its luminaires are off", () => {
  const uncalibrated = { ...settings, luminaireContribution: undefined };
  const seen = { illuminance: lux(400), at: NOON, litChanged: undefined };
  const daylight = (lit: boolean) =>
    seeLight(NOTHING_SEEN, { ...seen, lit }, uncalibrated, NOON).daylight;
  expect(daylight(true)).toBeUndefined();
  expect(daylight(false)).toBe(400);
});

test("a sample taken while luminaires settle is not believed", () => {
  const settled = seeing(NOTHING_SEEN, 500, { litChanged: instant(NOON - 5000) });
  expect(settled.seen?.illuminance).toBe(500);
  expect(seeing(NOTHING_SEEN, 500, { litChanged: instant(NOON - 4999) })).toBe(NOTHING_SEEN);
});

test("a sample taken before the luminaires changed is as good as any", () => {
  const before = { at: instant(NOON - 1), litChanged: NOON, lit: true };
  expect(seeing(NOTHING_SEEN, 500, before).seen?.at).toBe(NOON - 1);
});

test("too dark while lamps fade out is too dark", () => {
  const fading = { litChanged: instant(NOON - 1000) };
  expect(seeing(NOTHING_SEEN, 149, { ...fading, lit: false }).darkSince).toBe(NOON);
  expect(seeing(NOTHING_SEEN, 164, { ...fading, lit: false }).darkSince).toBe(NOON);
  expect(seeing(NOTHING_SEEN, 165, { ...fading, lit: false })).toBe(NOTHING_SEEN);
});

test("late and repeated samples change nothing", () => {
  const before = seeing(NOTHING_SEEN, 500);
  expect(seeing(before, 100)).toBe(before);
  expect(seeing(before, 100, { at: ago(1) })).toBe(before);
  expect(seeing(NOTHING_SEEN, 100, { at: ago(6) })).toBe(NOTHING_SEEN);
});

test("a sample from the future is evidence until now and no longer", () => {
  const seen = { illuminance: lux(500), at: ago(-2), lit: false, litChanged: undefined };
  expect(seeLight(NOTHING_SEEN, seen, settings, NOON).seen?.at).toBe(NOON);
});

test("one ray of sun does not make a bright zone", () => {
  let state = NOTHING_SEEN;
  for (let i = 6; i > 0; i--) state = seeing(state, 100, { at: ago(i) });
  const ray = { illuminance: lux(250), at: instant(NOON - 50_000), lit: false };
  state = seeLight(state, { ...ray, litChanged: undefined }, settings, NOON);
  expect(state.daylight).toBe(250);
  expect(state.brightSince).toBeUndefined();
});

test("a gap in the readings starts the ten minutes again", () => {
  const seen = { illuminance: lux(1000), at: ago(20), lit: false, litChanged: undefined };
  const early = seeLight(NOTHING_SEEN, seen, settings, ago(20));
  expect(early.brightSince).toBe(ago(20));
  expect(seeing(early, 600)).toMatchObject({ brightSince: NOON, smooth: 600 });
});

test("after a gap, dark is dark from now on", () => {
  const seen = { illuminance: lux(100), at: ago(20), lit: false, litChanged: undefined };
  const early = seeLight(NOTHING_SEEN, seen, settings, ago(20));
  expect(early.darkSince).toBe(ago(20));
  expect(seeing(early, 90).darkSince).toBe(NOON);
});

test("bright and dark count from their first sample", () => {
  const bright = seeing(seeing(NOTHING_SEEN, 600, { at: ago(2) }), 500);
  expect(bright).toMatchObject({ brightSince: NOON, darkSince: undefined });
  const told = (light: LightState, illuminance: number, at: Instant) =>
    seeLight(
      light,
      { illuminance: lux(illuminance), at, lit: false, litChanged: undefined },
      settings,
      at,
    );
  const brightFor = told(told(NOTHING_SEEN, 600, ago(2)), 500, ago(1));
  expect(brightFor).toMatchObject({ brightSince: ago(2), darkSince: undefined });
  const darkFor = told(told(brightFor, 149, ago(0.5)), 100, NOON);
  expect(darkFor).toMatchObject({ brightSince: undefined, darkSince: ago(0.5) });
});

test("a sensor that moves by less than its own noise counts as saying the same", () => {
  const first = seeing(NOTHING_SEEN, 500, { at: ago(4) });
  const noisy = seeing(first, 500.5, { at: ago(2) });
  expect(noisy.same).toBe(first.same);
  expect(seeing(noisy, 500.6).same).toEqual({ since: NOON, illuminance: 500.6 });
});

test("below the target the floor is dark, whatever else is true", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 149.99, noNaN: true }), fc.boolean(), (value, lit) => {
      const state = seeing(NOTHING_SEEN, value, { lit });
      expect(state.darkSince).toBe(NOON);
      expect(state.brightSince).toBeUndefined();
      expect(state.daylight).toBeLessThan(150);
    }),
  );
});

test("moved in time as a whole, the same samples say the same", () => {
  // A board has only its uptime: nothing may depend on when the hours began to be counted.
  const samples = fc.array(
    fc.record({
      illuminance: fc.double({ min: 0, max: 2000, noNaN: true }),
      pause: fc.integer({ min: 1, max: 400 }),
      lit: fc.boolean(),
    }),
    { maxLength: 30 },
  );
  const brightness = (
    from: Instant,
    rows: { illuminance: number; pause: number; lit: boolean }[],
  ) => {
    let now: number = from;
    let light = NOTHING_SEEN;
    const age = (since: Instant | undefined) => (since === undefined ? undefined : now - since);
    return rows.map((row) => {
      now += row.pause * 1000;
      const seen = { illuminance: lux(row.illuminance), lit: row.lit, litChanged: undefined };
      light = seeLight(light, { ...seen, at: instant(now) }, settings, instant(now));
      return [light.daylight, age(light.brightSince), age(light.darkSince), age(light.same?.since)];
    });
  };
  fc.assert(
    fc.property(samples, (rows) => {
      expect(brightness(instant(0), rows)).toEqual(brightness(NOON, rows));
    }),
  );
});

test("a reading is believed for as long as the zone says", () => {
  const age = (span: Milliseconds) => seeing(NOTHING_SEEN, 600, { at: instant(NOON - span) }).seen;
  expect(age(minutes(5))).toBeDefined();
  expect(age((minutes(5) + 1) as Milliseconds)).toBeUndefined();
});
