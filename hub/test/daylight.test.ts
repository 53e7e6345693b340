import fc from "fast-check";
import { expect, test } from "vitest";
import {
  hours,
  type Instant,
  instant,
  type Lux,
  lux,
  type Milliseconds,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import type { Because } from "../src/domain/decision.ts";
import { NOTHING_SEEN, seeLight } from "../src/domain/light.ts";
import type { ZonePlan } from "../src/domain/site.ts";
import { unknownZone, type Zone } from "../src/domain/zone.ts";
import { decideDaylight, type Moment, offDelayOf, sunGuardDeg } from "../src/rules/daylight.ts";
import { BOOT, NOON, settings, STAIRS, stairs } from "./building.ts";

// Goal: daylight alone must be enough, for long enough, on fresh evidence, with nobody objecting.
// Method: one stairwell where all of that holds at noon, and one row per thing that spoils it.

const ago = (span: Milliseconds): Instant => instant(NOON - span);
const noon: Moment = {
  now: NOON,
  sunAltitudeDeg: 66,
  clockTrusted: true,
  relayOnline: true,
  sensorOnline: true,
};

const bright: Zone = {
  ...unknownZone(STAIRS),
  light: {
    ...NOTHING_SEEN,
    seen: { illuminance: lux(600), at: ago(minutes(1)) },
    daylight: lux(480),
    smooth: lux(480),
    brightSince: ago(minutes(15)),
  },
};
const light = (change: Partial<Zone["light"]>): Partial<Zone> => ({
  light: { ...bright.light, ...change },
});
const inhibiting: Partial<Zone> = {
  verdict: {
    decision: decideDaylight(bright, stairs, noon),
    since: ago(minutes(5)),
    loggedAt: undefined,
  },
};
const keptOff: Partial<Zone> = {
  circuit: {
    report: { boot: BOOT, state: "inhibited", reason: "lease", lit: false },
    litChanged: ago(minutes(3)),
    lease: undefined,
  },
};
const override = (until: Instant): Partial<Zone> => ({
  override: { until, since: ago(minutes(2)), by: "wall-switch" },
});
const plan = (change: Partial<ZonePlan["daylight"]>): ZonePlan => ({
  ...stairs,
  daylight: { ...settings, ...change },
});

type Row = {
  name: string;
  zone?: Partial<Zone>;
  plan?: ZonePlan;
  moment?: Partial<Moment>;
  because: Because;
};
const rows: Row[] = [
  { name: "bright for long enough", because: "daylight-sufficient" },
  { name: "no circuit", plan: { ...stairs, circuit: undefined }, because: "no-circuit" },
  { name: "no sensor", plan: { ...stairs, lightSensor: undefined }, because: "no-light-sensor" },
  { name: "rule switched off", plan: plan({ mode: "off" }), because: "rule-off" },
  { name: "somebody wants light", zone: override(instant(NOON + 1)), because: "override" },
  { name: "the override has run out", zone: override(NOON), because: "daylight-sufficient" },
  { name: "clock not believable", moment: { clockTrusted: false }, because: "clock-unknown" },
  { name: "sun just below the horizon", moment: { sunAltitudeDeg: -0.01 }, because: "sun-is-down" },
  { name: "relay board away", moment: { relayOnline: false }, because: "relay-offline" },
  { name: "sensor board away", moment: { sensorOnline: false }, because: "sensor-offline" },
  { name: "sensor never spoke", zone: light({ seen: undefined }), because: "sensor-silent" },
  {
    name: "sensor fell silent",
    zone: light({ seen: { illuminance: lux(600), at: ago(minutes(6)) } }),
    because: "sensor-silent",
  },
  {
    name: "the same number for an hour",
    zone: light({ same: { since: ago(minutes(60)), illuminance: lux(600) } }),
    because: "sensor-stuck",
  },
  {
    name: "luminaires' share unknown",
    zone: light({ daylight: undefined }),
    because: "not-calibrated",
  },
  { name: "not bright", zone: light({ brightSince: undefined }), because: "too-dark" },
  {
    name: "a gap between clouds",
    zone: light({ brightSince: ago(minutes(9)) }),
    because: "not-bright-long-enough",
  },
  {
    name: "given back two minutes ago",
    zone: { releasedAt: ago(minutes(2)) },
    because: "not-bright-long-enough",
  },
  {
    name: "switched on two minutes ago",
    zone: { switchedOnAt: ago(minutes(2)) },
    because: "not-bright-long-enough",
  },
  {
    name: "given back an hour ago, on a day of many switchings",
    zone: {
      releasedAt: ago(minutes(60)),
      inhibitions: Array.from({ length: 10 }, () => ago(minutes(90))),
      ...light({ brightSince: ago(minutes(300)) }),
    },
    because: "not-bright-long-enough",
  },
  {
    name: "the last attempt left people in the dark",
    zone: { distrust: { until: instant(NOON + 1), failures: 1 } },
    because: "post-check-failed",
  },
  { name: "already borrowed, still bright", zone: inhibiting, because: "daylight-sufficient" },
  {
    name: "already borrowed, a cloud for 19 s",
    zone: { ...inhibiting, ...light({ brightSince: undefined, darkSince: ago(seconds(19)) }) },
    because: "daylight-sufficient",
  },
  {
    name: "already borrowed, dark for 20 s",
    zone: { ...inhibiting, ...light({ brightSince: undefined, darkSince: ago(seconds(20)) }) },
    because: "too-dark",
  },
  {
    name: "already borrowed, sensor silent",
    zone: { ...inhibiting, ...light({ seen: { illuminance: lux(600), at: ago(minutes(6)) } }) },
    because: "sensor-silent",
  },
  {
    name: "already borrowed, and the sensor did not see its lamps go",
    zone: { ...inhibiting, ...keptOff, beforeOff: lux(600) },
    because: "post-check-failed",
  },
  {
    name: "already borrowed, and the sensor saw its lamps go",
    zone: { ...inhibiting, ...keptOff, beforeOff: lux(720) },
    because: "daylight-sufficient",
  },
  {
    name: "observing without its relay",
    plan: plan({ mode: "observe" }),
    moment: { relayOnline: false },
    because: "daylight-sufficient",
  },
];

test.each(rows)("daylight: $name → $because", (row) => {
  const zone = { ...bright, ...row.zone };
  const decision = decideDaylight(zone, row.plan ?? stairs, { ...noon, ...row.moment });
  expect(decision.because).toBe(row.because);
  expect(decision.kind).toBe(row.because === "daylight-sufficient" ? "inhibit" : "allow");
});

test("outdoor paths are still bright when the sun has just set, indoors are not", () => {
  expect(sunGuardDeg(stairs)).toBe(0);
  expect(sunGuardDeg({ ...stairs, kind: "outdoor-path" })).toBe(-4);
});

test("from the seventh inhibition within a day, each doubles the delay", () => {
  const after = (count: number): number => {
    const inhibitions = Array.from({ length: count }, () => ago(hours(1)));
    return offDelayOf({ ...bright, inhibitions }, settings, NOON) / minutes(1);
  };
  expect([0, 6, 7, 8, 9, 30].map(after)).toEqual([10, 10, 20, 40, 80, 480]);
});

test("yesterday's inhibitions do not count", () => {
  const inhibitions = Array.from({ length: 9 }, () => ago(hours(24)));
  expect(offDelayOf({ ...bright, inhibitions }, settings, NOON)).toBe(minutes(10));
});

// The estimate of daylight.

type Sample = { at?: Instant; lit?: boolean; litChanged?: Instant };
const seeing = (before: Zone["light"], illuminance: number, sample: Sample = {}) => {
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
  const settled = seeing(NOTHING_SEEN, 500, { litChanged: ago(seconds(5)) });
  expect(settled.seen?.illuminance).toBe(500);
  expect(seeing(NOTHING_SEEN, 500, { litChanged: ago(seconds(4)) })).toBe(NOTHING_SEEN);
});

test("late and repeated samples change nothing", () => {
  const before = seeing(NOTHING_SEEN, 500);
  expect(seeing(before, 100)).toBe(before);
  expect(seeing(before, 100, { at: ago(minutes(1)) })).toBe(before);
  expect(seeing(NOTHING_SEEN, 100, { at: ago(minutes(6)) })).toBe(NOTHING_SEEN);
});

test("one ray of sun does not make a bright zone", () => {
  let state = NOTHING_SEEN;
  for (let i = 6; i > 0; i--) state = seeing(state, 100, { at: ago(minutes(i)) });
  state = seeLight(
    state,
    { illuminance: lux(250), at: instant(NOON - 50_000), lit: false, litChanged: undefined },
    settings,
    NOON,
  );
  expect(state.daylight).toBe(250);
  expect(state.brightSince).toBeUndefined();
});

test("a gap in the readings starts the ten minutes again", () => {
  const early = seeLight(
    NOTHING_SEEN,
    { illuminance: lux(600), at: ago(minutes(20)), lit: false, litChanged: undefined },
    settings,
    ago(minutes(20)),
  );
  expect(early.brightSince).toBe(ago(minutes(20)));
  expect(seeing(early, 600).brightSince).toBe(NOON);
});

test("below the target the floor is dark, whatever else is true", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 149.99, noNaN: true }), fc.boolean(), (value, lit) => {
      const state = seeing(NOTHING_SEEN, value, { lit });
      expect(state.darkSince).toBe(NOON);
      expect(state.brightSince).toBeUndefined();
      expect(state.daylight as Lux).toBeLessThan(150);
    }),
  );
});
