import { type Instant, instant, type Milliseconds } from "@battant/protocol/vocabulary/units";
import {
  type Break,
  type CircuitRecord,
  type Daylight,
  type History,
  type Mode,
  type Range,
  RECORD_HOLDS,
  type VerdictRecord,
  type Written,
} from "./records.ts";

/**
 * From records to intervals: every instant of a range belongs to exactly one of them, so nothing
 * can be counted twice, and what nobody knows has its own.
 */

export type Interval = Range & {
  readonly light: "lit" | "out" | "unknown";
  /** Kept off by a lease; `undefined` where nobody knows. */
  readonly inhibited: boolean | undefined;
  readonly daylight: Daylight;
  /** Why the rule could not tell about daylight; `undefined` if it could, or said nothing at all. */
  readonly because: VerdictRecord["because"] | undefined;
  readonly mode: Mode | undefined;
};

/** The intervals follow each other without a gap from `range.from` to `range.to`. */
export type Timeline = { readonly range: Range; readonly intervals: readonly Interval[] };

export function timeline(history: History, range: Range): Timeline {
  const circuit = statementsOf(history.circuit, history.breaks, RECORD_HOLDS);
  const verdicts = statementsOf(history.verdicts, history.breaks, RECORD_HOLDS);
  const intervals: Interval[] = [];
  const borders = bordersIn(range, [...circuit, ...verdicts]);
  for (const [index, from] of borders.entries()) {
    const to = borders[index + 1];
    if (to === undefined) break;
    append(intervals, { from, to, ...seen(recordAt(circuit, from), recordAt(verdicts, from)) });
  }
  return { range, intervals };
}

/** A record, and how long it speaks for. */
export type Statement<Kind> = Range & { readonly record: Kind };

/** Sorted, without overlap: a record holds until the next one, and no longer than `holds`. */
export function statementsOf<Kind extends Written>(
  records: readonly Kind[],
  breaks: readonly Break[],
  holds: Milliseconds,
): readonly Statement<Kind>[] {
  const entries = entriesOf(records, breaks);
  const statements: Statement<Kind>[] = [];
  for (const [index, { at, record }] of entries.entries()) {
    if (record === undefined) continue;
    const next = entries[index + 1]?.at ?? Infinity;
    statements.push({ from: at, to: instant(Math.min(next, at + holds)), record });
  }
  return statements;
}

type Entry<Kind> = Written & { readonly record: Kind | undefined };

/** One entry per instant, the last written. A break ends what was said, like a record of nothing. */
function entriesOf<Kind extends Written>(
  records: readonly Kind[],
  breaks: readonly Break[],
): readonly Entry<Kind>[] {
  const gaps = breaks.map(({ from, to, written }) => ({
    at: instant(Math.round(Math.min(from, to))),
    written,
    record: undefined,
  }));
  const entries: Entry<Kind>[] = [...gaps];
  for (const record of records) {
    // A board's clock counts fractions; whole milliseconds add up without a rest.
    const at = instant(Math.round(record.at));
    // After the clock was put back, what it said of the time that now comes again is void.
    const isVoid = gaps.some((gap) => record.written < gap.written && at >= gap.at);
    if (!isVoid) entries.push({ at, written: record.written, record });
  }
  return entries
    .toSorted((one, other) => one.at - other.at || one.written - other.written)
    .filter((entry, index, sorted) => entry.at !== sorted[index + 1]?.at);
}

function recordAt<Kind>(statements: readonly Statement<Kind>[], at: Instant): Kind | undefined {
  const statement = statements[firstEndingAfter(statements, at)];
  return statement !== undefined && statement.from <= at ? statement.record : undefined;
}

/** Index of the first of some sorted, disjoint ranges that ends after `at`, found by halving. */
export function firstEndingAfter(ranges: readonly Range[], at: Instant): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ranges[middle]?.to ?? Infinity) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bordersIn(range: Range, statements: readonly Range[]): readonly Instant[] {
  const borders = new Set<Instant>();
  for (const { from, to } of statements) borders.add(from).add(to);
  const inside = [...borders].filter((at) => range.from < at && at < range.to);
  if (range.from >= range.to) return [];
  return [range.from, ...inside.toSorted((one, other) => one - other), range.to];
}

function seen(
  circuit: CircuitRecord | undefined,
  verdict: VerdictRecord | undefined,
): Omit<Interval, keyof Range> {
  const lit = circuit?.lit;
  const daylight = verdict?.daylight ?? "unknown";
  return {
    light: lit === undefined ? "unknown" : lit ? "lit" : "out",
    inhibited: circuit?.inhibited,
    daylight,
    because: daylight === "unknown" ? verdict?.because : undefined,
    mode: verdict?.mode,
  };
}

/** Repeated records make no new interval. */
function append(intervals: Interval[], next: Interval): void {
  const last = intervals.at(-1);
  const isSame =
    last !== undefined &&
    last.light === next.light &&
    last.inhibited === next.inhibited &&
    last.daylight === next.daylight &&
    last.because === next.because &&
    last.mode === next.mode;
  if (isSame) intervals[intervals.length - 1] = { ...last, to: next.to };
  else intervals.push(next);
}
