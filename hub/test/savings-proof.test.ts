import { expect, test } from "vitest";
import type { BoardId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, type Instant, instant, minutes, watts } from "@battant/protocol/vocabulary/units";
import type { CircuitState } from "../src/domain/circuit.ts";
import { missingFor } from "../src/proof/missing.ts";
import { prove } from "../src/proof/prove.ts";
import type { CircuitRow, Proof, Question, Records, ZoneProof } from "../src/proof/question.ts";
import { savingsView } from "../src/proof/view.ts";
import { utc } from "./evidence-kit.ts";

// Goal: which time is the baseline, which power counts, and what is told when something is missing.
// Method: records of one hall, an hour apart, made for each story; the figures, and the sentences.

const HALL = "hall" as ZoneId;
const PARIS = "Europe/Paris";
const FROM = utc("2026-06-01T00:00");
const day = (days: number): Instant => instant(FROM + hours(24 * days));

const isNoon = (at: number): boolean =>
  new Date(at).getUTCHours() >= 8 && new Date(at).getUTCHours() < 16;

type Days = readonly [
  from: number,
  to: number,
  mode: CircuitState["mode"],
  more?: Partial<CircuitState>,
];

/** Sufficient daylight from 8 to 16 UTC. Lit all the time, unless it acts. */
function hallOf(stretches: readonly Days[]): Records {
  const rows: CircuitRow[] = [];
  for (const [from, to, mode, more] of stretches) {
    for (let at = day(from); at < day(to); at = instant(at + minutes(60))) {
      const isKept = mode === "act" && isNoon(at);
      rows.push({
        at,
        written: rows.length + 1,
        lit: !isKept,
        inhibited: isKept,
        daylight: isNoon(at) ? "sufficient" : "insufficient",
        because: undefined,
        mode,
        ...more,
      });
    }
  }
  const firstWhere = (is: (row: CircuitRow) => boolean): Instant | undefined => rows.find(is)?.at;
  return {
    circuits: (_, { from, to }) => rows.filter(({ at }) => from <= at && at < to),
    breaks: () => [],
    stretches: (_, to) => {
      const known = rows.filter(({ at }) => at < to);
      const lastIdle = known.findLastIndex(({ mode }) => mode !== "act");
      const acted = known.slice(0, lastIdle + 1).findLastIndex(({ mode }) => mode === "act");
      return {
        first: known[0]?.at,
        firstActing: firstWhere(({ mode, at }) => mode === "act" && at < to),
        latestIdle:
          lastIdle < 0
            ? undefined
            : { from: known[acted + 1]!.at, to: known[lastIdle + 1]?.at ?? to },
      };
    },
    standings: () => [],
  };
}

const ask = (records: Records, change: Partial<Question> = {}): Proof =>
  prove(
    {
      zones: [{ zone: HALL, load: watts(100), meter: undefined }],
      range: { from: day(20), to: day(30) },
      now: day(30),
      timezone: PARIS,
      prices: [{ from: day(0), eurosPerKWh: 0.2 }],
      box: { power: watts(5) },
      withRows: false,
      ...change,
    },
    records,
  );

const hall = (proof: Proof): ZoneProof => {
  if (!proof.ok || proof.zones[0] === undefined) throw new Error("nothing was proven");
  return proof.zones[0];
};

const TEN_DAYS_OF_EIGHT_HOURS = hours(80);

test("the time before the zone first acted is the baseline", () => {
  const proof = ask(
    hallOf([
      [0, 20, "observe"],
      [20, 30, "act"],
    ]),
  );
  const { before, saved } = hall(proof);
  expect(before.range).toEqual({ from: day(0), to: day(20) });
  expect(before.rate).toMatchObject({ ok: true, value: 1 });
  expect(saved.avoided).toEqual({ time: TEN_DAYS_OF_EIGHT_HOURS, wattHours: 8000, cents: 160 });
  // 240 h at 5 W are the box's own.
  expect(proof.ok && proof.net?.net).toEqual({ wattHours: 6800, cents: 136 });
});

test("a zone that acted at once, and observed later, has its baseline then", () => {
  const { before, saved } = hall(
    ask(
      hallOf([
        [0, 2, "act"],
        [2, 14, "observe"],
        [14, 30, "act"],
      ]),
    ),
  );
  expect(before.range).toEqual({ from: day(2), to: day(14) });
  expect(saved.avoided?.wattHours).toBe(8000);
});

test("one day of observing later does not replace a good baseline", () => {
  const { before } = hall(
    ask(
      hallOf([
        [0, 14, "observe"],
        [14, 20, "act"],
        [20, 21, "observe"],
        [21, 30, "act"],
      ]),
    ),
  );
  expect(before.range).toEqual({ from: day(0), to: day(14) });
});

test("a baseline is a year long at most", () => {
  const proof = ask(
    hallOf([
      [0, 400, "observe"],
      [400, 410, "act"],
    ]),
    {
      range: { from: day(400), to: day(410) },
      now: day(410),
    },
  );
  expect(hall(proof).before.range).toEqual({ from: day(34), to: day(400) });
});

test("the time before the first record and the time to come are nobody's unknown", () => {
  const proof = ask(hallOf([[5, 10, "observe"]]), {
    range: { from: day(0), to: day(30) },
    now: day(10),
  });
  expect(proof).toMatchObject({ ok: true, range: { from: day(5), to: day(10) } });
  expect(hall(proof).burning.unknown.total).toBe(0);
  expect(hall(proof).burning.worth.time).toBe(hours(40));
});

test("what was written before the time asked for holds on into it", () => {
  const from = instant(day(20) + minutes(30));
  const proof = ask(hallOf([[0, 30, "observe"]]), { range: { from, to: day(21) } });
  expect(hall(proof).saved.unknown.total).toBe(0);
});

test.each([
  ["before anything was noted", { from: day(0), to: day(5) }],
  ["a time to come", { from: day(50), to: day(60) }],
])("%s there is nothing to prove", (_, range) => {
  const proof = ask(hallOf([[5, 10, "observe"]]), { range, now: day(10) });
  expect(proof).toEqual({ ok: false, first: day(5) });
});

const METER = { board: "meter" as BoardId, sensor: "circuit" as SensorId };

test("a meter that saw the light burn counts, in the baseline if it saw none since", () => {
  const records = hallOf([
    [0, 20, "observe"],
    [20, 30, "act"],
  ]);
  const metered: Records = {
    ...records,
    standings: ({ quantity }, { from, to }) =>
      quantity === "energy" && from < day(20)
        ? [0, 1, 2].map((hour) => ({ at: instant(from + hours(hour)), value: 90 * hour }))
        : [].filter(() => to > from),
  };
  const zones = [{ zone: HALL, load: watts(100), meter: METER }];
  const { saved } = hall(ask(metered, { zones }));
  expect(saved.method).toMatchObject({
    name: "IPMVP option B",
    load: { origin: "measured", power: 90 },
  });
  expect(hall(ask(records, { zones })).saved.method.name).toBe("IPMVP option A");
});

const missing: readonly [
  what: string,
  stretches: readonly Days[],
  mode: CircuitState["mode"],
  said: RegExp,
][] = [
  [
    "three days of a week",
    [[0, 3, "observe"]],
    "observe",
    /^Let the zone observe: \d more whole days/,
  ],
  [
    "a board that does not tell",
    [[0, 12, "observe", { lit: undefined }]],
    "observe",
    /feedback input/,
  ],
  ["acting from the first day", [[0, 12, "act"]], "act", /`mode: observe` for at least 8 days/],
  [
    "a cellar",
    [[0, 12, "observe", { daylight: "insufficient" }]],
    "observe",
    /never been enough here/,
  ],
];

test.each(missing)("what is missing is said: %s", (_, stretches, mode, said) => {
  const proof = hall(
    ask(hallOf(stretches), { range: { from: day(0), to: day(12) }, now: day(12) }),
  );
  const sentence = missingFor(proof, mode, PARIS);
  expect(sentence?.en).toMatch(said);
  expect(sentence?.fr).not.toBe(sentence?.en);
  expect(savingsView(proof, { timezone: PARIS, mode }).avoided).toBeNull();
});

test("with little daylight the days that are left follow from the pace so far", () => {
  const short = hallOf([[0, 12, "observe", { daylight: "insufficient" }]]);
  const records: Records = {
    ...short,
    circuits: (zone, range) =>
      short.circuits(zone, range).map((row) => ({
        ...row,
        // A quarter of what is needed, in twelve days.
        daylight: row.at < instant(FROM + minutes(105)) ? "sufficient" : "insufficient",
      })),
  };
  const proof = hall(ask(records, { range: { from: day(0), to: day(12) }, now: day(12) }));
  expect(proof.before.sufficient.total).toBe(hours(2));
  expect(missingFor(proof, "observe", PARIS)?.en).toMatch(
    /^Let the zone observe until daylight was enough for 7\sh\s00: 30 more days at this pace\.$/u,
  );
});

test("without a baseline an interval kept off is worth what nobody knows", () => {
  const proof = hall(ask(hallOf([[0, 30, "act"]]), { withRows: true }));
  const { intervals } = savingsView(proof, { timezone: PARIS, mode: "act" });
  expect(intervals.length).toBe(10);
  expect(intervals[0]).toMatchObject({ figure: "kept-off", energy_Wh: null });
});
