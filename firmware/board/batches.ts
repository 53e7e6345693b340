import type { ReportedReading, ReportedTime } from "@battant/protocol/vocabulary/reading";
import { instant, milliseconds } from "@battant/protocol/vocabulary/units";
import { BATCH_END, batchStart, encodeReading } from "@battant/protocol/wire/readings";
import { acknowledge, nextPage, type Page } from "./backlog-read.ts";
import { type Cursor, moveTo, sourceAt, startCursor, step, valueAt } from "./backlog-records.ts";
import { sourceIn } from "./backlog-sources.ts";
import { cutLive, type Outbox, timeNow } from "./outbox.ts";

/**
 * Batches on their way to the hub: live readings from RAM, the backlog from flash. The backlog never
 * has the whole window, so that it keeps no live reading waiting.
 */
export type Batch = {
  /** To be named when it is acknowledged. */
  readonly slot: number;
  readonly payload: string;
  /** From the backlog: it may have been sent before, and lost its answer. */
  readonly again: boolean;
};

/** Batches in flight. */
export const WINDOW = 4;
const BACKLOG_WINDOW = 1;
/**
 * Few: of eight readings, text, packet and what waits in the socket took more RAM for a moment than a
 * board of 2 500 variables has left.
 */
const BATCH_LENGTH_MAX = 4;

/** Undefined when flash has forgotten what it was. */
const readingAt = (
  page: Page,
  start: number,
  place: Cursor,
  now: number,
): ReportedReading | undefined => {
  const source = sourceIn(page.sources, sourceAt(page.text, start));
  if (source === undefined) return undefined;
  const time: ReportedTime =
    page.epoch === undefined
      ? { kind: "age", age: milliseconds(Math.max(0, now - place.time)) }
      : { kind: "at", at: instant(place.time + page.epoch) };
  return {
    sequence: place.sequence,
    sensor: source.sensor,
    quantity: source.quantity,
    value: valueAt(page.text, start),
    time: time,
  };
};

const isFree = (outbox: Outbox, backlog: boolean): boolean => {
  let backlogs = 0;
  outbox.flights.forEach((it) => {
    if (it.backlog) backlogs++;
  });
  return outbox.flights.length < WINDOW && (!backlog || backlogs < BACKLOG_WINDOW);
};

const take = (outbox: Outbox, page: Page, sent: Cursor): Batch => {
  const backlog = sent.segment > 0;
  const now = timeNow(outbox);
  let payload = batchStart(page.boot);
  let count = 0;
  while (count < BATCH_LENGTH_MAX) {
    const start = step(page.text, page.end, sent);
    if (start < 0) break;
    const reading = readingAt(page, start, sent, now);
    if (reading === undefined) continue;
    payload += (count > 0 ? "," : "") + encodeReading(reading);
    count++;
  }
  const end = startCursor(sent.segment);
  moveTo(end, sent);
  outbox.slots++;
  outbox.flights.push({ slot: outbox.slots, backlog: backlog, end: end, done: false });
  return {
    slot: outbox.slots,
    payload: payload + BATCH_END,
    again: backlog,
  };
};

export const takeLive = (outbox: Outbox): Batch | undefined => {
  if (outbox.sent.at >= outbox.live.length || !isFree(outbox, false)) return undefined;
  const page: Page = {
    text: outbox.live,
    end: outbox.live.length,
    boot: outbox.backlog.boot,
    sources: outbox.backlog.sources,
    epoch: outbox.backlog.epoch,
  };
  return take(outbox, page, outbox.sent);
};

export const takeBacklog = (outbox: Outbox): Batch | undefined => {
  if (!isFree(outbox, true)) return undefined;
  const page = nextPage(outbox.backlog);
  return page === undefined ? undefined : take(outbox, page, outbox.backlog.sent);
};

/** Answers come in the order of what they answer; one that does not is kept until its turn. */
export const acknowledged = (outbox: Outbox, slot: number): void => {
  outbox.unansweredTicks = 0;
  outbox.flights.forEach((it) => {
    if (it.slot === slot) it.done = true;
  });
  for (let it = outbox.flights[0]; it !== undefined && it.done; it = outbox.flights[0]) {
    outbox.flights.shift();
    if (it.backlog) acknowledge(outbox.backlog, it.end);
    else cutLive(outbox, it.end);
  }
};
