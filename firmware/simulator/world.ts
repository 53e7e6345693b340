import { createFlatLoad, type FlatLoad } from "./load.ts";
import { createPeople, type People } from "./people.ts";
import { createRandom } from "./random.ts";
import { CLOUD_STEP_MS, type Clouds, createClouds, skyIlluminance } from "./sky.ts";
import { sunAltitude } from "./sun.ts";
import type { MeterInWorld, WorldFile, ZoneInWorld } from "./world-file.ts";

/**
 * The pretend building: sun and clouds, people, luminaires that light their own sensor, meters.
 *
 * It has no clock. Somebody advances it, and it moves in steps of one second, so that the same seed
 * gives the same day however often it is advanced.
 */
export type World = {
  /** Moves on to `to`; never back. */
  advance(to: number): void;
  now(): number;
  /** Outside, on level ground. */
  outdoor_lx(): number;
  /** At the zone's sensor, daylight and luminaires together. */
  illuminance(zone: string): number;
  isLit(zone: string): boolean;
  /** Somebody is there and moves. */
  moves(zone: string): boolean;
  /** A relay opens or closes the zone's lighting circuit. */
  inhibit(zone: string, inhibited: boolean): void;
  /** Somebody presses the zone's wall switch. */
  press(zone: string): void;
  power_W(meter: string): number;
  energy_Wh(meter: string): number;
  /** Until the returned function is called. */
  watch(listener: (event: WorldEvent) => void): () => void;
};

/** `at` is exact, also when the world was advanced by more than that. */
export type WorldEvent =
  | { readonly kind: "lit"; readonly zone: string; readonly at: number; readonly lit: boolean }
  | { readonly kind: "press"; readonly zone: string; readonly at: number }
  | { readonly kind: "motion"; readonly zone: string; readonly at: number; readonly moves: boolean }
  /** A meter has counted one more Wh. */
  | { readonly kind: "pulse"; readonly meter: string; readonly at: number };

export type WorldSettings = Pick<WorldFile, "seed" | "location" | "scene" | "zones" | "meters"> & {
  readonly origin: number;
  /** When it is later than `origin`: there the world begins, and nobody has seen what was before. */
  readonly start?: number;
};

const STEP_MS = 1000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Below this somebody who comes through reaches for the switch. */
const TOO_DARK_LX = 50;

type Zone = {
  readonly plan: ZoneInWorld;
  readonly people: People;
  moves: boolean;
  inhibited: boolean;
  /** Of a timer, when it ends. */
  litUntil: number;
  wasLit: boolean;
};

type Meter = {
  readonly plan: MeterInWorld;
  readonly flat: FlatLoad | undefined;
  power: number;
  energy: number;
};

type State = {
  readonly settings: WorldSettings;
  readonly zones: ReadonlyMap<string, Zone>;
  readonly meters: ReadonlyMap<string, Meter>;
  readonly clouds: Clouds;
  readonly listeners: Set<(event: WorldEvent) => void>;
  now: number;
  outdoor: number;
};

const tell = (state: State, event: WorldEvent): void => {
  for (const listener of state.listeners) listener(event);
};

/** People here live an hour ahead of the sun, as clocks in France do in winter. */
const hourOfDay = (state: State): number => {
  const solar = state.now + (state.settings.location.longitude_deg / 360) * DAY_MS + HOUR_MS;
  return (((solar % DAY_MS) + DAY_MS) % DAY_MS) / HOUR_MS;
};

const isLit = (state: State, zone: Zone): boolean =>
  !zone.inhibited && (zone.plan.lighting === "permanent" || state.now < zone.litUntil);

const illuminance = (state: State, zone: Zone): number =>
  state.outdoor * zone.plan.daylightFactor + (isLit(state, zone) ? zone.plan.luminaire_lx : 0);

const noticeLight = (state: State, zone: Zone): void => {
  const lit = isLit(state, zone);
  if (lit === zone.wasLit) return;
  zone.wasLit = lit;
  tell(state, { kind: "lit", zone: zone.plan.zone, at: state.now, lit });
};

const press = (state: State, zone: Zone): void => {
  zone.litUntil = state.now + zone.plan.timer_s * 1000;
  tell(state, { kind: "press", zone: zone.plan.zone, at: state.now });
  noticeLight(state, zone);
};

const letPeopleThrough = (state: State, zone: Zone): void => {
  const isDark = illuminance(state, zone) < TOO_DARK_LX;
  const seen = zone.people.step({ now: state.now, hour: hourOfDay(state), isDark });
  if (seen.moves !== zone.moves) {
    zone.moves = seen.moves;
    tell(state, { kind: "motion", zone: zone.plan.zone, at: state.now, moves: seen.moves });
  }
  if (seen.presses) press(state, zone);
};

const powerOf = (state: State, meter: Meter): number => {
  if (meter.flat !== undefined) return meter.flat.power(state.now, hourOfDay(state));
  if (meter.plan.kind === "flat") return 0;
  return meter.plan.zones.reduce((sum, name) => {
    const zone = zoneNamed(state, name);
    return isLit(state, zone) ? sum + zone.plan.load_W : sum;
  }, meter.plan.standby_W);
};

/** Whole Wh that were passed in this step, each at its moment. */
const count = (state: State, meter: Meter): void => {
  const before = meter.energy;
  const step = (meter.power * STEP_MS) / HOUR_MS;
  meter.energy = before + step;
  for (let whole = Math.floor(before) + 1; whole <= meter.energy; whole++) {
    const at = state.now - STEP_MS + ((whole - before) / step) * STEP_MS;
    tell(state, { kind: "pulse", meter: meter.plan.meter, at });
  }
};

const lookUp = (state: State): void => {
  const { settings, now } = state;
  state.outdoor = skyIlluminance(settings.scene, {
    at: now,
    altitude: sunAltitude(now, settings.location),
    elapsed: now - settings.origin,
    cloudFactor: state.clouds.factor(),
  });
};

const step = (state: State): void => {
  state.now += STEP_MS;
  if (Math.floor(state.now / CLOUD_STEP_MS) !== Math.floor((state.now - STEP_MS) / CLOUD_STEP_MS)) {
    state.clouds.step();
  }
  lookUp(state);
  for (const zone of state.zones.values()) {
    noticeLight(state, zone);
    letPeopleThrough(state, zone);
  }
  for (const meter of state.meters.values()) {
    meter.power = powerOf(state, meter);
    count(state, meter);
  }
};

/** A name that is not in the world file is a bug of the caller: the file was checked. */
const zoneNamed = (state: State, name: string): Zone => {
  const zone = state.zones.get(name);
  if (zone === undefined) throw new Error(`zone ${name} is not in the world file`);
  return zone;
};

const meterNamed = (state: State, name: string): Meter => {
  const meter = state.meters.get(name);
  if (meter === undefined) throw new Error(`meter ${name} is not in the world file`);
  return meter;
};

const createState = (settings: WorldSettings): State => {
  const random = createRandom(settings.seed);
  const zones = settings.zones.map((plan): [string, Zone] => [
    plan.zone,
    {
      plan,
      people: createPeople(plan, random.fork(`zone ${plan.zone}`)),
      moves: false,
      inhibited: false,
      litUntil: 0,
      wasLit: plan.lighting === "permanent",
    },
  ]);
  const meters = settings.meters.map((plan): [string, Meter] => [
    plan.meter,
    {
      plan,
      flat:
        plan.kind === "flat"
          ? createFlatLoad(plan.base_W, random.fork(`meter ${plan.meter}`))
          : undefined,
      power: 0,
      energy: 0,
    },
  ]);
  return {
    settings,
    zones: new Map(zones),
    meters: new Map(meters),
    clouds: createClouds(random.fork("clouds")),
    listeners: new Set(),
    now: Math.max(settings.origin, settings.start ?? settings.origin),
    outdoor: 0,
  };
};

export const createWorld = (settings: WorldSettings): World => {
  const state = createState(settings);
  lookUp(state);
  return {
    advance: (to) => {
      while (state.now + STEP_MS <= to) step(state);
    },
    now: () => state.now,
    outdoor_lx: () => state.outdoor,
    illuminance: (zone) => illuminance(state, zoneNamed(state, zone)),
    isLit: (zone) => isLit(state, zoneNamed(state, zone)),
    moves: (zone) => zoneNamed(state, zone).moves,
    inhibit: (name, inhibited) => {
      const zone = zoneNamed(state, name);
      zone.inhibited = inhibited;
      noticeLight(state, zone);
    },
    press: (zone) => press(state, zoneNamed(state, zone)),
    power_W: (meter) => meterNamed(state, meter).power,
    energy_Wh: (meter) => meterNamed(state, meter).energy,
    watch: (listener) => {
      state.listeners.add(listener);
      return () => state.listeners.delete(listener);
    },
  };
};
