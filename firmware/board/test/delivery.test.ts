import type { SensorId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { encodeClock } from "@battant/protocol/wire/presence";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { expect, test } from "vitest";
import { createClockKeeper } from "../clock.ts";
import { createDelivery } from "../delivery.ts";
import type { Link } from "../link.ts";
import { createOutbox } from "../outbox.ts";
import { type Bench, BOOT, createBench } from "./bench.ts";

// Goal: live readings at once, the backlog without haste; the time asked for until it is known.
// Method: a link that acknowledges after a delay, and a hub that answers when the test says so.

const NOON = instant(Date.UTC(2026, 5, 21, 12));

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
  const outbox = createOutbox({ boot: BOOT, sources, capacity: 1000 }, bench.hardware);
  const { link, sent, most } = linkThatTakes(bench, delay);
  const delivery = createDelivery(outbox, link, "t", bench.hardware.timers);
  const connect = (): void => {
    link.up = true;
    delivery.linkUp();
  };
  return { bench, outbox, delivery, sent, most, connect };
};

test("while the link is up a reading goes out the moment it is made", () => {
  const { bench, delivery, sent, connect } = setUp(50);
  connect();
  bench.pass(1234);
  delivery.add(0, 100);
  expect(sent).toEqual([{ at: 1234, sequences: [1] }]);
});

test("a backlog goes oldest first, at most 64 readings a second, and all of it", () => {
  const { bench, outbox, delivery, sent, connect } = setUp(10);
  for (let i = 0; i < 500; i++) delivery.add(0, i);
  connect();
  bench.pass(1000);
  expect(outbox.counters().waiting).toBeGreaterThanOrEqual(500 - 2 * 64);
  bench.pass(9000);
  expect(outbox.counters()).toEqual({ recorded: 500, dropped: 0, waiting: 0 });
  const order = sent.flatMap((it) => it.sequences);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(order).toHaveLength(500);
});

test("a backlog delays no live reading, even when the hub is slow to acknowledge", () => {
  const { bench, delivery, sent, most, connect } = setUp(900);
  for (let i = 0; i < 500; i++) delivery.add(0, i);
  connect();
  for (let i = 0; i < 10; i++) {
    bench.pass(1000);
    delivery.add(0, i);
    expect(sent[sent.length - 1]).toEqual({ at: (i + 1) * 1000, sequences: [501 + i] });
  }
  expect(most()).toBeLessThanOrEqual(4);
});

const clockOn = (bench: Bench) => {
  let asked = 0;
  let known = 0;
  const keeper = createClockKeeper(bench.hardware, {
    question: () => void asked++,
    known: () => void known++,
  });
  const answer = (now: Instant): void => keeper.receive(encodeClock(now));
  return { keeper, answer, asked: () => asked, known: () => known };
};

test("the time is asked for every ten seconds while it is unknown, then once an hour", () => {
  const bench = createBench();
  const { keeper, answer, asked, known } = clockOn(bench);
  keeper.ask();
  bench.pass(30_000);
  expect(asked()).toBe(4);
  answer(NOON);
  expect(known()).toBe(1);
  bench.pass(3_000_000);
  expect(asked()).toBe(4);
  bench.pass(3_600_000);
  expect(asked()).toBe(5);
});

test("half of what the answer took is added: that is how old it is", () => {
  const bench = createBench();
  const { keeper, answer } = clockOn(bench);
  keeper.ask();
  bench.pass(2000);
  answer(NOON);
  expect(bench.hardware.now()).toBe(NOON + 1000);
});

test("an answer that took very long is used, and a better one asked for, not for ever", () => {
  const bench = createBench();
  const { keeper, answer, asked } = clockOn(bench);
  keeper.ask();
  for (let i = 0; i < 10; i++) {
    bench.pass(8000);
    answer(NOON);
  }
  expect(bench.hardware.now()).toBeDefined();
  expect(asked()).toBe(4);
});

for (const payload of ["", "now", '{"t":"noon"}', '{"t":-1}', '{"t":1.5}']) {
  test(`a clock that reads ${JSON.stringify(payload)} is not believed`, () => {
    const bench = createBench();
    clockOn(bench).keeper.receive(payload);
    expect(bench.hardware.now()).toBeUndefined();
  });
}
