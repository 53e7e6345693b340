import { createHash } from "node:crypto";
import type { BootId } from "@battant/protocol/vocabulary/ids";
import { type Seal, sealed } from "@battant/protocol/wire/sealed";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createGuard, openSealed, refuse } from "../guard.ts";

// Goal: a board believes what its hub has sealed for this start, once, and nothing else.
// Method: a hub that seals, and somebody on the same Wi-Fi who hears and repeats all of it.

const TOPIC = "battant/1/b1/clock";

const seal: Seal = {
  key: "k".repeat(32),
  boot: "boot1" as BootId,
  sha256: (bytes) =>
    createHash("sha256").update(Buffer.from(bytes, "latin1")).digest().toString("latin1"),
};

const says = (counter: number, body: string): string => sealed(seal, TOPIC, { counter, body });

test("what the hub has sealed is opened, and its counter is remembered", () => {
  const guard = createGuard(seal);
  expect(guard.highest).toBe(0);
  expect(openSealed(guard, TOPIC, says(1_771_234_567_000, '{"t":1}'))).toBe('{"t":1}');
  expect(guard).toMatchObject({ highest: 1_771_234_567_000, refused: 0, problem: undefined });
});

test("what came before is not opened again, however often it is played", () => {
  const guard = createGuard(seal);
  const first = says(1, "first");
  const second = says(2, "second");
  expect([first, second, first, second].map((it) => openSealed(guard, TOPIC, it))).toEqual([
    "first",
    "second",
    undefined,
    undefined,
  ]);
  expect(guard).toMatchObject({ highest: 2, refused: 2, problem: "it came before" });
});

test("a message overtaken by a newer one is void", () => {
  const guard = createGuard(seal);
  expect(openSealed(guard, TOPIC, says(2, "second"))).toBe("second");
  expect(openSealed(guard, TOPIC, says(1, "first"))).toBeUndefined();
});

test("after a restart nothing from before is opened", () => {
  const before = says(7, "{}");
  const guard = createGuard({ ...seal, boot: "boot2" as BootId });
  expect(openSealed(guard, TOPIC, before)).toBeUndefined();
  expect(guard.problem).toBe("not sealed with this board's key for this start");
});

test("a forgery with the greatest of counters does not lock the hub out", () => {
  const guard = createGuard(seal);
  const forged = says(Number.MAX_SAFE_INTEGER, "{}").replace(/^./, (it) =>
    it === "0" ? "1" : "0",
  );
  expect(openSealed(guard, TOPIC, forged)).toBeUndefined();
  expect(guard.highest).toBe(0);
  expect(openSealed(guard, TOPIC, says(1, "{}"))).toBe("{}");
});

test("what was well sealed and makes no sense is counted with the rest", () => {
  const guard = createGuard(seal);
  openSealed(guard, TOPIC, "");
  refuse(guard, "rules is not a list of at most 8");
  expect(guard).toMatchObject({ refused: 2, problem: "rules is not a list of at most 8" });
});

test("in any mixture of old, new and forged, each message is opened at most once, in order", () => {
  const event = fc.record({
    counter: fc.integer({ min: 1, max: 20 }),
    forged: fc.boolean(),
    topic: fc.constantFrom(TOPIC, "battant/1/b1/settings"),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const guard = createGuard(seal);
      const opened: number[] = [];
      for (const it of events) {
        const payload = says(it.counter, String(it.counter));
        const sent = it.forged ? `${payload}x` : payload;
        const body = openSealed(guard, it.topic, sent);
        if (body === undefined) continue;
        expect([it.forged, it.topic]).toEqual([false, TOPIC]);
        opened.push(Number(body));
      }
      expect(opened).toEqual([...new Set(opened)].toSorted((a, b) => a - b));
      expect(guard.refused).toBe(events.length - opened.length);
    }),
  );
});
