import fc from "fast-check";
import { expect, test } from "vitest";
import { instant, lux, minutes, seconds } from "@battant/protocol/vocabulary/units";
import {
  begun,
  checked,
  ended,
  judgeDaylight,
  type Moment,
  type Past,
  type Reason,
  type RuleSettings,
} from "../daylight.ts";
import { type LightState, NOTHING_SEEN } from "../light.ts";
import { ago, NOON, settings } from "./zone.ts";

// Goal: the rule borrows when daylight has been enough for long enough, and gives back otherwise.
// Method: a bright stairwell at noon, and one row per thing that spoils it; then what the rule
// remembers of what it did.

const bright: LightState = {
  ...NOTHING_SEEN,
  seen: { illuminance: lux(600), at: ago(1) },
  daylight: lux(480),
  smooth: lux(480),
  brightSince: ago(15),
};
const untouched: Past = {
  inhibitions: [],
  releasedAt: undefined,
  beforeOff: undefined,
  distrust: undefined,
};
const waiting: Moment = {
  now: NOON,
  inhibiting: false,
  lampsOutAt: undefined,
  switchedOnAt: undefined,
};
const kept = { inhibiting: true, lampsOutAt: ago(3) };
const darkFor = (count: number) => ({
  brightSince: undefined,
  darkSince: instant(NOON - seconds(count)),
});
const many = Array.from({ length: 10 }, () => ago(90));

type Row = {
  name: string;
  light?: Partial<LightState>;
  past?: Partial<Past>;
  settings?: Partial<RuleSettings>;
  moment?: Partial<Moment>;
  because: Reason;
  since?: number;
  until?: number;
};
const rows: Row[] = [
  { name: "bright for long enough", because: "daylight-sufficient", since: ago(15) },
  { name: "never spoke", light: NOTHING_SEEN, because: "sensor-silent" },
  {
    name: "fell silent",
    light: { seen: { illuminance: lux(600), at: ago(6) } },
    because: "sensor-silent",
    since: ago(6),
  },
  {
    name: "said the same for 59 minutes",
    light: { same: { since: ago(59), illuminance: lux(600) } },
    because: "daylight-sufficient",
  },
  {
    name: "said the same for an hour",
    light: { same: { since: ago(60), illuminance: lux(600) } },
    because: "sensor-stuck",
    since: ago(60),
  },
  { name: "share unknown", light: { daylight: undefined }, because: "not-calibrated" },
  { name: "dark", light: darkFor(90), because: "too-dark", since: ago(1.5) },
  {
    name: "bright for 9 minutes",
    light: { brightSince: ago(9) },
    because: "not-bright-long-enough",
    since: ago(9),
    until: ago(-1),
  },
  {
    name: "given back two minutes ago",
    past: { releasedAt: ago(2) },
    because: "not-bright-long-enough",
    until: ago(-1),
  },
  {
    name: "given back three minutes ago",
    past: { releasedAt: ago(3) },
    because: "daylight-sufficient",
  },
  {
    name: "switched on two minutes ago",
    moment: { switchedOnAt: ago(2) },
    because: "not-bright-long-enough",
    until: ago(-1),
  },
  {
    name: "given back an hour ago on a day of many switchings",
    light: { brightSince: ago(300) },
    past: { releasedAt: ago(60), inhibitions: many },
    because: "not-bright-long-enough",
    until: ago(-100),
  },
  {
    name: "distrusted",
    past: { distrust: { until: instant(NOON + 1), failures: 1 } },
    because: "post-check-failed",
    until: NOON + 1,
  },
  {
    name: "no longer distrusted",
    past: { distrust: { until: NOON, failures: 1 } },
    because: "daylight-sufficient",
  },
  { name: "kept, still bright", moment: kept, because: "daylight-sufficient" },
  { name: "kept, dark for 19 s", light: darkFor(19), moment: kept, because: "daylight-sufficient" },
  { name: "kept, dark for 20 s", light: darkFor(20), moment: kept, because: "too-dark" },
  {
    name: "kept, silent",
    light: { seen: { illuminance: lux(600), at: ago(6) } },
    moment: kept,
    because: "sensor-silent",
  },
  {
    name: "kept, lamps not seen to go",
    past: { beforeOff: lux(600) },
    moment: kept,
    because: "post-check-failed",
  },
  {
    name: "kept, lamps seen to go",
    past: { beforeOff: lux(720) },
    moment: kept,
    because: "daylight-sufficient",
  },
  {
    name: "kept, lamps out for too short to tell",
    past: { beforeOff: lux(600) },
    moment: { ...kept, lampsOutAt: ago(1.5) },
    because: "daylight-sufficient",
  },
  {
    name: "kept, nobody sees the lamps",
    past: { beforeOff: lux(600) },
    moment: { ...kept, lampsOutAt: undefined },
    because: "daylight-sufficient",
  },
  {
    name: "kept, lamps too weak to be missed",
    past: { beforeOff: lux(600) },
    settings: { luminaireContribution: lux(36) },
    moment: kept,
    because: "daylight-sufficient",
  },
];

test.each(rows)("daylight: $name → $because", (row) => {
  const found = judgeDaylight(
    { ...bright, ...row.light },
    { ...untouched, ...row.past },
    { ...settings, ...row.settings },
    { ...waiting, ...row.moment },
  );
  expect(found.because).toBe(row.because);
  if (row.since !== undefined) expect(found.since).toBe(row.since);
  if (row.until !== undefined) expect(found.until).toBe(row.until);
});

test("who waits is told how long daylight must suffice today", () => {
  const past = { ...untouched, inhibitions: many.slice(0, 7) };
  const found = judgeDaylight(bright, past, settings, waiting);
  expect(found).toMatchObject({ because: "not-bright-long-enough", offDelay: minutes(20) });
});

test("from the seventh inhibition within a day, each doubles the delay, up to eight hours", () => {
  const justBright = { ...bright, brightSince: ago(9) };
  const delayAfter = (count: number): number | undefined => {
    const inhibitions = Array.from({ length: count }, () => ago(60));
    return judgeDaylight(justBright, { ...untouched, inhibitions }, settings, waiting).offDelay;
  };
  const delays = [10, 10, 20, 40, 80, 480].map(minutes);
  expect([0, 6, 7, 8, 9, 30].map(delayAfter)).toEqual(delays);
});

test("yesterday's inhibitions do not count, and are forgotten at the next", () => {
  const yesterday = { ...untouched, inhibitions: many.map(() => ago(24 * 60)) };
  expect(judgeDaylight(bright, yesterday, settings, waiting).because).toBe("daylight-sufficient");
  const inhibitions = [ago(24 * 60), ago(24 * 60 - 1)];
  const past = begun({ ...untouched, inhibitions }, lux(700), NOON);
  expect(past).toMatchObject({ inhibitions: [ago(24 * 60 - 1), NOON], beforeOff: 700 });
});

test.each<[name: string, seen: number, secondsDark: number | undefined, isStillAsked: boolean]>([
  ["sees less by what its lamps gave", 480, 5, false],
  ["sees a little more than noise less", 587, 30, false],
  ["sees the same but for noise", 588, 180, true],
  ["sees less while the lamps still fade", 480, 4.999, true],
  ["saw that before the lamps went out", 480, -2, true],
  ["is at lamps that nobody sees", 480, undefined, true],
])("a sensor that %s: %d lx", (...row) => {
  const [, illuminance, secondsDark, isStillAsked] = row;
  const past = { ...untouched, inhibitions: [NOON], releasedAt: ago(9), beforeOff: lux(600) };
  const light = { ...bright, seen: { illuminance: lux(illuminance), at: NOON } };
  const lampsOutAt = secondsDark === undefined ? undefined : instant(NOON - seconds(secondsDark));
  const next = checked(past, light, lampsOutAt);
  expect(next).toEqual(isStillAsked ? past : { ...past, beforeOff: undefined });
});

test("what was given back is compared with nothing at the next time", () => {
  expect(ended({ ...untouched, beforeOff: lux(600) }, "override", NOON).beforeOff).toBeUndefined();
});

const endings: [
  because: string,
  minutesAfter: number,
  failures: number | undefined,
  hours: number,
][] = [
  ["too-dark", 2, 2, 2],
  ["too-dark", 2.1, undefined, 0],
  ["post-check-failed", 30, 2, 2],
  ["override", 1, 1, 1],
  ["sensor-silent", 30, 1, 1],
];

test.each(endings)("given back for %s after %d min: distrusted %j times", (...row) => {
  const [because, minutesAfter, failures, hours] = row;
  const once = { until: ago(-60), failures: 1 };
  const past = { ...untouched, inhibitions: [ago(minutesAfter)], distrust: once };
  const after = ended(past, because, NOON);
  expect(after.releasedAt).toBe(NOON);
  expect(after.inhibitions).toBe(past.inhibitions);
  expect(after.distrust).toEqual(
    failures === undefined ? undefined : { failures, until: ago(-60 * hours) },
  );
});

test("who began nothing has failed at nothing", () => {
  expect(ended(untouched, "post-check-failed", NOON).distrust).toBeUndefined();
});

test("a sensor that fails again and again is left alone for sixteen hours at most", () => {
  let past: Past = untouched;
  for (let i = 0; i < 12; i++) past = ended(begun(past, undefined, NOON), "too-dark", NOON);
  expect(past.distrust).toEqual({ failures: 12, until: ago(-16 * 60) });
});

test("whatever came before, the rule borrows nothing that is not bright, fresh and settled", () => {
  const when = fc.integer({ min: -120, max: 1500 }).map(ago);
  const maybe = <T>(it: fc.Arbitrary<T>) => fc.option(it, { nil: undefined });
  const pasts = fc.record({
    inhibitions: fc.array(when, { maxLength: 12 }),
    releasedAt: maybe(when),
    beforeOff: maybe(fc.double({ min: 0, max: 2000, noNaN: true }).map(lux)),
    distrust: maybe(fc.record({ until: when, failures: fc.integer({ min: 1, max: 20 }) })),
  });
  const lights = fc.record({
    seen: maybe(fc.record({ illuminance: fc.constant(lux(600)), at: when })),
    brightSince: maybe(when),
    switchedOnAt: maybe(when),
  });
  fc.assert(
    fc.property(pasts, lights, (past, { seen, brightSince, switchedOnAt }) => {
      const light = { ...bright, seen, brightSince };
      const found = judgeDaylight(light, past, settings, { ...waiting, switchedOnAt });
      if (found.because !== "daylight-sufficient") return;
      expect(NOON - seen!.at).toBeLessThanOrEqual(settings.readingAgeMax);
      expect(NOON - brightSince!).toBeGreaterThanOrEqual(settings.offDelay);
      for (const at of [past.releasedAt, switchedOnAt]) {
        if (at !== undefined) expect(NOON - at).toBeGreaterThanOrEqual(minutes(3));
      }
      if (past.distrust !== undefined) expect(past.distrust.until).toBeLessThanOrEqual(NOON);
    }),
    { numRuns: 2000 },
  );
});
