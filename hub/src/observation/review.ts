import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, type Instant, instant } from "@battant/protocol/vocabulary/units";
import { createCalendar } from "../domain/calendar.ts";
import type { Load } from "../evidence/load.ts";
import { type Price, type Range, RECORD_HOLDS } from "../evidence/records.ts";
import { loadIn, timelineOf } from "../proof/prove.ts";
import type { Records, ZoneQuestion } from "../proof/question.ts";
import { dayNumber, observe, type Observed } from "./observe.ts";
import type { DecisionRow } from "./tracks.ts";

/** From the journal's records of a zone to its latest observation, read where the file is. */

export type ObservationQuestion = {
  readonly zone: ZoneQuestion;
  readonly now: Instant;
  readonly timezone: string;
  readonly prices: readonly Price[];
};

/** What is asked of the journal's file, besides the records of circuits. */
export type ObservationRecords = Pick<Records, "circuits" | "breaks" | "standings"> & {
  /** The latest records written in `observe`, with what interrupted them for less than a day. */
  stretch(zone: ZoneId, until: Instant): Stretch | undefined;
  /** In order; of too many, the latest. */
  decisions(zone: ZoneId, range: Range): readonly DecisionRow[];
};

export type Stretch = {
  readonly began: Instant;
  /** The first record in another mode; `undefined` while there is none. */
  readonly ended: Instant | undefined;
};

/** `undefined` if the zone was never observed. */
export type Observation = Stretch &
  Observed & { readonly day: number; readonly load: Load | undefined };

/** Twice the days it takes: so many may be lost to gaps before an observation never ends. */
const LOOKED_BACK = hours(28 * 24);

export function review(
  { zone: asked, now, timezone, prices }: ObservationQuestion,
  records: ObservationRecords,
): Observation | undefined {
  const { zone } = asked;
  const stretch = records.stretch(zone, now);
  if (stretch === undefined) return undefined;
  const { began, ended } = stretch;
  const calendar = createCalendar(timezone);
  const to = ended ?? now;
  const earliest = calendar.dayOf(instant(to - LOOKED_BACK)).start;
  const range = { from: instant(Math.max(began, earliest)), to };
  if (range.from >= range.to) return undefined;

  // What was said before the range may hold on into it.
  const read = { from: instant(range.from - RECORD_HOLDS), to };
  const noted = { decisions: records.decisions(zone, read), breaks: records.breaks(read) };
  const line = timelineOf(asked, range, { records });
  const load = loadIn([line], asked, { records });
  const terms = { calendar, load, prices };
  const observed = observe(line, noted, terms);
  return { ...stretch, ...observed, load, day: dayNumber(began, to, terms) };
}
