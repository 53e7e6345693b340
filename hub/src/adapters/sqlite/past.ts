import type { DatabaseSync } from "node:sqlite";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { PastHour, PastWindow, Range, Series } from "../../ports.ts";

/**
 * The past of several series together, in order of measured time, an hour at a time: to live it
 * again without ever holding more than that hour.
 */
export type PastReads = {
  /** The first hour from `range.from` on that has anything at all. */
  past(series: readonly Series[], range: Range): PastHour | undefined;
};

type Row<Past extends { readonly line: number }> = Omit<Past, "line"> & { line: number };

type SampleRow = readonly [line: number, at: Instant, value: number, delay: number];

const WINDOW_MS = 600_000;
const WINDOWS = 6;

export function pastReads(db: DatabaseSync): PastReads {
  // Every reading is in a window too, and the windows stay for longer.
  const next = db.prepare(
    "SELECT min(start) AS start FROM ten_minutes WHERE start >= ? AND start < ?",
  );
  const find = db.prepare("SELECT id FROM series WHERE board = ? AND sensor = ? AND quantity = ?");
  // The index is on time first: a range of it, of which the series wanted are picked.
  const samples = db.prepare(
    `SELECT series AS line, at, value, delay FROM reading
     WHERE at / 600000 >= ?1 AND at / 600000 < ?2 AND at >= ?3 AND at < ?4
       AND series IN (SELECT value FROM json_each(?5)) ORDER BY at, id`,
  );
  // Millions of rows: as arrays, they come in two thirds of the time.
  samples.setReturnArrays(true);
  const windows = db.prepare(
    `SELECT series AS line, start, sum / count AS mean, high AS max FROM ten_minutes
     WHERE start >= ?1 AND start < ?2 AND series IN (SELECT value FROM json_each(?3))
     ORDER BY start`,
  );
  const linesOf = (series: readonly Series[]): ReadonlyMap<number, number> =>
    new Map(
      series.map(({ board, sensor, quantity }, line) => [
        Number(find.get(board, sensor, quantity)?.["id"] ?? -1),
        line,
      ]),
    );
  /** Whoever lives through a year asks for the same list thousands of times. */
  const known = new WeakMap<readonly Series[], ReadonlyMap<number, number>>();

  return {
    past: (series, { from, to }) => {
      const first = Math.floor(Math.max(0, from) / WINDOW_MS);
      const start = next.get(first * WINDOW_MS, to)?.["start"];
      if (typeof start !== "number") return undefined;
      const begin = start / WINDOW_MS;
      const end = instant((begin + WINDOWS) * WINDOW_MS);
      const lines = known.get(series) ?? linesOf(series);
      known.set(series, lines);
      const numbers = JSON.stringify([...lines.keys()]);
      const kept = samples.all(BigInt(begin), BigInt(begin + WINDOWS), from, to, numbers);
      const rolled = windows.all(Math.max(start, from), Math.min(end, to), numbers);
      return {
        end,
        samples: (kept as unknown as SampleRow[]).map(([line, at, value, delay]) => ({
          line: lines.get(line) ?? -1,
          at,
          value,
          delay,
        })),
        windows: numbered(rolled as Row<PastWindow>[], lines),
      };
    },
  };
}

/** The file's numbers of series become places in the list that was asked for. */
function numbered<Row extends { line: number }>(
  rows: readonly Row[],
  lines: ReadonlyMap<number, number>,
): readonly Row[] {
  for (const row of rows) row.line = lines.get(row.line) ?? -1;
  return rows;
}
