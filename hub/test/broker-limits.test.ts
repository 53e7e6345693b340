import { once } from "node:events";
import { connect } from "node:net";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { readingsTopic } from "@battant/protocol/wire/topics";
import type { MqttClient } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { BROKER_LIMITS } from "../src/adapters/mqtt/limits.ts";
import {
  closed,
  connackOf,
  clockQuestion,
  connectBoard,
  connectPacket,
  fixedHeader,
  HALL,
  introduce,
  NOON,
  openRaw,
  openRawBoard,
  packet,
  publishPacket,
  readingsText,
  STAIRS,
  startBroker,
  subscribePacket,
  until,
} from "./broker-kit.ts";

// Goal: nobody can use up the hub, and whoever tries is told why, or slowed down, and counted.
// Method: one limit at a time, set low, and a client that goes past it on a real socket.

const PREFIX = "battant/1/stairs/";
const TOPIC = readingsTopic(STAIRS);
const QOS1 = { qos: 1 } as const;
const NO_RATE = { messagesPerSecond: 1e6, messagesBurst: 1e6 };

const PUBLISH = 0x32;
const CONNECT = 0x10;
const MEGABYTES_256 = 268_435_455;

test("a packet that announces too much is refused at its first bytes, before CONNECT", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRaw(broker.port);
  raw.socket.write(fixedHeader(CONNECT, MEGABYTES_256));
  await until(raw.isClosed);
  expect(inbox.refusals).toEqual([
    {
      from: "127.0.0.1",
      where: "connection",
      problem: "packet longer than 8192 bytes; send smaller batches",
    },
  ]);
});

test("a packet that announces too much is refused after CONNECT, byte by byte as well", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRawBoard(broker.port, STAIRS);
  for (const byte of fixedHeader(PUBLISH, BROKER_LIMITS.packetBytesMax + 1)) {
    raw.socket.write(Buffer.of(byte));
    await new Promise(setImmediate);
  }
  await until(raw.isClosed);
  expect(inbox.refusals[0]?.from).toBe(STAIRS);
});

test("the longest packet that is allowed is read whole", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  const room = BROKER_LIMITS.packetBytesMax - TOPIC.length - 4;
  await client.publishAsync(TOPIC, "x".repeat(room), QOS1);
  expect(inbox.problems()).toEqual(["longer than 4096 characters"]);
  client.publish(TOPIC, "x".repeat(room + 1), QOS1);
  await closed(client);
});

test("what is no MQTT ends the connection", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRaw(broker.port);
  raw.socket.write("GET / HTTP/1.1\r\nHost: hub\r\n\r\n");
  await until(raw.isClosed);
  expect(inbox.problems()[0]).toMatch(/^is not MQTT 3\.1\.1: /);
});

test("a packet before CONNECT ends the connection", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRaw(broker.port);
  raw.socket.write(publishPacket(TOPIC, readingsText(1)));
  await until(raw.isClosed);
  expect(inbox.stored).toEqual([]);
  expect(inbox.refusals).toHaveLength(1);
});

const silent: readonly [name: string, bytes: Buffer][] = [
  ["says nothing", Buffer.alloc(0)],
  ["stops in the middle of its CONNECT", connectPacket(STAIRS).subarray(0, 20)],
];

for (const [name, bytes] of silent) {
  test(`a client that ${name} is dropped in time`, async () => {
    const { broker, inbox } = await startBroker({ limits: { connectMsMax: 100 } });
    const raw = await openRaw(broker.port);
    if (bytes.length > 0) raw.socket.write(bytes);
    await until(raw.isClosed);
    expect(inbox.problems()).toEqual(["no CONNECT arrived in time"]);
  });
}

test("a client that falls silent is dropped after one and a half keep-alives, and its will sent", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRaw(broker.port);
  const text = (value: string): Buffer =>
    Buffer.concat([Buffer.of(0, value.length), Buffer.from(value)]);
  raw.socket.write(
    packet(
      CONNECT,
      text("MQTT"),
      Buffer.of(4, 0b1110_0110, 0, 1),
      text(STAIRS),
      text(PREFIX + "availability"),
      text("offline"),
      text(STAIRS),
      text(`secret of ${STAIRS}`),
    ),
  );
  await until(raw.isClosed);
  expect(inbox.events).toEqual([{ kind: "availability", board: STAIRS, online: false }]);
  // It is nobody's mistake to lose the Wi-Fi.
  expect(inbox.refusals).toEqual([]);
});

const openFrom = async (port: number, localAddress: string): Promise<() => boolean> => {
  const socket = connect({ port, host: "127.0.0.1", localAddress });
  onTestFinished(() => void socket.destroy());
  let isOpen = true;
  socket.on("error", () => {});
  socket.on("close", () => {
    isOpen = false;
  });
  socket.resume();
  await once(socket, "connect");
  return () => isOpen;
};

test("one address has a limited number of connections, others are not affected", async () => {
  const limits = { connectionsPerAddressMax: 2 };
  const { broker, inbox } = await startBroker({ limits });
  const first = await openFrom(broker.port, "127.0.0.2");
  const second = await openFrom(broker.port, "127.0.0.2");
  const third = await openFrom(broker.port, "127.0.0.2");
  await until(() => !third());
  const other = await connectBoard(broker, STAIRS);
  expect([first(), second(), other.connected]).toEqual([true, true, true]);
  expect(inbox.refusals).toEqual([
    {
      from: "127.0.0.2",
      where: "connection",
      problem: "too many connections at once; close some, or raise the limit",
    },
  ]);
});

test("connections are limited in total, and a place that is given up is free again", async () => {
  const { broker, inbox } = await startBroker({ limits: { connectionsMax: 2 } });
  const raw = await openRaw(broker.port);
  await openFrom(broker.port, "127.0.0.2");
  const third = await openFrom(broker.port, "127.0.0.3");
  await until(() => !third());
  expect(inbox.refusals.map(({ from, problem }) => [from, problem])).toEqual([
    ["127.0.0.3", "too many connections at once; close some, or raise the limit"],
  ]);
  raw.socket.destroy();
  await expect.poll(() => connackOf(broker, { connectTimeout: 1000 }), { timeout: 20_000 }).toBe(0);
});

test("one board has a limited number of connections, but can always replace its own", async () => {
  const { broker, inbox } = await startBroker({ limits: { connectionsPerBoardMax: 2 } });
  await connectBoard(broker, STAIRS);
  await connectBoard(broker, STAIRS, { clientId: "laptop" });
  expect(await connackOf(broker, { clientId: "another" })).toBe(3);
  await until(() => inbox.problems().includes("more than 2 connections of this board"));
  expect(await connackOf(broker, {})).toBe(0);
  expect(
    await connackOf(broker, { username: HALL, password: `secret of ${HALL}`, clientId: HALL }),
  ).toBe(0);
});

test("a board that sends too fast is slowed down and counted, and loses nothing", async () => {
  const limits = { messagesPerSecond: 50, messagesBurst: 10 };
  const { broker, inbox } = await startBroker({ limits });
  const client = await connectBoard(broker, STAIRS);
  const started = performance.now();
  const sent = Array.from({ length: 60 }, (_, index) =>
    client.publishAsync(TOPIC, readingsText(1, index + 1), QOS1),
  );
  await Promise.all(sent);
  // They may all have come in one piece; what is sent next has to wait until they are paid for.
  await client.publishAsync(TOPIC, readingsText(1, 100), QOS1);
  expect(performance.now() - started).toBeGreaterThan((1000 * (61 - 10 - 1)) / 50 - 100);
  expect(inbox.stored).toHaveLength(61);
  expect(new Set(inbox.problems())).toEqual(
    new Set(["more than 50 messages a second; slowed down"]),
  );
  expect(client.connected).toBe(true);
});

test("to connect again is no way around the rate", async () => {
  const limits = { messagesPerSecond: 20, messagesBurst: 20 };
  const { broker, inbox } = await startBroker({ limits });
  const before = await connectBoard(broker, STAIRS);
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      before.publishAsync(TOPIC, readingsText(1, index + 1), QOS1),
    ),
  );
  before.stream.destroy();
  const counted = inbox.refusals.length;
  const started = performance.now();
  const after = await connectBoard(broker, STAIRS);
  await after.publishAsync(TOPIC, readingsText(1, 100), QOS1);
  expect(inbox.refusals.length).toBeGreaterThan(counted);
  expect(performance.now() - started).toBeGreaterThan(200);
});

test("a journal that stalls makes the broker stop reading, and nothing is lost", async () => {
  const { broker, inbox } = await startBroker({ limits: { inFlightMax: 3 } });
  const raw = await openRawBoard(broker.port, STAIRS);
  inbox.hold();
  for (let id = 1; id <= 3; id++) {
    raw.socket.write(publishPacket(TOPIC, readingsText(1, id), id));
    await until(() => inbox.held() === id);
  }
  raw.socket.write(publishPacket(TOPIC, readingsText(1, 4), 4));
  raw.socket.write(publishPacket(PREFIX + "clock/get", clockQuestion(), 5));
  // Another board's message goes there and back, so the broker has had its turn to read these.
  const hall = await connectBoard(broker, HALL);
  await hall.publishAsync("battant/1/hall/clock/get", clockQuestion(), QOS1);
  expect(inbox.held()).toBe(3);
  expect(inbox.events).toEqual([{ kind: "clock-asked", board: HALL }]);

  inbox.release();
  await until(() => inbox.events.length === 2);
  expect(inbox.stored.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
});

test("no more than so many messages wait for a client that is away", async () => {
  const { broker, inbox } = await startBroker({ limits: { queuedMax: 3 } });
  const listener = await connectBoard(broker, STAIRS, { clean: false });
  await listener.subscribeAsync(TOPIC, QOS1);
  await listener.endAsync();
  const board = await connectBoard(broker, STAIRS, { clientId: "laptop" });
  for (let sequence = 1; sequence <= 5; sequence++) {
    await board.publishAsync(TOPIC, readingsText(1, sequence), QOS1);
  }
  expect(inbox.stored).toHaveLength(5);
  const problem = "queue of a client that is away is full; messages for it were dropped";
  await until(() => inbox.refusals.length === 2);
  expect(inbox.refusals[1]).toEqual({ from: STAIRS, where: "session", problem });

  // What waited is delivered once, and then there is room again.
  const seen: string[] = [];
  const back = await connectBoard(broker, STAIRS, { clean: false }, (client) => {
    client.on("message", (_, payload) => seen.push(payload.toString()));
  });
  await until(() => seen.length === 3);
  expect(seen).toEqual([1, 2, 3].map((sequence) => readingsText(1, sequence)));
  await board.publishAsync(TOPIC, readingsText(1, 6), QOS1);
  await until(() => seen.length === 4);
  expect(inbox.refusals).toHaveLength(2);
  expect(back.connected).toBe(true);
});

test("a board has a limited number of retained messages: the oldest makes room", async () => {
  const { broker } = await startBroker({ limits: { retainedMax: 2 } });
  const client = await connectBoard(broker, STAIRS);
  for (const [index, relay] of ["a", "b", "a", "c"].entries()) {
    const report = `{"boot":"b","state":"available","why":"start","lease":"l-${index}"}`;
    await client.publishAsync(`${PREFIX}relay/${relay}`, report, { qos: 1, retain: true });
  }
  const seen: string[] = [];
  client.on("message", (topic) => seen.push(topic.slice(PREFIX.length)));
  await client.subscribeAsync(PREFIX + "#", QOS1);
  await until(() => seen.length === 2);
  expect(seen.toSorted()).toEqual(["relay/a", "relay/c"]);
});

/** A client that subscribes to all of its board and then does not read. */
const openSlow = async (port: number) => {
  const slow = await openRawBoard(port, STAIRS);
  slow.socket.write(subscribePacket(PREFIX + "#"));
  await until(() => slow.received().length >= 9);
  slow.socket.pause();
  return slow;
};

/** Far more than sockets hold between them, and many times what the broker handles at once. */
const ROUNDS = 40;
const flood = async (board: MqttClient): Promise<void> => {
  const payload = "x".repeat(8000);
  await Promise.all(Array.from({ length: 50 }, () => board.publishAsync(TOPIC, payload, QOS1)));
};

test("a subscriber that does not read holds up nobody else, however long it stays", async () => {
  const limits = { ...NO_RATE, drainMsMax: 300_000, connectionsMax: 16 };
  const { broker } = await startBroker({ limits });
  const slow = await openSlow(broker.port);
  const hall = await connectBoard(broker, HALL);
  await hall.subscribeAsync("battant/1/hall/clock", QOS1);
  await introduce(hall, HALL);
  let answers = 0;
  hall.on("message", () => answers++);
  const board = await connectBoard(broker, STAIRS, { clientId: "board" });
  for (let round = 1; round <= ROUNDS; round++) {
    await flood(board);
    broker.link.clock(HALL, NOON);
    await until(() => answers === round);
  }
  expect(slow.isClosed()).toBe(false);

  // When it reads again it gets what is new; what it was too slow for was not kept in memory.
  slow.socket.resume();
  await expect
    .poll(
      async () => {
        await board.publishAsync(PREFIX + "clock/get", "the end", QOS1);
        return slow.received().includes("the end");
      },
      { timeout: 20_000, interval: 200 },
    )
    .toBe(true);
  expect(slow.received().length).toBeLessThan(ROUNDS * 50 * 8000);
});

test("a subscriber that does not read is dropped in the end, and counted", async () => {
  const { broker, inbox } = await startBroker({ limits: { ...NO_RATE, drainMsMax: 200 } });
  await openSlow(broker.port);
  const board = await connectBoard(broker, STAIRS, { clientId: "board" });
  for (let round = 1; round <= ROUNDS; round++) await flood(board);
  await until(() => inbox.problems().includes("does not read what it subscribed to"));
  expect(board.connected).toBe(true);
});

test("two hundred boards connect at once and each is heard", async () => {
  const boards = Array.from({ length: 200 }, (_, index) => `board-${index}` as BoardId);
  const access = { isKnown: () => true, verify: () => true, key: () => undefined };
  const { broker, inbox } = await startBroker({ access });
  const clients = await Promise.all(
    boards.map((board) =>
      connectBoard(broker, board, {
        will: {
          topic: `battant/1/${board}/availability`,
          payload: Buffer.from("offline"),
          qos: 1,
          retain: true,
        },
      }),
    ),
  );
  expect(broker.connected()).toHaveLength(200);
  await Promise.all(
    clients.map(async (client, index) => {
      const prefix = `battant/1/board-${index}/`;
      await client.subscribeAsync([prefix + "clock", prefix + "relay/+/lease"], QOS1);
      await client.publishAsync(prefix + "availability", "online", { qos: 1, retain: true });
      await client.publishAsync(prefix + "readings", readingsText(2), QOS1);
    }),
  );
  expect(inbox.stored).toHaveLength(400);
  expect(inbox.events).toHaveLength(200);
  expect(inbox.refusals).toEqual([]);
});
