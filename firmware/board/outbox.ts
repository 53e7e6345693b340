import { hours } from "@battant/protocol/vocabulary/units";
import { type Backlog, countWaiting, openBacklog } from "./backlog.ts";
import { sendAgain } from "./backlog-read.ts";
import { type Cursor, encodeRecord, moveTo, startCursor, step } from "./backlog-records.ts";
import { append, setEpoch } from "./backlog-write.ts";
import { type Hardware, WASTE_WORTH_TIDYING } from "./hardware.ts";

/**
 * Readings wait here until the hub has said that they are on its disk: a PUBACK, nothing less.
 *
 * While the link is up they wait in RAM, as text (backlog-records.ts), and are live: sent at once.
 * They go to flash, and are backlog, as soon as the link is down, acknowledgements fail to come, or
 * RAM is half full. The backlog goes oldest first and never has the whole window, so that it keeps
 * no live reading waiting. When flash takes no more, RAM fills up and then the oldest reading is
 * dropped, and counted.
 */
export type Outbox = {
  readonly hardware: OutboxHardware;
  readonly parts: OutboxParts;
  readonly backlog: Backlog;
  /** Records in RAM, `base` before the first of them, `sent` behind what is in flight. */
  live: string;
  readonly base: Cursor;
  readonly sent: Cursor;
  /** Of the last reading that was recorded. */
  lastSequence: number;
  lastTime: number;
  /** In the order in which they left. */
  flights: Flight[];
  /** How many there have been. */
  slots: number;
  unansweredTicks: number;
  tidyingAskedAt: number;
};

export type OutboxCounters = {
  readonly recorded: number;
  readonly dropped: number;
  readonly waiting: number;
};

export type OutboxHardware = Pick<Hardware, "boot" | "now" | "uptime" | "storage">;

export type OutboxParts = {
  /** Readings in RAM. */
  readonly file: { readonly outboxCapacity: number };
};

/** What goes to flash in one piece, so that it fits into a segment. */
const PIECE_LENGTH_MAX = 16;
/** The hub's group commit takes less; from then on a reading is safer in flash. */
const UNANSWERED_TICKS_MAX = 10;
const TIDYING_PERIOD = hours(1);

/** A batch on its way; `end` is the place behind its last reading. */
export type Flight = {
  readonly slot: number;
  readonly backlog: boolean;
  readonly end: Cursor;
  done: boolean;
};

/** Now, on the time axis of the backlog. Once there is a clock, the axis follows it. */
export const timeNow = (outbox: Outbox): number => {
  const log = outbox.backlog;
  const now = outbox.hardware.now();
  const time = Math.round(outbox.hardware.uptime() + log.carry);
  if (now === undefined) return time;
  if (log.epoch === undefined) setEpoch(log, Math.round(now) - time);
  return Math.round(now) - (log.epoch as number);
};

/** Takes records out of RAM, up to `place`. What of them is in flight needs no answer any more. */
export const cutLive = (outbox: Outbox, place: Cursor): void => {
  const length = place.at;
  if (length <= 0) return;
  outbox.live = outbox.live.substring(length);
  moveTo(outbox.base, place);
  outbox.base.at = 0;
  outbox.sent.at -= length;
  if (outbox.sent.at < 0) moveTo(outbox.sent, outbox.base);
  outbox.flights.forEach((it) => {
    if (!it.backlog) it.end.at -= length;
  });
};

/** The place behind the next readings in RAM, at most `limit`. */
const livePlace = (outbox: Outbox, limit: number): Cursor => {
  const place = startCursor(0);
  moveTo(place, outbox.base);
  for (let i = 0; i < limit && step(outbox.live, outbox.live.length, place) >= 0; i++);
  return place;
};

const liveCount = (outbox: Outbox): number => outbox.lastSequence - outbox.base.sequence;

/** Writes what waits in RAM to flash, as far as flash takes it. */
export const toFlash = (outbox: Outbox): void => {
  while (outbox.live.length > 0) {
    const place = livePlace(outbox, PIECE_LENGTH_MAX);
    const piece = outbox.live.substring(0, place.at);
    if (!append(outbox.backlog, piece, outbox.base, place)) return;
    cutLive(outbox, place);
  }
};

/** `source` is a position in the list of sources. */
export const add = (outbox: Outbox, source: number, value: number): void => {
  const time = timeNow(outbox);
  outbox.live += encodeRecord(source, time - outbox.lastTime, value);
  outbox.lastTime = time;
  outbox.lastSequence++;
  if (liveCount(outbox) > outbox.parts.file.outboxCapacity / 2) toFlash(outbox);
  if (liveCount(outbox) <= outbox.parts.file.outboxCapacity) return;
  cutLive(outbox, livePlace(outbox, 1));
  outbox.backlog.dropped++;
};

/** What was in flight has to go again; from now on, what is added is live. */
export const linkUp = (outbox: Outbox): void => {
  outbox.flights = [];
  outbox.unansweredTicks = 0;
  moveTo(outbox.sent, outbox.base);
  sendAgain(outbox.backlog);
};

/** The clock has become known: readings dated by uptime get their time. */
export const dateAll = (outbox: Outbox): void => void timeNow(outbox);

/** Not before everything that can be is in flash: a restart forgets the rest. */
const askForTidying = (outbox: Outbox, linkIsUp: boolean, needsTidying: () => void): void => {
  const uptime = outbox.hardware.uptime();
  if (!outbox.backlog.short || uptime - outbox.tidyingAskedAt < TIDYING_PERIOD) return;
  if (linkIsUp && outbox.live.length > 0) return;
  if (outbox.hardware.storage.waste() < WASTE_WORTH_TIDYING) return;
  outbox.tidyingAskedAt = uptime;
  needsTidying();
};

/**
 * To be called once a second: what has waited too long goes to flash. `needsTidying`: flash is short
 * of room, and a restart would gain some; everything that waits is written.
 */
export const tick = (outbox: Outbox, linkIsUp: boolean, needsTidying: () => void): void => {
  if (outbox.live.length > 0) {
    outbox.unansweredTicks++;
    if (!linkIsUp || outbox.unansweredTicks >= UNANSWERED_TICKS_MAX) toFlash(outbox);
  } else outbox.unansweredTicks = 0;
  askForTidying(outbox, linkIsUp, needsTidying);
};

/** Counts what is in flash: seconds after a day without a hub. For people at the console. */
export const outboxCounters = (outbox: Outbox): OutboxCounters => ({
  recorded: outbox.lastSequence,
  dropped: outbox.backlog.dropped,
  waiting: liveCount(outbox) + countWaiting(outbox.backlog),
});

/** `sources`: the list of at most 32 (backlog-sources.ts). */
export const createOutbox = (
  hardware: OutboxHardware,
  parts: OutboxParts,
  sources: string,
): Outbox => ({
  hardware: hardware,
  parts: parts,
  backlog: openBacklog(hardware.storage, hardware.boot, sources),
  live: "",
  base: startCursor(0),
  sent: startCursor(0),
  lastSequence: 0,
  lastTime: 0,
  flights: [],
  slots: 0,
  unansweredTicks: 0,
  tidyingAskedAt: 0,
});
