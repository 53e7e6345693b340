import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { readingsTopic } from "@battant/protocol/wire/topics";
import type { Timers } from "./hardware.ts";
import type { Link } from "./link.ts";
import { passing } from "./mqtt/packet.ts";
import { acknowledged, type Batch, takeBacklog, takeLive } from "./batches.ts";
import { add, linkUp, type Outbox, tick, toFlash } from "./outbox.ts";

/**
 * Carries readings from the outbox to the link: live ones at once, the backlog at a bounded rate, so
 * that a building that comes back after a day does not drown its hub. While the link is down each
 * reading goes to flash as it comes: it survives a restart.
 */
export type Delivery = {
  readonly outbox: Outbox;
  readonly link: Link;
  readonly board: BoardId;
  readonly timers: Timers;
  /** The next batch goes in a moment. */
  planned: boolean;
  /** Batches of the backlog that may still go in this period. */
  credit: number;
};

export const DELIVERY_PERIOD = seconds(1);
const BACKLOG_BATCHES_PER_PERIOD = 4;
/**
 * To put a batch together takes a fifth of a board's RAM, and so does the long chain of calls in which
 * an acknowledgement is heard. So each batch has a turn of its own, when nothing else runs.
 */
const BREATH = milliseconds(1);

/** One batch, then a breath: `pump` asks for the next. */
const planNext = (delivery: Delivery): void => {
  if (delivery.planned) return;
  delivery.planned = true;
  delivery.timers.after(BREATH, () => {
    delivery.planned = false;
    pump(delivery);
  });
};

const takeNext = (delivery: Delivery): Batch | undefined => {
  const outbox = delivery.outbox;
  const live = takeLive(outbox);
  if (live !== undefined || delivery.credit === 0) return live;
  const backlog = takeBacklog(outbox);
  if (backlog !== undefined) delivery.credit--;
  return backlog;
};

const pump = (delivery: Delivery): void => {
  if (!delivery.link.hasRoom()) return;
  const batch = takeNext(delivery);
  if (batch === undefined) return;
  const topic = readingsTopic(delivery.board);
  delivery.link.publish(passing(topic, batch.payload), batch.again, () => {
    acknowledged(delivery.outbox, batch.slot);
    planNext(delivery);
  });
  planNext(delivery);
};

export const createDelivery = (
  outbox: Outbox,
  link: Link,
  board: BoardId,
  timers: Timers,
): Delivery => ({
  outbox: outbox,
  link: link,
  board: board,
  timers: timers,
  planned: false,
  credit: BACKLOG_BATCHES_PER_PERIOD,
});

/** To be called once a period. `needsTidying`: flash has to be tidied up, by a restart (outbox.ts). */
export const deliverWaiting = (delivery: Delivery, needsTidying: () => void): void => {
  delivery.credit = BACKLOG_BATCHES_PER_PERIOD;
  tick(delivery.outbox, delivery.link.isUp(), needsTidying);
  pump(delivery);
};

/** `source` is a position in the list of sources. */
export const deliver = (delivery: Delivery, source: number, value: number): void => {
  const outbox = delivery.outbox;
  add(outbox, source, value);
  if (delivery.link.isUp()) pump(delivery);
  else toFlash(outbox);
};

/** The link is up again. */
export const deliverAgain = (delivery: Delivery): void => {
  linkUp(delivery.outbox);
  pump(delivery);
};
