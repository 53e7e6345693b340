import type { BoardId, BootId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { instant, lux, minutes, seconds, watts } from "@battant/protocol/vocabulary/units";
import { createRandom } from "@battant/simulator/random";
import { sunAltitude } from "@battant/simulator/sun";
import { compare } from "../src/backtest/compare.ts";
import type { History, PastZone } from "../src/backtest/question.ts";

/** How long a year of the past takes to be lived again: twenty zones, a reading a minute each. */

const ZONES = 20;
const DAYS = 365;
const SITE = { location: { latitudeDeg: 47.24, longitudeDeg: 6.02 }, timezone: "Europe/Paris" };
const SKY = { latitude_deg: 47.24, longitude_deg: 6.02 };

export type Backtested = {
  readonly days: number;
  readonly readings: number;
  readonly seconds: number;
  /** Of this process; others may have had the machine too. */
  readonly cpuSeconds: number;
  readonly switchingsADay: number;
};

export async function measureBacktest({ quick }: { quick: boolean }): Promise<Backtested> {
  const days = quick ? 30 : DAYS;
  const zones = Array.from({ length: ZONES }, (_, index) => zoneOf(index));
  const settings = [{ name: "as it is", change: {} }];
  const started = performance.now();
  const usage = process.cpuUsage();
  const question = { site: SITE, zones, settings, burns: "as-seen", prices: [] } as const;
  const answer = await compare(year(zones, days), question);
  const { user, system } = process.cpuUsage(usage);
  const results = answer.zones.flatMap((it) => it.results);
  return {
    days,
    readings: answer.zones.reduce((sum, it) => sum + it.readings, 0),
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    switchingsADay: results.reduce((sum, it) => sum + it.switchings, 0) / results.length / days,
  };
}

function zoneOf(index: number): PastZone {
  const board = `board-${index}` as BoardId;
  const plan: PastZone["plan"] = {
    id: `zone-${index}` as ZoneId,
    name: `zone-${index}`,
    kind: "corridor",
    circuit: {
      board,
      relay: "main" as RelayId,
      load: watts(100),
      warning: false,
      offWhenVacant: false,
    },
    lightSensor: { board, sensor: "light" as SensorId },
    presence: undefined,
    daylight: {
      mode: "act",
      target: lux(100),
      margin: 1.5,
      floorFactor: 1,
      luminaireContribution: lux(60),
      offDelay: minutes(10),
      onDelay: seconds(20),
      readingAgeMax: minutes(5),
      overrideHold: minutes(30),
      localRule: false,
    },
  };
  return { plan, presence: [] };
}

/** An hour at once, as the journal hands it over. Behind windows from bright to dim, under clouds. */
async function* year(zones: readonly PastZone[], days: number): History {
  const random = createRandom(5);
  const clouds = zones.map(() => 0.6);
  const begin = Date.UTC(2026, 0, 1);
  for (let hour = 0; hour < days * 24; hour++) {
    const page: Reading[] = [];
    for (let minute = 0; minute < 60; minute++) {
      const at = begin + (hour * 60 + minute) * 60_000;
      const height = Math.sin((sunAltitude(at, SKY) * Math.PI) / 180);
      const sky = height > 0 ? 300 + 45_000 * height : 300 * Math.exp(100 * height);
      for (const [index, { plan }] of zones.entries()) {
        const cloud = 0.85 * clouds[index]! + 0.15 * (0.1 + 1.1 * random.uniform());
        clouds[index] = cloud;
        page.push(readingOf(plan, at + index * 2000, sky * cloud * 0.0015 * (index + 4) + 60));
      }
    }
    yield page;
  }
}

function readingOf({ lightSensor }: PastZone["plan"], ms: number, value: number): Reading {
  const at = instant(ms);
  return {
    board: lightSensor!.board,
    boot: "past" as BootId,
    sequence: 0,
    sensor: lightSensor!.sensor,
    quantity: "illuminance",
    value: Math.round(value * 10) / 10,
    at,
    received: at,
  };
}
