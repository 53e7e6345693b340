import fc from "fast-check";
import { expect, test } from "vitest";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { apportion, daysOf, figureOf, timeOn } from "../src/evidence/figure.ts";
import type {
  Break,
  CircuitRecord,
  History,
  Range,
  VerdictRecord,
} from "../src/evidence/records.ts";
import { timeline } from "../src/evidence/timeline.ts";
import { chance, OCTOBER, PARIS, shuffled, utc, writer } from "./evidence-kit.ts";

// Goal: every instant of a range is counted once, as what the journal says of it or as unknown,
// in whatever order and however often the journal says it.
// Method: mornings whose intervals can be written down; then any records at all, by properties.

const EIGHT = utc("2026-10-05T08:00");
const at = (minute: number): Instant => instant(EIGHT + minutes(minute));
const MORNING: Range = { from: at(0), to: at(240) };

/** `lit 0-60` for each interval, in minutes from eight o'clock. */
const lights = (history: History, range: Range = MORNING): string[] =>
  timeline(history, range).intervals.map(
    (it) => `${it.light} ${(it.from - EIGHT) / 60_000}-${(it.to - EIGHT) / 60_000}`,
  );

const mornings: readonly [
  name: string,
  write: (it: ReturnType<typeof writer>) => void,
  string[],
][] = [
  ["nothing written", () => {}, ["unknown 0-240"]],
  ["a record from before holds on", (it) => it.circuit(at(-10)), ["lit 0-55", "unknown 55-240"]],
  [
    "a record holds for 65 minutes",
    (it) => it.circuit(at(60)),
    ["unknown 0-60", "lit 60-125", "unknown 125-240"],
  ],
  [
    "the next one ends it",
    (it) => {
      it.circuit(at(0));
      it.circuit(at(30), { lit: false });
    },
    ["lit 0-30", "out 30-95", "unknown 95-240"],
  ],
  [
    "the same again makes it last, not a new interval",
    (it) => {
      for (const minute of [0, 60, 120, 180]) it.circuit(at(minute));
    },
    ["lit 0-240"],
  ],
  [
    "nobody can tell",
    (it) => {
      it.circuit(at(0));
      it.circuit(at(30), { lit: undefined });
      it.circuit(at(60));
    },
    ["lit 0-30", "unknown 30-60", "lit 60-125", "unknown 125-240"],
  ],
  [
    "late: written after what came later",
    (it) => {
      it.circuit(at(0));
      it.circuit(at(60), { lit: false });
      it.circuit(at(30), { lit: false });
    },
    ["lit 0-30", "out 30-125", "unknown 125-240"],
  ],
  [
    "of two at one instant the one written last counts",
    (it) => {
      it.circuit(at(0), { lit: false });
      it.circuit(at(0));
    },
    ["lit 0-65", "unknown 65-240"],
  ],
  [
    "the hub stopped at 20 and came back at 100",
    (it) => {
      it.circuit(at(0));
      it.break(at(20), at(100));
      it.circuit(at(100), { lit: false });
    },
    ["lit 0-20", "unknown 20-100", "out 100-165", "unknown 165-240"],
  ],
  [
    "a board saw what the hub missed",
    (it) => {
      it.circuit(at(0));
      it.break(at(20), at(100));
      it.circuit(at(100));
      it.circuit(at(40), { lit: false });
    },
    ["lit 0-20", "unknown 20-40", "out 40-100", "lit 100-165", "unknown 165-240"],
  ],
  [
    "the clock was put back from 60 to 30: what it said of that half-hour is void",
    (it) => {
      it.circuit(at(0));
      it.circuit(at(50), { lit: false });
      it.break(at(60), at(30));
      it.circuit(at(32));
    },
    ["lit 0-30", "unknown 30-32", "lit 32-97", "unknown 97-240"],
  ],
  [
    "the clock was put forward from 30 to 90: nobody lived that hour",
    (it) => {
      it.circuit(at(0));
      it.break(at(30), at(90));
      it.circuit(at(90));
    },
    ["lit 0-30", "unknown 30-90", "lit 90-155", "unknown 155-240"],
  ],
  [
    "a board's clock counts fractions of a millisecond",
    (it) => {
      it.circuit(instant(at(0) + 0.4));
      it.circuit(instant(at(60) - 0.3), { lit: false });
    },
    ["lit 0-60", "out 60-125", "unknown 125-240"],
  ],
];

test.each(mornings)("timeline: %s", (_, write, expected) => {
  const it = writer();
  write(it);
  expect(lights(it.history)).toEqual(expected);
});

test("an interval says why daylight is unknown, and nothing where nothing was written", () => {
  const it = writer();
  it.circuit(at(0));
  it.verdict(at(0), { daylight: "unknown", mode: "act" });
  it.verdict(at(10), { mode: "act" });
  const { intervals } = timeline(it.history, { from: at(-10), to: at(90) });
  const [unwritten, silent, bright, nothing] = intervals;
  expect(unwritten).toMatchObject({ daylight: "unknown", because: undefined, mode: undefined });
  expect(silent).toMatchObject({ daylight: "unknown", because: "sensor-silent", mode: "act" });
  expect(bright).toMatchObject({ daylight: "sufficient", because: undefined });
  expect(bright).toMatchObject({ from: at(10), to: at(65), light: "lit", inhibited: false });
  expect(nothing).toMatchObject({ light: "unknown", inhibited: undefined, mode: "act" });
});

test("unknown for another reason is another interval", () => {
  const it = writer();
  it.verdict(at(0), { daylight: "unknown" });
  it.verdict(at(20), { daylight: "unknown" });
  const verdicts = it.history.verdicts.map((verdict, index) =>
    index === 0 ? verdict : { ...verdict, because: "override" as const },
  );
  const range = { from: at(0), to: at(60) };
  const { intervals } = timeline({ ...it.history, verdicts }, range);
  expect(intervals.map((interval) => interval.because)).toEqual(["sensor-silent", "override"]);
});

test("an empty range has no interval", () => {
  expect(timeline(writer().history, { from: at(0), to: at(0) }).intervals).toEqual([]);
});

// Records around the autumn clock change, close enough together to meet in all ways.
const START = utc("2026-10-24T12:00");
const WEEKEND: Range = { from: START, to: instant(START + minutes(36 * 60)) };
const when = fc
  .integer({ min: -90, max: 37 * 60 })
  .map((minute) => instant(START + minute * 60_000));
const circuitState = fc.record({
  at: when,
  lit: fc.constantFrom(true, false, undefined),
  inhibited: fc.boolean(),
});
const verdictState = fc.record({
  at: when,
  daylight: fc.constantFrom("sufficient" as const, "insufficient" as const, "unknown" as const),
  mode: fc.constantFrom("act" as const, "observe" as const, "off" as const),
});
const histories: fc.Arbitrary<History> = fc
  .tuple(
    fc.array(circuitState, { maxLength: 80 }),
    fc.array(verdictState, { maxLength: 80 }),
    fc.array(fc.record({ from: when, to: when, written: fc.integer({ max: 200 }) }), {
      maxLength: 3,
    }),
  )
  .map(([circuit, verdicts, breaks]) => ({
    circuit: circuit.map((it, index): CircuitRecord => ({ ...it, written: 2 * index + 1 })),
    verdicts: verdicts.map((it, index): VerdictRecord => ({
      ...it,
      because: "too-dark",
      written: 2 * index + 1,
    })),
    breaks: breaks.map((it): Break => ({ ...it, written: 2 * it.written })),
  }));

test("any records: the intervals cover the range once, without gap or overlap, and none is empty", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { intervals } = timeline(history, WEEKEND);
      expect(intervals.at(0)?.from).toBe(WEEKEND.from);
      expect(intervals.at(-1)?.to).toBe(WEEKEND.to);
      for (const [index, { from, to }] of intervals.entries()) {
        expect(from).toBeLessThan(to);
        if (index > 0) expect(intervals[index - 1]?.to).toBe(from);
      }
    }),
  );
});

test("any records: order and repetition change nothing", () => {
  fc.assert(
    fc.property(histories, fc.nat(), (history, seed) => {
      const random = chance(seed);
      const twice = <Kind>(list: readonly Kind[]): Kind[] =>
        shuffled([...list, ...list.filter(() => random() < 0.5)], random);
      const told: History = {
        circuit: twice(history.circuit),
        verdicts: twice(history.verdicts),
        breaks: twice(history.breaks),
      };
      expect(timeline(told, WEEKEND)).toEqual(timeline(history, WEEKEND));
    }),
  );
});

test("any records: each minute is what a reader of the journal would say of it", () => {
  fc.assert(
    fc.property(histories, (history) => {
      const { intervals } = timeline(history, WEEKEND);
      for (let now = WEEKEND.from; now < WEEKEND.to; now = instant(now + minutes(7))) {
        const found = intervals.find(({ from, to }) => from <= now && now < to);
        const circuit = latest(history.circuit, history.breaks, now);
        const verdict = latest(history.verdicts, history.breaks, now);
        const said = circuit?.lit === undefined ? "unknown" : circuit.lit ? "lit" : "out";
        expect(found?.light).toBe(said);
        expect(found?.inhibited).toBe(circuit?.inhibited);
        expect(found?.daylight).toBe(verdict?.daylight ?? "unknown");
        expect(found?.mode).toBe(verdict?.mode);
      }
    }),
    { numRuns: 40 },
  );
});

/** The other way round: from an instant, back to the record that speaks for it. */
function latest<Kind extends { readonly at: Instant; readonly written: number }>(
  records: readonly Kind[],
  breaks: readonly Break[],
  now: Instant,
): Kind | undefined {
  const borders = breaks.map(({ from, to, written }) => ({ at: Math.min(from, to), written }));
  const speaks = (record: Kind): boolean =>
    record.at <= now &&
    now - record.at < 65 * 60_000 &&
    !borders.some((border) => record.at < border.at && border.at <= now) &&
    !borders.some((border) => record.written < border.written && border.at <= record.at);
  return records
    .filter(speaks)
    .toSorted((one, other) => one.at - other.at || one.written - other.written)
    .at(-1);
}

test("the days of October 2026 are 31, the 25th has 25 hours, and a figure falls apart into them", () => {
  const days = daysOf(OCTOBER, PARIS);
  expect(days.map(({ from, to }) => (to - from) / 3_600_000)).toEqual(
    Array.from({ length: 31 }, (_, index) => (index === 24 ? 25 : 24)),
  );
  const it = writer();
  it.hourly(OCTOBER, {});
  const lit = figureOf(timeline(it.history, OCTOBER), ({ light }) => light === "lit");
  expect(days.map((day) => timeOn(day, lit) / 3_600_000)[24]).toBe(25);
  expect(days.reduce((total, day) => total + timeOn(day, lit), 0)).toBe(lit.total);
});

test("apportioned rows are whole, add up to the rounded total, and are less than one off", () => {
  const amounts = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(amounts, (exact) => {
      const rows = apportion(exact);
      const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
      expect(total(rows)).toBe(Math.round(total(exact)));
      for (const [index, row] of rows.entries()) {
        expect(Number.isInteger(row)).toBe(true);
        expect(Math.abs(row - (exact[index] ?? 0))).toBeLessThan(1);
      }
    }),
  );
  expect(apportion([0.4, 0.4, 0.4])).toEqual([1, 0, 0]);
  expect(apportion([1.2, 2.7, 0.1])).toEqual([1, 3, 0]);
  expect(apportion([])).toEqual([]);
});
