import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "@battant/protocol/vocabulary/units";
import type { BuildingView, DecisionView, HealthView, ZoneView } from "@battant/hub/api/contract";
import { createHttp } from "../../hub/src/adapters/http/server.ts";
import { createFakeBacktests, type FakeBacktests } from "../../hub/test/backtest-parts.ts";
import {
  type CalibrationScene,
  calibrationScene,
  type SceneSettings,
} from "../../hub/test/calibration-parts.ts";
import { createFakePasses } from "../../hub/test/http-desks.ts";
import {
  createFakeAccounts,
  createFakeReadings,
  createFakeViews,
  type FakeViews,
  isPrivate,
  PASSWORD,
  SETUP_TOKEN,
} from "../../hub/test/http-fakes.ts";
import { createFakeObservation } from "./fake-observation.ts";
import { createFakeLight, type FakeLight } from "../../hub/test/light-parts.ts";
import { createFakeWhy } from "./fake-why.ts";
import { createWorkshop, type FakeWorkshop, type WorkshopSettings } from "./fake-workshop.ts";

/**
 * A believable building behind the real HTTP server, to look at the pages while working on them:
 *
 *     node dashboards/build.mjs && node dashboards/test/fake-hub.ts 8080
 */

/** 12 March 2026, 14:05 in Besançon. */
export const AFTERNOON = Date.UTC(2026, 2, 12, 13, 5);

const minutes = (count: number): number => count * 60_000;
const ago = (count: number): number => AFTERNOON - minutes(count);

const common = {
  mode: "act",
  target_lx: 150,
  threshold_lx: 225,
  override_until: null,
  override_by: null,
  lease_until: null,
  alarms: [],
} as const;

export const zones: readonly ZoneView[] = [
  {
    ...common,
    zone: "stairwell-a",
    name: "Escalier A",
    kind: "stairwell",
    illuminance_lx: 310,
    daylight_lx: 310,
    light: "inhibited",
    decision: "inhibit",
    because: "daylight-sufficient",
    why: {
      fr: "Éteint : la lumière du jour suffit depuis 12 min (310 lx, seuil 225 lx).",
      en: "Off: daylight has been enough for 12 min (310 lx, threshold 225 lx).",
    },
    since: ago(12),
    lease_until: AFTERNOON + 95_000,
  },
  {
    ...common,
    zone: "stairwell-b",
    name: "Escalier B",
    kind: "stairwell",
    illuminance_lx: 214,
    daylight_lx: 96,
    light: "on",
    decision: "allow",
    because: "too-dark",
    why: {
      fr: "Allumage permis : la lumière du jour ne suffit pas (96 lx, il faut 225 lx pour éteindre et 150 lx pour le rester).",
      en: "Light allowed: daylight is not enough (96 lx; it takes 225 lx to switch off and 150 lx to stay off).",
    },
    since: ago(95),
  },
  {
    ...common,
    zone: "hall",
    name: "Hall d'entrée",
    kind: "hall",
    target_lx: 100,
    threshold_lx: 150,
    illuminance_lx: 640,
    daylight_lx: 520,
    light: "on",
    decision: "allow",
    because: "override",
    why: {
      fr: "Allumage permis : quelqu'un l'a demandé, jusqu'à 14:29.",
      en: "Light allowed: somebody asked for it, until 14:29.",
    },
    since: ago(6),
    override_until: AFTERNOON + minutes(24),
    override_by: "wall-switch",
  },
  {
    ...common,
    zone: "car-park",
    name: "Parking, rangée cour",
    kind: "car-park",
    mode: "observe",
    target_lx: 20,
    threshold_lx: 30,
    illuminance_lx: 48,
    daylight_lx: 41,
    light: "on",
    decision: "inhibit",
    because: "daylight-sufficient",
    why: {
      fr: "Observation, rien n'est commandé. Éteint : la lumière du jour suffit depuis 34 min (41 lx, seuil 30 lx).",
      en: "Observation, nothing is sent. Off: daylight has been enough for 34 min (41 lx, threshold 30 lx).",
    },
    since: ago(34),
  },
  {
    ...common,
    zone: "corridor-3",
    name: "Couloir du 3e étage",
    kind: "corridor",
    target_lx: 100,
    threshold_lx: 150,
    illuminance_lx: null,
    daylight_lx: null,
    light: "unknown",
    decision: "allow",
    because: "sensor-silent",
    why: {
      fr: "Allumage permis : le capteur ne dit rien depuis 14 min.",
      en: "Light allowed: the sensor has said nothing for 14 min.",
    },
    since: ago(14),
  },
  {
    ...common,
    zone: "bicycles",
    name: "Local à vélos",
    kind: "common-room",
    mode: "off",
    target_lx: 100,
    threshold_lx: 150,
    illuminance_lx: 3.2,
    daylight_lx: 3.2,
    light: "off",
    decision: "allow",
    because: "rule-off",
    why: {
      fr: "Allumage permis : la règle de lumière du jour est arrêtée pour cette zone.",
      en: "Light allowed: the daylight rule is turned off for this zone.",
    },
    since: ago(1500),
  },
];

export const house: BuildingView = {
  building: "rue-battant-42",
  name: "42 rue Battant",
  timezone: "Europe/Paris",
  now: AFTERNOON,
  speed: 1,
  demo: true,
  sunAltitude_deg: 37.6,
  zones,
};

const houseHealth: HealthView = {
  since: ago(1340),
  boards: [
    {
      board: "stairwell-a",
      name: "Escalier A, 2e étage",
      online: true,
      model: "light-relay",
      program: "1.0.0",
      onTrial: false,
      life: null,
      restarts: 0,
      lastReading: AFTERNOON - 4000,
    },
    {
      board: "hall",
      name: "Hall",
      online: true,
      model: "light-relay",
      program: "1.0.0",
      onTrial: false,
      life: null,
      restarts: 0,
      lastReading: AFTERNOON - 9000,
    },
    {
      board: "corridor-3",
      name: "Couloir du 3e étage",
      online: false,
      model: "light",
      program: "0.9.2",
      onTrial: false,
      life: null,
      restarts: 0,
      lastReading: ago(14),
    },
    {
      board: "car-park",
      name: "Parking",
      online: null,
      model: null,
      program: null,
      onTrial: false,
      life: null,
      restarts: 0,
      lastReading: null,
    },
  ],
  readingsStored: 1_284_310,
  duplicates: 214,
  refusals: [
    {
      from: "corridor-3",
      where: "readings",
      problem: "reading 1: v is out of bounds for illuminance, 0 to 150000",
      count: 17,
      last: ago(14),
    },
  ],
  forwarder: { store: "InfluxDB", behind: 1840, parked: 0, problem: "connect ECONNREFUSED" },
  journalProblem: null,
  serial: [
    { port: "/dev/ttyUSB0", mode: "standard", groupsGood: 90_412, groupsBad: 3, problem: null },
  ],
};

const decisionsOf = (zone: string): readonly DecisionView[] => {
  const now = zones.find((it) => it.zone === zone);
  if (now === undefined || now.since === null) return [];
  const { decision, because, why } = now;
  const waiting: DecisionView = {
    at: now.since - minutes(10),
    zone,
    decision: "allow",
    because: "not-bright-long-enough",
    why: {
      fr: "Allumage permis : la lumière du jour suffit depuis 40 s seulement (240 lx), extinction à 13:53 si cela dure.",
      en: "Light allowed: daylight has been enough for 40 s only (240 lx), off at 13:53 if it lasts.",
    },
  };
  const night: DecisionView = {
    at: Date.UTC(2026, 2, 11, 17, 48),
    zone,
    decision: "allow",
    because: "sun-is-down",
    why: { fr: "Allumage permis : le soleil est couché.", en: "Light allowed: the sun is down." },
  };
  return [{ at: now.since, zone, decision, because, why }, waiting, night];
};

export type FakeHub = {
  readonly address: string;
  readonly workshop: FakeWorkshop;
  /** Who set which zone to which mode. */
  readonly modesSaid: readonly string[];
  readonly light: FakeLight;
  readonly calibration: CalibrationScene;
  readonly backtests: FakeBacktests;
  show(next: BuildingView): void;
  /** 1 while somebody follows the building live, 0 while nobody does. */
  listeners(): number;
  close(): Promise<void>;
};

export type FakeHubSettings = {
  readonly port?: number;
  readonly pagesDir: string;
  /** Nobody has an account yet. */
  readonly isNew?: boolean;
  readonly workshop?: WorkshopSettings;
  /** Of the zone `stairwell-a`. */
  readonly calibration?: Partial<SceneSettings>;
};

const accounts = [
  { name: "claire", role: "manager", password: PASSWORD },
  { name: "lea", role: "workshop", password: PASSWORD },
  { name: "samir", role: "council", password: PASSWORD },
] as const;

export const startFakeHub = async (settings: FakeHubSettings): Promise<FakeHub> => {
  const { port = 0, pagesDir, isNew = false } = settings;
  const workshop = createWorkshop(settings.workshop);
  const views: FakeViews = createFakeViews(house);
  const light = createFakeLight(views);
  const calibration = calibrationScene({ from: instant(AFTERNOON), ...settings.calibration });
  const observing = createFakeObservation(views);
  const backtests = createFakeBacktests(
    () => views.building().zones,
    () => instant(views.building().now),
  );
  const http = await createHttp({
    listen: { host: "127.0.0.1", port },
    views: {
      ...views,
      health: () => houseHealth,
      decisions: async (zone, _from, _to, limit) => decisionsOf(zone).slice(0, limit),
      why: createFakeWhy(() => views.building()),
      observation: observing.observation,
    },
    accounts: createFakeAccounts(SETUP_TOKEN, isNew ? [] : accounts),
    passes: createFakePasses(),
    boardDesk: workshop.boardDesk,
    flashDesk: workshop.flashDesk,
    lightDesk: light.lightDesk,
    calibrationDesk: calibration.desk,
    backtestDesk: backtests.desk,
    caPath: join(tmpdir(), "battant-no-such-certificate"),
    readings: createFakeReadings(),
    zoneModes: observing.zoneModes,
    isPrivate,
    clock: { now: () => instant(views.building().now) },
    pagesDir,
    limits: { livePeriodMs: 200 },
  });
  return {
    address: http.address,
    workshop,
    modesSaid: observing.said,
    light,
    calibration,
    backtests,
    show: (next) => views.show(next),
    listeners: () => views.listeners(),
    close: () => http.close(),
  };
};

/** A cloudy afternoon at sixty times the speed of life. */
const liveOn = (hub: FakeHub): void => {
  const speed = 60;
  let now = AFTERNOON;
  setInterval(() => {
    now += speed * 1000;
    const cloud = 1 + 0.35 * Math.sin(now / minutes(11));
    const moved = zones.map((it) => ({
      ...it,
      daylight_lx: it.daylight_lx === null ? null : it.daylight_lx * cloud,
    }));
    hub.show({ ...house, now, speed, zones: moved });
  }, 1000);
};

if (import.meta.main) {
  const pagesDir = join(import.meta.dirname, "../dist");
  const hub = await startFakeHub({ port: Number(process.argv[2] ?? 8080), pagesDir });
  liveOn(hub);
  process.stdout.write(`${hub.address}  (sign in as claire or lea, password "${PASSWORD}")\n`);
}
