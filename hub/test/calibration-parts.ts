import type { RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, lux, seconds } from "@battant/protocol/vocabulary/units";
import { type CalibrationDesk, createCalibrationDesk } from "../src/calibration/desk.ts";
import { type CalibrationStore, createLearner, type Learner } from "../src/calibration/learner.ts";
import type { Calibrated } from "../src/config/calibrated.ts";
import type { Site, ZonePlan } from "../src/domain/site.ts";
import { unknownZone, type Zone } from "../src/domain/zone.ts";
import { BOOT, siteOf, stairs } from "./building.ts";

/** A real calibration desk in memory: time passes, lamps burn and light falls as a test says. */

export type CalibrationScene = {
  readonly desk: CalibrationDesk;
  readonly learner: Learner;
  readonly audit: string[];
  readonly store: CalibrationStore & { readonly rows: Map<string, string> };
  /** What the building file was told. */
  readonly written: Calibrated[];
  site(): Site;
  now(): Instant;
  pass(spanMs: number): void;
  jump(to: Instant): void;
  /** A reading arrives. */
  see(illuminance: number): void;
  /** The same, so often, so far apart. */
  seeSteadily(illuminance: number, times?: number, apartMs?: number): void;
  /** The building file says something else. */
  replan(change: Partial<ZonePlan>): void;
  /** The relay reports; `undefined` has no feedback. */
  lamps(lit: boolean | undefined): void;
};

export type SceneSettings = {
  readonly plan?: Partial<Omit<ZonePlan, "daylight">>;
  readonly daylight?: Partial<ZonePlan["daylight"]>;
  readonly from: Instant;
  readonly store?: CalibrationScene["store"];
};

export function memoryStore(): CalibrationScene["store"] {
  const rows = new Map<string, string>();
  return {
    rows,
    read: (zone) => rows.get(zone),
    write: (zone, text) => {
      rows.set(zone, text);
      return true;
    },
  };
}

export function calibrationScene(settings: SceneSettings): CalibrationScene {
  const { store = memoryStore() } = settings;
  const daylight = { ...stairs.daylight, ...settings.daylight };
  let plan: ZonePlan = { ...stairs, ...settings.plan, daylight };
  let now = settings.from;
  let zone: Zone = unknownZone(plan.id);
  const audit: string[] = [];
  const written: Calibrated[] = [];
  const site = (): Site => siteOf(plan);
  const learner = createLearner({ site, store, now: () => now });

  const change = async (edit: Calibrated) => {
    written.push(edit);
    const { floorFactor = plan.daylight.floorFactor } = edit;
    const share = edit.luminaireContribution;
    const known = share === undefined ? plan.daylight.luminaireContribution : lux(share);
    plan = {
      ...plan,
      daylight: { ...plan.daylight, floorFactor, luminaireContribution: known },
    };
    return { ok: true } as const;
  };
  const desk = createCalibrationDesk({
    learner,
    plan: { site, change },
    audit: { record: ({ who, action, about }) => void audit.push(`${who}: ${action} ${about}`) },
    now: () => now,
    version: "0.0.0",
  });

  const believe = (next: Zone): void => {
    zone = next;
    learner.watch({ now, zones: new Map([[plan.id, zone]]), boards: new Map() });
  };
  const see = (illuminance: number): void => {
    const seen = { illuminance: lux(illuminance), at: now };
    believe({ ...zone, light: { ...zone.light, seen } });
  };
  const pass = (span: number): void => {
    now = instant(now + span);
  };
  return {
    desk,
    learner,
    audit,
    store,
    written,
    site,
    now: () => now,
    pass,
    jump: (to) => {
      now = to;
    },
    replan: (change) => {
      plan = { ...plan, ...change };
    },
    see,
    seeSteadily: (illuminance, times = 3, apart = seconds(20)) => {
      for (let time = 0; time < times; time++) {
        see(illuminance);
        pass(apart);
      }
    },
    lamps: (lit) => {
      const report = {
        boot: BOOT,
        state: "available",
        reason: "start",
        ...(lit !== undefined && { lit }),
      } as const;
      believe({ ...zone, circuit: { ...zone.circuit, report, litChanged: now } });
    },
  };
}

export const SENSOR_ID = "light" as SensorId;
export const RELAY_ID = "main" as RelayId;
export const ZONE = stairs.id satisfies ZoneId;
