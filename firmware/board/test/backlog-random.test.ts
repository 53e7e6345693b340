import type { SensorId } from "@battant/protocol/vocabulary/ids";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createStoring,
  FOUR_SOURCES,
  type Storing,
  type StoringSettings,
} from "./backlog-bench.ts";
import type { Source } from "../sensor.ts";

// Goal: in any history of links, clocks, restarts and power cuts, what was in flash arrives as it
// was made, and what a power cut has torn arrives not at all rather than wrong.
// Method: random histories over several starts, against the list of what was made.

const SECOND = 1000;
const MINUTE = 60 * SECOND;

type Action =
  | { readonly kind: "add"; readonly source: number; readonly value: number }
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "cut"; readonly bytes: number }
  | { readonly kind: "up" | "down" | "tell" | "heard" | "lost" | "restart" | "other" };

const oneOf = (...kinds: ("up" | "down" | "tell" | "heard" | "lost" | "restart" | "other")[]) =>
  fc.constantFrom(...kinds).map((kind): Action => ({ kind }));

const add = fc.record({
  kind: fc.constant("add" as const),
  source: fc.integer({ min: 0, max: 3 }),
  value: fc.oneof(
    fc.integer({ min: 0, max: 1 }),
    fc.integer({ min: 0, max: 500_000 }).map((it) => it / 10),
  ),
});

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 12, arbitrary: add },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom(50, SECOND, 12 * SECOND, MINUTE, 90 * MINUTE),
    }),
  },
  { weight: 4, arbitrary: oneOf("up", "down", "heard", "heard", "heard", "lost", "tell") },
  { weight: 1, arbitrary: oneOf("restart", "restart", "other") },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("cut" as const),
      bytes: fc.integer({ min: 0, max: 120 }),
    }),
  },
);

/** Of another version of the program; yes and no are in the same place. */
const OTHER_SOURCES: readonly Source[] = FOUR_SOURCES.map((it) => ({
  sensor: `other-${it.sensor}` as SensorId,
  quantity: it.quantity,
}));

const perform = (storing: Storing, it: Action): void => {
  switch (it.kind) {
    case "add":
      // Only one of these sources says yes or no, only one has no bounds to speak of.
      storing.add(it.source, it.source === 3 ? Math.round(it.value) % 2 : it.value);
      return;
    case "pass":
      storing.pass(it.ms);
      return;
    case "cut":
      storing.cutPowerAfter(it.bytes);
      return;
    case "up":
      storing.linkUp();
      return;
    case "down":
      storing.linkDown();
      return;
    case "tell":
      storing.tellTime();
      return;
    case "heard":
    case "lost":
      storing.acknowledge(it.kind);
      return;
    case "restart":
      storing.restart();
      return;
    case "other":
      storing.restart(OTHER_SOURCES);
  }
};

const expectNothingWrong = (storing: Storing): void => {
  for (const { key, reading } of storing.received) {
    const made = storing.made.get(key);
    expect(made, `${key} was never made`).toBeDefined();
    expect(reading).toMatchObject({ ...made!.source, value: made!.value });
  }
};

const expectNothingLost = (storing: Storing): void => {
  const lost = [...storing.made.values()].filter((it) => it.safe && !storing.hub.has(it.key));
  expect(lost.map((it) => it.key)).toEqual([]);
};

/** Right where the start was told the time; else not older than it is, and not of the future. */
const expectTimes = (storing: Storing): void => {
  for (const [key, { at, receivedAt }] of storing.hub) {
    const made = storing.made.get(key)!;
    if (made.start.toldTime) expect(at, key).toBe(made.at);
    expect(at, key).toBeGreaterThanOrEqual(made.at);
    expect(at, key).toBeLessThanOrEqual(receivedAt);
  }
};

const settings: fc.Arbitrary<{ readonly seed: number; readonly capacity: number }> = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }),
  capacity: fc.integer({ min: 2, max: 64 }),
});

/** Bits that are not cleared yet, or are: a torn byte is anything in between. */
const noiseFrom = (seed: number): NonNullable<StoringSettings["noise"]> => {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state % 3 === 0 ? 255 : state & 255;
  };
};

test("in any history, what reached flash arrives as it was made, and nothing else does", () => {
  fc.assert(
    fc.property(
      fc.array(action, { maxLength: 200, size: "max" }),
      settings,
      (history, { seed, capacity }) => {
        const storing = createStoring({ noise: noiseFrom(seed), capacity });
        for (const it of history) {
          perform(storing, it);
          expect(storing.outbox().live.split(";").length - 1).toBeLessThanOrEqual(capacity);
        }

        storing.cutPowerAfter(Infinity);
        if (seed % 2 === 0) storing.tellTime();
        const before = storing.received.length;
        storing.drain();
        expectNothingWrong(storing);
        expectNothingLost(storing);
        expectTimes(storing);
        expect(storing.counters().waiting).toBe(0);
        const order = storing.received
          .slice(before)
          .filter((it) => it.again)
          .map((it) => storing.made.get(it.key)!.order);
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 200 },
  );
});
