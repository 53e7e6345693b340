import { once } from "node:events";
import { Socket } from "node:net";
import { readingsTopic } from "@battant/protocol/wire/topics";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  connectBoard,
  connectPacket,
  HALL,
  openRaw,
  publishPacket,
  readingsText,
  STAIRS,
  startBroker,
  subscribePacket,
} from "./broker-kit.ts";

// Goal: no bytes from anybody stop the broker, or reach another board.
// Method: conversations that are right but for a few bytes, cut anywhere, many in a row on real
// sockets; and a well-behaved board beside them that must not notice.

const PREFIX = "battant/1/stairs/";

/** Every type of packet a client may send (MQTT 3.1.1 §2.2.1), and some that it may not. */
const conversation = Buffer.concat([
  connectPacket(STAIRS),
  subscribePacket(PREFIX + "#"),
  publishPacket(readingsTopic(STAIRS), readingsText(2)),
  publishPacket(PREFIX + "availability", "online"),
  Buffer.of(0x40, 2, 0, 1, 0x50, 2, 0, 1, 0x62, 2, 0, 1, 0x70, 2, 0, 1),
  Buffer.of(0xa2, 9, 0, 9, 0, 5, 97, 47, 98, 47, 99),
  Buffer.of(0xc0, 0, 0xe0, 0),
]);

type Change = { readonly at: number; readonly byte: number };

const changed = (changes: readonly Change[]): Buffer => {
  const bytes = Buffer.from(conversation);
  for (const { at, byte } of changes) bytes[at % bytes.length] = byte;
  return bytes;
};

const anyBytes = fc.oneof(
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 8,
    arbitrary: fc
      .array(fc.record({ at: fc.nat(10_000), byte: fc.nat(255) }), { maxLength: 4 })
      .map(changed),
  },
  {
    weight: 4,
    // Signed in, and only then out of order.
    arbitrary: fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => Buffer.concat([connectPacket(STAIRS), bytes])),
  },
);

test("no bytes stop the broker, and none reach another board", async () => {
  const { broker, inbox } = await startBroker({
    limits: { failedSignInsMax: 1e6, messagesPerSecond: 1e6, messagesBurst: 1e6 },
  });
  const hall = await connectBoard(broker, HALL);
  if (hall.stream instanceof Socket) hall.stream.setNoDelay();
  const seen: string[] = [];
  hall.on("message", (topic) => seen.push(topic));
  await hall.subscribeAsync("battant/1/hall/#", { qos: 1 });
  let sequence = 0;

  await fc.assert(
    fc.asyncProperty(anyBytes, fc.nat(1000), async (bytes, cut) => {
      const raw = await openRaw(broker.port);
      raw.socket.write(bytes.subarray(0, cut));
      await new Promise(setImmediate);
      raw.socket.end(bytes.subarray(cut));
      await once(raw.socket, "close");
      sequence++;
      await hall.publishAsync(readingsTopic(HALL), readingsText(1, sequence), { qos: 1 });
    }),
    { numRuns: 1000 },
  );

  expect(inbox.stored.filter(({ board }) => board === HALL)).toHaveLength(sequence);
  expect(new Set(seen)).toEqual(new Set([readingsTopic(HALL)]));
});
