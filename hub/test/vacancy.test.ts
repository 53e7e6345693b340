import { expect, test } from "vitest";
import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import {
  type Instant,
  instant,
  type Milliseconds,
  minutes,
} from "@battant/protocol/vocabulary/units";
import { replan, wire } from "../src/domain/building.ts";
import type { Site, ZonePlan } from "../src/domain/site.ts";
import { unknownZone, type Zone } from "../src/domain/zone.ts";
import { judgeVacancy, vacated } from "../src/rules/vacancy.ts";
import {
  BOOT,
  leasesIn,
  NOON,
  reasonsIn,
  type Scene,
  scene,
  siteOf,
  STAIRS,
  stairs,
} from "./building.ts";

// Goal: a stairwell whose lamps may be kept off for nobody goes from one reason to the next without
// forgetting what it knew, and counts nothing as daylight that was not.
// Method: days told minute by minute, with a relay that obeys at once.

const PIR = "stairs-pir" as BoardId;
const MOTION = "motion" as SensorId;
const LAMPS = 120;
const BRIGHT = 300;
const DARK = 40;

const watched = (hold: Milliseconds = minutes(3)): ZonePlan => ({
  ...stairs,
  circuit: { ...stairs.circuit!, offWhenVacant: true },
  presence: { sensors: [{ board: PIR, sensor: MOTION }], hold },
});

type Minute = {
  readonly daylight?: number | ((minute: number) => number);
  readonly somebody: boolean;
  /** The sensor sees its own lamps. */
  readonly seesLamps?: boolean;
};

type Story = Scene & {
  live(count: number, how: Minute): void;
  because(): unknown;
  /** Of all decisions that were written down, in order. */
  readonly reasons: string[];
};

function story(plan: ZonePlan): Story {
  const it = scene(plan);
  const reasons: string[] = [];
  let lit = true;
  let sequence = 10_000;
  const detect = (somebody: boolean): void => {
    sequence += 1;
    it.at({
      kind: "reading",
      reading: {
        board: PIR,
        boot: BOOT,
        sequence,
        sensor: MOTION,
        quantity: "occupancy",
        value: somebody ? 1 : 0,
        at: it.now(),
        received: it.now(),
      },
    });
  };
  const obey = (): void => {
    const effects = it.effects.splice(0);
    reasons.push(...reasonsIn(effects));
    for (const { id: lease, duration } of leasesIn(effects)) {
      lit = duration === 0;
      if (lit) it.report({ reason: "lease-ended", lease, lit });
      else it.report({ state: "inhibited", reason: "lease", lease, lit });
    }
  };
  const live: Story["live"] = (count, { daylight, somebody, seesLamps = true }) => {
    for (let minute = 0; minute < count; minute++) {
      const outside = typeof daylight === "function" ? daylight(minute) : daylight;
      for (let passed = 5; passed <= 60; passed += 5) {
        it.jump(instant(it.now() + 5000));
        if (passed === 60) detect(somebody);
        if (passed === 60 && outside !== undefined) {
          it.see(outside + (lit || !seesLamps ? LAMPS : 0) + (minute % 2) * 0.6);
        }
        it.tick();
        obey();
      }
    }
  };
  return { ...it, live, because: () => it.zone().verdict?.decision.because, reasons };
}

test("daylight that grows to what it gave together with the lamps gives nothing back", () => {
  const it = story(stairs);
  it.live(15, { daylight: BRIGHT, somebody: true });
  it.live(45, { daylight: (minute) => BRIGHT + 4 * minute, somebody: true });
  expect(it.reasons).toEqual(["not-bright-long-enough", "daylight-sufficient"]);
  expect(it.zone().distrust).toBeUndefined();
});

test("kept off for nobody first and by day then, a circuit is not switched in between", () => {
  const it = story(watched());
  it.live(10, { daylight: DARK, somebody: true });
  it.live(10, { daylight: DARK, somebody: false });
  expect(it.because()).toBe("vacant");
  it.live(15, { daylight: BRIGHT, somebody: false });
  expect(it.because()).toBe("daylight-sufficient");
  it.live(5, { daylight: BRIGHT, somebody: true });
  expect(it.because()).toBe("daylight-sufficient");
  expect(it.zone().circuit.report).toMatchObject({ state: "inhibited" });
  expect(it.reasons.at(-1)).toBe("daylight-sufficient");
  expect(it.zone().vacancies).toHaveLength(1);
});

test("kept off by day first, it stays off for nobody and comes back with the first who comes", () => {
  const it = story(watched());
  it.live(12, { daylight: BRIGHT, somebody: true });
  it.live(5, { daylight: BRIGHT, somebody: false });
  it.live(5, { daylight: DARK, somebody: false });
  expect(it.because()).toBe("vacant");
  it.live(1, { daylight: DARK, somebody: true });
  expect(it.because()).toBe("too-dark");
  expect(it.zone().circuit.report).toMatchObject({ state: "available", lit: true });
  expect(it.zone().releasedAt).toBe(it.now());
});

test("a sensor that did not see its lamps go is distrusted, even where nobody is", () => {
  const it = story(watched(minutes(9.5)));
  it.live(1, { daylight: BRIGHT, somebody: true, seesLamps: false });
  it.live(20, { daylight: BRIGHT, somebody: false, seesLamps: false });
  expect(it.zone().distrust).toMatchObject({ failures: 1 });
  expect(it.because()).toBe("vacant");
  expect(it.reasons.filter((because) => because === "daylight-sufficient")).toHaveLength(1);
});

test("after an override, it is told when the light may go off for nobody", () => {
  const it = story(watched());
  it.live(15, { daylight: DARK, somebody: false });
  it.at({ kind: "override", zone: STAIRS, until: instant(it.now() + 60_000), by: "page" });
  const asked = it.now();
  it.live(2, { daylight: DARK, somebody: false });
  expect(it.zone().verdict?.decision).toMatchObject({
    because: "too-dark",
    evidence: { presence: { kind: "nobody" }, until: instant(asked + minutes(3)) },
  });
  it.live(2, { daylight: DARK, somebody: false });
  expect(it.because()).toBe("vacant");
});

test("what nobody can say about daylight passes for no evidence of it", () => {
  const blind = story({ ...watched(), lightSensor: undefined });
  blind.live(5, { somebody: true });
  const unknown = { daylight: "unknown", because: "no-light-sensor" };
  expect(blind.zone().witnessed?.state).toMatchObject({ ...unknown, lit: true });
  blind.live(5, { somebody: false });
  expect(blind.zone().witnessed?.state).toMatchObject({
    daylight: "unknown",
    because: "vacant",
    inhibited: true,
    lit: false,
  });
  const dark = story(watched());
  dark.live(10, { daylight: DARK, somebody: false });
  expect(dark.zone().witnessed?.state).toMatchObject({
    daylight: "insufficient",
    because: undefined,
    inhibited: true,
  });
});

test("a detector that is taken from the zone, and comes back, is asked anew", () => {
  const it = story(watched());
  it.live(10, { daylight: DARK, somebody: false });
  const [watching, without] = [watched(), stairs].map(siteOf) as [Site, Site];
  const taken = replan(it.building(), watching, wire(without));
  expect(taken.zones.get(STAIRS)?.presence.size).toBe(0);
  const kept = replan(it.building(), watching, wire(watching));
  expect(kept.zones.get(STAIRS)).toBe(it.zone());
});

test("kept off for nobody, the lease is renewed however dark it is", () => {
  const it = story(watched());
  it.live(40, { daylight: DARK, somebody: false });
  expect(it.zone().circuit.lease).toMatchObject({ answer: "granted" });
  expect(it.zone().circuit.lease!.until).toBeGreaterThan(it.now());
  expect(it.now()).toBe(NOON + minutes(40));
});

// The hold, and what makes it longer

const ago = (count: number): Instant => instant(NOON - minutes(count));
const times = (count: number, minutesAgo: number): Instant[] =>
  Array.from({ length: count }, () => ago(minutesAgo));

const nobodyFor = (count: number, change: Partial<Zone> = {}): Zone => ({
  ...unknownZone(STAIRS),
  presence: new Map([[`${PIR}/${MOTION}`, { isOccupied: false, since: ago(count), at: ago(1) }]]),
  ...change,
});

const keptOff = (because: "vacant" | "too-dark"): Pick<Zone, "verdict"> => ({
  verdict: {
    decision: {
      kind: because === "vacant" ? "inhibit" : "allow",
      because,
      evidence: { target: stairs.daylight.target, threshold: stairs.daylight.target },
    },
    since: ago(2),
    loggedAt: undefined,
  },
});

const vacancy = (zone: Zone, hold = minutes(3)) =>
  judgeVacancy(zone, watched(hold), {
    now: NOON,
    sunAltitudeDeg: 60,
    clockTrusted: true,
    relayOnline: true,
    sensorOnline: true,
    boardOnline: () => true,
  });

test.each<[name: string, zone: Zone, hold: number, minutesToWait: number]>([
  ["for just the hold", nobodyFor(3), 3, 0],
  ["given back for longer than the rest", nobodyFor(30, { releasedAt: ago(3) }), 3, 0],
  ["given back a minute ago", nobodyFor(30, { releasedAt: ago(1) }), 3, 2],
  [
    "lamps switched on two minutes ago, a short hold",
    nobodyFor(30, { switchedOnAt: ago(2) }),
    1,
    1,
  ],
  ["the 24th time today", nobodyFor(4, { vacancies: times(24, 90) }), 3, 0],
  ["the 26th time today", nobodyFor(4, { vacancies: times(25, 90) }), 3, 2],
  [
    "the 26th time today, given back a minute ago",
    nobodyFor(60, { vacancies: times(25, 90), releasedAt: ago(1) }),
    3,
    5,
  ],
  ["the 32nd time today", nobodyFor(240, { vacancies: times(31, 300) }), 3, 144],
  ["the hundredth time today", nobodyFor(479, { vacancies: times(99, 600) }), 3, 1],
  ["often, but a day ago", nobodyFor(4, { vacancies: times(30, 24 * 60) }), 3, 0],
  ["often, not quite a day ago", nobodyFor(4, { vacancies: times(25, 24 * 60 - 1) }), 3, 2],
])("nobody there, %s", (...row) => {
  const [, zone, hold, wait] = row;
  const found = vacancy(zone, minutes(hold));
  expect(found).toMatchObject({ presence: { kind: "nobody" }, isDue: wait === 0 });
  if (wait > 0) expect(found?.until).toBe(ago(-wait));
});

test("what is kept off for nobody stays so, however often it went off today", () => {
  const often = { vacancies: times(40, 90), releasedAt: ago(5) };
  expect(vacancy(nobodyFor(4, { ...often, ...keptOff("too-dark") }))?.isDue).toBe(false);
  expect(vacancy(nobodyFor(4, { ...often, ...keptOff("vacant") }))).toMatchObject({
    isDue: true,
    until: undefined,
  });
});

test("each time counts for a day, and is forgotten then", () => {
  const zone = nobodyFor(4, { vacancies: [ago(24 * 60), ago(24 * 60 - 1)] });
  expect(vacated(zone, NOON)).toEqual({ vacancies: [ago(24 * 60 - 1), NOON] });
});
