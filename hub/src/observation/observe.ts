import { type Instant, type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import { daysOf, lengthOf, piecesWithin, sum } from "../evidence/figure.ts";
import type { Break, Range } from "../evidence/records.ts";
import type { Timeline } from "../evidence/timeline.ts";
import { type Terms, type Worth, worthOf } from "../evidence/worth.ts";
import type { Doubt } from "./doubt.ts";
import { type DecisionRow, type Track, tracksOf } from "./tracks.ts";

/**
 * What a zone in observation would have done, day by day, beside what was so: how long it would
 * have kept the light off, how often, and how long the light burned all that time.
 */

export type Observed = {
  /** The latest days, as far back as it takes to have enough that are known. */
  readonly range: Range;
  readonly daysKnown: number;
  readonly would: Milliseconds;
  /** Nobody knows what would have been done. It is in no other figure. */
  readonly unknown: Milliseconds;
  /** Of the days that are not known: why the rule could not judge, the longest first. */
  readonly doubts: readonly DoubtfulTime[];
  /** Mean of the days that are known; `undefined` while there is none. */
  readonly perDay: Milliseconds | undefined;
  /** How often the light would have been switched off. */
  readonly switchings: number;
  /** Of `would`: the light burned. */
  readonly burned: Worth;
  readonly out: Milliseconds;
  readonly lightUnknown: Milliseconds;
  /** Of `would`: daylight, as measured, was below the target. */
  readonly below: Milliseconds;
  readonly days: readonly ObservedDay[];
};

export type DoubtfulTime = { readonly doubt: Doubt; readonly time: Milliseconds };

export type ObservedDay = {
  /** The whole local day, 23 to 25 hours. */
  readonly day: Range;
  /** Nearly all of it is known, so that it counts. */
  readonly isKnown: boolean;
  readonly would: Milliseconds;
  readonly unknown: Milliseconds;
  readonly switchings: number;
  readonly burned: Milliseconds;
  readonly lightUnknown: Milliseconds;
  /** What of the day was observed so far. */
  readonly tracks: readonly Track[];
};

/** Two weeks have two Sundays, a bright spell and a dull one. */
export const DAYS_NEEDED = 14;
/** A day with a night's gap is no day. As for the baseline of savings. */
const KNOWN_OF_DAY_MIN = 0.9;

export type Noted = {
  readonly decisions: readonly DecisionRow[];
  readonly breaks: readonly Break[];
};

export function observe(line: Timeline, { decisions, breaks }: Noted, terms: Terms): Observed {
  const tracks = tracksOf(line, decisions, breaks);
  const offs = runsOff(tracks);
  const days = daysOf(line.range, terms.calendar).map((day) => dayOf(day, tracks, offs));
  const latest = latestOf(days);
  return summed(latest, terms);
}

function dayOf(day: Range, tracks: readonly Track[], offs: readonly Range[]): ObservedDay {
  const own = tracksWithin(day, tracks);
  const would = own.filter((it) => it.would === "off");
  const known = lengthOf(own.filter((it) => it.would !== "unknown"));
  return {
    day,
    isKnown: known >= KNOWN_OF_DAY_MIN * (day.to - day.from),
    would: lengthOf(would),
    unknown: lengthOf(own.filter((it) => it.would === "unknown")),
    switchings: offs.filter(({ from }) => day.from <= from && from < day.to).length,
    burned: lengthOf(would.filter((it) => it.light === "lit")),
    lightUnknown: lengthOf(would.filter((it) => it.light === "unknown")),
    tracks: own,
  };
}

const tracksWithin = (day: Range, tracks: readonly Track[]): readonly Track[] =>
  tracks.flatMap((track) => piecesWithin(day, [track]).map((piece) => ({ ...track, ...piece })));

/** Each time that the light would have been switched off, until it would have come back. */
function runsOff(tracks: readonly Track[]): readonly Range[] {
  const runs: Range[] = [];
  for (const { would, from, to } of tracks) {
    if (would !== "off") continue;
    const last = runs.at(-1);
    if (last?.to === from) runs[runs.length - 1] = { from: last.from, to };
    else runs.push({ from, to });
  }
  return runs;
}

/** A day that is not known well enough is made up for by one before it. */
function latestOf(days: readonly ObservedDay[]): readonly ObservedDay[] {
  let known = 0;
  let first = days.length;
  while (first > 0 && known < DAYS_NEEDED) {
    first -= 1;
    if (days[first]?.isKnown === true) known += 1;
  }
  return days.slice(first);
}

function summed(days: readonly ObservedDay[], terms: Terms): Observed {
  const tracks = days.flatMap((it) => it.tracks);
  const [first, last] = [tracks[0], tracks.at(-1)];
  if (first === undefined || last === undefined) {
    throw new Error("an observation lasts some time; this one has no track");
  }
  const would = tracks.filter((it) => it.would === "off");
  const lit = would.filter((it) => it.light === "lit");
  const known = days.filter((it) => it.isKnown);
  const total = (of: (day: ObservedDay) => number): Milliseconds => milliseconds(sum(days.map(of)));
  return {
    range: { from: first.from, to: last.to },
    daysKnown: known.length,
    would: total((it) => it.would),
    unknown: total((it) => it.unknown),
    doubts: doubtsOf(days.filter((it) => !it.isKnown)),
    perDay: known.length === 0 ? undefined : meanOf(known.map((it) => it.would)),
    switchings: sum(days.map((it) => it.switchings)),
    burned: worthOf(
      lit,
      days.map((it) => it.day),
      terms,
      1,
    ).total,
    out: lengthOf(would.filter((it) => it.light === "out")),
    lightUnknown: total((it) => it.lightUnknown),
    below: lengthOf(would.filter((it) => it.isBelow)),
    days,
  };
}

function doubtsOf(days: readonly ObservedDay[]): readonly DoubtfulTime[] {
  const times = new Map<Doubt, number>();
  for (const { doubt, from, to } of days.flatMap((it) => it.tracks)) {
    if (doubt !== undefined) times.set(doubt, (times.get(doubt) ?? 0) + to - from);
  }
  return [...times]
    .map(([doubt, time]) => ({ doubt, time: milliseconds(time) }))
    .toSorted((one, other) => other.time - one.time);
}

const meanOf = (values: readonly number[]): Milliseconds =>
  milliseconds(Math.round(sum(values) / values.length));

/** The local day it is of an observation, from 1. Days of 23 and 25 hours count as one. */
export const dayNumber = (began: Instant, at: Instant, { calendar }: Pick<Terms, "calendar">) =>
  Math.round((calendar.dayOf(at).start - calendar.dayOf(began).start) / 86_400_000) + 1;
