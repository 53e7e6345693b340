import { expect, test } from "vitest";
import { hours, type Instant, instant, lux, minutes } from "@battant/protocol/vocabulary/units";
import type { Because, Decision } from "../src/domain/decision.ts";
import type { Range } from "../src/evidence/records.ts";
import { timeline } from "../src/evidence/timeline.ts";
import { dayNumber, observe, type Observed } from "../src/observation/observe.ts";
import type { DecisionRow } from "../src/observation/tracks.ts";
import { chance, PARIS, terms, utc, writer, type Writer } from "./evidence-kit.ts";

// Goal: what would have been done is counted to the minute, beside what was so, and what nobody saw
// is in no figure but its own.
// Method: short stories; then weeks lived minute by minute by random weather, people and failures,
// with the truth counted beside the records that a hub would have written.

const decided = (because: Because, change: Partial<Decision["evidence"]> = {}): Decision => ({
  kind: because === "daylight-sufficient" || because === "vacant" ? "inhibit" : "allow",
  because,
  evidence: {
    target: lux(150),
    threshold: lux(225),
    daylight: lux(310),
    observed: true,
    ...change,
  },
});
const OFF = decided("daylight-sufficient");
const AVAILABLE = decided("too-dark", { daylight: lux(90) });

/** A Tuesday in Paris. */
const MORNING = utc("2026-03-10T08:00");
const at = (minute: number): Instant => instant(MORNING + minutes(minute));
const until = (minute: number): Range => ({ from: MORNING, to: at(minute) });

type Story = readonly (readonly [minute: number, decision: Decision])[];

const told = (range: Range, story: Story, seen: (it: Writer) => void = lit): Observed => {
  const records = writer();
  seen(records);
  const decisions: DecisionRow[] = story.map(([minute, decision]) => ({
    at: at(minute),
    decision,
  }));
  const { history } = records;
  return observe(timeline(history, range), { decisions, breaks: history.breaks }, terms());
};
const lit = (it: Writer): void => it.hourly(until(600), { lit: true });

const tracks = (it: Observed) =>
  it.days
    .flatMap((day) => day.tracks)
    .map(({ from, to, would, light }) => [
      (from - MORNING) / 60_000,
      (to - MORNING) / 60_000,
      would,
      light,
    ]);

test("kept off from the decision until the next other one, while the light burned", () => {
  const it = told(until(120), [
    [0, AVAILABLE],
    [20, OFF],
    [50, OFF],
    [70, AVAILABLE],
  ]);
  expect(tracks(it)).toEqual([
    [0, 20, "available", "lit"],
    [20, 70, "off", "lit"],
    [70, 120, "available", "lit"],
  ]);
  expect(it).toMatchObject({ would: minutes(50), unknown: 0, switchings: 1, below: 0 });
  // 100 W for 50 minutes, at 20 cents a kWh.
  expect(it.burned).toEqual({ time: minutes(50), wattHours: 83, cents: 2 });
});

test("each time the light would have come back and gone again is a switching", () => {
  const it = told(until(120), [
    [0, OFF],
    [10, AVAILABLE],
    [30, OFF],
    [40, AVAILABLE],
    [60, decided("vacant")],
  ]);
  expect(it).toMatchObject({ switchings: 3, would: minutes(80) });
});

test("a light that was out, or that nobody tells of, is not said to have burned", () => {
  const it = told(
    until(120),
    [
      [0, OFF],
      [60, OFF],
    ],
    (seen) => {
      seen.circuit(at(0), { lit: false });
      seen.circuit(at(30), { lit: undefined });
      seen.circuit(at(90), { lit: true });
    },
  );
  expect(it).toMatchObject({
    would: minutes(120),
    out: minutes(30),
    lightUnknown: minutes(60),
    burned: { time: minutes(30) },
  });
});

const silences: readonly [
  about: string,
  story: Story,
  seen: (it: Writer) => void,
  unknown: number,
][] = [
  ["a decision holds for an hour and five minutes", [[0, OFF]], lit, 120 - 65],
  [
    "nothing is known before the first decision",
    [
      [30, OFF],
      [80, OFF],
    ],
    lit,
    30,
  ],
  [
    "a hub that stopped says nothing until it is back",
    [
      [0, OFF],
      [60, OFF],
    ],
    (it) => (lit(it), it.break(at(20), at(60))),
    40,
  ],
  [
    "what was written last, after the last sign of life, does not reach into the gap",
    [
      [0, OFF],
      [25, AVAILABLE],
      [60, OFF],
    ],
    (it) => (lit(it), it.break(at(20), at(60))),
    40,
  ],
  [
    "a time that a clock lived twice is not told apart",
    [
      [0, OFF],
      [40, OFF],
      [20, AVAILABLE],
      [50, OFF],
      [100, OFF],
    ],
    (it) => (lit(it), it.break(at(45), at(20))),
    30,
  ],
  [
    "what was decided while the zone acted is not what would have been",
    [
      [0, { ...OFF, evidence: { target: lux(1), threshold: lux(2) } }],
      [50, OFF],
      [100, OFF],
    ],
    lit,
    50,
  ],
];

test.each(silences)("%s", (_, story, seen, unknown) => {
  const it = told(until(120), story, seen);
  expect(it.unknown / 60_000).toBe(unknown);
  expect(it.unknown + it.would + known(it, "available")).toBe(minutes(120));
});

const known = (it: Observed, would: string): number =>
  it.days
    .flatMap((day) => day.tracks)
    .filter((track) => track.would === would)
    .reduce((sum, { from, to }) => sum + to - from, 0);

test("a decision that kept it off below the target would be told; nobody there is no reason", () => {
  const dim = { daylight: lux(149) };
  const it = told(until(120), [
    [0, decided("daylight-sufficient", dim)],
    [10, decided("vacant", dim)],
    [60, AVAILABLE],
  ]);
  expect(it).toMatchObject({ below: minutes(10), would: minutes(60) });
});

const lived = (days: number, from: Instant, lost: readonly number[] = []): Observed => {
  const records = writer();
  const decisions: DecisionRow[] = [];
  let start = from;
  for (let day = 0; day < days; day++) {
    const { end } = PARIS.dayOf(start);
    if (!lost.includes(day)) {
      records.hourly({ from: start, to: end }, { lit: true });
      for (let now = start; now < end; now = instant(now + hours(1))) {
        const hour = (now - start) / hours(1);
        decisions.push({ at: now, decision: hour >= 10 && hour < 14 ? OFF : AVAILABLE });
      }
    }
    start = end;
  }
  const { history } = records;
  const range = { from, to: start };
  return observe(timeline(history, range), { decisions, breaks: [] }, terms());
};

test("a day that nobody saw is made up for by the one before it", () => {
  const from = utc("2026-03-01T23:00");
  expect(lived(20, from)).toMatchObject({ daysKnown: 14, would: hours(56), unknown: 0 });
  expect(lived(20, from).days).toHaveLength(14);
  const it = lived(20, from, [12, 13]);
  expect(it.daysKnown).toBe(14);
  expect(it.days).toHaveLength(16);
  expect(it.would).toBe(hours(56));
  expect(it.perDay).toBe(hours(4));
  // The record of the evening before holds for an hour and five minutes.
  expect(it.unknown).toBe(hours(48) - minutes(5));
});

test("with too few days all of them are there", () => {
  const it = lived(9, utc("2026-03-01T23:00"), [3]);
  expect(it.days).toHaveLength(9);
  expect(it.daysKnown).toBe(8);
});

const changes: readonly [about: string, from: string, length: number][] = [
  ["the spring day of 23 hours", "2026-03-28T23:00", 23],
  ["the autumn day of 25 hours", "2026-10-24T22:00", 25],
];

test.each(changes)("%s is one day, and whole", (_, from, length) => {
  const it = lived(1, utc(from));
  expect(it.days).toHaveLength(1);
  const [day] = it.days;
  expect((day!.day.to - day!.day.from) / hours(1)).toBe(length);
  expect(day).toMatchObject({ isKnown: true, would: hours(4), unknown: 0 });
  const next = instant(day!.day.to + hours(1));
  expect(dayNumber(day!.day.from, next, { calendar: PARIS })).toBe(2);
});

/** Minute by minute: weather, people, a hub and a relay's board that fail now and then. */
const livedByMinutes = (from: Instant, to: Instant, seed: number) => {
  const random = chance(seed);
  const flips = (once: number): boolean => random() < 1 / once;
  const records = writer();
  const decisions: DecisionRow[] = [];
  const truth = { would: 0, unknown: 0, burned: 0, out: 0, lightUnknown: 0, switchings: 0 };
  let [off, isLit, isTold, isThere] = [false, true, true, true];
  let written: { readonly at: number; readonly as: string } | undefined;
  let wasOff = false;
  let lastSeen = from;
  for (let now = from; now < to; now = instant(now + minutes(1))) {
    if (flips(90)) off = !off;
    if (flips(120)) isLit = !isLit;
    if (flips(isTold ? 2000 : 60)) isTold = !isTold;
    const wasThere = isThere;
    if (flips(isThere ? 3000 : 150)) isThere = !isThere;
    if (!isThere) {
      truth.unknown += 1;
      written = undefined;
      wasOff = false;
      continue;
    }
    if (!wasThere) records.break(lastSeen, now);
    lastSeen = instant(now + minutes(1));
    const as = `${off} ${isLit} ${isTold}`;
    if (written === undefined || written.as !== as || now - written.at >= hours(1)) {
      records.circuit(now, { lit: isTold ? isLit : undefined });
      records.verdict(now, { daylight: off ? "sufficient" : "insufficient" });
      decisions.push({ at: now, decision: off ? OFF : AVAILABLE });
      written = { at: now, as };
    }
    if (off && !wasOff) truth.switchings += 1;
    wasOff = off;
    if (!off) continue;
    truth.would += 1;
    if (!isTold) truth.lightUnknown += 1;
    else if (isLit) truth.burned += 1;
    else truth.out += 1;
  }
  return { records, decisions, truth };
};

const weeks: readonly [about: string, from: string, to: string, seed: number][] = [
  ["two weeks of spring", "2026-03-10T09:17", "2026-03-24T15:40", 1],
  ["the weeks of the spring change", "2026-03-20T09:17", "2026-04-02T11:00", 2],
  ["the weeks of the autumn change", "2026-10-18T00:00", "2026-10-31T07:00", 3],
  ["one evening", "2026-06-01T17:00", "2026-06-01T21:00", 4],
];

test.each(weeks)("%s, to the minute", (_, begin, end, seed) => {
  const range = { from: utc(begin), to: utc(end) };
  const { records, decisions, truth } = livedByMinutes(range.from, range.to, seed);
  const { history } = records;
  const line = timeline(history, range);
  const it = observe(line, { decisions, breaks: history.breaks }, terms());
  // No day is left out in front: never more than fourteen of them are whole.
  expect(it.range).toEqual(range);
  const inMinutes = {
    would: it.would / 60_000,
    unknown: it.unknown / 60_000,
    burned: it.burned.time / 60_000,
    out: it.out / 60_000,
    lightUnknown: it.lightUnknown / 60_000,
    switchings: it.switchings,
  };
  expect(inMinutes).toEqual(truth);
  expect(it.would).toBe(it.burned.time + it.out + it.lightUnknown);
  expect(it.burned.wattHours).toBe(Math.round((truth.burned * 100) / 60));
  const ofDays = (of: "would" | "burned" | "unknown") =>
    it.days.reduce((sum, day) => sum + day[of], 0);
  expect([ofDays("would"), ofDays("burned"), ofDays("unknown")]).toEqual([
    it.would,
    it.burned.time,
    it.unknown,
  ]);
});
