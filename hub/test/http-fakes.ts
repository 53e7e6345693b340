import { randomBytes } from "node:crypto";
import type { BoardId, ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, lux } from "@battant/protocol/vocabulary/units";
import type {
  BuildingView,
  DecisionView,
  HealthView,
  SavingsView,
  ZoneView,
} from "../api/contract.ts";
import type { ObservationView } from "../api/observation.ts";
import type { Views } from "../src/adapters/http/views.ts";
import type { ZoneModes } from "../src/observation/modes.ts";
import type {
  Account,
  Accounts,
  Clock,
  DecisionRecord,
  ReadingStore,
  Window,
} from "../src/ports.ts";
import { surveyOf } from "../src/start/survey.ts";
import { recordsAround } from "../src/why/around.ts";
import { askWhy } from "../src/why/ask.ts";
import { siteRead, SURVEYED } from "./survey-building.ts";

/** Small real parts around the HTTP side: everything in memory, nothing pretended. */

export const NOON = instant(Date.UTC(2026, 2, 12, 11));

export const stoppedClock = (now: Instant): Clock => ({ now: () => now, every: () => () => {} });

export const stairwell: ZoneView = {
  zone: "stairwell-a",
  name: "Escalier A",
  kind: "stairwell",
  mode: "act",
  illuminance_lx: 412.5,
  daylight_lx: 310,
  target_lx: 150,
  threshold_lx: 225,
  light: "inhibited",
  decision: "inhibit",
  because: "daylight-sufficient",
  why: {
    fr: "Éteint : la lumière du jour suffit depuis 12 min (310 lx, seuil 225 lx)",
    en: "Off: daylight has been enough for 12 min (310 lx, threshold 225 lx)",
  },
  since: NOON - 720_000,
  override_until: null,
  override_by: null,
  lease_until: NOON + 90_000,
  alarms: [],
};

export const building: BuildingView = {
  building: "rue-battant-42",
  name: "42 rue Battant",
  timezone: "Europe/Paris",
  now: NOON,
  speed: 1,
  demo: false,
  sunAltitude_deg: 38.5,
  zones: [stairwell],
};

export const decision: DecisionView = {
  at: NOON - 720_000,
  zone: "stairwell-a",
  decision: "inhibit",
  because: "daylight-sufficient",
  why: stairwell.why,
};

export const health: HealthView = {
  since: NOON - 86_400_000,
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
      lastReading: NOON - 4000,
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
  readingsStored: 12_345,
  duplicates: 3,
  refusals: [
    { from: "hall", where: "readings", problem: "not JSON", count: 2, last: NOON - 60_000 },
  ],
  forwarder: { store: "influx", behind: 0, parked: 0, problem: null },
  journalProblem: null,
  serial: [{ port: "linky", mode: "standard", groupsGood: 900, groupsBad: 1, problem: null }],
};

export type FakeViews = Views & {
  /** Changes the building and tells those who listen. */
  show(next: BuildingView): void;
  listeners(): number;
};

/** The same decision as the log holds it, and the one before it. */
const records: readonly DecisionRecord[] = [
  {
    at: instant(NOON - 1_320_000),
    zone: "stairwell-a" as ZoneId,
    decision: {
      kind: "allow",
      because: "not-bright-long-enough",
      evidence: { daylight: lux(230), target: lux(150), threshold: lux(225) },
    },
  },
  {
    at: instant(NOON - 720_000),
    zone: "stairwell-a" as ZoneId,
    decision: {
      kind: "inhibit",
      because: "daylight-sufficient",
      evidence: { daylight: lux(310), target: lux(150), threshold: lux(225) },
    },
  },
];

const NINE_HOURS = { time_ms: 32_400_000, energy_Wh: 720, cost_EURcents: 18 };

/** One day: lit for nine hours of daylight, one hour unknown, no baseline yet. */
export const savings: SavingsView = {
  zone: "stairwell-a",
  from: NOON - 43_200_000,
  to: NOON + 43_200_000,
  burning: NINE_HOURS,
  burningUnknown_ms: 3_600_000,
  keptOff_ms: 0,
  avoided: null,
  avoidedAtMost: { time_ms: 0, energy_Wh: 0, cost_EURcents: 0 },
  days: [
    {
      from: NOON - 43_200_000,
      to: NOON + 43_200_000,
      burning: NINE_HOURS,
      burningUnknown_ms: 3_600_000,
      keptOff_ms: 0,
      avoided: null,
    },
  ],
  intervals: [
    {
      figure: "burning",
      from: NOON - 18_000_000,
      to: NOON + 14_400_000,
      because: null,
      ...NINE_HOURS,
    },
  ],
  headline: { fr: "Allumé en plein jour pendant 9 h 00.", en: "Lit in full daylight for 9 h 00." },
  method: [{ fr: "Durées mesurées.", en: "Hours measured." }],
  missing: { fr: "Encore 6 jours entiers.", en: "6 more whole days." },
};

/** Seen for one day: it would have been off for four hours, and burned all that time. */
export const observation: ObservationView = {
  zone: "stairwell-a",
  name: "Escalier A",
  timezone: "Europe/Paris",
  mode: "observe",
  figures: {
    began: NOON - 86_400_000,
    ended: null,
    day: 2,
    daysKnown: 0,
    daysNeeded: 14,
    would_ms: 14_400_000,
    wouldUnknown_ms: 3_600_000,
    wouldPerDay_ms: null,
    switchings: 1,
    burned: { time_ms: 14_400_000, energy_Wh: 320, cost_EURcents: 8 },
    out_ms: 0,
    lightUnknown_ms: 0,
    below_ms: 0,
    days: [
      {
        from: NOON - 43_200_000,
        to: NOON + 43_200_000,
        isKnown: false,
        would_ms: 14_400_000,
        wouldUnknown_ms: 3_600_000,
        switchings: 1,
        burned_ms: 14_400_000,
        lightUnknown_ms: 0,
        spans: [
          { from: NOON - 18_000_000, to: NOON - 14_400_000, would: "unknown", light: "unknown" },
          { from: NOON - 14_400_000, to: NOON, would: "off", light: "lit" },
        ],
      },
    ],
  },
  headline: {
    fr: "Battant aurait éteint 4 h 00.",
    en: "Battant would have kept it off for 4 h 00.",
  },
  method: [{ fr: "Durées constatées.", en: "Times as seen." }],
  missing: [{ fr: "Il manque 14 jours connus sur 14.", en: "14 known days are missing of 14." }],
};

/** Refuses to act where nothing was calibrated, as the building file would. */
export const createFakeModes = (): ZoneModes => ({
  set: async (zone, mode) =>
    mode === "act"
      ? {
          ok: false,
          problem: "building-file-refused",
          detail: { fr: "`act` demande un étalonnage", en: "`act` needs a calibration" },
        }
      : { ok: true, value: { zone, mode } },
});

const why: Views["why"] = (zone, when) =>
  askWhy(
    { zone, when },
    {
      now: NOON,
      timezone: building.timezone,
      site: undefined,
      keptDays: 90,
      live: undefined,
      stoppedAt: undefined,
      around: (_zone, at, now) => {
        const before = records.filter((it) => it.at <= at).toReversed();
        return recordsAround({ before, after: records.filter((it) => it.at > at) }, now);
      },
    },
  );

const surveyed = siteRead(SURVEYED);

export const createFakeViews = (first: BuildingView = building): FakeViews => {
  const listeners = new Set<() => void>();
  let shown = first;
  return {
    building: () => shown,
    health: () => health,
    decisions: async (zone, from, to, limit) =>
      [decision].filter((it) => it.zone === zone && it.at >= from && it.at < to).slice(0, limit),
    why,
    savings: async (zone, { from, to }, withRows) =>
      to <= savings.from
        ? undefined
        : { ...savings, zone, from, to, intervals: withRows ? savings.intervals : [] },
    ...surveyOf({
      plan: { site: () => surveyed },
      clock: { now: () => instant(shown.now) },
    }),
    observation: async (zone) => ({ ...observation, zone }),
    onChange: (listener) => {
      const own = (): void => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    show: (next) => {
      shown = next;
      for (const listener of listeners) listener();
    },
    listeners: () => listeners.size,
  };
};

const ATTEMPTS_MAX = 5;

/** Accounts without a disk: real tokens, a real limit, passwords as they are. */
export const createFakeAccounts = (
  setupToken: string,
  people: readonly (Account & { readonly password: string })[] = [],
): Accounts => {
  const passwords = new Map(people.map((it) => [it.name, it]));
  const sessions = new Map<string, Account>();
  const failures = new Map<string, number>();

  const open = ({ name, role }: Account) => {
    const token = randomBytes(24).toString("base64url");
    const account: Account = { name, role };
    sessions.set(token, account);
    return { ok: true, token, account } as const;
  };

  return {
    setupOpen: () => passwords.size === 0,
    completeSetup: async (token, name, password) => {
      if (passwords.size > 0 || token !== setupToken) return { ok: false, problem: "wrong" };
      passwords.set(name, { name, role: "manager", password });
      return open({ name, role: "manager" });
    },
    signIn: async (name, password, from) => {
      const failed = failures.get(from) ?? 0;
      if (failed >= ATTEMPTS_MAX) return { ok: false, problem: "too-many" };
      const known = passwords.get(name);
      if (known?.password === password) return open(known);
      failures.set(from, failed + 1);
      return { ok: false, problem: "wrong" };
    },
    session: (token) => sessions.get(token),
    signOut: (token) => void sessions.delete(token),
  };
};

export const createFakeReadings = (): Pick<ReadingStore, "windows"> => ({
  windows: async (series, range, size) => {
    if (series.sensor === "broken") throw new Error("connection refused");
    const step = size === "day" ? 86_400_000 : 600_000;
    const windows: Window[] = [];
    for (let start = Math.ceil(range.from / step) * step; start < range.to; start += step) {
      windows.push({ start: instant(start), count: 4, sum: 1000, min: 100, max: 400, last: 300 });
    }
    return windows;
  },
});

export const isPrivate = (board: BoardId): boolean => board.startsWith("flat-");

export const SETUP_TOKEN = "one-time-token";
export const PASSWORD = "porte cochere ouverte";

export const claire = { name: "claire", role: "manager", password: PASSWORD } as const;
export const samir = { name: "samir", role: "council", password: PASSWORD } as const;
export const lea = { name: "lea", role: "workshop", password: PASSWORD } as const;
export const paul = { name: "paul", role: "resident", password: PASSWORD } as const;
