import { instant } from "@battant/protocol/vocabulary/units";
import { encodeClock } from "@battant/protocol/wire/presence";
import { expect, test } from "vitest";
import { askTime, createClockKeeper, receiveTime, startAsking } from "../clock.ts";
import { createBench } from "./bench.ts";

// Goal: the board knows the time soon after the hub does, keeps it, and believes no nonsense.
// Method: a keeper on the bench whose questions are answered by hand, late or never.

const NOON = Date.UTC(2026, 5, 21, 12);

const keeperOnBench = () => {
  const bench = createBench();
  const seen = { questions: 0, known: 0 };
  const ports = {
    question: (number: number) => {
      seen.questions++;
      expect(number).toBe(seen.questions);
    },
    known: () => void seen.known++,
  };
  const keeper = createClockKeeper(bench.hardware);
  const ask = (): void => askTime(keeper, ports);
  startAsking(bench.hardware, ask);
  const receive = (payload: string): void => receiveTime(keeper, payload, ports);
  const answer = (now: number, number = seen.questions): void =>
    receive(encodeClock(instant(now), number));
  const announce = (now: number): void => receive(encodeClock(instant(now)));
  return { bench, ask, receive, seen, answer, announce, now: () => bench.hardware.now() };
};

test("while the clock is unknown the question comes every ten seconds", () => {
  const { bench, seen } = keeperOnBench();
  bench.pass(60_000);
  expect(seen.questions).toBe(6);
});

test("once the clock is known the question comes once an hour", () => {
  const { bench, ask, seen, answer } = keeperOnBench();
  ask();
  answer(NOON);
  bench.pass(3_599_999);
  expect(seen).toEqual({ questions: 1, known: 1 });
  bench.pass(1);
  expect(seen.questions).toBe(2);
});

test("the way of question and answer is allowed for by half", () => {
  const { bench, ask, answer, now } = keeperOnBench();
  ask();
  bench.pass(400);
  answer(NOON);
  expect(now()).toBe(NOON + 200);
});

test("an answer that took long will do while nothing is known; a better one is asked for", () => {
  const { bench, ask, seen, answer, now } = keeperOnBench();
  ask();
  bench.pass(6000);
  answer(NOON);
  expect(now()).toBe(NOON + 3000);
  expect(seen.questions).toBe(2);
  bench.pass(100);
  answer(NOON + 6100);
  expect(now()).toBe(NOON + 6150);
  expect(seen.questions).toBe(2);
});

test("an answer that took long does not move a clock that is known, and three better are asked for", () => {
  const { bench, ask, seen, answer, now } = keeperOnBench();
  ask();
  answer(NOON);
  ask();
  for (let i = 0; i < 5; i++) {
    bench.pass(6000);
    if (i < 4) answer(NOON - 3_600_000);
  }
  expect(now()).toBe(NOON + 30_000);
  expect(seen).toEqual({ questions: 5, known: 1 });
  ask();
  bench.pass(6000);
  answer(NOON);
  expect(seen.questions).toBe(7);
});

test("an answer that somebody kept back is not believed once the question was asked again", () => {
  const { bench, ask, answer, now } = keeperOnBench();
  ask();
  bench.pass(10_000);
  answer(NOON, 1);
  expect(now()).toBeUndefined();
  answer(NOON + 10_000, 2);
  expect(now()).toBe(NOON + 10_000);
});

test("told the time without having asked, it believes nothing and asks, once", () => {
  const { bench, ask, seen, answer, announce, now } = keeperOnBench();
  ask();
  answer(NOON);
  announce(NOON - 3_600_000);
  announce(NOON - 3_600_000);
  expect(now()).toBe(NOON);
  expect(seen.questions).toBe(2);
  answer(NOON + 500);
  expect(now()).toBe(NOON + 500);
  ask();
  bench.pass(5001);
  announce(NOON);
  expect(seen.questions).toBe(4);
});

test("an answer comes once", () => {
  const { bench, ask, answer, now } = keeperOnBench();
  ask();
  answer(NOON);
  bench.pass(1000);
  answer(NOON);
  expect(now()).toBe(NOON + 1000);
});

test.each(["", "{", "null", '{"t":-1}', '{"t":"noon"}', '{"t":1.5}'])(
  "an answer that reads %j does not touch the clock",
  (payload) => {
    const { ask, receive, seen, now } = keeperOnBench();
    ask();
    receive(payload);
    expect(now()).toBeUndefined();
    expect(seen.known).toBe(0);
  },
);
