import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Decision } from "../domain/decision.ts";
import { type Break, type Range, RECORD_HOLDS } from "../evidence/records.ts";
import {
  firstEndingAfter,
  type Interval,
  type Statement,
  statementsOf,
  type Timeline,
} from "../evidence/timeline.ts";
import { type Doubt, doubtIn } from "./doubt.ts";

/**
 * Two tracks beside each other: what Battant would have done, by its decisions, and what was so, by
 * the records of the circuit. Where either says nothing, it is unknown.
 */

/** `available`: Battant would have left the light to the building's own switches. */
export type Would = "off" | "available" | "unknown";

export type Track = Range & {
  readonly would: Would;
  readonly light: Interval["light"];
  /** It would have been kept off although daylight, as measured, was below the target. */
  readonly isBelow: boolean;
  /** Why it is unknown, where the rule itself could not judge. */
  readonly doubt: Doubt | undefined;
};

/** A decision of the log, as far as an observation asks. */
export type DecisionRow = { readonly at: Instant; readonly decision: Decision };

/** They follow each other without a gap, as the intervals of the line do. */
export function tracksOf(
  line: Timeline,
  decisions: readonly DecisionRow[],
  breaks: readonly Break[],
): readonly Track[] {
  const statements = heard(decisions, breaks);
  const tracks: Track[] = [];
  for (const interval of line.intervals) {
    for (const piece of cut(interval, statements)) {
      const { light } = interval;
      append(tracks, { ...piece, light, ...wouldAt(statements, piece.from) });
    }
  }
  return tracks;
}

type Said = { readonly at: Instant; readonly written: number; readonly decision: Decision };

/**
 * What was decided in a time that nobody saw, or that a clock lived twice, cannot be told apart from
 * what was not: it is unknown.
 */
function heard(
  decisions: readonly DecisionRow[],
  breaks: readonly Break[],
): readonly Statement<Said>[] {
  const unseen = breaks.map(({ from, to }) => ({
    from: Math.min(from, to),
    to: Math.max(from, to),
  }));
  const said = decisions
    .map((row, written) => ({ ...row, written }))
    .filter(({ at }) => !unseen.some(({ from, to }) => from <= at && at < to));
  // Decisions and breaks are numbered apart; what a break makes void is left out above.
  const ends = breaks.map((it) => ({ ...it, written: -1 }));
  return statementsOf(said, ends, RECORD_HOLDS);
}

function wouldAt(
  statements: readonly Statement<Said>[],
  at: Instant,
): Omit<Track, "light" | keyof Range> {
  const statement = statements[firstEndingAfter(statements, at)];
  if (statement === undefined || statement.from > at) return NOTHING_SAID;
  const { decision } = statement.record;
  const { kind, because, evidence } = decision;
  // While a zone acts, or is off, the log says what was done, and not what would have been.
  if (evidence.observed !== true) return NOTHING_SAID;
  if (kind === "allow") {
    const doubt = doubtIn(decision);
    return { would: doubt === undefined ? "available" : "unknown", isBelow: false, doubt };
  }
  const { daylight, target } = evidence;
  const isBelow = because === "daylight-sufficient" && daylight !== undefined && daylight < target;
  return { would: "off", isBelow, doubt: undefined };
}

const NOTHING_SAID = { would: "unknown", isBelow: false, doubt: undefined } as const;

/** A range, cut where any statement begins or ends. */
function cut(range: Range, statements: readonly Range[]): readonly Range[] {
  const borders = new Set<Instant>([range.from]);
  for (let index = firstEndingAfter(statements, range.from); index < statements.length; index++) {
    const statement = statements[index];
    if (statement === undefined || statement.from >= range.to) break;
    borders.add(instant(Math.max(statement.from, range.from)));
    borders.add(instant(Math.min(statement.to, range.to)));
  }
  const sorted = [...borders.add(range.to)];
  return sorted.slice(1).map((to, index) => ({ from: sorted[index] ?? to, to }));
}

/** Decisions and records that say the same again make no new one. */
function append(tracks: Track[], next: Track): void {
  const last = tracks.at(-1);
  const isSame =
    last !== undefined &&
    last.would === next.would &&
    last.light === next.light &&
    last.isBelow === next.isBelow &&
    last.doubt === next.doubt;
  if (isSame) tracks[tracks.length - 1] = { ...last, to: next.to };
  else tracks.push(next);
}
