import { setImmediate } from "node:timers/promises";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { ExportFilter, Reader } from "./reader.ts";

/** Readings scanned per page: some milliseconds of work. */
const SPAN = 10_000;

/**
 * Pages of readings in order of arrival, up to the newest of the moment it began. Each page is read
 * for itself, so that even a slow consumer never keeps the journal from tidying its log.
 */
export async function* exportReadings(
  reader: Reader,
  filter: ExportFilter = {},
): AsyncGenerator<readonly Reading[]> {
  const newest = reader.newest();
  for (let cursor = 0; cursor < newest; cursor += SPAN) {
    const { readings } = reader.page(cursor, Math.min(SPAN, newest - cursor), filter);
    if (readings.length > 0) yield readings;
    await setImmediate();
  }
}
