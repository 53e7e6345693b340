import type { BootId } from "@battant/protocol/vocabulary/ids";
import {
  ACKNOWLEDGED,
  COMMIT,
  countOn,
  type Cursor,
  moveTo,
  startCursor,
} from "./backlog-records.ts";
import {
  committedEnd,
  SEGMENT_PREFIX,
  segmentEpoch,
  segmentStart,
  segmentText,
} from "./backlog-segment.ts";
import { forgetSources, keepSources, readSources } from "./backlog-sources.ts";
import type { Storage } from "./hardware.ts";

/**
 * What waits for the hub in flash: segments that are filled in turn and sent oldest first. A byte of
 * flash is written once, so a segment is erased as a whole, when the hub has all of it. Each start
 * writes segments of its own. After a restart what was acknowledged of a segment may be sent again:
 * the hub knows it by boot and sequence.
 *
 * Times are counted on an axis of their own: the board's uptime, going on over a restart where the
 * last reading left it. A segment without an epoch takes that of the next one, or of now: readings
 * of a start that never knew the clock are dated as if the starts had followed each other without a
 * gap. They are at least that old.
 *
 * Wear, at one report a minute of four quantities, 5 760 readings a day: 11 bytes a reading, so
 * 62 kB a day in 30 segments, and only on a day without a hub. If every day were one, 512 kB of room
 * would be used up and tidied 43 times a year: 43 erase cycles of the 100 000 that a page of an
 * ESP32's flash is made for.
 */

/** No reading has this sequence number: the next one needs a base. */
export const NOWHERE = -1;

export type Backlog = {
  readonly storage: Storage;
  readonly boot: BootId;
  /** In flash, if flash takes it (backlog-sources.ts). */
  sources: string;
  /** Number of the file that holds `sources`; 0 while it is in RAM, and no segment can be made. */
  sourcesFile: number;
  /** The oldest segment, and the next to be made. */
  first: number;
  next: number;
  /** Whether the newest is of this start and can be written on, from `end`. */
  open: boolean;
  end: number;
  hasEpoch: boolean;
  /** Sequence number of the last reading in it. */
  tail: number;
  /** The instant of the zero of our times; unknown without a clock. */
  epoch: number | undefined;
  /** The time at which this start began. */
  carry: number;
  /** The hub has everything up to here. */
  readonly acknowledged: Cursor;
  /** What comes behind this is sent next. */
  readonly sent: Cursor;
  dropped: number;
  /** The last segment was made with less than `ROOM_MIN` left. */
  short: boolean;
};

export const isOpen = (log: Backlog, segment: number): boolean =>
  log.open && segment === log.next - 1;

export const endOf = (log: Backlog, segment: number, text: string): number =>
  isOpen(log, segment) ? log.end - 1 : committedEnd(text);

export const eraseFirst = (log: Backlog): void => {
  log.storage.erase(SEGMENT_PREFIX + log.first);
  log.first++;
  if (log.acknowledged.segment < log.first) moveTo(log.acknowledged, startCursor(log.first));
};

/** What is not committed is not there. After a failure the segment is left as it is. */
export const commit = (log: Backlog, text: string): boolean => {
  const name = SEGMENT_PREFIX + (log.next - 1);
  log.open =
    log.storage.writeAt(name, text, log.end) &&
    log.storage.writeAt(name, COMMIT, log.end + text.length);
  log.end += text.length + 1;
  return log.open;
};

/** Notes in the open segment that the hub has all of it. */
const noteAcknowledged = (log: Backlog): void => {
  if (log.tail === NOWHERE) return;
  log.tail = NOWHERE;
  commit(log, ACKNOWLEDGED);
  log.acknowledged.at = log.end;
};

/** Erases the segments that the hub has all of, but for the one that is still written on. */
export const settle = (log: Backlog): void => {
  const place = log.acknowledged;
  while (place.segment < log.next) {
    const text = segmentText(log.storage, place.segment);
    if (place.at === 0) place.at = segmentStart(text);
    if (place.at < endOf(log, place.segment, text)) return;
    if (isOpen(log, place.segment)) return noteAcknowledged(log);
    eraseFirst(log);
  }
};

/** Where times go on. What lies before a segment with an epoch does not depend on it. */
const carriedTime = (log: Backlog): number => {
  for (let i = log.next - 1; i >= log.first; i--) {
    const text = segmentText(log.storage, i);
    if (segmentEpoch(text) !== undefined) return 0;
    const place = startCursor(i);
    place.at = segmentStart(text);
    if (countOn(text, committedEnd(text), place) > 0) return place.time;
  }
  return 0;
};

/** Has the list of sources in flash instead of RAM: it costs flash no more than its text, once. */
export const keepInFlash = (log: Backlog): void => {
  const file = keepSources(log.storage, log.sources);
  const kept = readSources(log.storage, file);
  if (file === 0 || kept !== log.sources) return;
  log.sources = kept;
  log.sourcesFile = file;
};

export const openBacklog = (storage: Storage, boot: BootId, sources: string): Backlog => {
  let first = 0;
  let next = 1;
  const names = storage.names(SEGMENT_PREFIX);
  for (let i = 0; i < names.length; i++) {
    const segment = +(names[i] as string).substring(SEGMENT_PREFIX.length);
    if (segment >= next) next = segment + 1;
    if (first === 0 || segment < first) first = segment;
  }
  if (first === 0) first = next;
  const log: Backlog = {
    storage: storage,
    boot: boot,
    sources: sources,
    sourcesFile: 0,
    first: first,
    next: next,
    open: false,
    end: 0,
    hasEpoch: false,
    tail: NOWHERE,
    epoch: undefined,
    carry: 0,
    acknowledged: startCursor(first),
    sent: startCursor(first),
    dropped: 0,
    short: false,
  };
  log.carry = carriedTime(log);
  settle(log);
  if (log.first === log.next) forgetSources(storage, sources);
  keepInFlash(log);
  return log;
};

/** How many readings of a segment the hub may not have. */
const countIn = (log: Backlog, segment: number): number => {
  const text = segmentText(log.storage, segment);
  const place = startCursor(segment);
  if (segment === log.acknowledged.segment) moveTo(place, log.acknowledged);
  if (place.at === 0) place.at = segmentStart(text);
  return countOn(text, endOf(log, segment, text), place);
};

export const countWaiting = (log: Backlog): number => {
  let count = 0;
  for (let i = log.first; i < log.next; i++) count += countIn(log, i);
  return count;
};

export const dropFirst = (log: Backlog): void => {
  log.dropped += countIn(log, log.first);
  eraseFirst(log);
};
