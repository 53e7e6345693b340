import { escape } from "influx";
import { instant } from "@battant/protocol/vocabulary/units";
import type { Range, ReadingStore, Sample, Series, Window, WindowSize } from "../../ports.ts";
import type { Client } from "./client.ts";
import type { Policy } from "./database.ts";

/** The two questions asked back, in InfluxQL. They throw in words when they cannot be answered. */

export const POLICY_OF: { readonly [size in WindowSize]: Policy } = {
  "10-minutes": "ten_minutes",
  day: "day",
};

const ROWS_MAX = 10_000;
/** InfluxDB counts nanoseconds in 64 bits, up to the year 2262. */
const TIME_MS_MAX = 9_223_372_036_854;

type RawRow = { readonly time: Date; readonly value: number };
type WindowRow = Omit<Window, "start"> & { readonly time: Date };

export function createQueries(
  client: Client,
  building: string,
): Pick<ReadingStore, "raw" | "windows"> {
  const select = async <Row>(query: string): Promise<Row[]> => {
    const answer = await client.call((influx) => influx.query<Row>(query, { precision: "ms" }));
    if (!answer.ok) throw new Error(answer.problem);
    return answer.value;
  };

  return {
    raw: async (series, range, limit = ROWS_MAX): Promise<readonly Sample[]> => {
      const source = sourceOf("raw", { building, series, range });
      const rows = await select<RawRow>(`SELECT value FROM ${source} ORDER BY time LIMIT ${limit}`);
      return rows.map(({ time, value }) => ({ at: instant(time.getTime()), value }));
    },
    windows: async (series, range, size): Promise<readonly Window[]> => {
      const source = sourceOf(POLICY_OF[size], { building, series, range });
      const fields = `"count", "sum", "min", "max", "last"`;
      const rows = await select<WindowRow>(`SELECT ${fields} FROM ${source} ORDER BY time`);
      return latestOfEach(rows.map(windowOf));
    },
  };
}

type Wanted = { readonly building: string; readonly series: Series; readonly range: Range };

function sourceOf(policy: Policy, { building, series, range }: Wanted): string {
  const { board, sensor, quantity } = series;
  const tags = Object.entries({ building, board, sensor }).map(
    ([tag, value]) => `${escape.quoted(tag)} = ${escape.stringLit(value)}`,
  );
  const times = [`time >= ${limited(range.from)}ms`, `time < ${limited(range.to)}ms`];
  const measurement = `${escape.quoted(policy)}.${escape.quoted(quantity)}`;
  return `${measurement} WHERE ${[...tags, ...times].join(" AND ")}`;
}

const limited = (at: number): number => Math.ceil(Math.min(Math.max(at, 0), TIME_MS_MAX));

const windowOf = ({ time, count, sum, min, max, last }: WindowRow): Window => ({
  start: instant(time.getTime()),
  count,
  sum,
  min,
  max,
  last,
});

/** A sensor that changed zone has a window in each; the later one holds all of the earlier. */
function latestOfEach(windows: readonly Window[]): Window[] {
  const byStart = new Map<number, Window>();
  for (const window of windows) {
    const known = byStart.get(window.start);
    if (known === undefined || known.count <= window.count) byStart.set(window.start, window);
  }
  return [...byStart.values()];
}
