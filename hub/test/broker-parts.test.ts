import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { AedesPublishPacket, PublishPacket } from "aedes";
import fc from "fast-check";
import { Level } from "level";
import { expect, onTestFinished, test } from "vitest";
import { createAttempts } from "../src/adapters/mqtt/attempts.ts";
import { createBucket } from "../src/adapters/mqtt/bucket.ts";
import { matches, mayFilter } from "../src/adapters/mqtt/filters.ts";
import { createFraming } from "../src/adapters/mqtt/framing.ts";
import { BROKER_LIMITS } from "../src/adapters/mqtt/limits.ts";
import { BoardPersistence, openMemory } from "../src/adapters/mqtt/persistence.ts";
import { boardOfSession, sessionId } from "../src/adapters/mqtt/session-id.ts";
import { makeDataDir, packet, STAIRS } from "./broker-kit.ts";

// Goal: the broker's small parts keep their word for any input.
// Method: properties where there is a law, tables where there is a rule, a real Level on a real disk.

// Framing

const anyPacket = fc
  .tuple(fc.integer({ min: 0x10, max: 0xff }), fc.uint8Array({ maxLength: 400 }))
  .map(([type, body]) => packet(type, Buffer.from(body)));

test("packets are counted once each, however the stream is cut into pieces", () => {
  fc.assert(
    fc.property(fc.array(anyPacket), fc.array(fc.nat(900)), (packets, cuts) => {
      const stream = Buffer.concat(packets);
      const framing = createFraming(400);
      const ends = [...cuts.filter((cut) => cut < stream.length), stream.length];
      let from = 0;
      let counted = 0;
      for (const end of ends.toSorted((a, b) => a - b)) {
        counted += framing.packetsIn(stream.subarray(from, end)) ?? Number.NaN;
        from = end;
      }
      expect(counted).toBe(packets.length);
    }),
  );
});

const lengths: readonly [name: string, bytes: readonly number[], packets: number | undefined][] = [
  ["127 in one byte", [0x30, 127], 1],
  ["the limit in two bytes", [0x30, 0xe8, 0x07], 1],
  ["one more than the limit", [0x30, 0xe9, 0x07], undefined],
  ["256 MB", [0x30, 0xff, 0xff, 0xff, 0x7f], undefined],
  ["a small number in four bytes", [0x30, 0x81, 0x80, 0x80, 0x00], 1],
  ["a length that does not end", [0x30, 0x80, 0x80, 0x80, 0x80], undefined],
  ["nothing", [0xc0, 0, 0xc0, 0], 2],
];

for (const [name, bytes, packets] of lengths) {
  test(`a packet of length ${name} is ${packets === undefined ? "refused" : "allowed"}`, () => {
    expect(createFraming(1000).packetsIn(Uint8Array.from(bytes))).toBe(packets);
  });
}

// Bucket and attempts

test("nobody spends more than the burst and the rate together allow, plus one debt", () => {
  const steps = fc.array(fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 20 })));
  fc.assert(
    fc.property(steps, (list) => {
      let now = 0;
      const bucket = createBucket({ perSecond: 10, burst: 5 }, () => now);
      let spent = 0;
      for (const [passedMs, tokens] of list) {
        now += passedMs;
        if (bucket.waitMs() > 0) continue;
        bucket.spend(tokens);
        spent += tokens;
      }
      expect(spent).toBeLessThanOrEqual(5 + (now * 10) / 1000 + 20);
    }),
  );
});

test("after the wait that a bucket names, it gives", () => {
  let now = 0;
  const bucket = createBucket({ perSecond: 3, burst: 2 }, () => now);
  bucket.spend(40);
  expect(bucket.waitMs()).toBe(13_000);
  now += 13_000;
  expect(bucket.waitMs()).toBe(0);
  bucket.spend(1);
  expect(bucket.waitMs()).toBeGreaterThan(0);
});

test("failed sign-ins are forgiven in time, and each address has its own", () => {
  let now = 0;
  const limits = { ...BROKER_LIMITS, failedSignInsMax: 2, failedSignInsPerMinute: 6 };
  const attempts = createAttempts(limits, () => now);
  attempts.failed("a");
  expect(attempts.isBlocked("a")).toBe(false);
  attempts.failed("a");
  expect([attempts.isBlocked("a"), attempts.isBlocked("b")]).toEqual([true, false]);
  now += 10_000;
  expect(attempts.isBlocked("a")).toBe(false);
});

test("a flood of addresses pushes out the oldest ones only", () => {
  const limits = { ...BROKER_LIMITS, failedSignInsMax: 1 };
  const attempts = createAttempts(limits, () => 0);
  for (let index = 0; index < 5000; index++) attempts.failed(`10.0.0.${index}`);
  expect(attempts.isBlocked("10.0.0.0")).toBe(false);
  expect(attempts.isBlocked("10.0.0.4999")).toBe(true);
});

// Names and filters

const anyId = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/).map((text) => text as BoardId);

test("sessions of two boards never share a name, whatever their clients call themselves", () => {
  fc.assert(
    fc.property(anyId, anyId, fc.string(), fc.string(), (a, b, clientA, clientB) => {
      fc.pre(a !== b);
      expect(sessionId(a, clientA)).not.toBe(sessionId(b, clientB));
      expect(boardOfSession(sessionId(a, clientA))).toBe(a);
    }),
  );
});

test("no filter that a board may have matches a topic of another board", () => {
  const levels = fc.array(fc.constantFrom("+", "#", "relay", "readings", ""), { maxLength: 4 });
  fc.assert(
    fc.property(anyId, anyId, levels, levels, (a, b, filter, topic) => {
      const wanted = `battant/1/${a}/${filter.join("/")}`;
      fc.pre(a !== b && mayFilter(a, wanted));
      expect(matches(wanted, `battant/1/${b}/${topic.join("/")}`)).toBe(false);
    }),
  );
});

const matching: readonly [filter: string, topic: string, isMatch: boolean][] = [
  ["a/b", "a/b", true],
  ["a/b", "a/b/c", false],
  ["a/+", "a/b", true],
  ["a/+", "a/b/c", false],
  ["a/+/c", "a/b/c", true],
  ["a/#", "a/b/c", true],
  ["a/#", "a", true],
  ["a/b", "a", false],
  ["a/+", "a/", true],
];

for (const [filter, topic, isMatch] of matching) {
  test(`${filter} ${isMatch ? "matches" : "does not match"} ${topic}`, () => {
    expect(matches(filter, topic)).toBe(isMatch);
  });
}

// Persistence

const openPersistence = async () => {
  const db = new Level(await makeDataDir());
  await db.open();
  onTestFinished(() => db.close());
  const writes: string[] = [];
  const failures: string[] = [];
  db.on("write", (operations: readonly { key: string }[]) =>
    writes.push(...operations.map(({ key }) => key)),
  );
  const persistence = new BoardPersistence(db, {
    limits: BROKER_LIMITS,
    queued: new Map(),
    isKnown: () => true,
    isConnected: () => false,
    onQueueFull: () => {},
    onWriteFailed: (detail) => failures.push(detail),
  });
  await persistence.setup({ id: "broker" });
  return { db, persistence, writes, failures };
};

const retained = (topic: string, payload: string): PublishPacket => ({
  cmd: "publish",
  topic: `battant/1/stairs/${topic}`,
  payload: Buffer.from(payload),
  qos: 1,
  retain: true,
  dup: false,
});

test("an unchanged retained message is not written again", async () => {
  const { persistence, writes } = await openPersistence();
  for (const word of ["online", "online", "offline", "offline"]) {
    await persistence.storeRetained(retained("availability", word));
    await persistence.settled();
  }
  expect(writes).toHaveLength(2);
});

test("of a retained message that changes while the disk is busy, only the latest is written", async () => {
  const { persistence, writes } = await openPersistence();
  for (let count = 0; count < 50; count++) {
    await persistence.storeRetained(retained("availability", `${count}`));
  }
  await persistence.settled();
  expect(writes).toHaveLength(2);
  const packets = await persistence.createRetainedStream("#").toArray();
  expect(packets.map(({ payload }) => String(payload))).toEqual(["49"]);
});

test("of the subscriptions of a kept session, only those are written that it may have", async () => {
  const { persistence, writes } = await openPersistence();
  const wanted = ["battant/1/hall/#", "battant/1/stairs/clock", "#"];
  const subscriptions = wanted.map((topic) => ({ topic, qos: 1 as const }));
  await persistence.addSubscriptions({ id: sessionId(STAIRS, STAIRS) }, subscriptions);
  expect(writes).toEqual(["subscriptions:stairs%3Astairs:battant/1/stairs/clock"]);
});

test("what was retained just before the end is on disk", async () => {
  const dir = await makeDataDir();
  const always = (): boolean => true;
  const limits = BROKER_LIMITS;
  const options = { dir, limits, isKnown: always, isConnected: always, refuse: () => {} };
  const before = await openMemory(options);
  await before.persistence.setup({ id: "broker" });
  const topics = Array.from({ length: BROKER_LIMITS.retainedMax }, (_, index) => `relay/r${index}`);
  for (const topic of topics) await before.persistence.storeRetained(retained(topic, "{}"));
  await before.close();

  const after = await openMemory(options);
  onTestFinished(() => after.close());
  await after.persistence.setup({ id: "broker" });
  const packets = await after.persistence
    .createRetainedStreamCombi(["battant/1/stairs/#"])
    .toArray();
  expect(packets).toHaveLength(topics.length);
});

test("leases and clock answers are never written", async () => {
  const { persistence, writes } = await openPersistence();
  const session = { id: sessionId(STAIRS, STAIRS), clientId: sessionId(STAIRS, STAIRS) };
  for (const topic of ["relay/main/lease", "clock"]) {
    const lease = { ...retained(topic, "{}"), brokerId: "b", brokerCounter: 1, messageId: 7 };
    await persistence.outgoingEnqueue(session, lease as AedesPublishPacket);
    await persistence.outgoingUpdate(session, lease as AedesPublishPacket);
    await persistence.outgoingClearMessageId(session, lease);
  }
  expect(writes).toEqual([]);
});

test("a disk that fails is reported, stops nobody, and is tried again with the next change", async () => {
  const { db, persistence, failures } = await openPersistence();
  const session = { id: sessionId(STAIRS, STAIRS) };
  await db.close();
  await persistence.storeRetained(retained("availability", "online"));
  await persistence.settled();
  await persistence.putWill(session, retained("availability", "offline"));
  await persistence.delWill(session);
  await persistence.addSubscriptions(session, [{ topic: "battant/1/stairs/#", qos: 1 }]);
  expect(failures).toHaveLength(4);

  await db.open();
  await persistence.storeRetained(retained("relay/main", "{}"));
  await persistence.settled();
  const packets = await persistence.createRetainedStream("#").toArray();
  expect(packets.map(({ topic }) => String(topic)).toSorted()).toEqual([
    "battant/1/stairs/availability",
    "battant/1/stairs/relay/main",
  ]);
});
