import type { BootId } from "@battant/protocol/vocabulary/ids";
import { type Backlog, dropFirst, endOf, isOpen, settle } from "./backlog.ts";
import { type Cursor, moveTo, startCursor } from "./backlog-records.ts";
import {
  segmentBoot,
  segmentEpoch,
  segmentSources,
  segmentStart,
  segmentText,
} from "./backlog-segment.ts";
import { readSources } from "./backlog-sources.ts";

/** Reading from the backlog, oldest first, and forgetting what the hub has. */

/** A text of records, and what its readings have in common. */
export type Page = {
  readonly text: string;
  readonly end: number;
  readonly boot: BootId;
  /** Of the program that recorded them. */
  readonly sources: string;
  readonly epoch: number | undefined;
};

/** `place` came from reading on behind `sent`, and the hub has everything up to there. */
export const acknowledge = (log: Backlog, place: Cursor): void => {
  if (place.segment < log.first) return;
  moveTo(log.acknowledged, place);
  settle(log);
};

/** What was in flight has to go again. */
export const sendAgain = (log: Backlog): void => moveTo(log.sent, log.acknowledged);

/** Its own, or that of the next segment that has one, or ours. */
const epochOf = (log: Backlog, segment: number): number | undefined => {
  for (let i = segment; i < log.next; i++) {
    const epoch = segmentEpoch(segmentText(log.storage, i));
    if (epoch !== undefined) return epoch;
  }
  return log.epoch;
};

/** None when nobody knows any more what was measured there. */
const pageOf = (log: Backlog, segment: number, text: string, end: number): Page | undefined => {
  const file = segmentSources(text);
  const sources = file === log.sourcesFile ? log.sources : readSources(log.storage, file);
  if (sources === undefined) return undefined;
  const epoch = epochOf(log, segment);
  return { text: text, end: end, boot: segmentBoot(text), sources: sources, epoch: epoch };
};

/** The page with the readings behind `sent`, to be read on from there; none when all was sent. */
export const nextPage = (log: Backlog): Page | undefined => {
  const place = log.sent;
  if (isOpen(log, place.segment) && place.at >= log.end - 1) return undefined;
  settle(log);
  const done = log.acknowledged;
  if (place.segment === done.segment && place.at < done.at) moveTo(place, done);
  while (place.segment < log.next) {
    const text = segmentText(log.storage, place.segment);
    const end = endOf(log, place.segment, text);
    if (place.at === 0) place.at = segmentStart(text);
    if (place.at < end) {
      const page = pageOf(log, place.segment, text, end);
      if (page !== undefined || place.segment > log.first) return page;
      dropFirst(log);
    } else if (isOpen(log, place.segment)) return undefined;
    else moveTo(place, startCursor(place.segment + 1));
  }
  return undefined;
};
