import { expect } from "vitest";
import type { BoardId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Lease, RelayReport } from "@battant/protocol/vocabulary/relay";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { readConfiguration } from "../src/config/read.ts";
import { type Building, unknownBuilding, wire } from "../src/domain/building.ts";
import type { Decision } from "../src/domain/decision.ts";
import type { HubEvent } from "../src/domain/event.ts";
import { sentenceOf } from "../src/domain/sentence.ts";
import { step } from "../src/pipeline.ts";
import { answerLive } from "../src/why/answer.ts";
import { say } from "../src/why/say.ts";
import { BOOT, RELAY, SENSOR, STAIRS } from "./building.ts";

/** A stairwell at the mercy of a test, and an oracle that watches over whoever is in it. */

export type Happening =
  | { readonly kind: "see"; readonly daylight: number; readonly age: number }
  | { readonly kind: "wait"; readonly seconds: number }
  | {
      readonly kind: "detect";
      readonly detector: 0 | 1;
      readonly somebody: boolean;
      readonly age: number;
    }
  | { readonly kind: "ask"; readonly minutes: number }
  | {
      readonly kind:
        | "press"
        | "hand-back"
        | "sensor-away"
        | "sensor-back"
        | "detector-away"
        | "detector-back"
        | "relay-away"
        | "relay-back"
        | "board-restarts"
        | "hub-restarts"
        | "clock-jumps"
        | "deaf"
        | "heed";
    };

export type Lived = {
  readonly steps: number;
  readonly isKeptOff: boolean;
  /** When the circuit began to be kept off, for which reason. */
  readonly begun: { readonly daylight: readonly Instant[]; readonly vacant: readonly Instant[] };
  readonly reasons: ReadonlySet<string>;
};

const TARGET = 150;
const SHARE = 120;
const DETECTORS = ["stairs-pir", "landing-pir"] as const;
const LOCATION = { latitudeDeg: 47.24, longitudeDeg: 6.02 };
const MAIN = "main" as RelayId;

/** By the file that people write, with a circuit that nothing may ever touch. */
const FILE = `
building: random
name: "À la merci d'un test"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  ${SENSOR}: {}
  ${RELAY}: {}
  stairs-pir: {}
  landing-pir: {}
zones:
  ${STAIRS}:
    kind: stairwell
    light_sensor: { board: ${SENSOR}, sensor: light }
    presence:
      sensors:
        stairs: { board: stairs-pir, sensor: motion }
        landing: { board: landing-pir, sensor: motion }
    circuits:
      safety: { role: safety, load_W: 8 }
      landings:
        relay: { board: ${RELAY}, relay: main }
        off_when_vacant: true
    daylight: { mode: act, luminaire_contribution_lx: ${SHARE} }
`;

/** What a careful person would know, without knowing any rule. */
type Known = {
  light: { at: number; daylight: number } | undefined;
  sensorIsThere: boolean;
  detectors: { at: number; occupiedAt: number; somebody: boolean; isThere: boolean }[];
  wallUntil: number;
  pageUntil: number;
};

const nothingKnown = (): Known => ({
  light: undefined,
  sensorIsThere: false,
  detectors: DETECTORS.map(() => ({ at: NaN, occupiedAt: NaN, somebody: true, isThere: false })),
  wallUntil: 0,
  pageUntil: 0,
});

const SILENT_MS = minutes(10);
const HOLD_MS = minutes(3);
const READING_MS = minutes(5);
const JUMP_MS = 3 * 3_600_000;

export function createRandomBuilding(start: Instant) {
  const read = readConfiguration(FILE);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const wiring = wire(read.site);
  const plan = read.site.zones.get(STAIRS)!;
  let building: Building = unknownBuilding(wiring.site);
  let now = start;
  let sequence = 0;
  let boot = 1;
  let heeds = true;
  let present = true;
  let keptOffUntil = 0;
  let known = nothingKnown();
  let steps = 0;
  let before: Decision | undefined;
  const begun = { daylight: [] as Instant[], vacant: [] as Instant[] };
  const reasons = new Set<string>();

  const report = (change: Partial<RelayReport>): HubEvent => ({
    kind: "relay-reported",
    board: RELAY,
    relay: MAIN,
    report: { boot: `boot-${boot}` as never, state: "available", reason: "start", ...change },
  });

  const nobodyIsThere = (): boolean =>
    known.detectors.every(
      (it) =>
        it.isThere && now - it.at <= SILENT_MS && !it.somebody && !(now - it.occupiedAt < HOLD_MS),
    );

  /** Would keeping the light off now leave somebody in the dark? */
  const judge = (): void => {
    expect(sunAltitudeDeg(LOCATION, now)).toBeGreaterThanOrEqual(0);
    expect(known.wallUntil).toBeLessThanOrEqual(now);
    expect(known.pageUntil).toBeLessThanOrEqual(now);
    if (nobodyIsThere()) return;
    expect(known.light).toBeDefined();
    expect(known.sensorIsThere).toBe(true);
    expect(now - known.light!.at).toBeLessThanOrEqual(READING_MS);
    expect(known.light!.daylight).toBeGreaterThanOrEqual(TARGET);
  };

  const obey = (lease: Lease): HubEvent[] => {
    if (lease.duration > 0) judge();
    expect(lease.issued).toBe(now);
    expect(lease.duration).toBeLessThanOrEqual(120_000);
    if (!heeds || !present || lease.boot !== `boot-${boot}`) return [];
    keptOffUntil = lease.duration === 0 ? 0 : now + lease.duration;
    return [
      lease.duration === 0
        ? report({ reason: "lease-ended", lease: lease.id, lit: true })
        : report({ state: "inhibited", reason: "lease", lease: lease.id, lit: false }),
    ];
  };

  /** Each word that anybody may ever be told about it. */
  const tell = (decision: Decision): void => {
    const outlook = { plan, location: LOCATION };
    const answer = answerLive({ decision, since: now }, outlook, now);
    const hearing = { now, timezone: "Europe/Paris", isTwice: false, site: wiring.site, plan };
    const why = say(answer, hearing);
    for (const language of ["fr", "en"] as const) {
      const telling = { language, at: now, timezone: "Europe/Paris" };
      for (const sentence of [sentenceOf(decision, telling), why[language]]) {
        expect(sentence).toMatch(/^[A-ZÉ].*\.$/u);
        expect(sentence).not.toMatch(/undefined|NaN|Infinity|\d\.\d{3}/u);
      }
    }
  };

  const live = (event: HubEvent): void => {
    const queue = [event];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const result = step(building, next, wiring, now);
      building = result.building;
      steps += 1;
      for (const effect of result.effects) {
        if (effect.kind === "log-decision") tell(effect.decision);
        if (effect.kind !== "lease") continue;
        expect([effect.board, effect.relay]).toEqual([RELAY, MAIN]);
        queue.push(...obey(effect.lease));
      }
    }
    const decision = building.zones.get(STAIRS)?.verdict?.decision;
    if (decision === undefined) return;
    reasons.add(decision.because);
    if (decision.kind === "inhibit") {
      judge();
      if (before?.kind !== "inhibit") {
        begun[decision.because === "vacant" ? "vacant" : "daylight"].push(now);
      }
    }
    before = decision;
  };

  const expire = (): void => {
    if (keptOffUntil === 0 || now < keptOffUntil) return;
    keptOffUntil = 0;
    if (present) live(report({ reason: "lease-expired", lit: true }));
  };

  const wait = (seconds: number): void => {
    for (let passed = 0; passed < seconds; passed += 5) {
      now = instant(now + Math.min(5, seconds - passed) * 1000);
      expire();
      live({ kind: "tick" });
      expect(keptOffUntil - now).toBeLessThanOrEqual(120_000);
    }
  };

  const reading = (board: string, told: { sensor: string; value: number; age: number }): void => {
    sequence += 1;
    live({
      kind: "reading",
      reading: {
        board: board as BoardId,
        boot: BOOT,
        sequence,
        sensor: told.sensor as SensorId,
        quantity: told.sensor === "light" ? "illuminance" : "occupancy",
        value: told.value,
        at: instant(now - told.age * 1000),
        received: now,
      },
    });
  };

  const see = (daylight: number, age: number): void => {
    const at = now - age * 1000;
    const isLit = keptOffUntil === 0;
    const isNews = known.light === undefined || at > known.light.at;
    // Lamps that have just been switched are neither on nor off: such a sample may say nothing.
    if (isNews && age <= 300) known.light = { at, daylight };
    known.sensorIsThere = true;
    reading(SENSOR, { sensor: "light", value: daylight + (isLit ? SHARE : 0), age });
  };

  const detect = (which: 0 | 1, somebody: boolean, age: number): void => {
    const it = known.detectors[which]!;
    const at = now - age * 1000;
    it.isThere = true;
    if (!(at <= it.at) && age <= 600) {
      if (somebody || it.somebody) it.occupiedAt = at;
      it.at = at;
      it.somebody = somebody;
    }
    reading(DETECTORS[which], { sensor: "motion", value: somebody ? 1 : 0, age });
  };

  /** A hub that has just started knows nothing; the broker keeps what relays last said. */
  const forget = (): void => {
    const { wallUntil } = known;
    known = { ...nothingKnown(), wallUntil };
  };

  const away = (board: string, online: boolean): void =>
    live({ kind: "availability", board: board as BoardId, online });

  const happen = (it: Happening): void => {
    switch (it.kind) {
      case "wait":
        return wait(it.seconds);
      case "see":
        return see(it.daylight, it.age);
      case "detect":
        return detect(it.detector, it.somebody, it.age);
      case "ask":
        known.pageUntil = now + it.minutes * 60_000;
        live({ kind: "override", zone: STAIRS, until: instant(known.pageUntil), by: "page" });
        if (heeds && present && it.minutes > 0) expect(keptOffUntil).toBe(0);
        return undefined;
      case "hand-back":
        known.pageUntil = 0;
        return live({ kind: "override", zone: STAIRS, until: undefined, by: "page" });
      case "press":
        if (!present) return undefined;
        known.wallUntil = now + minutes(30);
        keptOffUntil = 0;
        return live(report({ reason: "wall-switch", lit: true }));
      case "sensor-away":
        known.sensorIsThere = false;
        return away(SENSOR, false);
      case "sensor-back":
        known.sensorIsThere = true;
        return away(SENSOR, true);
      case "detector-away":
        known.detectors[0]!.isThere = false;
        return away(DETECTORS[0], false);
      case "detector-back":
        known.detectors[0]!.isThere = true;
        return away(DETECTORS[0], true);
      case "relay-away":
        present = false;
        return away(RELAY, false);
      case "relay-back":
        present = true;
        return away(RELAY, true);
      case "board-restarts":
        boot += 1;
        keptOffUntil = 0;
        return present ? live(report({ lit: true })) : undefined;
      case "hub-restarts":
        building = unknownBuilding(wiring.site);
        before = undefined;
        forget();
        known.wallUntil = 0; // The board itself refuses leases while it obeys its switch.
        return present
          ? live(
              report(keptOffUntil > 0 ? { state: "inhibited", reason: "lease", lit: false } : {}),
            )
          : undefined;
      case "clock-jumps":
        now = instant(now + JUMP_MS);
        // People are obeyed for as long as was promised them, by either clock.
        known.wallUntil += known.wallUntil > 0 ? JUMP_MS : 0;
        known.pageUntil += known.pageUntil > 0 ? JUMP_MS : 0;
        known.light = undefined;
        known.detectors = nothingKnown().detectors.map((it, at) => ({
          ...it,
          isThere: known.detectors[at]!.isThere,
        }));
        expire();
        return live({ kind: "tick" });
      case "deaf":
        heeds = false;
        return undefined;
      case "heed":
        heeds = true;
        return undefined;
    }
  };

  live({ kind: "availability", board: SENSOR, online: true });
  known.sensorIsThere = true;
  live(report({ lit: true }));
  return {
    happen,
    lived: (): Lived => ({ steps, isKeptOff: keptOffUntil > 0, begun, reasons }),
  };
}
