import type { DatabaseSync } from "node:sqlite";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Calendar } from "../../domain/calendar.ts";

/**
 * Windows of ten minutes and of a day, kept up with each commit. A late reading finds its window
 * again and is added to it. The order of arrival makes no difference to what a window says.
 */
export type Rollup = {
  /** Readings not seen before; nothing is written until `save`. */
  add(series: number, reading: Reading): void;
  save(): void;
};

type Sums = {
  count: number;
  sum: number;
  low: number;
  high: number;
  last: number;
  lastAt: number;
  lastSequence: number;
};

type Table = "ten_minutes" | "day";

export function createRollup(db: DatabaseSync, calendar: Calendar): Rollup {
  const tenMinutes = createWindows(db, "ten_minutes");
  const days = createWindows(db, "day");
  return {
    add: (series, reading) => {
      tenMinutes.add(calendar.tenMinutesOf(reading.at), series, reading);
      days.add(calendar.dayOf(reading.at).start, series, reading);
    },
    save: () => {
      tenMinutes.save();
      days.save();
    },
  };
}

function createWindows(db: DatabaseSync, table: Table) {
  const upsert = db.prepare(upsertInto(table));
  const touched = new Map<Instant, Map<number, Sums>>();

  return {
    add: (start: Instant, series: number, reading: Reading): void => {
      let bySeries = touched.get(start);
      if (bySeries === undefined) touched.set(start, (bySeries = new Map<number, Sums>()));
      const sums = bySeries.get(series);
      if (sums === undefined) bySeries.set(series, sumsOf(reading));
      else include(sums, reading);
    },
    save: (): void => {
      for (const [start, bySeries] of touched) {
        for (const [series, it] of bySeries) {
          const { count, sum, low, high, last, lastAt, lastSequence } = it;
          upsert.run(start, series, count, sum, low, high, last, lastAt, lastSequence);
        }
      }
      touched.clear();
    },
  };
}

const sumsOf = ({ value, at, sequence }: Reading): Sums => ({
  count: 1,
  sum: value,
  low: value,
  high: value,
  last: value,
  lastAt: at,
  lastSequence: sequence,
});

function include(sums: Sums, { value, at, sequence }: Reading): void {
  sums.count += 1;
  sums.sum += value;
  sums.low = Math.min(sums.low, value);
  sums.high = Math.max(sums.high, value);
  const order = at - sums.lastAt || sequence - sums.lastSequence || value - sums.last;
  if (order <= 0) return;
  sums.last = value;
  sums.lastAt = at;
  sums.lastSequence = sequence;
}

/** The same comparison as in `include`: later, or as late and higher in sequence, or in value. */
const IS_LATER = `(excluded.last_at, excluded.last_sequence, excluded.last) >
  (last_at, last_sequence, last)`;

export const upsertInto = (table: Table): string => `
  INSERT INTO ${table} (start, series, count, sum, low, high, last, last_at, last_sequence)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (start, series) DO UPDATE SET
    count = count + excluded.count,
    sum = sum + excluded.sum,
    low = min(low, excluded.low),
    high = max(high, excluded.high),
    last = iif(${IS_LATER}, excluded.last, last),
    last_at = iif(${IS_LATER}, excluded.last_at, last_at),
    last_sequence = iif(${IS_LATER}, excluded.last_sequence, last_sequence)`;
