import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { expect, test } from "vitest";
import { encodeSources } from "../backlog-sources.ts";
import {
  createDelivery,
  deliver,
  deliverAgain,
  deliverWaiting,
  DELIVERY_PERIOD,
} from "../delivery.ts";
import type { Link } from "../link.ts";
import { createOutbox, outboxCounters } from "../outbox.ts";
import { type Bench, createBench } from "./bench.ts";

// Goal: live readings at once, the backlog without haste.
// Method: a link that acknowledges after a delay.

const NOON = instant(Date.UTC(2026, 5, 21, 12));
const BOARD = "b1" as BoardId;

/** Acknowledges each message `delay` ms after it was sent. */
const linkThatTakes = (bench: Bench, delay: number) => {
  const sent: { readonly at: number; readonly sequences: readonly number[] }[] = [];
  let inFlight = 0;
  let most = 0;
  const link: Link & { up: boolean } = {
    up: false,
    isUp: () => link.up,
    hasRoom: () => link.up,
    publish: (message, _again, acknowledged) => {
      const batch = decodeReadings(message.payload);
      if (!batch.ok) throw new Error(batch.problem);
      sent.push({
        at: bench.hardware.uptime(),
        sequences: batch.value.readings.map((it) => it.sequence),
      });
      most = Math.max(most, ++inFlight);
      bench.hardware.timers.after(delay as never, () => {
        inFlight--;
        acknowledged();
      });
      return true;
    },
    say: () => true,
    counters: () => ({ attempts: 0, connections: 0, lastProblem: undefined }),
  };
  return { link, sent, most: () => most };
};

const setUp = (delay: number) => {
  const bench = createBench();
  bench.setClock(NOON);
  const sources = [{ sensor: "light" as SensorId, quantity: "illuminance" as const }];
  const parts = { file: { outboxCapacity: 64 } };
  const outbox = createOutbox(bench.hardware, parts, encodeSources(sources));
  const { link, sent, most } = linkThatTakes(bench, delay);
  const delivery = createDelivery(outbox, link, BOARD, bench.hardware.timers);
  bench.hardware.timers.every(DELIVERY_PERIOD, () => deliverWaiting(delivery, () => undefined));
  const connect = (): void => {
    link.up = true;
    deliverAgain(delivery);
  };
  return { bench, outbox, delivery, link, sent, most, connect };
};

test("while the link is up a reading goes out the moment it is made", () => {
  const { bench, delivery, sent, connect } = setUp(50);
  connect();
  bench.pass(1234);
  deliver(delivery, 0, 100);
  expect(sent).toEqual([{ at: 1234, sequences: [1] }]);
});

test("a backlog goes oldest first, at most 16 readings a second, and all of it", () => {
  const { bench, outbox, delivery, sent, connect } = setUp(10);
  for (let i = 0; i < 500; i++) deliver(delivery, 0, i);
  connect();
  bench.pass(1000);
  expect(outboxCounters(outbox).waiting).toBeGreaterThanOrEqual(500 - 2 * 16);
  bench.pass(32_000);
  expect(outboxCounters(outbox)).toEqual({ recorded: 500, dropped: 0, waiting: 0 });
  const order = sent.flatMap((it) => it.sequences);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order).toHaveLength(500);
});

test("a backlog delays no live reading, even when the hub is slow to acknowledge", () => {
  const { bench, delivery, sent, most, connect } = setUp(900);
  for (let i = 0; i < 500; i++) deliver(delivery, 0, i);
  connect();
  for (let i = 0; i < 10; i++) {
    bench.pass(1000);
    deliver(delivery, 0, i);
    expect(sent[sent.length - 1]).toEqual({ at: (i + 1) * 1000, sequences: [501 + i] });
  }
  expect(most()).toBeLessThanOrEqual(4);
});

test("while the link is down each reading is in flash as soon as it is made", () => {
  const { bench, delivery } = setUp(10);
  deliver(delivery, 0, 1);
  expect(bench.flash.storage.names("backlog")).toHaveLength(1);
});

test("when the link falls, what it has not answered is in flash a second later", () => {
  const { bench, delivery, link, connect } = setUp(60_000);
  connect();
  deliver(delivery, 0, 1);
  link.up = false;
  expect(bench.flash.storage.names("backlog")).toHaveLength(0);
  bench.pass(1000);
  expect(bench.flash.storage.names("backlog")).toHaveLength(1);
});
