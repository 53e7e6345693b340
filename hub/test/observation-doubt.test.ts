import { expect, test } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, instant, lux } from "@battant/protocol/vocabulary/units";
import { readConfiguration } from "../src/config/read.ts";
import type { Because, Decision, Presence } from "../src/domain/decision.ts";
import { timeline } from "../src/evidence/timeline.ts";
import { observe } from "../src/observation/observe.ts";
import type { Observation } from "../src/observation/review.ts";
import { headlineOf, methodOf, missingOf } from "../src/observation/sentences.ts";
import type { DecisionRow } from "../src/observation/tracks.ts";
import { BUILDING } from "./cli-place.ts";
import { terms, utc, writer } from "./evidence-kit.ts";

// Goal: days on which the rule could not judge do not count, and people are told why.
// Method: whole local days, decided hour by hour; what was decided by day is told for each of them.

const FROM = utc("2026-03-01T23:00");
const PARIS = "Europe/Paris";

type Said = {
  readonly because: Because;
  readonly presence?: Presence["kind"];
};

const decided = ({ because, presence }: Said): Decision => ({
  kind: because === "daylight-sufficient" ? "inhibit" : "allow",
  because,
  evidence: {
    target: lux(100),
    threshold: lux(150),
    observed: true,
    ...(presence !== undefined && { presence: { kind: presence } }),
  },
});

/** By night the sun is down; from 7 to 18 o'clock it is as said. */
const observed = (...days: readonly (Said | ((hour: number) => Said))[]): Observation => {
  const records = writer();
  const range = { from: FROM, to: instant(FROM + hours(24 * days.length)) };
  records.hourly(range, { lit: true });
  const decisions = days.flatMap((day, index) =>
    Array.from({ length: 24 }, (_, hour): DecisionRow => {
      const isDay = hour >= 7 && hour < 18;
      const said = typeof day === "function" ? day(hour) : day;
      const at = instant(FROM + hours(24 * index + hour));
      return { at, decision: decided(isDay ? said : { because: "sun-is-down" }) };
    }),
  );
  const { history } = records;
  const its = terms();
  const found = observe(timeline(history, range), { decisions, breaks: [] }, its);
  return { ...found, began: FROM, ended: undefined, day: days.length, load: its.load };
};

const planIn = (text: string) => {
  const read = readConfiguration(text);
  if (!read.ok) throw new Error("the test's building file is not good");
  return read.site.zones.get("hall" as ZoneId)!;
};
const UNCALIBRATED = planIn(BUILDING);
const plan = planIn(`${BUILDING}    daylight: { luminaire_contribution_lx: 60 }\n`);

const plain = (text: string): string => text.replaceAll(/\s/gu, " ");
const missing = (it: Observation, its = plan): readonly string[] =>
  missingOf(it, its, PARIS).map(({ en }) => plain(en));
const fortnight = (said: Said): readonly Said[] => Array.from({ length: 14 }, () => said);

const DARK: Said = { because: "too-dark" };
const BRIGHT: Said = { because: "daylight-sufficient" };

const doubts: readonly [said: Said, told: RegExp][] = [
  [{ because: "sensor-silent" }, /^154 h 00 do not count: the light sensor said nothing\. Look at/],
  [{ because: "sensor-offline" }, /do not count: the board of the light sensor did not answer\./],
  [{ because: "sensor-stuck" }, /do not count: the light sensor repeated the same value\./],
  [
    { because: "not-calibrated" },
    /do not count: the zone was not calibrated yet\. Nothing is left/,
  ],
  [{ because: "clock-unknown" }, /do not count: the hub was not sure of the time\. Ask `npx batt/],
  [{ because: "no-light-sensor" }, /do not count: the zone had no light sensor yet\./],
  [{ because: "no-circuit" }, /do not count: the zone had no circuit yet\./],
  [{ because: "occupied", presence: "silent" }, /do not count: a presence detector said nothing/],
  [{ because: "occupied", presence: "stuck" }, /do not count: a presence detector said nothing/],
];

test.each(doubts)("no day is known by %j, and people are told why", (said, told) => {
  const it = observed(...fortnight(said));
  expect(it).toMatchObject({ daysKnown: 0, would: 0, unknown: hours(14 * 11) });
  expect(headlineOf(it, plan, PARIS).en).toBe("Nobody knows yet what Battant would have done.");
  expect(missing(it)).toEqual([expect.stringMatching(told), "14 known days are missing of 14."]);
});

const judged: readonly [said: Said][] = [
  [DARK],
  [{ because: "override" }],
  [{ because: "post-check-failed" }],
  [{ because: "not-bright-long-enough" }],
  [{ because: "occupied", presence: "seen" }],
  // Daylight was judged: the detector is another matter.
  [{ because: "too-dark", presence: "silent" }],
];

test.each(judged)("what would have been is known by %j", (said) => {
  const it = observed(...fortnight(said));
  expect(it).toMatchObject({ daysKnown: 14, would: 0, unknown: 0, doubts: [] });
  expect(headlineOf(it, plan, PARIS).en).toMatch(/^As far as anybody knows, .* not .* once\.$/);
  expect(missing(it)).toEqual([]);
});

test("what the building file still lacks is told once", () => {
  const it = observed(...fortnight({ because: "not-calibrated" }));
  expect(missing(it, UNCALIBRATED)).toEqual([
    expect.stringMatching(/^There is no calibration/),
    "14 known days are missing of 14.",
  ]);
});

test("the reason that cost most is told first, and one that cost minutes is not told", () => {
  const mixed = (hour: number): Said =>
    hour < 9 ? { because: "sensor-offline" } : { because: "sensor-silent" };
  const it = observed(mixed, DARK, BRIGHT);
  expect(it.doubts).toEqual([
    { doubt: "sensor-silent", time: hours(9) },
    { doubt: "sensor-offline", time: hours(2) },
  ]);
  expect(missing(it)).toEqual([
    expect.stringMatching(/^9 h 00 .* said nothing/),
    expect.stringMatching(/^2 h 00 .* did not answer/),
    "12 known days are missing of 14.",
  ]);
  const short = { ...it, doubts: [{ doubt: "sensor-silent" as const, time: hours(0.9) }] };
  expect(missing(short)).toEqual(["12 known days are missing of 14."]);
});

test("a day that is known in spite of it, and enough of them, give no cause for anything", () => {
  const once = (hour: number): Said => (hour === 12 ? { because: "sensor-silent" } : DARK);
  expect(observed(once, DARK)).toMatchObject({ daysKnown: 2, unknown: hours(1), doubts: [] });
  const lost = observed(...fortnight(DARK), { because: "sensor-silent" });
  expect(lost.daysKnown).toBe(14);
  expect(lost.doubts).not.toEqual([]);
  expect(missing(lost)).toEqual([]);
});

test("the busiest day is named if it is the only one", () => {
  const twice = (hour: number): Said => (hour === 9 || hour === 15 ? BRIGHT : DARK);
  const told = (it: Observation) => methodOf(it, plan, PARIS).map(({ fr }) => plain(fr))[1];
  expect(told(observed(BRIGHT, twice, BRIGHT))).toBe(
    "Au plus 2 extinctions en un jour, le 3 mars 2026.",
  );
  expect(told(observed(BRIGHT, BRIGHT, DARK))).toBe("Au plus 1 extinction en un jour.");
  expect(told(observed(DARK))).toMatch(/^Aucune durée/);
});
