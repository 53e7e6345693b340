import { createHmac } from "node:crypto";
import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { clockQuestionTopic, clockTopic, leaseTopic } from "@battant/protocol/wire/topics";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSealing, type Sealing } from "../src/adapters/mqtt/sealing.ts";
import type { Refusal } from "../src/ports.ts";
import { BOOT, HALL, keyOf, NOON, openedBy, STAIRS } from "./broker-kit.ts";

// Goal: a board can tell what its hub says from what anybody else says, and says again.
// Method: what is sealed is opened as a board opens it, and compared with what node:crypto makes of
// it; then it is altered, replayed and sent elsewhere.

const NEXT_BOOT = "boot-2" as BootId;
const TOPIC = clockTopic(STAIRS);
const BODY = `{"t":${NOON}}`;

type Scene = { readonly sealing: Sealing; readonly refusals: Refusal[]; at(now: Instant): void };

const scene = (keyless: readonly BoardId[] = []): Scene => {
  let now = NOON;
  const refusals: Refusal[] = [];
  const sealing = createSealing({
    access: { key: (board) => (keyless.includes(board) ? undefined : keyOf(board)) },
    clock: { now: () => now },
    refuse: (refusal) => void refusals.push(refusal),
  });
  return { sealing, refusals, at: (time) => void (now = time) };
};

const sealedBy = ({ sealing }: Scene, body = BODY): string =>
  sealing.seal({ board: STAIRS, topic: TOPIC, body })!;

const counterIn = (payload: string): number => Number(payload.split(" ")[1]);

test("a sealed message is an HMAC-SHA256 over topic, start, counter and body", () => {
  const it = scene();
  it.sealing.learn(STAIRS, { boot: BOOT });
  const mac = createHmac("sha256", keyOf(STAIRS))
    .update(`${TOPIC}\n${BOOT}\n${NOON}\n${BODY}`)
    .digest("hex");
  expect(sealedBy(it)).toBe(`${mac} ${NOON} ${BODY}`);
});

test("a question for the time is answered by its number, once", () => {
  const { sealing } = scene();
  sealing.learn(STAIRS, { boot: BOOT, counter: 0, question: 7 });
  expect(sealing.takeQuestion(STAIRS)).toBe(7);
  expect(sealing.takeQuestion(STAIRS)).toBeUndefined();
  expect(sealing.takeQuestion(HALL)).toBeUndefined();
});

test("whoever lacks the key, alters a letter or sends it elsewhere is not believed", () => {
  const it = scene();
  it.sealing.learn(STAIRS, { boot: BOOT });
  const payload = sealedBy(it);
  const wrong = "not sealed with this board's key for this start";
  expect(openedBy(STAIRS, { topic: TOPIC, payload })).toEqual({ counter: NOON, body: BODY });
  expect(openedBy(HALL, { topic: TOPIC, payload })).toBe(wrong);
  expect(openedBy(STAIRS, { topic: clockTopic(HALL), payload })).toBe(wrong);
  expect(openedBy(STAIRS, { topic: leaseTopic(STAIRS, "main" as never), payload })).toBe(wrong);
  expect(openedBy(STAIRS, { topic: TOPIC, payload }, NEXT_BOOT)).toBe(wrong);
  fc.assert(
    fc.property(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 127 }), (place, flip) => {
      const code = payload.charCodeAt(place) ^ flip;
      const altered =
        payload.slice(0, place) + String.fromCharCode(code) + payload.slice(place + 1);
      expect(typeof openedBy(STAIRS, { topic: TOPIC, payload: altered })).toBe("string");
    }),
  );
});

test("counters only grow, whatever clocks do and boards claim", () => {
  const times = fc.integer({ min: 0, max: 2 ** 41 }).map(instant);
  const claims = fc.option(fc.integer({ min: 0, max: 2 ** 52 }), { nil: undefined });
  fc.assert(
    fc.property(fc.array(fc.tuple(times, claims)), (moments) => {
      const it = scene();
      let highest = -1;
      for (const [now, counter] of moments) {
        it.at(now);
        it.sealing.learn(STAIRS, { boot: BOOT, ...(counter !== undefined && { counter }) });
        const next = counterIn(sealedBy(it));
        expect(next).toBeGreaterThan(Math.max(highest, counter ?? -1));
        highest = next;
      }
    }),
  );
});

test("a hub whose clock was set back goes on above what the board has seen", () => {
  const it = scene();
  it.at(instant(0));
  it.sealing.learn(STAIRS, { boot: BOOT, counter: NOON });
  expect(counterIn(sealedBy(it))).toBe(NOON + 1);
});

test("nobody uses up the counters by claiming a huge one, and that is told", () => {
  const it = scene();
  it.sealing.learn(STAIRS, { boot: BOOT, counter: Number.MAX_SAFE_INTEGER });
  expect(counterIn(sealedBy(it))).toBe(NOON);
  expect(it.refusals).toEqual([
    {
      from: STAIRS,
      where: clockQuestionTopic(STAIRS),
      problem: expect.stringContaining("restart it") as string,
    },
  ]);
});

test("after a start of the board, what is sealed is for that start", () => {
  const it = scene();
  it.sealing.learn(STAIRS, { boot: BOOT });
  sealedBy(it);
  it.sealing.learn(STAIRS, { boot: NEXT_BOOT });
  const payload = sealedBy(it);
  expect(openedBy(STAIRS, { topic: TOPIC, payload }, NEXT_BOOT)).toMatchObject({ body: BODY });
});

test("a board without a key, or of unknown start, is told nothing, and that is explained", () => {
  const it = scene([HALL]);
  it.sealing.learn(HALL, { boot: BOOT });
  const topic = clockTopic(HALL);
  expect(it.sealing.seal({ board: HALL, topic, body: BODY })).toBeUndefined();
  expect(it.sealing.seal({ board: STAIRS, topic: TOPIC, body: BODY })).toBeUndefined();
  expect(it.refusals).toEqual([
    { from: HALL, where: topic, problem: expect.stringContaining("add it again") as string },
    { from: STAIRS, where: TOPIC, problem: expect.stringContaining("description") as string },
  ]);
});
