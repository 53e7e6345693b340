import fc from "fast-check";
import { instant, milliseconds } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { expect, test } from "vitest";
import type { SurveyReading, SurveyRequest, SurveyView } from "../api/survey.ts";
import { factsOf } from "../src/survey/facts.ts";
import { judgePlaces } from "../src/survey/places.ts";
import { brightHours, hoursSunUp, type Sky, yearOf } from "../src/survey/sky.ts";
import { answerSurvey } from "../src/survey/view.ts";
import { wordsIn } from "../src/survey/words.ts";
import { siteRead, SURVEYED } from "./survey-building.ts";

// Goal: from a few readings of a lux-meter, an honest span of what daylight switching would save, and
// a plain verdict. Method: hours against figures worked out elsewhere and against the whole almanac;
// surveys as a person would ask for them; properties over any readings.

const BESANCON = { latitudeDeg: 47.24, longitudeDeg: 6.02 };
const year = yearOf(BESANCON);
const AT_ONCE = milliseconds(0);

// Worked out beforehand from the same sky with another almanac, at other steps.
const hoursKnown: readonly [target: number, factor: number, overcast: number, partly: number][] = [
  [100, 0.005, 0, 2078],
  [100, 0.01, 1957, 3388],
  [100, 0.02, 3348, 3924],
  [100, 0.05, 4032, 4230],
  [150, 0.01, 896, 2750],
  [150, 0.02, 2619, 3662],
  [150, 0.05, 3812, 4128],
];

test.each(hoursKnown)("%d lx at a daylight factor of %d", (target, factor, overcast, partly) => {
  const hours = (sky: Sky) => brightHours(year, sky, { outdoor: target / factor, lost: AT_ONCE });
  // 6 h of 4000 is what sampling every fifth day costs.
  expect(Math.abs(hours("overcast") - overcast)).toBeLessThanOrEqual(6);
  expect(Math.abs(hours("partly") - partly)).toBeLessThanOrEqual(6);
});

test.each([
  ["Besançon", BESANCON],
  ["Fort-de-France", { latitudeDeg: 14.6, longitudeDeg: -61.07 }],
  ["Nouméa, where UTC's midnight is near noon", { latitudeDeg: -22.27, longitudeDeg: 166.45 }],
])("every fifth day stands for the whole year in %s", (_, location) => {
  const step = 5 * 60_000;
  const from = Date.UTC(2026, 0, 1);
  let up = 0;
  let bright = 0;
  for (let at = from; at < from + 365 * 86_400_000; at += step) {
    const sine = Math.sin((sunAltitudeDeg(location, instant(at)) * Math.PI) / 180);
    if (sine > 0) up += step;
    if (300 + 21_000 * sine >= 7500) bright += step;
  }
  const sampled = yearOf(location);
  // Half a percent of a year's daylight.
  expect(Math.abs(hoursSunUp(sampled) - up / 3_600_000)).toBeLessThan(22);
  const found = brightHours(sampled, "overcast", { outdoor: 7500, lost: AT_ONCE });
  expect(Math.abs(found - bright / 3_600_000)).toBeLessThan(22);
});

const pair = (indoor_lx: number, outdoor_lx: number, lamps_lx: number | null = null) => ({
  indoor_lx,
  outdoor_lx,
  lamps_lx,
});

const request = (changed: Partial<SurveyRequest> = {}): SurveyRequest => ({
  zone: null,
  kind: "hall",
  target_lx: null,
  readings: [pair(190, 9500), pair(220, 9400), pair(210, 9450)],
  load_W: 108,
  burning: "always",
  minutesPerDay: null,
  price_EURperKWh: 0.194,
  box_W: 6,
  cost_EUR: 150,
  ...changed,
});

const here = { location: BESANCON, site: undefined, today: "2026-11-22" };

const answered = (changed: Partial<SurveyRequest> = {}): SurveyView => {
  const outcome = answerSurvey(request(changed), here);
  if (!outcome.ok) throw new Error(outcome.problem.en);
  return outcome.value;
};

/** As people read it: a number stays with its unit by signs that a test need not spell. */
const plain = (text = ""): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

const refusal = (
  changed: Partial<SurveyRequest>,
  at: Parameters<typeof answerSurvey>[1] = here,
) => {
  const outcome = answerSurvey(request(changed), at);
  return outcome.ok ? undefined : outcome.problem;
};

test("a hall of 108 W that always burns: 2 % of daylight is worth its hardware", () => {
  const view = answered();
  expect(view).toMatchObject({
    verdict: "pays",
    target_lx: 100,
    daylightFactor: 0.02,
    lit_h: 8760,
    box_kWh: 52.6,
    places: [{ isDarkest: true }, { isDarkest: false }, { isDarkest: false }],
  });
  // 3348 h at 108 W are 362 kWh; the rule's margin costs a part of them.
  expect(view.enough_h.from * 0.108).toBeCloseTo(362, -1);
  expect(view.saved_kWh.from).toBeLessThan(300);
  expect(view.net_kWh.from).toBeCloseTo(view.saved_kWh.from - view.box_kWh, 0);
  expect(view.net_EUR?.from).toBeCloseTo(view.net_kWh.from * 0.194, 0);
  expect(view.payback_years?.worst).toBeCloseTo(150 / (view.net_EUR?.from ?? 0), 1);
  expect(plain(view.headline.fr)).toMatch(
    /^Éteindre par la lumière du jour est rentable ici : 44 à 71 €/u,
  );
});

const dark = [pair(40, 9500), pair(45, 9500), pair(44, 9500)];
const stairs = { kind: "stairwell", load_W: 80 } as const;

const verdicts: readonly [what: string, SurveyView["verdict"], Partial<SurveyRequest>][] = [
  ["a bright hall, dear hardware", "barely", { cost_EUR: 450 }],
  ["a bright hall, hardware dearer than it ever gives back", "does-not-pay", { cost_EUR: 800 }],
  ["a bright hall, no cost said", "pays", { cost_EUR: null }],
  ["a bright hall, no price known", "pays", { price_EURperKWh: null }],
  ["a bright hall, lit while the sun is up", "pays", { burning: "day" }],
  [
    "a bright hall on a timer of an hour a day",
    "does-not-pay",
    { burning: "minutes", minutesPerDay: 60 },
  ],
  [
    "a stairwell on a detector, 3 h a day",
    "does-not-pay",
    { ...stairs, burning: "minutes", minutesPerDay: 180 },
  ],
  ["a dark stairwell that always burns", "does-not-pay", { ...stairs, readings: dark }],
  [
    "1 % in a stairwell: all depends on the sky",
    "barely",
    { ...stairs, readings: [pair(95, 9500)] },
  ],
  [
    "1 % in a stairwell, no cost said: all depends on the sky",
    "barely",
    { ...stairs, readings: [pair(95, 9500)], load_W: 90, cost_EUR: null },
  ],
  ["no daylight at all", "does-not-pay", { readings: [pair(0, 9500)] }],
  ["a small lamp, no cost said", "does-not-pay", { load_W: 20, cost_EUR: null }],
  ["a middling lamp, no cost said", "barely", { load_W: 50, cost_EUR: null }],
  [
    "a small lamp beside a hub that is there already",
    "pays",
    { load_W: 20, box_W: 0, cost_EUR: 25 },
  ],
];

test.each(verdicts)("%s: %s", (_, verdict, changed) => {
  expect(answered(changed).verdict).toBe(verdict);
});

test("a timer or detector has done most of it already, and the reasons say so", () => {
  const timed = answered({ burning: "minutes", minutesPerDay: 45 });
  expect(timed.lit_h).toBe(274);
  expect(timed.avoided_h.to).toBeLessThan(274);
  const said = timed.reasons.map(({ en }) => en).join("\n");
  expect(said).toContain("The timer or detector already does most of it: daylight adds little.");
  expect(said).toContain("burn 45 min a day");
  expect(timed.headline.en).toContain("would use more than it avoids");
  expect(
    answered()
      .reasons.map(({ en }) => en)
      .join(),
  ).not.toContain("timer");
});

test("what burns longer than people pass burns whenever there is daylight", () => {
  const view = answered({ burning: "minutes", minutesPerDay: 1200 });
  expect(view.avoided_h).toEqual(view.keptOff_h);
  const most = answered({ burning: "minutes", minutesPerDay: 480 });
  expect(most.avoided_h.to).toBeCloseTo(view.keptOff_h.to / 2, -1);
});

test("where daylight gives the target but never the rule's margin above it, nothing is kept off", () => {
  const view = answered({ ...stairs, readings: [pair(38, 9500)] });
  expect(view.enough_h.to).toBeGreaterThan(300);
  expect(view.keptOff_h).toEqual({ from: 0, to: 0 });
});

test("a dark place is told that below 1 % little is earned", () => {
  expect(answered({ readings: dark }).reasons[1]?.en).toMatch(/^Below 1%/);
  const isWarned = (view: SurveyView) => view.reasons.some(({ en }) => en.startsWith("Below 1%"));
  expect(isWarned(answered())).toBe(false);
  // 20 lx are soon there, and then the warning would contradict the verdict.
  const carPark = answered({ kind: "car-park", readings: [pair(70, 9500)], load_W: 432 });
  expect([carPark.verdict, isWarned(carPark)]).toEqual(["pays", false]);
});

const doubtsOf = (changed: Partial<SurveyRequest>): string =>
  answered(changed)
    .doubts.map(({ fr, en }) => `${fr}\n${en}`)
    .join("\n");

test("a reading with the sun out is set aside, and told", () => {
  const readings = [pair(190, 9500), pair(300, 62_000), pair(210, 9500)];
  const view = answered({ readings });
  expect(view.places.map((it) => it.daylightFactor)).toEqual([0.02, null, 210 / 9500]);
  expect(view.places.map((it) => it.isDarkest)).toEqual([true, false, false]);
  expect(doubtsOf({ readings })).toContain("One reading was set aside");
  expect(doubtsOf({})).not.toContain("set aside");
});

test("places that differ by more than the double are told, also when one has no light at all", () => {
  expect(doubtsOf({ readings: [pair(100, 9500), pair(250, 9500)] })).toContain("(× 2,5)");
  expect(doubtsOf({ readings: [pair(0, 9500), pair(250, 9500)] })).toContain("plus du double :");
  expect(doubtsOf({ readings: [pair(100, 9500), pair(190, 9500)] })).not.toContain("double");
});

test("what was assumed is among the doubts", () => {
  expect(doubtsOf({ box_W: null })).toContain("6 W are assumed for Battant itself");
  expect(doubtsOf({ price_EURperKWh: null })).toContain("the verdict is in kWh");
  expect(doubtsOf({ readings: [pair(190, 9500)] })).toContain("Fewer than three places");
  expect(doubtsOf({})).not.toMatch(/assumed|Fewer than three|verdict is in kWh/);
});

test("lamps that could not be switched off are subtracted", () => {
  expect(answered({ readings: [pair(280, 9500, 90)] }).daylightFactor).toBe(0.02);
});

const refused: readonly [what: string, Partial<SurveyRequest>, RegExp][] = [
  ["no reading", { readings: [] }, /no reading: it takes one place at least/],
  ["dusk", { readings: [pair(5, 400)] }, /reading 1: 400 lx outdoors is too dark/],
  [
    "swapped",
    { readings: [pair(120, 9500), pair(9500, 120)] },
    /reading 2: more light indoors \(9,500.lx\) .*have the two been swapped/,
  ],
  ["brighter inside", { readings: [pair(2000, 1500)] }, /have the two been swapped/],
  [
    "lamps above all",
    { readings: [pair(100, 9500, 120)] },
    /lamps alone \(120 lx\) would give more/,
  ],
  ["only sunshine", { readings: [pair(400, 80_000)] }, /every reading has more than 30,000 lx/],
  ["no place said", { kind: null }, /say the zone, or the kind of place/],
  [
    "a kind that is none",
    { kind: "kitchen" },
    /no kind of place "kitchen"; there are hall, corridor/,
  ],
  ["less than the law asks", { target_lx: 80 }, /below what the law asks .*hall: 100 lx/],
  ["lamps of unknown power", { load_W: null }, /say what the lamps draw/],
  ["a timer of unknown length", { burning: "minutes" }, /how many minutes a day/],
  ["a zone that is none", { zone: "hall" }, /no zone "hall"/],
];

test.each(refused)("%s is refused with what to do", (_, changed, message) => {
  const problem = refusal(changed);
  expect(plain(problem?.en)).toMatch(message);
  expect(problem?.fr).not.toBe(problem?.en);
});

test("the building file gives what it knows: target, lamps, prices that have begun, the box", () => {
  const site = siteRead(SURVEYED);
  const known = { ...here, site };
  expect(factsOf(site, "2026-11-22")).toMatchObject({
    zones: [
      { zone: "hall", name: "Hall d'entrée", kind: "hall", target_lx: 100, load_W: 108 },
      { zone: "corridor-3", kind: "corridor", target_lx: 100, load_W: null },
    ],
    price_EURperKWh: 0.2516,
    box_W: 6,
  });
  expect(factsOf(site, "2024-12-31").price_EURperKWh).toBeNull();
  const bare = { zone: "hall", kind: null, load_W: null, price_EURperKWh: null, box_W: null };
  const outcome = answerSurvey(request(bare), known);
  if (!outcome.ok) throw new Error(outcome.problem.en);
  expect(outcome.value.net_EUR?.to).toBeCloseTo(outcome.value.net_kWh.to * 0.2516, 1);
  expect(outcome.value.doubts.some(({ en }) => en.includes("The power is declared"))).toBe(true);
  expect(refusal({ ...bare, zone: "corridor-3" }, known)?.en).toMatch(/building file does not say/);
  expect(refusal({ ...bare, zone: "attic" }, known)?.en).toMatch(/the zones are hall, corridor-3/);
  expect(refusal({ ...bare, target_lx: 80 }, known)?.en).toMatch(/hall: 100 lx/);
});

test("a stricter rule in the building file is reckoned with", () => {
  const strict = SURVEYED.replace("kind: hall\n", "kind: hall\n    daylight: { margin: 3 }\n");
  const keptOff = (text: string): number => {
    const at = { ...here, site: siteRead(text) };
    const outcome = answerSurvey(request({ zone: "hall", kind: null }), at);
    return outcome.ok ? outcome.value.keptOff_h.from : Number.NaN;
  };
  expect(keptOff(strict)).toBeLessThan(keptOff(SURVEYED) / 2);
});

const readings: fc.Arbitrary<readonly SurveyReading[]> = fc.array(
  fc
    .record({
      outdoor: fc.integer({ min: 1000, max: 30_000 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ outdoor, share }) => pair(outdoor * share, outdoor)),
  { minLength: 1, maxLength: 5 },
);

test("no survey promises more than daylight gives or than the lamps burn", () => {
  fc.assert(
    fc.property(
      readings,
      fc.constantFrom("always" as const, "day" as const, "minutes" as const),
      fc.integer({ min: 1, max: 1440 }),
      (pairs, burning, minutesPerDay) => {
        const view = answered({ readings: pairs, burning, minutesPerDay });
        expect(view.keptOff_h.from).toBeLessThanOrEqual(view.enough_h.from);
        expect(view.keptOff_h.to).toBeLessThanOrEqual(view.enough_h.to);
        expect(view.enough_h.to).toBeLessThanOrEqual(4403);
        expect(view.avoided_h.from).toBeLessThanOrEqual(view.avoided_h.to);
        expect(view.avoided_h.to).toBeLessThanOrEqual(Math.min(view.lit_h, view.keptOff_h.to));
        expect(view.net_kWh.to).toBeLessThan(view.saved_kWh.to);
        const sentences = [view.headline, ...view.reasons, ...view.doubts];
        for (const { fr, en } of sentences) expect(fr + en).not.toMatch(/NaN|undefined|Infinity|∞/);
      },
    ),
    { numRuns: 60 },
  );
});

/** 52.52 kWh a year: rounded to 52.5 and then again, half up, it would be another number. */
const boxes: readonly [box_W: number][] = [[5.9954], [5.9], [6], [6.05]];

test.each(boxes)("a box of %d W is told alike in the table and in its reason", (box_W) => {
  const view = answered({ readings: [pair(1, 10_000)], box_W });
  const table = wordsIn("fr").kWh(view.net_kWh);
  expect(view.net_kWh.to).toBe(-view.box_kWh);
  const reasons = view.reasons.map(({ fr }) => fr);
  expect(reasons.filter((it) => it.endsWith(`: il reste ${table}.`))).toHaveLength(1);
});

test("a darker place never promises more than a brighter one", () => {
  const share = fc.double({ min: 0, max: 0.2, noNaN: true });
  fc.assert(
    fc.property(share, share, (one, other) => {
      const at = (factor: number) => answered({ readings: [pair(10_000 * factor, 10_000)] });
      const [low, high] = [at(Math.min(one, other)), at(Math.max(one, other))];
      expect(low.saved_kWh.from).toBeLessThanOrEqual(high.saved_kWh.from);
      expect(low.saved_kWh.to).toBeLessThanOrEqual(high.saved_kWh.to);
    }),
    { numRuns: 60 },
  );
});

test("the darkest place decides, in whatever order they were read", () => {
  const judged = judgePlaces([pair(300, 10_000), pair(100, 10_000), pair(200, 10_000)]);
  expect(judged).toMatchObject({
    ok: true,
    value: { darkest: 0.01, brightest: 0.03, darkestAt: 1 },
  });
});
