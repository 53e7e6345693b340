import { type Backlog, commit, dropFirst, keepInFlash, NOWHERE } from "./backlog.ts";
import { type Cursor, encodeBase } from "./backlog-records.ts";
import {
  encodeHeader,
  HEADER_AT,
  SEGMENT_PREFIX,
  SEGMENT_SIZE,
  writeEpoch,
} from "./backlog-segment.ts";
import { WASTE_WORTH_TIDYING } from "./hardware.ts";

/** Writing to the backlog: one segment after the other, within the room there is. */

/** 128 kB. */
export const SEGMENTS_MAX = 64;
/** What an update needs. With less room than this the backlog asks for a tidy-up. */
export const ROOM_MIN = 80 * 1024;

/** The clock has become known, or a new segment begins while it is. */
const writeDownEpoch = (log: Backlog): void => {
  if (!log.open || log.hasEpoch || log.epoch === undefined) return;
  log.hasEpoch = writeEpoch(log.storage, log.next - 1, log.epoch);
};

export const setEpoch = (log: Backlog, epoch: number): void => {
  log.epoch = epoch;
  writeDownEpoch(log);
};

/** Never takes the place of an update for long: then the oldest readings go. */
const makeRoom = (log: Backlog): void => {
  while (log.next - log.first >= SEGMENTS_MAX) dropFirst(log);
  log.short = log.storage.free() < ROOM_MIN + SEGMENT_SIZE;
  if (!log.short || log.first === log.next) return;
  if (log.storage.waste() < WASTE_WORTH_TIDYING) dropFirst(log);
};

const openSegment = (log: Backlog): boolean => {
  log.open = false;
  makeRoom(log);
  if (log.sourcesFile === 0) keepInFlash(log);
  if (log.sourcesFile === 0) return false;
  if (!log.storage.reserve(SEGMENT_PREFIX + log.next, SEGMENT_SIZE)) return false;
  log.next++;
  log.end = HEADER_AT;
  log.tail = NOWHERE;
  log.hasEpoch = false;
  if (!commit(log, encodeHeader(log.boot, log.sourcesFile))) return false;
  writeDownEpoch(log);
  return true;
};

/** Writes records that begin behind `from` and end with `to`; all of them or, false, none. */
export const append = (log: Backlog, text: string, from: Cursor, to: Cursor): boolean => {
  for (let i = 0; i < 2; i++) {
    const line = from.sequence === log.tail ? text : encodeBase(from) + text;
    if (log.open && log.end + line.length < SEGMENT_SIZE && commit(log, line)) {
      log.tail = to.sequence;
      return true;
    }
    if (!openSegment(log)) return false;
  }
  return false;
};
