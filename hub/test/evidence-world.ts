import { type Instant, instant, watts } from "@battant/protocol/vocabulary/units";
import type {
  Break,
  CircuitRecord,
  History,
  PowerSample,
  VerdictRecord,
} from "../src/evidence/records.ts";
import { chance, OCTOBER, shuffled } from "./evidence-kit.ts";

/**
 * October 2026 in one hall, minute by minute: what really happened, and what a hub wrote of it that
 * was killed twice, lost some records, and ran its clock 40 s fast for an afternoon. The sums are
 * done by counting minutes, with the law's clock change and nothing of the code under test.
 */

const MINUTE = 60_000;
const MINUTES = (OCTOBER.to - OCTOBER.from) / MINUTE;
/** 01:00 UTC on the last Sunday. */
const CLOCK_CHANGE = Date.UTC(2026, 9, 25, 1);
const WATTS = 108;

export type Minute = {
  readonly day: number;
  readonly mode: "observe" | "act";
  readonly isSufficient: boolean;
  /** What people and detectors would have, if nothing kept it off. */
  readonly isWanted: boolean;
  readonly isInhibited: boolean;
  readonly isLit: boolean;
  /** The hub was there, and what it wrote was kept. */
  readonly isWritten: boolean;
  /** What was written may still be held on to. */
  readonly isKnown: boolean;
};

/** Minutes from the first of October, local midnight. */
const local = (day: number, hour: number): number => ((day - 1) * 24 + hour) * 60;

/** The hub was killed, and said when it came back: at night, and over a bright noon. */
const KILLED: readonly [from: number, to: number][] = [
  [local(6, 23), local(7, 4) + 17],
  [local(18, 9) + 41, local(18, 16) + 3],
];
/** Four hours of records lost without a word, on a night when the light just burned. */
const LOST: readonly [from: number, to: number] = [local(12, 1), local(12, 5)];
/** The last record before was the hourly one, and holds for 65 minutes. */
const FORGOTTEN = LOST[0] - 60 + 65;
const QUIET: readonly [from: number, to: number] = [local(12, 0) - 30, local(12, 5) + 30];
/** The clock was fast for so long, then put back. */
const FAST: readonly [from: number, to: number] = [local(9, 13), local(9, 17)];
const FAST_MS = 40_000;

const within = (minute: number, [from, to]: readonly [number, number]): boolean =>
  from <= minute && minute < to;

export function liveOctober(seed: number): readonly Minute[] {
  const random = chance(seed);
  const minutes: Minute[] = [];
  let isCloudy = false;
  let isWanted = true;
  let isOverridden = false;
  for (let index = 0; index < MINUTES; index++) {
    const utc = OCTOBER.from + index * MINUTE;
    const local = new Date(utc + (utc < CLOCK_CHANGE ? 2 : 1) * 3_600_000);
    const hour = local.getUTCHours() + local.getUTCMinutes() / 60;
    const day = local.getUTCDate();
    const isQuiet = within(index, QUIET);
    if (!isQuiet && random() < (isCloudy ? 1 / 25 : 1 / 70)) isCloudy = !isCloudy;
    if (!isQuiet && random() < (isWanted ? 1 / 160 : 1 / 30)) isWanted = !isWanted;
    if (random() < (isOverridden ? 1 / 15 : 1 / 600)) isOverridden = !isOverridden;
    const mode = day < 15 ? "observe" : "act";
    const isSufficient = 8.6 < hour && hour < 17.8 && !isCloudy;
    const isInhibited = mode === "act" && isSufficient && !isOverridden;
    const isLit = (isQuiet || isWanted) && !isInhibited;
    const isKilled = KILLED.some((gap) => within(index, gap));
    const isLost = within(index, LOST);
    minutes.push({
      day,
      mode,
      isSufficient,
      isWanted,
      isInhibited,
      isLit,
      isWritten: !isKilled && !isLost,
      isKnown: !isKilled && !(isLost && index >= FORGOTTEN),
    });
  }
  return minutes;
}

/** Everything a hub that saw these minutes wrote: at each change, and once an hour. */
export function writeDown(minutes: readonly Minute[], seed: number): History {
  const random = chance(seed);
  const circuit: CircuitRecord[] = [];
  const verdicts: VerdictRecord[] = [];
  const breaks: Break[] = [];
  let before: Minute | undefined;
  let written = 0;
  for (const [index, minute] of minutes.entries()) {
    const real = OCTOBER.from + index * MINUTE;
    const at = instant(within(index, FAST) ? real + FAST_MS : real);
    written += 10;
    for (const [from, to] of KILLED) {
      if (index === to) breaks.push({ from: timeOf(from), to: timeOf(to), written });
    }
    if (index === FAST[0]) breaks.push({ from: instant(real), to: at, written });
    if (index === FAST[1]) breaks.push({ from: instant(real + FAST_MS), to: at, written });
    const isFresh = before?.isWritten !== true || FAST.includes(index) || index % 60 === 0;
    const { isLit, isInhibited, isSufficient, mode } = minute;
    if (
      minute.isWritten &&
      (isFresh || isLit !== before?.isLit || isInhibited !== before.isInhibited)
    ) {
      // Now and then a record comes late, after a contradiction that it puts right.
      const delay = random() < 0.1 ? 600 : 0;
      const record = { at, written: written + delay + 2, lit: isLit, inhibited: isInhibited };
      circuit.push(record);
      if (random() < 0.05) circuit.push({ ...record, written: written + 1, lit: !isLit });
    }
    if (minute.isWritten && (isFresh || isSufficient !== before?.isSufficient)) {
      const daylight = isSufficient ? "sufficient" : "insufficient";
      const because = isSufficient ? "daylight-sufficient" : "too-dark";
      verdicts.push({ at, written: written + 3, daylight, because, mode });
    }
    before = minute;
  }
  const told = <Kind>(list: readonly Kind[]): Kind[] =>
    shuffled([...list, ...list.filter(() => random() < 0.1)], random);
  return { circuit: told(circuit), verdicts: told(verdicts), breaks };
}

const timeOf = (minute: number): Instant => instant(OCTOBER.from + minute * MINUTE);

/** A meter that reports every ten minutes, 3 % noise, and was unplugged on the second. */
export function samplesOf(minutes: readonly Minute[], seed: number): readonly PowerSample[] {
  const random = chance(seed);
  const samples: PowerSample[] = [];
  for (const [index, minute] of minutes.entries()) {
    if (index % 10 !== 4 || minute.day === 2) continue;
    const power = watts(minute.isLit ? WATTS * (1 + 0.06 * (random() - 0.5)) : 0);
    samples.push({ at: timeOf(index), written: index, power });
  }
  return shuffled([...samples, ...samples.slice(100, 300)], random);
}

/** Hours, by counting. */
export const count = (minutes: readonly Minute[], is: (minute: Minute) => boolean): number =>
  minutes.filter(is).length / 60;

export const kWhOf = (hours: number): number => (hours * WATTS) / 1000;
