import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant, lux, minutes, watts } from "@battant/protocol/vocabulary/units";
import { sunAltitudeDeg } from "@battant/rules/sun";
import { createRandom } from "@battant/simulator/random";
import type { ZoneView } from "../api/contract.ts";
import { compare } from "../src/backtest/compare.ts";
import type { BacktestDesk, Laborer, Lived } from "../src/backtest/desk.ts";
import type { Facts } from "../src/backtest/history.ts";
import type { History, Question } from "../src/backtest/question.ts";
import type { Site, ZoneKind, ZonePlan } from "../src/domain/site.ts";
import type { Window } from "../src/ports.ts";
import { createBacktestDesk } from "../src/start/backtest.ts";
import { settings, stairs } from "./building.ts";

/**
 * The real desk for backtests, before a year of made-up sky: clouds over a light well, a day on which
 * the sensor was silent, a zone without calibration and one in which nothing was ever measured.
 */

export type FakeBacktests = {
  readonly desk: BacktestDesk;
  /** From now on answers wait until they are let go, or nobody waits for them any more. */
  hold(): void;
  release(): void;
  /** How many were ended before they were done. */
  stopped(): number;
};

const LOCATION = { latitudeDeg: 47.24, longitudeDeg: 6.02 };
const DAY_MS = 86_400_000;
const MEASURED_DAYS = 120;
const SILENT_DAY = 3;

export const UNCALIBRATED = "corridor-3";
export const UNMEASURED = "bicycles";

export function createFakeBacktests(
  zones: () => readonly ZoneView[],
  now: () => Instant,
): FakeBacktests {
  let held: (() => void)[] | undefined;
  let stopped = 0;
  let done: number | undefined;

  const free = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (held === undefined) return resolve();
      held.push(resolve);
      return signal.addEventListener("abort", () => resolve());
    });

  const laborer: Laborer = {
    live: async ({ question }, signal): Promise<Lived> => {
      if (done !== undefined) return { ok: false, problem: "backtest-busy" };
      done = 0.4;
      await free(signal);
      done = undefined;
      if (signal.aborted) {
        stopped += 1;
        return { ok: false, problem: "backtest-stopped" };
      }
      const answer = await compare(sky(question, now()), question);
      return { ok: true, answer, facts: factsOf(question) };
    },
    done: () => done,
    close: async () => {},
  };

  const desk = createBacktestDesk({
    plan: { site: () => siteOf(zones()) },
    clock: { now },
    embedded: {
      ask: (async (_name: string, series: { board: string }) => daysOf(series, now())) as never,
    },
    journal: "nowhere",
    laborer,
    isPrivate: () => false,
  });
  return {
    desk,
    hold: () => (held = []),
    release: () => {
      for (const letGo of held ?? []) letGo();
      held = undefined;
    },
    stopped: () => stopped,
  };
}

const daysOf = ({ board }: { readonly board: string }, now: Instant): Partial<Window>[] =>
  board === UNMEASURED ? [] : [{ start: instant(now - MEASURED_DAYS * DAY_MS) }, { start: now }];

const factsOf = ({ from, to }: Question): Facts => ({
  readings: 1000,
  late: 3,
  windows: (to ?? 0) - (from ?? 0) > 90 * DAY_MS ? 4032 : 0,
  windowsFrom: (to ?? 0) - (from ?? 0) > 90 * DAY_MS ? from : undefined,
  windowsTo: (to ?? 0) - (from ?? 0) > 90 * DAY_MS ? instant((to ?? 0) - 90 * DAY_MS) : undefined,
});

export const siteOf = (zones: readonly ZoneView[]): Site => ({
  building: "rue-battant-42",
  name: "42 rue Battant",
  location: LOCATION,
  timezone: "Europe/Paris",
  zones: new Map(zones.map((it) => [it.zone as ZoneId, planOf(it)])),
  boards: new Map(),
  energy: { box: undefined, prices: [{ from: "2024-01-01", eurosPerKWh: 0.2516 }] },
});

const planOf = ({ zone, name, kind, target_lx }: ZoneView): ZonePlan => ({
  id: zone as ZoneId,
  name,
  kind: kind as ZoneKind,
  circuit: {
    ...stairs.circuit!,
    board: zone as BoardId,
    relay: "main" as RelayId,
    load: watts(120),
  },
  lightSensor: { board: zone as BoardId, sensor: "light" as SensorId },
  presence: undefined,
  daylight: {
    ...settings,
    target: lux(target_lx),
    luminaireContribution: zone === UNCALIBRATED ? undefined : lux(60),
  },
});

/** A reading every two minutes, an hour at a time, always the same. */
async function* sky({ zones, from, to }: Question, now: Instant): History {
  const [zone] = zones;
  const sensor = zone?.plan.lightSensor;
  if (sensor === undefined || sensor.board === UNMEASURED) return;
  const random = createRandom(5);
  let cloud = 0.6;
  const end = to ?? now;
  for (let hour = from ?? end; hour < end; hour = instant(hour + 3_600_000)) {
    const page: Reading[] = [];
    for (let minute = 0; minute < 60; minute += 2) {
      const at = instant(hour + minutes(minute));
      cloud = 0.9 * cloud + 0.1 * (0.1 + 1.1 * random.uniform());
      if (at >= end || Math.floor((now - at) / DAY_MS) === SILENT_DAY) continue;
      const height = Math.sin((sunAltitudeDeg(LOCATION, at) * Math.PI) / 180);
      const outside = height > 0 ? 300 + 45_000 * height : 300 * Math.exp(100 * height);
      const value = Math.round(outside * cloud * 0.016 * 10) / 10 + 60;
      page.push({
        ...sensor,
        boot: "past" as never,
        sequence: 0,
        quantity: "illuminance",
        value,
        at,
        received: at,
      });
    }
    yield page;
  }
}
