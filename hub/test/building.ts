import type { BoardId, BootId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import { type Instant, instant, lux, minutes, seconds } from "@battant/protocol/vocabulary/units";
import { unknownBuilding, wire, type Building } from "../src/domain/building.ts";
import type { Effect, HubEvent } from "../src/domain/event.ts";
import type { DaylightSettings, Site, ZonePlan } from "../src/domain/site.ts";
import type { Zone } from "../src/domain/zone.ts";
import { step } from "../src/pipeline.ts";

/** A building of one stairwell, and the words to tell its story with. */

export const STAIRS = "stairwell-a" as ZoneId;
export const SENSOR = "stairs-a-light" as BoardId;
export const RELAY = "stairs-a-relay" as BoardId;
export const BOOT = "boot-1" as BootId;

/** Noon at midsummer in Besançon: 66° of sun. */
export const NOON = instant(Date.UTC(2026, 5, 21, 11, 30));
export const MIDNIGHT = instant(Date.UTC(2026, 5, 21, 23, 30));

export const settings: DaylightSettings = {
  mode: "act",
  target: lux(150),
  margin: 1.5,
  floorFactor: 1,
  luminaireContribution: lux(120),
  offDelay: minutes(10),
  onDelay: seconds(20),
  readingAgeMax: minutes(5),
  overrideHold: minutes(30),
  localRule: false,
};

export const stairs: ZonePlan = {
  id: STAIRS,
  name: "Escalier A",
  kind: "stairwell",
  circuit: {
    board: RELAY,
    relay: "main" as RelayId,
    load: undefined,
    warning: false,
    offWhenVacant: false,
  },
  lightSensor: { board: SENSOR, sensor: "light" as SensorId },
  presence: undefined,
  daylight: settings,
};

export function siteOf(plan: ZonePlan): Site {
  return {
    building: "demo",
    name: "Demo",
    location: { latitudeDeg: 47.24, longitudeDeg: 6.02 },
    timezone: "Europe/Paris",
    zones: new Map([[plan.id, plan]]),
    boards: new Map([SENSOR, RELAY].map((id) => [id, { id, name: id, flat: undefined }] as const)),
  };
}

export type Scene = {
  /** Lets `count` minutes pass with a tick every five seconds and, if told, a reading every minute. */
  pass(count: number, illuminance?: number): void;
  at(event: HubEvent): readonly Effect[];
  see(illuminance: number): readonly Effect[];
  report(report: Partial<RelayReport>): readonly Effect[];
  tick(): readonly Effect[];
  zone(): Zone;
  building(): Building;
  now(): Instant;
  jump(to: Instant): void;
  /** Everything the hub asked for so far. */
  readonly effects: Effect[];
};

export function scene(plan: ZonePlan = stairs, from: Instant = NOON): Scene {
  const wiring = wire(siteOf(plan));
  let building = unknownBuilding(wiring.site);
  let now = from;
  let sequence = 0;
  const effects: Effect[] = [];

  const at = (event: HubEvent): readonly Effect[] => {
    const result = step(building, event, wiring, now);
    building = result.building;
    effects.push(...result.effects);
    return result.effects;
  };
  const see = (illuminance: number): readonly Effect[] => {
    sequence += 1;
    return at({
      kind: "reading",
      reading: {
        board: SENSOR,
        boot: BOOT,
        sequence,
        sensor: "light" as SensorId,
        quantity: "illuminance",
        value: illuminance,
        at: now,
        received: now,
      },
    });
  };
  const report = (change: Partial<RelayReport>): readonly Effect[] =>
    at({
      kind: "relay-reported",
      board: RELAY,
      relay: "main" as RelayId,
      report: { boot: BOOT, state: "available", reason: "start", ...change },
    });
  const pass = (count: number, illuminance?: number): void => {
    const end = now + minutes(count);
    while (now < end) {
      now = instant(Math.min(end, now + 5000));
      if (illuminance !== undefined && Math.round((end - now) / 1000) % 60 === 0) {
        see(illuminance + (sequence % 2) * 0.5);
      }
      at({ kind: "tick" });
    }
  };
  at({ kind: "availability", board: SENSOR, online: true });
  report({ lit: true });
  effects.length = 0;
  return {
    pass,
    at,
    see,
    report,
    tick: () => at({ kind: "tick" }),
    zone: () => building.zones.get(STAIRS)!,
    building: () => building,
    now: () => now,
    jump: (to) => {
      now = to;
    },
    effects,
  };
}

export const leasesIn = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === "lease" ? [effect.lease] : []));

export const reasonsIn = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === "log-decision" ? [effect.decision.because] : []));
