import type { LeaseId } from "@battant/protocol/vocabulary/ids";
import { WARNING } from "@battant/protocol/vocabulary/relay";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import { createAccount } from "../src/backtest/account.ts";
import { createCircuit } from "../src/backtest/circuit.ts";
import { createRun } from "../src/backtest/simulate.ts";
import { createCalendar } from "../src/domain/calendar.ts";
import { arrangeLease } from "../src/domain/lease.ts";
import type { ZonePlan } from "../src/domain/site.ts";
import { unknownZone } from "../src/domain/zone.ts";
import { light, minute } from "./backtest-kit.ts";
import {
  BOOT,
  leasesIn,
  NOON,
  type Scene,
  scene,
  settings,
  siteOf,
  STAIRS,
  stairs,
} from "./building.ts";

// Goal: where a circuit warns before it goes out, the hub asks for that and is misled by nothing of
// it: neither by the light that is still on, nor by what a sensor sees of the blinks.
// Method: the stairwell of the other tests with a board that answers as one that warns.

const BRIGHT = 480;
const LAMPS = 120;

const warning: ZonePlan = { ...stairs, circuit: { ...stairs.circuit!, warning: true } };

/** The rule has just asked for the circuit, and the board has answered that it warns. */
function warned(): Scene & { readonly lease: LeaseId } {
  const told = scene(warning);
  told.pass(10, BRIGHT + LAMPS);
  for (let left = 24; left > 0 && leasesIn(told.effects).length === 0; left--) {
    told.pass(1 / 12, BRIGHT + LAMPS);
  }
  const [lease] = leasesIn(told.effects);
  told.report({ reason: "warning", lease: lease!.id, lit: true });
  told.effects.length = 0;
  return { ...told, lease: lease!.id };
}

const because = (told: Scene): unknown => told.zone().verdict?.decision.because;

const pass = (told: Scene, seconds: number): void => told.pass(seconds / 60);

test("a circuit that warns is asked for with a warning, each time, and given back without", () => {
  const told = scene(warning);
  told.pass(13, BRIGHT + LAMPS);
  const asked = leasesIn(told.effects);
  expect(asked.length).toBeGreaterThan(1);
  expect(asked.every((lease) => lease.warn === true)).toBe(true);
  const ended = arrangeLease(told.zone().circuit, { wanted: false, warn: true }, BOOT, told.now());
  expect(ended.send).toMatchObject({ duration: 0 });
  expect(ended.send).not.toHaveProperty("warn");
});

test("no warning is asked of a circuit that has none to give", () => {
  const told = scene(stairs);
  told.pass(13, BRIGHT + LAMPS);
  expect(leasesIn(told.effects).some((lease) => "warn" in lease)).toBe(false);
});

test("a board that warns has granted the lease: it is renewed in time, and not asked for again", () => {
  const told = warned();
  expect(told.zone().circuit.lease).toMatchObject({ answer: "granted" });
  pass(told, 15);
  told.report({ state: "inhibited", reason: "lease", lease: told.lease, lit: false });
  pass(told, 35);
  expect(leasesIn(told.effects)).toEqual([]);
  pass(told, 10);
  expect(leasesIn(told.effects)).toHaveLength(1);
});

test("nobody has switched anything on, asked for light, or been left in the dark by a warning", () => {
  const told = warned();
  expect(told.zone()).toMatchObject({ switchedOnAt: undefined });
  expect(because(told)).toBe("daylight-sufficient");
  expect(told.zone().witnessed?.state).toMatchObject({ lit: true, inhibited: false });
});

test("what a sensor sees while luminaires blink is not heeded, and afterwards it is", () => {
  const told = warned();
  pass(told, 1);
  told.see(90);
  expect(told.zone().light.darkSince).toBeUndefined();
  expect(because(told)).toBe("daylight-sufficient");
  pass(told, 5);
  told.see(90);
  expect(told.zone().light.darkSince).toBeDefined();
});

test("whoever presses meanwhile is obeyed by the rule too", () => {
  const told = warned();
  told.report({ reason: "wall-switch", lit: true });
  expect(because(told)).toBe("override");
  expect(told.zone().circuit.lease).toBeUndefined();
});

test("getting dark meanwhile, the hub ends the lease, and the board's answer closes it", () => {
  const told = warned();
  pass(told, 10);
  told.see(60);
  pass(told, 25);
  const [end] = leasesIn(told.effects);
  expect(end).toMatchObject({ duration: 0 });
  told.report({ reason: "lease-ended", lease: end!.id, lit: true });
  expect(told.zone().circuit.lease).toBeUndefined();
});

test("a hub that was started again ends a warning that it does not want", () => {
  const report = { boot: BOOT, state: "available", reason: "warning", lit: true } as const;
  const circuit = { ...unknownZone(STAIRS).circuit, report };
  const { send } = arrangeLease(circuit, { wanted: false, warn: true }, BOOT, NOON);
  expect(send).toMatchObject({ duration: 0 });
});

// In a backtest

const at = (seconds: number): Instant => instant(NOON + seconds * 1000);

const lease = (id: string, duration = minutes(2)) =>
  ({ id: id as LeaseId, boot: BOOT, issued: NOON, duration, warn: true }) as const;

test("a pretend circuit burns on while it warns, and its lease counts from when it was granted", () => {
  const circuit = createCircuit(true);
  circuit.answer(lease("l1"), at(0), true);
  expect(circuit.report()).toMatchObject({
    report: { state: "available", reason: "warning", lease: "l1", lit: true },
  });
  expect(circuit.dueAt()).toBe(NOON + WARNING);
  circuit.answer(lease("l2"), at(10), true);
  expect(circuit.dueAt()).toBe(NOON + WARNING);
  circuit.onDue(at(15), true);
  expect(circuit.report()).toMatchObject({
    report: { state: "inhibited", reason: "lease", lease: "l2", lit: false },
  });
  expect(circuit.dueAt()).toBe(at(130));
  circuit.answer(lease("l3"), at(60), true);
  expect(circuit.isKeptOff()).toBe(true);
  circuit.onDue(at(180), true);
  expect(circuit.report()).toMatchObject({ report: { reason: "lease-expired", lit: true } });
});

test("a pretend circuit whose luminaires do not burn has nothing to warn with", () => {
  const circuit = createCircuit(false);
  circuit.answer(lease("l1"), at(0), false);
  expect(circuit.isKeptOff()).toBe(true);
});

test("a pretend warning ends with its lease", () => {
  const circuit = createCircuit(true);
  circuit.answer(lease("l1"), at(0), true);
  circuit.answer(lease("e1", minutes(0)), at(5), true);
  expect(circuit.report()).toMatchObject({ report: { reason: "lease-ended", lit: true } });
  expect(circuit.dueAt()).toBe(Infinity);
});

const tried = (plan: ZonePlan) => {
  const account = createAccount({
    calendar: createCalendar("Europe/Paris"),
    load: undefined,
    prices: [],
  });
  const run = createRun({
    site: siteOf(plan),
    zone: { plan, presence: [] },
    daylight: settings,
    burns: "always",
    from: NOON,
    account,
  });
  // Two bright spells of an hour, one of them cut by a dark quarter of an hour.
  for (let count = 0; count < 150; count++) {
    const isDark = count >= 60 && count < 75;
    run.see(light(NOON + minute(count), (isDark ? 60 : BRIGHT) + LAMPS + (count % 2)));
  }
  run.pass(instant(NOON + minute(150)));
  return account.total();
};

test("a backtest of a circuit that warns saves fifteen seconds less each time it goes out", () => {
  const curt = tried(stairs);
  const kind = tried(warning);
  expect(kind.switchings).toBe(curt.switchings);
  expect(curt.switchings).toBe(3);
  expect(curt.avoided - kind.avoided).toBe(2 * WARNING);
});
