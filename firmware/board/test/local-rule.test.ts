import fc from "fast-check";
import { expect, test } from "vitest";
import type { BoardId, LeaseId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Lease, RelayReason } from "@battant/protocol/vocabulary/relay";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { unknownBuilding, wire } from "../../../hub/src/domain/building.ts";
import type { HubEvent } from "../../../hub/src/domain/event.ts";
import type { Site, ZonePlan } from "../../../hub/src/domain/site.ts";
import { step } from "../../../hub/src/pipeline.ts";
import { createRandom } from "../../simulator/random.ts";
import { createClouds, type Scene, skyIlluminance } from "../../simulator/sky.ts";
import { see, tellRules } from "../local-rule.ts";
import { BOOT } from "./bench.ts";
import { HOLD, LAMPS_LX, LIGHT, MAIN, rule, type Stairwell, stairwell } from "./stairwell.ts";

// Goal: without its hub a board keeps the daylight rule running, and leaves nobody in the dark.
// Method: a stairwell with a real relay behind it, told as short stories; then whole days of clouds
// through the hub's pipeline and through the board, which must keep the same lamps off at the same
// minutes.

const NOON = instant(Date.UTC(2026, 5, 21, 11, 30));
const MIDNIGHT = instant(Date.UTC(2026, 5, 21, 23, 30));
const BRIGHT = 480;
const DULL = 190;
const DARK = 100;
/** Above the target, but close to it. */
const CLOUDY = 155;

const alone = (options: { clock?: Instant | undefined; seesLamps?: boolean } = {}): Stairwell => {
  const it = stairwell({ clock: NOON, seesLamps: true, ...options });
  it.daylight = BRIGHT;
  return it;
};

/** The board has borrowed the circuit by itself. */
const borrowed = (seesLamps = true): Stairwell => {
  const it = alone({ seesLamps });
  it.pass(12);
  expect(it.isInhibited()).toBe(true);
  return it;
};

/** The hub keeps the circuit off; the board watches. */
const ruledByHub = (): Stairwell => {
  const it = alone();
  it.hubIsHere = true;
  it.pass(11);
  it.lease(true);
  it.pass(1);
  it.lease(true);
  expect(it.isInhibited()).toBe(true);
  return it;
};

test("ten bright minutes and the board borrows the circuit, and goes on while it is bright", () => {
  const it = alone();
  it.pass(9.9);
  expect(it.isInhibited()).toBe(false);
  it.pass(1);
  expect(it.isInhibited()).toBe(true);
  expect(it.reports.at(-1)).toMatchObject({ state: "inhibited", reason: "local-rule" });
  for (let minute = 0; minute < 60; minute++) {
    it.pass(1);
    expect(it.isInhibited()).toBe(true);
  }
  expect(tellRules(it.rules)).toBe("main: daylight-sufficient");
});

/** The board has begun to warn by itself. */
const warning = (seesLamps = true): Stairwell => {
  const it = alone({ seesLamps });
  it.settings.rules = [{ ...rule, warn: true }];
  for (let left = 720; left > 0 && it.reports.length === 0; left--) it.pass(1 / 60);
  expect(it.reports.at(-1)).toMatchObject({ state: "available", reason: "warning" });
  return it;
};

test.each([true, false])("who is there is warned first, lamps seen %s, then it is dark", (sees) => {
  const it = warning(sees);
  it.pass(0.2);
  expect(it.isInhibited()).toBe(false);
  it.pass(0.1);
  expect(it.reports.some((told) => told.state === "inhibited")).toBe(true);
  it.pass(30);
  expect(it.isInhibited()).toBe(true);
  expect(it.reports.filter((told) => told.reason === "warning")).toHaveLength(1);
});

test("whoever presses during the warning is obeyed for the hold time", () => {
  const it = warning();
  it.press();
  it.pass(29);
  expect(it.reports.some((told) => told.state === "inhibited")).toBe(false);
});

test("when it gets dark during the warning, or the hub is back, the light stays", () => {
  const dark = warning();
  dark.pass(0.1);
  see(dark.rules, LIGHT, DARK);
  dark.pass(0.1);
  expect(dark.reports.at(-1)).toMatchObject({ state: "available", reason: "local-rule" });
  const back = warning();
  back.hubIsHere = true;
  back.pass(1);
  expect(back.reports.some((told) => told.state === "inhibited")).toBe(false);
});

test("what its sensor sees of the blinks ends no warning", () => {
  const it = warning();
  it.pass(1 / 60);
  see(it.rules, LIGHT, 300);
  it.pass(0.4);
  expect(it.isInhibited()).toBe(true);
});

test("daylight that comes to give what both gave together gives nothing back", () => {
  const it = borrowed();
  for (let level = BRIGHT; level < BRIGHT + 2 * LAMPS_LX; level += 4) {
    it.daylight = level;
    it.pass(0.5);
    expect(it.isInhibited()).toBe(true);
  }
});

test("between the target and the threshold what was borrowed stays so, and nothing is borrowed", () => {
  const it = borrowed();
  it.daylight = DULL;
  it.pass(20);
  expect(it.isInhibited()).toBe(true);
  const other = alone();
  other.daylight = DULL;
  other.pass(20);
  expect(other.isInhibited()).toBe(false);
  expect(tellRules(other.rules)).toBe("main: too-dark");
});

type Spoiled = [what: string, happens: (it: Stairwell) => void, within: number, because: string];
const spoiled: Spoiled[] = [
  ["it gets dark", (it) => void (it.daylight = DARK), 0.7, "too-dark"],
  ["the sensor falls silent", (it) => void (it.daylight = undefined), 5.2, "sensor-silent"],
  ["the clock is lost", (it) => it.setClock(undefined), 0.1, "clock-unknown"],
  ["it is night by the clock", (it) => it.setClock(MIDNIGHT), 0.1, "sun-is-down"],
];

test.each(spoiled)("when %s, the light is given back", (_, happens, within, because) => {
  const it = borrowed();
  it.pass(3);
  happens(it);
  it.pass(within);
  expect(it.isInhibited()).toBe(false);
  expect(tellRules(it.rules)).toBe(`main: ${because}`);
  expect(it.reports.find((told) => told.state === "available")).toMatchObject({
    reason: "local-rule",
  });
});

test.each([
  ["without a clock", undefined, "clock-unknown"],
  ["by night", MIDNIGHT, "sun-is-down"],
] as const)("%s nothing is ever borrowed, however bright the sensor says it is", (...row) => {
  const [, clock, because] = row;
  const it = alone({ clock });
  it.pass(60);
  expect(it.reports.filter((told) => told.state === "inhibited")).toEqual([]);
  expect(tellRules(it.rules)).toBe(`main: ${because}`);
});

test("a passing cloud is waited out", () => {
  const it = borrowed();
  it.pass(2);
  it.daylight = CLOUDY;
  it.pass(0.2);
  it.daylight = BRIGHT;
  it.pass(5);
  expect(it.reports.filter((told) => told.reason === "local-rule")).toHaveLength(2);
  expect(it.isInhibited()).toBe(true);
});

test("getting dark, what was borrowed is not prolonged, however patient the rule is", () => {
  const it = alone();
  it.settings.rules = [{ ...rule, onDelay: minutes(5) }];
  it.pass(12);
  expect(it.isInhibited()).toBe(true);
  it.daylight = CLOUDY;
  it.pass(2.2);
  expect(it.isInhibited()).toBe(false);
  expect(it.reports.map((told) => told.reason)).toContain("lease-expired");
});

test("whoever switches the lamps on gets three minutes, however bright it is", () => {
  const it = alone();
  it.switchedOn = false;
  it.pass(9.5);
  it.switchedOn = true;
  it.pass(2.9);
  expect(it.isInhibited()).toBe(false);
  it.pass(0.3);
  expect(it.isInhibited()).toBe(true);
});

test("another sensor of the board is no evidence", () => {
  const it = alone();
  it.daylight = undefined;
  for (let minute = 0; minute < 15; minute++) {
    see(it.rules, "outside" as SensorId, 5000 + minute);
    it.pass(1);
  }
  expect(it.isInhibited()).toBe(false);
  expect(tellRules(it.rules)).toBe("main: sensor-silent");
});

test("whoever presses the wall switch is obeyed for the hold time, and the press counts once", () => {
  const it = borrowed();
  it.pass(3);
  it.press();
  for (let minute = 0; minute < 29; minute++) {
    it.pass(1);
    expect(it.isInhibited()).toBe(false);
  }
  it.pass(2);
  expect(it.isInhibited()).toBe(true);
});

test("a sensor that does not see its own lamps go is not believed for an hour", () => {
  const it = alone();
  it.lamps = 0;
  it.daylight = BRIGHT + LAMPS_LX;
  it.pass(11);
  expect(it.isInhibited()).toBe(true);
  it.pass(2);
  expect(it.isInhibited()).toBe(false);
  it.pass(58);
  expect(it.isInhibited()).toBe(false);
  expect(tellRules(it.rules)).toBe("main: post-check-failed");
});

test("a sensor that repeats one number gives the light back within the hour", () => {
  const it = borrowed();
  it.flickers = false;
  it.lamps = 0;
  it.pass(58);
  expect(it.isInhibited()).toBe(true);
  it.pass(3);
  expect(tellRules(it.rules)).toBe("main: sensor-stuck");
  expect(it.isInhibited()).toBe(false);
});

test("a board that cannot see its lamps takes them to burn unless it keeps them off", () => {
  const it = borrowed(false);
  it.pass(5);
  expect(it.isInhibited()).toBe(true);
  const dull = alone({ seesLamps: false });
  dull.daylight = DULL;
  dull.pass(20);
  expect(dull.isInhibited()).toBe(false);
});

test("while the hub is there, the board does nothing by itself", () => {
  const it = alone();
  it.hubIsHere = true;
  it.pass(60);
  expect(it.reports).toEqual([]);
});

test("a hub that dies while it keeps the light off is taken over from without a flicker", () => {
  const it = ruledByHub();
  it.reports.length = 0;
  it.hubIsHere = false;
  for (let minute = 0; minute < 30; minute++) {
    it.pass(1);
    expect(it.isInhibited()).toBe(true);
  }
  expect(it.reports.map((told) => told.reason)).not.toContain("link-lost");
});

test("for a minute after the hub was last there, nothing is borrowed", () => {
  const it = alone();
  it.hubIsHere = true;
  it.pass(9.5);
  it.hubIsHere = false;
  it.pass(0.9);
  expect(it.isInhibited()).toBe(false);
  it.pass(0.3);
  expect(it.isInhibited()).toBe(true);
});

test("where the hub left a light on although it was bright, so does the board, until it was dark", () => {
  const it = alone();
  it.hubIsHere = true;
  it.pass(20);
  it.hubIsHere = false;
  it.pass(60);
  expect(it.isInhibited()).toBe(false);
  it.daylight = DARK;
  it.pass(5);
  it.daylight = BRIGHT;
  it.pass(15);
  expect(it.isInhibited()).toBe(true);
});

test("what the hub gave back although it was bright, the board does not take again", () => {
  const it = ruledByHub();
  it.pass(1);
  it.lease(false);
  it.pass(0.5);
  it.hubIsHere = false;
  it.pass(60);
  expect(it.isInhibited()).toBe(false);
});

test("when the hub is back, its leases rule", () => {
  const it = borrowed();
  it.pass(1);
  it.hubIsHere = true;
  it.lease(false);
  expect(it.isInhibited()).toBe(false);
  it.pass(30);
  expect(it.isInhibited()).toBe(false);
  const other = borrowed();
  other.hubIsHere = true;
  other.pass(2.1);
  expect(other.isInhibited()).toBe(false);
});

test("what the board had borrowed when the hub came back it still gives back when it gets dark", () => {
  const it = borrowed();
  it.hubIsHere = true;
  it.daylight = DARK;
  it.pass(0.7);
  expect(it.isInhibited()).toBe(false);
});

test("without a rule in its settings the board only ever gives back", () => {
  const it = borrowed();
  it.settings.rules = [];
  it.pass(2.1);
  expect(it.isInhibited()).toBe(false);
  it.pass(60);
  expect(it.isInhibited()).toBe(false);
  expect(tellRules(it.rules)).toBe("");
});

test("a rule for a relay this board has not is no rule", () => {
  const it = alone();
  it.settings.rules = [{ ...rule, relay: "other" as RelayId }];
  it.pass(30);
  expect(tellRules(it.rules)).toBe("");
  expect(it.isInhibited()).toBe(false);
});

// Any order of events.

type Happening =
  | { kind: "wait"; seconds: number }
  | { kind: "daylight"; value: number | undefined }
  | { kind: "clock"; at: Instant | undefined }
  | { kind: "hub" | "press" };

const constant = <Kind extends "hub" | "press">(kind: Kind) => fc.constant({ kind });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("wait"), seconds: fc.integer({ min: 1, max: 1500 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("daylight"),
      value: fc.constantFrom(DARK, 148, DULL, 225, BRIGHT, BRIGHT, BRIGHT, undefined),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("clock"),
      at: fc.constantFrom(NOON, NOON, MIDNIGHT, undefined),
    }),
  },
  { weight: 1, arbitrary: constant("hub") },
  { weight: 1, arbitrary: constant("press") },
);

test("whatever happens, in whatever order, the board leaves nobody in the dark", () => {
  let borrowings = 0;
  const live = (happenings: readonly Happening[]): void => {
    const it = alone();
    let now = 0;
    let clock: Instant | undefined = NOON;
    /** Since when a reason has held to give the light back, and how soon that must be done. */
    const spoiled = new Map<string, { since: number; within: number }>();
    const spoils = (what: string, holds: boolean, within: number): void => {
      if (!holds) spoiled.delete(what);
      else if (!spoiled.has(what)) spoiled.set(what, { since: now, within });
    };
    let heldUntil = 0;
    const look = (): void => {
      if (!it.isInhibited()) return;
      borrowings += 1;
      for (const [what, { since, within }] of spoiled) {
        expect(now - since, what).toBeLessThanOrEqual(within);
      }
      expect(now).toBeGreaterThanOrEqual(heldUntil);
    };
    for (const told of happenings) {
      if (told.kind === "daylight") it.daylight = told.value;
      if (told.kind === "clock") it.setClock((clock = told.at));
      if (told.kind === "hub") it.hubIsHere = !it.hubIsHere;
      if (told.kind === "press") {
        it.press();
        heldUntil = now + HOLD / 1000;
        expect(it.isInhibited()).toBe(false);
      }
      spoils("no clock, or night", clock !== NOON, 5);
      spoils("silence", it.daylight === undefined, 300 + 10 + 5);
      spoils("darkness", it.daylight !== undefined && it.daylight < 150, 20 + 10 + 5 + 5);
      // What was borrowed before the hub came back runs out by itself: it is for the hub to prolong.
      spoils("the hub is here", it.hubIsHere, 120);
      for (let left = told.kind === "wait" ? told.seconds : 0; left > 0; left -= 1) {
        it.pass(1 / 60);
        now += 1;
        look();
      }
    }
  };
  const day = fc.array(happening, { minLength: 5, maxLength: 40 });
  fc.assert(fc.property(day, live), { numRuns: 150 });
  expect(borrowings).toBeGreaterThan(1000);
});

// Whole days, twice.

const BOARD = "stairs-a" as BoardId;
const ZONE = "stairwell-a" as ZoneId;
const DAY_START = Date.UTC(2026, 3, 10);
const STEP_S = 5;
const STEPS = (24 * 3600) / STEP_S;
const STEPS_PER_MINUTE = 60 / STEP_S;

/** Daylight at the sensor each five seconds; `factor`: the share of what is outside. */
const recordDay = (scene: Scene, factor: number, seed: number): number[] => {
  const clouds = createClouds(createRandom(seed));
  const place = { latitudeDeg: rule.latitudeDeg, longitudeDeg: rule.longitudeDeg };
  return Array.from({ length: STEPS }, (_, index) => {
    const at = instant(DAY_START + index * STEP_S * 1000);
    if (index % 2 === 0) clouds.step();
    const moment = { at, altitude: sunAltitudeDeg(place, at), elapsed: index * STEP_S * 1000 };
    const outside = skyIlluminance(scene, { ...moment, cloudFactor: clouds.factor() });
    return Math.round(outside * factor * 10) / 10;
  });
};

const plan: ZonePlan = {
  id: ZONE,
  name: "Escalier A",
  kind: "stairwell",
  circuit: { board: BOARD, relay: MAIN, load: undefined, warning: false, offWhenVacant: false },
  lightSensor: { board: BOARD, sensor: LIGHT },
  presence: undefined,
  daylight: { ...rule, mode: "act", overrideHold: HOLD, localRule: true },
};

const site: Site = {
  building: "demo",
  name: "Demo",
  location: { latitudeDeg: rule.latitudeDeg, longitudeDeg: rule.longitudeDeg },
  timezone: "Europe/Paris",
  zones: new Map([[ZONE, plan]]),
  boards: new Map(),
};

type Day = { readonly daylight: readonly number[]; readonly seesLamps: boolean };

/** Somebody presses the wall switch early in the afternoon. */
const PRESSED_AT = (13 * 3600 + 7 * 60) / STEP_S;

/** Which minutes the lamps are kept off in, when the hub rules and its board obeys at once. */
const asTheHub = ({ daylight, seesLamps }: Day): boolean[] => {
  const wiring = wire(site);
  let building = unknownBuilding(site);
  let now = instant(DAY_START);
  let kept = false;
  const happen = (event: HubEvent): void => {
    const result = step(building, event, wiring, now);
    building = result.building;
    for (const effect of result.effects) if (effect.kind === "lease") obey(effect.lease);
  };
  const report = (lit: boolean, reason: RelayReason, lease?: LeaseId): void => {
    const told = { boot: BOOT, state: kept ? "inhibited" : "available", reason } as const;
    const seen = { ...told, ...(seesLamps && { lit }), ...(lease !== undefined && { lease }) };
    happen({ kind: "relay-reported", board: BOARD, relay: MAIN, report: seen });
  };
  const obey = ({ id, duration }: Lease): void => {
    const reason = duration === 0 ? "lease-ended" : "lease";
    const wasLit = !kept;
    kept = duration > 0;
    // The answer comes at once; that the lamps have followed is seen a moment later.
    report(wasLit, reason, id);
    if (wasLit === kept) report(!kept, reason, id);
  };
  happen({ kind: "availability", board: BOARD, online: true });
  report(true, "start");
  return daylight.flatMap((outside, index) => {
    now = instant(DAY_START + (index + 1) * STEP_S * 1000);
    if (index % 2 === 1) {
      const illuminance = outside + (kept ? 0 : LAMPS_LX) + (index % 4 === 1 ? 1 : 0);
      happen({ kind: "reading", reading: readingOf(illuminance, index, now) });
    }
    happen({ kind: "tick" });
    if (index === PRESSED_AT) {
      kept = false;
      report(true, "wall-switch");
    }
    return index % STEPS_PER_MINUTE === 0 ? [kept] : [];
  });
};

const readingOf = (value: number, sequence: number, at: Instant): Reading => ({
  board: BOARD,
  boot: BOOT,
  sequence,
  sensor: LIGHT,
  quantity: "illuminance",
  value,
  at,
  received: at,
});

const asTheBoard = ({ daylight, seesLamps }: Day): boolean[] => {
  const it = stairwell({ clock: instant(DAY_START), seesLamps });
  return daylight.flatMap((outside, index) => {
    it.daylight = outside;
    it.pass(STEP_S / 60);
    if (index === PRESSED_AT) it.press();
    return index % STEPS_PER_MINUTE === 0 ? [it.isInhibited()] : [];
  });
};

const switchings = (kept: readonly boolean[]): number =>
  kept.filter((off, index) => index > 0 && off !== kept[index - 1]).length;

const days: [scene: Scene, factor: number, seed: number, seesLamps: boolean][] = [
  ["clear", 0.01, 1, true],
  ["overcast", 0.03, 1, true],
  ["clouds", 0.02, 1, true],
  ["clouds", 0.01, 2, true],
  ["clouds", 0.01, 3, true],
  ["clouds", 0.007, 4, true],
  ["clouds", 0.01, 5, false],
];

test.each(days)("%s at %d, seed %d, lamps seen %s: hub and board keep them off alike", (...row) => {
  const [scene, factor, seed, seesLamps] = row;
  const day = { daylight: recordDay(scene, factor, seed), seesLamps };
  const hub = asTheHub(day);
  expect(hub.filter((kept) => kept).length).toBeGreaterThan(30);
  expect(switchings(hub)).toBeGreaterThanOrEqual(4);
  expect(asTheBoard(day)).toEqual(hub);
});
