import fc from "fast-check";
import { expect, test } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import {
  hours,
  type Instant,
  instant,
  minutes,
  wattHours,
  watts,
} from "@battant/protocol/vocabulary/units";
import { type Baseline, baseline } from "../src/evidence/baseline.ts";
import { burningInDaylight } from "../src/evidence/burning.ts";
import { type Load, loadOf } from "../src/evidence/load.ts";
import { netOf } from "../src/evidence/net.ts";
import type { PowerEvidence, Range } from "../src/evidence/records.ts";
import { type Savings, savings } from "../src/evidence/savings.ts";
import { methodSentences, netSentences } from "../src/evidence/sentences.ts";
import { timeline } from "../src/evidence/timeline.ts";
import type { Terms } from "../src/evidence/worth.ts";
import {
  HUNDRED_WATTS,
  NO_POWER,
  OCTOBER,
  PARIS,
  type State,
  terms,
  writer,
} from "./evidence-kit.ts";

// Goal: what is claimed as saved can be done again by hand, never more than the light really burned
// before, and says what it does not know.
// Method: days so regular that the sums fit in a comment; tables of what spoils them.

const DAY = hours(24);
const MIDNIGHT = OCTOBER.from;
const day = (count: number): Instant => instant(MIDNIGHT + count * DAY);
const days = (from: number, to: number): Range => ({ from: day(from), to: day(to) });
const hour = (of: number, count: number): Instant => instant(day(of) + hours(count));

type Habit = { readonly lit: number; readonly bright: number; readonly state?: State };

/** Each day: `bright` hours of sufficient daylight from eight, in the first `lit` of which it burns. */
function live(range: Range, { lit, bright, state = {} }: Habit): Parameters<typeof timeline>[0] {
  const it = writer();
  for (let start = range.from; start < range.to; start = instant(start + DAY)) {
    const from = (count: number): Instant => instant(start + hours(count));
    const span = (first: number, last: number): Range => ({ from: from(first), to: from(last) });
    it.hourly(span(0, 8), { lit: true, daylight: "insufficient", mode: "observe" });
    it.hourly(span(8, 8 + lit), { lit: true, mode: "observe", ...state });
    it.hourly(span(8 + lit, 8 + bright), { lit: false, mode: "observe", ...state });
    it.hourly(span(8 + bright, 24), { lit: true, daylight: "insufficient", mode: "observe" });
  }
  return it.history;
}

const before = (range: Range, habit: Habit, its: Terms = terms()): Baseline =>
  baseline(timeline(live(range, habit), range), its);

const KEPT_OFF: State = { lit: false, inhibited: true, mode: "act" };
const acting = (range: Range, base: Baseline, its: Terms = terms()): Savings => {
  const history = live(range, { lit: 0, bright: 10, state: KEPT_OFF });
  return savings(timeline(history, range), base, its);
};

test("a week of burning four of eight bright hours is a rate of one half", () => {
  const found = before(days(0, 7), { lit: 4, bright: 8 });
  // 7 × 4 h × 100 W, at 0.20 €.
  expect(found.worth).toEqual({ time: hours(28), wattHours: 2800, cents: 56 });
  expect(found.known.total).toBe(7 * DAY);
  expect(found.rate).toEqual({
    ok: true,
    value: 0.5,
    burning: hours(28),
    sufficient: hours(56),
    days: 7,
    spread: 0,
  });
  expect(found.days.map((row) => row.worth.wattHours)).toEqual(
    Array.from({ length: 7 }, () => 400),
  );
});

test("the spread says how days differ, each weighing as much as its daylight", () => {
  const half = live(days(0, 6), { lit: 4, bright: 8 });
  const all = live(days(6, 8), { lit: 8, bright: 8 });
  const both = {
    circuit: [...half.circuit, ...all.circuit],
    verdicts: [...half.verdicts, ...all.verdicts],
    breaks: [],
  };
  const { rate } = baseline(timeline(both, days(0, 8)), terms());
  // Six days of 1/2 and two of 1: mean 5/8, variance (6·(1/8)² + 2·(3/8)²) / 8 = 3/64.
  expect(rate).toMatchObject({ ok: true, value: 0.625 });
  expect(rate.ok && rate.spread).toBeCloseTo(Math.sqrt(3) / 8, 12);
});

test("six days are no baseline, and still tell what they have", () => {
  const found = before(days(0, 6), { lit: 4, bright: 8 });
  expect(found.rate).toEqual({ ok: false, because: "too-few-days", days: 6, needed: 7 });
  expect(found.worth).toEqual({ time: hours(24), wattHours: 2400, cents: 48 });
  const saved = acting(days(7, 8), found);
  expect(saved.avoided).toBeUndefined();
  expect(saved.upTo).toEqual({ time: hours(10), wattHours: 1000, cents: 20 });
});

test("a day with a hole of hours is not among the known days, what is known of it counts", () => {
  const history = live(days(0, 7), { lit: 4, bright: 8 });
  const isThere = ({ at }: { readonly at: Instant }): boolean =>
    at <= hour(3, 0) || at >= hour(3, 5);
  const holed = {
    circuit: history.circuit.filter(isThere),
    verdicts: history.verdicts.filter(isThere),
    breaks: [],
  };
  const found = baseline(timeline(holed, days(0, 7)), terms());
  const hole = hours(5) - minutes(65);
  expect(found.rate).toMatchObject({ ok: false, because: "too-few-days", days: 6 });
  expect(found.unknown.total).toBe(hole);
  expect(found.days[3]?.unknown).toBe(hole);
  expect(found.known.total).toBe(7 * DAY - hole);
});

test("a cellar that daylight hardly reaches gives no rate", () => {
  const it = writer();
  it.hourly(days(0, 8), { daylight: "insufficient" });
  for (let of = 0; of < 8; of++) it.verdict(hour(of, 12.5));
  const found = baseline(timeline(it.history, days(0, 8)), terms());
  expect(found.rate).toEqual({
    ok: false,
    because: "too-little-daylight",
    sufficient: hours(4),
    needed: hours(7),
  });
});

// Of seven days with eight bright hours, in four of which the light burned: what spoils those eight.
const spoilt: readonly [name: string, state: State, sufficient: number, unknown: number][] = [
  ["nothing", {}, 56, 0],
  ["the rule was off, and its daylight known", { mode: "off" }, 56, 0],
  ["something acted", { mode: "act" }, 0, 0],
  ["a board kept it off by itself", { inhibited: true }, 0, 0],
  ["nobody could tell about the light", { lit: undefined }, 0, 56],
  ["nobody could tell about daylight", { daylight: "unknown" }, 0, 56],
];

test.each(spoilt)(
  "baseline: %s: %j leaves %d bright hours, %d h unknown",
  (_, state, ...expected) => {
    const found = before(days(0, 7), { lit: 4, bright: 8, state });
    expect([found.sufficient.total, found.unknown.total]).toEqual(expected.map(hours));
  },
);

// One day with ten bright hours, of which the light burns five.
const burnt: readonly [name: string, state: State, burning: number, unknown: number][] = [
  ["observed", {}, 5, 0],
  ["while the rule acts, too", { mode: "act" }, 5, 0],
  ["too dark", { daylight: "insufficient" }, 0, 0],
  ["too dark, and nobody sees the light", { daylight: "insufficient", lit: undefined }, 0, 0],
  ["nobody sees the light", { lit: undefined }, 0, 10],
  ["nobody knows about daylight: what is out did not burn", { daylight: "unknown" }, 0, 5],
];

test.each(burnt)("burning in daylight, %s: %j is %d h, %d h unknown", (_, state, ...expected) => {
  const line = timeline(live(days(0, 1), { lit: 5, bright: 10, state }), days(0, 1));
  const found = burningInDaylight(line, terms());
  expect([found.burning.total, found.unknown.total]).toEqual(expected.map(hours));
  expect(found.days).toMatchObject([
    { burning: found.burning.total, unknown: found.unknown.total, worth: found.worth },
  ]);
});

test("kept off ten hours a day where half would have burned, five are avoided", () => {
  const saved = acting(days(10, 12), before(days(0, 7), { lit: 4, bright: 8 }));
  expect(saved.keptOff.total).toBe(hours(20));
  expect(saved.avoided).toEqual({ time: hours(10), wattHours: 1000, cents: 20 });
  expect(saved.upTo).toEqual({ time: hours(20), wattHours: 2000, cents: 40 });
  expect(saved.unknown.total).toBe(0);
  expect(saved.method).toMatchObject({ name: "IPMVP option A", baseline: days(0, 7) });
});

const states: readonly [name: string, state: State, kept: number, unknown: number][] = [
  ["kept off in daylight", { lit: false, inhibited: true }, 10, 0],
  [
    "kept off for nobody, nobody knows how bright it was",
    { lit: false, inhibited: true, daylight: "unknown", because: "vacant" },
    0,
    0,
  ],
  ["kept off by a board alone", { lit: false, inhibited: true, daylight: "unknown" }, 10, 0],
  ["kept off although too dark", { lit: false, inhibited: true, daylight: "insufficient" }, 0, 0],
  ["burning through a welded contact", { lit: true, inhibited: true }, 0, 0],
  ["not seen to be out", { lit: undefined, inhibited: true }, 0, 10],
  ["out by itself", { lit: false, inhibited: false }, 0, 0],
];

test.each(states)("%s: %j counts %d h as kept off, %d h as unknown", (_, state, kept, unknown) => {
  const range = days(10, 11);
  const base = before(days(0, 7), { lit: 8, bright: 8 });
  const history = live(range, { lit: 0, bright: 10, state: { mode: "act", ...state } });
  const saved = savings(timeline(history, range), base, terms());
  expect(saved.keptOff.total).toBe(hours(kept));
  expect(saved.avoided?.time).toBe(hours(kept));
  expect(saved.unknown.total).toBe(hours(unknown));
});

test("nothing written is unknown, not zero and not saved", () => {
  const base = before(days(0, 7), { lit: 8, bright: 8 });
  const saved = savings(timeline(writer().history, days(10, 11)), base, terms());
  expect(saved.unknown.total).toBe(DAY);
  expect(saved.avoided?.time).toBe(0);
  expect(saved.days).toMatchObject([{ unknown: DAY, keptOff: 0 }]);
});

test("whatever happens, no more is avoided than was kept off, and rows add up", () => {
  const habit = fc.record({ lit: fc.integer({ min: 0, max: 9 }), bright: fc.constant(9) });
  const price = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(habit, price, fc.integer({ min: 1, max: 9 }), (known, eurosPerKWh, bright) => {
      const its = terms({ prices: [{ from: day(0), eurosPerKWh }] });
      const range = days(10, 14);
      const history = live(range, { lit: 0, bright, state: KEPT_OFF });
      const {
        avoided,
        upTo,
        days: rows,
      } = savings(timeline(history, range), before(days(0, 7), known, its), its);
      for (const key of ["time", "wattHours", "cents"] as const) {
        const all = avoided?.[key] ?? NaN;
        expect(all).toBeLessThanOrEqual(upTo[key] ?? NaN);
        expect(rows.reduce((sum, row) => sum + (row.avoided?.[key] ?? NaN), 0)).toBe(all);
      }
    }),
    { numRuns: 30 },
  );
});

test("a price that changes at noon holds from noon on", () => {
  const prices = [
    { from: day(0), eurosPerKWh: 0.2 },
    { from: hour(10, 13), eurosPerKWh: 0.4 },
  ];
  const saved = acting(days(10, 11), before(days(0, 7), { lit: 8, bright: 8 }), terms({ prices }));
  // From eight to one at 0.20 €, from one to six at 0.40 €, 100 W.
  expect(saved.avoided).toEqual({ time: hours(10), wattHours: 1000, cents: 30 });
});

test("without a price for some of the time there is energy and no cost", () => {
  const prices = [{ from: day(11), eurosPerKWh: 0.2 }];
  const saved = acting(days(10, 12), before(days(0, 7), { lit: 8, bright: 8 }), terms({ prices }));
  expect(saved.avoided).toEqual({ time: hours(20), wattHours: 2000, cents: undefined });
  expect(saved.days.map((row) => row.avoided?.cents)).toEqual([undefined, 20]);
});

test("without any power there are hours and no energy", () => {
  const its = terms({ load: undefined });
  const saved = acting(days(10, 12), before(days(0, 7), { lit: 4, bright: 8 }, its), its);
  expect(saved.avoided).toEqual({ time: hours(10), wattHours: undefined, cents: undefined });
  expect(saved.method).toMatchObject({ name: "hours only", formula: "T = r × t" });
});

const power = (watt: number, at: Instant, written = 0) => ({ at, written, power: watts(watt) });
const stood = (wh: number, at: Instant, written = 0) => ({ at, written, energy: wattHours(wh) });
const samples = [power(120, hour(0, 1)), power(0, hour(0, 14)), power(80, hour(0, 1.25))];
// Five quarters of an hour each at 120 W and 80 W, and what is measured in the dark says nothing.
const enough = Array.from({ length: 5 }, (_, index) => [
  power(120, hour(0, index * 0.5)),
  power(80, hour(0, index * 0.5 + 0.25)),
]).flat();

const loads: readonly [name: string, evidence: Partial<PowerEvidence>, Load | undefined][] = [
  ["nothing known", {}, undefined],
  ["declared", HUNDRED_WATTS, { origin: "declared", rows: HUNDRED_WATTS.declared }],
  [
    "measured for half an hour: declared is better",
    { ...HUNDRED_WATTS, samples },
    { origin: "declared", rows: HUNDRED_WATTS.declared },
  ],
  [
    "samples, each for a quarter of an hour, in any order and twice",
    { ...HUNDRED_WATTS, samples: [...enough.toReversed(), power(0, hour(0, 14)), ...enough] },
    { origin: "measured", by: "samples", power: watts(100), burning: hours(2.5) },
  ],
  [
    "a register, better than samples: 24 h, of which 8 + 4 + 6 lit",
    { samples: enough, register: [stood(5000, day(0)), stood(6980, day(1))] },
    { origin: "measured", by: "register", power: watts(110), burning: hours(18) },
  ],
  [
    "a meter that was replaced: what it went back by is not energy",
    { register: [stood(5000, day(0)), stood(10, hour(0, 2)), stood(210, hour(0, 4))] },
    { origin: "measured", by: "register", power: watts(100), burning: hours(2) },
  ],
  [
    "a register read while nobody knew about the light",
    { register: [stood(5000, hour(0, 20)), stood(6000, hour(1, 4))] },
    undefined,
  ],
];

test.each(loads)("load: %s", (_, evidence, expected) => {
  // Known for one day, in which it is out from noon to six.
  const line = timeline(live(days(0, 1), { lit: 4, bright: 10 }), days(0, 2));
  expect(loadOf({ ...NO_POWER, ...evidence }, line)).toEqual(expected);
});

const OWN: Load = { origin: "declared", rows: [{ from: day(0), power: watts(6) }] };
const HALL = "hall" as ZoneId;
const STAIRS = "stairs" as ZoneId;

test("a building's own consumption is taken off once, over the whole time, day by day", () => {
  const range = days(10, 12);
  const base = before(days(0, 7), { lit: 4, bright: 8 });
  const zones = new Map([
    [HALL, acting(range, base)],
    [STAIRS, acting(range, base)],
  ]);
  const net = netOf(range, zones, terms({ load: OWN }));
  expect(net.gross).toEqual({ wattHours: 2000, cents: 40 });
  expect(net.own).toEqual({ time: 2 * DAY, wattHours: 288, cents: 6 });
  expect(net.net).toEqual({ wattHours: 1712, cents: 34 });
  expect(net.days.map((row) => row.net)).toEqual([
    { wattHours: 856, cents: 17 },
    { wattHours: 856, cents: 17 },
  ]);
  expect(net.without).toEqual([]);
});

test("a box that uses more than it saves says so, and a zone without power is named", () => {
  const range = days(10, 12);
  const rare = before(days(0, 7), { lit: 0, bright: 8 });
  const its = terms({ load: undefined });
  const unpowered = acting(range, before(days(0, 7), { lit: 4, bright: 8 }, its), its);
  const zones = new Map([
    [HALL, acting(range, rare)],
    [STAIRS, unpowered],
  ]);
  const net = netOf(range, zones, terms({ load: OWN }));
  expect(net.net).toEqual({ wattHours: -288, cents: -6 });
  expect(net.without).toEqual([STAIRS]);
  const sentences = netSentences(net, "Europe/Paris");
  const fr = said(sentences, "fr");
  const en = said(sentences, "en");
  expect(fr).toContain("Le boîtier a consommé plus qu'il n'a fait économiser.");
  expect(en).toContain("The hub used more than it saved.");
  expect(fr).toContain("Reste -0,29 kWh, -0,06 €.");
  expect(en).toContain("whose savings are not known: stairs.");
});

test("savings of another time than the building's are refused", () => {
  const zones = new Map([[HALL, acting(days(10, 12), before(days(0, 7), { lit: 4, bright: 8 }))]]);
  expect(() => netOf(days(10, 11), zones, terms())).toThrow("of another time");
  expect(() => netOf(days(11, 12), zones, terms())).toThrow("of another time");
});

test("a box whose own consumption nobody knows has no net savings", () => {
  const range = days(10, 12);
  const zones = new Map([[HALL, acting(range, before(days(0, 7), { lit: 4, bright: 8 }))]]);
  const net = netOf(range, zones, terms({ load: undefined }));
  expect(net.gross.wattHours).toBe(1000);
  expect(net.net).toEqual({ wattHours: undefined, cents: undefined });
});

const said = (
  sentences: readonly { readonly fr: string; readonly en: string }[],
  language: "fr" | "en",
): string =>
  sentences
    .map((sentence) => sentence[language])
    .join("\n")
    .replaceAll(/[\u00a0\u202f\u2009]/gu, " ");

test("the method is printed with its numbers, in both languages", () => {
  const measured: Load = {
    origin: "measured",
    by: "samples",
    power: watts(108.04),
    burning: hours(310),
  };
  const its = terms({ load: measured });
  const saved = acting(days(10, 12), before(days(0, 7), { lit: 4, bright: 8 }, its), its);
  const sentences = methodSentences(saved, "Europe/Paris");
  expect(said(sentences, "fr").split("\n")).toEqual([
    "Méthode IPMVP, option B : durées et puissance mesurées (P : 108 W mesurés pendant 310 h 00). Énergie évitée : E = P × r × t.",
    "r : avant d'agir (1–7 octobre 2026), la lumière brûlait 50 % du temps où le jour suffisait, soit 28 h 00 sur 56 h 00 ; 7 jours connus, écart-type d'un jour à l'autre 0 %.",
    "t : Battant a gardé la lumière éteinte pendant 20 h 00. Comme avant, elle en aurait brûlé 10 h 00 : 1,08 kWh, 0,22 € ; au plus 2,16 kWh, 0,43 €.",
    "Aucune durée n'est inconnue.",
  ]);
  expect(said(sentences, "en").split("\n")).toEqual([
    "IPMVP method, option B: hours and power measured (P: 108 W measured for 310 h 00). Energy avoided: E = P × r × t.",
    "r: before anything acted (1 – 7 October 2026), the light burned 50% of the time daylight was enough, 28 h 00 of 56 h 00; 7 known days, day-to-day standard deviation 0%.",
    "t: Battant kept the light off for 20 h 00. As before, it would have burned 10 h 00 of it: 1.08 kWh, €0.22; at most 2.16 kWh, €0.43.",
    "No time is unknown.",
  ]);
});

test("times are printed to the nearest minute", () => {
  const saved = acting(days(10, 12), before(days(0, 7), { lit: 2, bright: 7 }));
  // 20 h × 2/7 is 5 h 42 min 51 s.
  expect(said(methodSentences(saved, "Europe/Paris"), "fr")).toContain("brûlé 5 h 43 :");
});

test("the method says which power was declared, and since when", () => {
  const saved = acting(days(10, 12), before(days(0, 7), { lit: 4, bright: 8 }));
  const sentences = methodSentences(saved, "Europe/Paris");
  expect(said(sentences, "fr")).toContain(
    "option A : durées mesurées, puissance déclarée (P : 100 W déclarés à partir du 1 janvier 2026)",
  );
  expect(said(sentences, "en")).toContain("(P: 100 W declared from 1 January 2026)");
});

test("the method says why there is no baseline, what is unknown and that energy is", () => {
  const its = terms({ load: undefined });
  const base = before(days(0, 6), { lit: 4, bright: 8 }, its);
  const line = timeline(live(days(10, 11), { lit: 0, bright: 10, state: KEPT_OFF }), days(10, 12));
  const sentences = methodSentences(savings(line, base, its), "Europe/Paris");
  expect(said(sentences, "fr").split("\n")).toEqual([
    "Durées mesurées ; sans puissance mesurée ni déclarée, l'énergie reste inconnue. Durée évitée : T = r × t.",
    "Pas encore de référence (1–6 octobre 2026) : jours connus 6, il en faut 7.",
    "t : Battant a gardé la lumière éteinte pendant 10 h 00. Combien elle aurait brûlé, on ne le sait pas.",
    "Durée inconnue 23 h 55 : comptée ni comme économie, ni comme lumière éteinte.",
  ]);
});

test("every day of a range has a row, with the building's days", () => {
  const saved = acting(days(10, 12), before(days(0, 7), { lit: 4, bright: 8 }));
  expect(saved.days.map((row) => row.day)).toEqual(
    [10, 11].map((of) => ({ from: PARIS.dayOf(day(of)).start, to: PARIS.dayOf(day(of)).end })),
  );
});
