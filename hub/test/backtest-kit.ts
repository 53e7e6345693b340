import type { BoardId, BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { History, PastZone, Question } from "../src/backtest/question.ts";
import type { DecisionRecord } from "../src/ports.ts";
import { RELAY, SENSOR, siteOf, stairs } from "./building.ts";

/** A stairwell's past, as short stories. */

export const ZONE: PastZone = { plan: stairs, presence: [] };

export const question = (more: Partial<Question> = {}): Question => ({
  site: siteOf(stairs),
  zones: [ZONE],
  settings: [{ name: "now", change: {} }],
  burns: "as-seen",
  prices: [],
  ...more,
});

type Said = { readonly at: number; readonly value: number };

const readingOf = (
  { at, value }: Said,
  board: BoardId,
  sensor: string,
  quantity: Quantity,
): Reading => ({
  board,
  boot: "past" as BootId,
  sequence: 0,
  sensor: sensor as SensorId,
  quantity,
  value,
  at: instant(at),
  received: instant(at),
});

export const light = (at: number, value: number): Reading =>
  readingOf({ at, value }, SENSOR, "light", "illuminance");

export const lit = (at: number, value: number): Reading =>
  readingOf({ at, value }, RELAY, "main", "lit");

export const inhibited = (at: number, value: number): Reading =>
  readingOf({ at, value }, RELAY, "main", "inhibited");

export const someone = (at: number, value: number): Reading =>
  readingOf({ at, value }, "stairs-a-pir" as BoardId, "motion", "occupancy");

/** In order of time, in pages of different sizes. */
export async function* history(readings: readonly Reading[]): History {
  const sorted = readings.toSorted((a, b) => a.at - b.at);
  for (let from = 0, size = 1; from < sorted.length; from += size, size = (size % 700) + 99) {
    yield sorted.slice(from, from + size);
  }
}

/** Only what changed: a decision is also written again every hour. */
export const turns = (records: readonly DecisionRecord[]) => {
  let before = "";
  return records.flatMap(({ at, decision: { kind, because } }) => {
    const now = `${kind} ${because}`;
    const isNew = now !== before;
    before = now;
    return isNew ? [{ at: new Date(at).toISOString(), now }] : [];
  });
};

export const minute = (count: number): number => count * 60_000;

export const at = (text: string): Instant => instant(Date.parse(text));
