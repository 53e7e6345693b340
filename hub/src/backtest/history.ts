import type { BootId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { after, type Instant, milliseconds, minutes } from "@battant/protocol/vocabulary/units";
import { TEN_MINUTES } from "../domain/calendar.ts";
import type { PastHour, PastSample, PastWindow, Range, Series } from "../ports.ts";
import type { History } from "./question.ts";

/**
 * The building's own past, from its journal: readings as they came, and for times that the journal
 * keeps no more readings of, their windows of ten minutes.
 */

/** One question to the journal: an hour of measured time, the first from `range.from` with anything. */
export type Past = (series: readonly Series[], range: Range) => PastHour | undefined;

/** What the answer rests on. */
export type Facts = {
  readings: number;
  /** They reached the hub so late that a live rule would have had to do without. */
  late: number;
  /** Windows of ten minutes. Of a cloud that passed within one, they say nothing. */
  windows: number;
  windowsFrom: Instant | undefined;
  windowsTo: Instant | undefined;
};

export type PastHistory = { readonly readings: History; readonly facts: Facts };

export function createHistory(past: Past, series: readonly Series[], range: Range): PastHistory {
  const facts: Facts = {
    readings: 0,
    late: 0,
    windows: 0,
    windowsFrom: undefined,
    windowsTo: undefined,
  };
  return { facts, readings: pagesOf(past, series, range, facts) };
}

async function* pagesOf(past: Past, series: readonly Series[], range: Range, facts: Facts) {
  let { from } = range;
  while (from < range.to) {
    const hour = past(series, { from, to: range.to });
    if (hour === undefined) return;
    const samples = hour.samples.map((it) => asReading(seriesOf(series, it.line), it));
    count(hour.samples, facts);
    const spread = spreadWindows(hour, series, facts);
    yield spread.length === 0 ? samples : [...samples, ...spread].toSorted((a, b) => a.at - b.at);
    from = hour.end;
  }
}

/** Older is no evidence to any rule (readingAgeMax, 15 min at most; 5 by default). */
const LATE = minutes(5);

function count(samples: readonly PastSample[], facts: Facts): void {
  facts.readings += samples.length;
  for (const { delay } of samples) if (delay > LATE) facts.late += 1;
}

/** Readings are better than their window, where there still are any. */
function spreadWindows(
  { samples, windows }: PastHour,
  series: readonly Series[],
  facts: Facts,
): readonly Reading[] {
  if (windows.length === 0) return NONE;
  const kept = new Set(samples.map(({ line, at }) => placeOf(line, at)));
  return windows.flatMap((window) => {
    const { line, start } = window;
    if (kept.has(placeOf(line, start))) return [];
    facts.windows += 1;
    facts.windowsFrom ??= start;
    facts.windowsTo = after(start, TEN_MINUTES);
    return spread(seriesOf(series, line), window);
  });
}

const NONE: readonly Reading[] = [];

/** No building has as many sensors. */
const LINES_MAX = 10_000;

const placeOf = (line: number, at: Instant): number =>
  Math.floor(at / TEN_MINUTES) * LINES_MAX + line;

const STEP = minutes(1);

/** Light is its mean, minute by minute; what is yes or no counts as yes if it ever was. */
function spread(series: Series, { start, mean, max }: PastWindow): Reading[] {
  if (series.quantity !== "illuminance") return [asReading(series, { at: start, value: max })];
  return Array.from({ length: TEN_MINUTES / STEP }, (_, minute) =>
    asReading(series, { at: after(start, milliseconds(minute * STEP)), value: mean }),
  );
}

const BOOT = "past" as BootId;

export const asReading = (
  { board, sensor, quantity }: Series,
  { at, value }: { readonly at: Instant; readonly value: number },
): Reading => ({ board, boot: BOOT, sequence: 0, sensor, quantity, value, at, received: at });

function seriesOf(series: readonly Series[], line: number): Series {
  const found = series[line];
  if (found === undefined) throw new Error(`no series ${line} was asked for`);
  return found;
}
