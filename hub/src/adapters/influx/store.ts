import type { IPoint } from "influx";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { createCalendar } from "../../domain/calendar.ts";
import type { ReadingStore, WindowSize, WriteOutcome } from "../../ports.ts";
import { type Called, createClient, type InfluxAddress } from "./client.ts";
import { type InfluxRetention, type Policy, prepare } from "./database.ts";
import { type Place, readingPoint, windowPoint } from "./points.ts";
import { createQueries, POLICY_OF } from "./queries.ts";
import { touchedBy } from "./touched.ts";

/**
 * Readings in InfluxDB: raw, and as windows of ten minutes and of a day. The windows are not made
 * by the server, because continuous queries exist in 1.x only and know no daylight saving: they
 * are the journal's own, written again whenever a reading has changed them.
 */
export type InfluxOptions = InfluxAddress &
  Place & {
    readonly timezone: string;
    readonly retention: InfluxRetention;
    /** The journal's windows: they hold every reading that was ever forwarded. */
    readonly windows: ReadingStore["windows"];
  };

/** Throws if the address or the time zone is none. Nothing is sent before the first write. */
export function createInfluxStore(options: InfluxOptions): ReadingStore {
  const client = createClient(options);
  const calendar = createCalendar(options.timezone);
  let prepared = false;

  const prepareOnce = async (): Promise<Called<void>> => {
    if (prepared) return done;
    const answer = await prepare(client, options.retention);
    prepared = answer.ok;
    return answer;
  };

  const save = async (points: IPoint[], policy: Policy): Promise<Called<void>> => {
    if (points.length === 0) return done;
    const where = { retentionPolicy: policy, precision: "n" } as const;
    return client.call((influx) => influx.writePoints(points, where));
  };

  const windowsTouchedBy = async (readings: readonly Reading[]) => {
    const points: Record<WindowSize, IPoint[]> = { "10-minutes": [], day: [] };
    for (const { series, size, range } of touchedBy(readings, calendar)) {
      const windows = await options.windows(series, range, size);
      points[size].push(...windows.map((it) => windowPoint(series, it, options)));
    }
    return points;
  };

  const attempt = async (readings: readonly Reading[]): Promise<WriteOutcome> => {
    const ready = await prepareOnce();
    if (!ready.ok) return { ok: false, next: "retry", detail: ready.problem };
    const raw = readings.map((it) => readingPoint(it, options));
    const saved = await save(raw, "raw");
    if (!saved.ok) return outcomeOf(saved);

    const windows = await windowsTouchedBy(readings);
    for (const size of ["10-minutes", "day"] as const) {
      const answer = await save(windows[size], POLICY_OF[size]);
      if (!answer.ok) return outcomeOf(answer);
    }
    return { ok: true };
  };

  const write = async (readings: readonly Reading[]): Promise<WriteOutcome> => {
    const outcome = await attempt(readings).catch(retryAfter);
    // Somebody may have dropped the database: at the next attempt it is looked at again.
    if (!outcome.ok && outcome.next === "retry") prepared = false;
    return outcome;
  };

  return {
    write,
    ...createQueries(client, options.building),
    close: async () => {}, // Requests end by themselves, within their time limit.
  };
}

const done: Called<void> = { ok: true, value: undefined };
/** The server has read the points and will never take them; it keeps the good ones of the batch. */
const REFUSED = [400, 422];

const outcomeOf = (answer: Called<void> & { readonly ok: false }): WriteOutcome => ({
  ok: false,
  next: REFUSED.includes(answer.statusCode ?? 0) ? "drop" : "retry",
  detail: answer.problem,
});

/** The journal could not be asked for its windows. */
const retryAfter = (error: unknown): WriteOutcome => ({
  ok: false,
  next: "retry",
  detail: error instanceof Error ? error.message : String(error),
});
