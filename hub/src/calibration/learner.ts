import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { elapsed, type Instant, instant } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import type { Building } from "../domain/building.ts";
import type { Site, ZonePlan } from "../domain/site.ts";
import { litOf, type Zone } from "../domain/zone.ts";
import { SAVE_EVERY } from "./figures.ts";
import { decodeKept, encodeKept } from "./kept.ts";
import { learn, type Told } from "./learn.ts";
import type { Moment } from "./moment.ts";
import { type CalibrationState, freshState } from "./state.ts";

/**
 * Watches beside the line what the hub believes of each zone, and learns from it. No rule goes by
 * that: a person writes it into the building file, or nobody does.
 */
export type Learner = {
  /** Something may have changed. */
  watch(building: Building): void;
  state(zone: ZonePlan): CalibrationState;
  moment(zone: ZonePlan): Moment;
  /** The relay's board sees whether the lamps burn. */
  hasFeedback(zone: ZoneId): boolean;
  /** What people do: kept at once. */
  change(zone: ZonePlan, to: CalibrationState): void;
  tell(zone: ZonePlan, told: Told): void;
  /** Writes what was learned since it was last written. */
  save(): void;
};

/** Where it outlives the hub. */
export type CalibrationStore = {
  read(zone: string): string | undefined;
  /** False if it could not be written. */
  write(zone: string, text: string): boolean;
};

export type LearnerParts = {
  readonly site: () => Site;
  readonly store: CalibrationStore;
  readonly now: () => Instant;
};

type Entry = {
  readonly plan: ZonePlan;
  readonly state: CalibrationState;
  /** As it was when it was last looked at. */
  readonly zone: Zone | undefined;
  readonly isDirty: boolean;
};

export function createLearner({ site, store, now }: LearnerParts): Learner {
  const entries = new Map<ZoneId, Entry>();
  let savedAt = now();

  const keep = (entry: Entry): Entry => {
    entries.set(entry.plan.id, entry);
    return entry;
  };

  const entryOf = (plan: ZonePlan): Entry => {
    const known = entries.get(plan.id);
    if (known?.plan === plan) return known;
    const wired = wiredAs(plan);
    if (known?.state.wired === wired) return keep({ ...known, plan });
    const text = store.read(plan.id);
    const kept = text === undefined ? undefined : decodeKept(text, wired);
    return keep({ plan, state: kept ?? freshState(wired), zone: undefined, isDirty: false });
  };

  const moment = (plan: ZonePlan): Moment => ({
    now: now(),
    sunAltitudeDeg: sunAltitudeDeg(site().location, now()),
    reference: plan.daylight.luminaireContribution,
  });

  const tell = (plan: ZonePlan, told: Told): void => {
    const entry = entryOf(plan);
    const state = learn(entry.state, told, moment(plan));
    if (state === entry.state) return;
    keep({ ...entry, state, isDirty: entry.isDirty || isNews(entry.state, state) });
  };

  const save = (): void => {
    savedAt = now();
    for (const [id, entry] of entries) {
      if (!entry.isDirty || !store.write(id, encodeKept(entry.state))) continue;
      keep({ ...entry, isDirty: false });
    }
  };

  const look = (plan: ZonePlan, zone: Zone): void => {
    const { zone: before } = entryOf(plan);
    if (zone === before) return;
    const { seen } = zone.light;
    // First the lamps: what was seen since belongs to them.
    if (zone.circuit !== before?.circuit) {
      tell(plan, { kind: "lamps", lit: litOf(zone.circuit), by: "relay" });
    }
    if (seen !== undefined && seen !== before?.light.seen) tell(plan, { kind: "reading", ...seen });
    keep({ ...entryOf(plan), zone });
  };

  return {
    watch: (building) => {
      for (const plan of site().zones.values()) {
        const zone = building.zones.get(plan.id);
        if (zone !== undefined) look(plan, zone);
      }
      if (Math.abs(elapsed({ since: savedAt, now: now() })) >= SAVE_EVERY) save();
    },
    state: (plan) => entryOf(plan).state,
    moment,
    hasFeedback: (id) => entries.get(id)?.zone?.circuit.report?.lit !== undefined,
    change: (plan, to) => {
      keep({ ...entryOf(plan), state: to, isDirty: true });
      save();
    },
    tell,
    save,
  };
}

/** Changes with everything that makes a calibration another one. */
const wiredAs = ({ lightSensor, circuit }: ZonePlan): string => {
  const sensor = lightSensor === undefined ? "-" : `${lightSensor.board}/${lightSensor.sensor}`;
  const relay = circuit === undefined ? "-" : `${circuit.board}/${circuit.relay}`;
  return `${sensor} ${relay}`;
};

/** What was but seen need not be written. */
const isNews = (before: CalibrationState, after: CalibrationState): boolean =>
  before.toggles !== after.toggles ||
  before.refined !== after.refined ||
  before.alarms !== after.alarms;

const STEP_MS = 5 * 60_000;
const STEPS_A_DAY = 288;

/** When the sun is next as low as that; undefined if it is not within a day, as in northern summers. */
export function nightAfter(site: Site, now: Instant, belowDeg: number): Instant | undefined {
  for (let step = 1; step <= STEPS_A_DAY; step++) {
    const at = instant(now + step * STEP_MS);
    if (sunAltitudeDeg(site.location, at) < belowDeg) return at;
  }
  return undefined;
}
