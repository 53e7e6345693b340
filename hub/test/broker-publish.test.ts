import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { readingsTopic } from "@battant/protocol/wire/topics";
import { expect, test } from "vitest";
import {
  closed,
  connectBoard,
  HALL,
  openRawBoard,
  publishPacket,
  readingsText,
  STAIRS,
  startBroker,
  until,
} from "./broker-kit.ts";

// Goal: PUBACK means on disk, and a message that cannot be taken hurts nobody but its sender.
// Method: a real client on a real socket, and an inbox that can be told to wait or to refuse.

const PREFIX = "battant/1/stairs/";
const TOPIC = readingsTopic(STAIRS);
const QOS1 = { qos: 1 } as const;

/** PUBACK of these messages, as bytes. */
const pubacks = (...ids: readonly number[]): string =>
  Buffer.concat(ids.map((id) => Buffer.from([0x40, 2, id >> 8, id & 255]))).toString("hex");

test("readings reach the inbox, named by their board", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  await client.publishAsync(TOPIC, readingsText(3), QOS1);
  expect(inbox.stored.map(({ board, sequence }) => [board, sequence])).toEqual([
    [STAIRS, 1],
    [STAIRS, 2],
    [STAIRS, 3],
  ]);
  expect(inbox.refusals).toEqual([]);
});

test("PUBACK is sent only once the inbox has said that the readings are stored", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRawBoard(broker.port, STAIRS);
  inbox.hold();
  const before = raw.received().length;
  raw.socket.write(publishPacket(TOPIC, readingsText(1), 5));
  await until(() => inbox.held() === 1);
  // A message of another kind behind it shows that the broker has had time, and keeps its turn.
  raw.socket.write(publishPacket(PREFIX + "availability", "online", 6));
  await until(() => inbox.events.length === 1);
  expect(raw.received().length).toBe(before);

  inbox.release();
  await until(() => raw.received().length === before + 8);
  expect(raw.received().subarray(before).toString("hex")).toBe(pubacks(5, 6));
  expect(inbox.stored).toHaveLength(1);
});

test("readings that are not stored are not acknowledged, and come again after reconnecting", async () => {
  const { broker, inbox } = await startBroker();
  inbox.answerNext({ ok: false, problem: "disk-full", detail: "0 bytes left" });
  const client = await connectBoard(broker, STAIRS, { clean: false, reconnectPeriod: 50 });
  let drops = 0;
  client.on("close", () => drops++);
  // The client resolves this at PUBACK, so here only after it was sent a second time.
  await client.publishAsync(TOPIC, readingsText(2), QOS1);
  expect(drops).toBe(1);
  expect(inbox.stored).toHaveLength(2);
  expect(inbox.refusals).toEqual([
    { from: STAIRS, where: TOPIC, problem: "not stored, disk-full: 0 bytes left" },
  ]);
});

test("an inbox that fails altogether counts as not stored", async () => {
  const { broker, inbox } = await startBroker();
  inbox.readings = async () => Promise.reject(new Error("no such table"));
  const raw = await openRawBoard(broker.port, STAIRS);
  const before = raw.received().length;
  raw.socket.write(publishPacket(TOPIC, readingsText(1), 5));
  await until(raw.isClosed);
  expect(raw.received().length).toBe(before);
  expect(inbox.problems()).toEqual(["not stored, failed: Error: no such table"]);
});

test("a batch that is sent twice is stored once", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  await client.publishAsync(TOPIC, readingsText(2), QOS1);
  await client.publishAsync(TOPIC, readingsText(2), { qos: 1, dup: true });
  expect(inbox.stored).toHaveLength(2);
});

test("a malformed message is counted, acknowledged and disturbs nobody", async () => {
  const { broker, inbox } = await startBroker();
  const [stairs, hall] = [await connectBoard(broker, STAIRS), await connectBoard(broker, HALL)];
  await stairs.publishAsync(TOPIC, "410 lx", QOS1);
  await stairs.publishAsync(PREFIX + "availability", Buffer.of(0xff), QOS1);
  await stairs.publishAsync(TOPIC, readingsText(1), QOS1);
  await hall.publishAsync(readingsTopic(HALL), readingsText(1), QOS1);
  expect(inbox.refusals).toEqual([
    { from: STAIRS, where: TOPIC, problem: "not JSON" },
    { from: STAIRS, where: PREFIX + "availability", problem: "payload is not UTF-8 text" },
  ]);
  expect(inbox.stored.map(({ board }) => board)).toEqual([STAIRS, HALL]);
  expect(stairs.connected && hall.connected).toBe(true);
});

test("a batch with one bad reading stores the others and explains the bad one", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  const batch = '{"boot":"b","r":[{"n":1,"s":"light","q":"illuminance","v":-1,"a":0},';
  const rest = '{"n":2,"s":"light","q":"illuminance","v":8,"a":0}]}';
  await client.publishAsync(TOPIC, batch + rest, QOS1);
  expect(inbox.stored.map(({ sequence }) => sequence)).toEqual([2]);
  expect(inbox.problems()).toEqual(["reading 1: v is out of bounds for illuminance, 0 to 150000"]);
});

test("a board whose clock is wrong loses no reading, is counted, and gets the time", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  const batch = '{"boot":"b","r":[{"n":1,"s":"light","q":"illuminance","v":8,"t":99}]}';
  await client.publishAsync(TOPIC, batch, QOS1);
  expect(inbox.stored).toHaveLength(1);
  expect(inbox.problems()).toEqual(["board clock is wrong; its readings got the time of arrival"]);
  expect(inbox.events).toEqual([{ kind: "clock-asked", board: STAIRS }]);
});

const forbidden: readonly [name: string, topic: string, qos: 0 | 1 | 2][] = [
  ["the topic of another board", readingsTopic(HALL), 1],
  ["the topic of another board, without waiting for an answer", readingsTopic(HALL), 0],
  ["a lease for itself", PREFIX + "relay/main/lease", 1],
  ["a topic that is none of ours", "zigbee2mqtt/lamp", 1],
  ["a topic of the broker", "$SYS/broker/heartbeat", 1],
  ["a topic longer than any of ours", PREFIX + "x".repeat(200), 1],
  ["a topic deeper than any of ours", PREFIX + "relay/main/lease/now/please", 1],
  ["QoS 2", TOPIC, 2],
];

for (const [name, topic, qos] of forbidden) {
  test(`${name} ends the connection of whoever publishes it, and is counted`, async () => {
    const { broker, inbox } = await startBroker();
    const [stairs, hall] = [await connectBoard(broker, STAIRS), await connectBoard(broker, HALL)];
    stairs.publish(topic, readingsText(1), { qos });
    await closed(stairs);
    await until(() => inbox.refusals.length > 0);
    expect(inbox.refusals).toHaveLength(1);
    expect(inbox.refusals[0]?.from).toBe(STAIRS);
    expect(inbox.stored).toEqual([]);
    // Others go on.
    await hall.publishAsync(readingsTopic(HALL), readingsText(1), QOS1);
    expect(inbox.stored).toHaveLength(1);
  });
}

test("a made-up topic cannot write on the screen of whoever reads about it", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  client.publish(`a\u001b[2J\n${"x".repeat(500)}`, "", QOS1);
  await closed(client);
  await until(() => inbox.refusals.length === 1);
  expect(inbox.refusals[0]?.where).toBe(`a?[2J?${"x".repeat(122)}`);
});

test("what is not a topic at all ends the connection", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRawBoard(broker.port, STAIRS);
  raw.socket.write(publishPacket(PREFIX + "#", "online"));
  await until(raw.isClosed);
  expect(inbox.refusals).toHaveLength(1);
});

test("presence and relay reports are kept for whoever subscribes later", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  const report = '{"boot":"b","state":"available","why":"start"}';
  await client.publishAsync(PREFIX + "availability", "online", { qos: 1, retain: true });
  await client.publishAsync(PREFIX + "relay/main", report, { qos: 1, retain: true });
  expect(inbox.events.map(({ kind }) => kind)).toEqual(["availability", "relay-reported"]);

  const later = await connectBoard(broker, STAIRS, { clientId: "later" });
  const seen: string[] = [];
  later.on("message", (topic, payload, { retain }) => {
    seen.push(`${topic.slice(PREFIX.length)} ${payload.toString()} ${retain}`);
  });
  await later.subscribeAsync(PREFIX + "#", QOS1);
  await until(() => seen.length === 2);
  expect(seen.sort()).toEqual(["availability online true", `relay/main ${report} true`]);
});

test("readings are stored but not retained, whatever their flag says", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  await client.publishAsync(TOPIC, readingsText(1), { qos: 1, retain: true });
  await client.publishAsync(PREFIX + "availability", "no", { qos: 1, retain: true });
  await client.publishAsync(PREFIX + "availability", "online", { qos: 1, retain: true });
  expect(inbox.stored).toHaveLength(1);
  expect(inbox.problems()).toEqual([
    "is not retained; publish it without retain",
    "neither online nor offline",
  ]);
  const seen: string[] = [];
  client.on("message", (topic, payload) => seen.push(`${topic} ${payload.toString()}`));
  await client.subscribeAsync(PREFIX + "#", QOS1);
  await until(() => seen.length > 0);
  expect(seen).toEqual([`${PREFIX}availability online`]);
});

test("an empty retained message, which would erase the one before, is malformed", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  await client.publishAsync(PREFIX + "availability", "online", { qos: 1, retain: true });
  await client.publishAsync(PREFIX + "availability", "", { qos: 1, retain: true });
  expect(inbox.problems()).toEqual(["neither online nor offline"]);
  const seen: string[] = [];
  client.on("message", (_, payload) => seen.push(payload.toString()));
  await client.subscribeAsync(PREFIX + "availability", QOS1);
  await until(() => seen.length > 0);
  expect(seen).toEqual(["online"]);
});

test("a client that vanishes leaves its last will, one that says goodbye does not", async () => {
  const { broker, inbox } = await startBroker();
  const will = { topic: PREFIX + "availability", payload: Buffer.from("offline"), retain: true };
  const polite = await connectBoard(broker, STAIRS, { will: { ...will, qos: 1 } });
  await polite.endAsync();
  const vanishing = await connectBoard(broker, STAIRS, { will: { ...will, qos: 1 } });
  await until(() => broker.connected().length === 1);
  vanishing.stream.destroy();
  await until(() => inbox.events.length > 0);
  await until(() => broker.connected().length === 0);
  expect(inbox.events).toEqual([{ kind: "availability", board: STAIRS, online: false }]);
});

test("a board can publish under a name that another begins with", async () => {
  const access = { verify: () => true, isKnown: () => true, key: () => undefined };
  const { broker, inbox } = await startBroker({ access });
  const stairs2 = "stairs-2" as BoardId;
  const client = await connectBoard(broker, stairs2);
  await client.publishAsync(readingsTopic(stairs2), readingsText(1), QOS1);
  expect(inbox.stored.map(({ board }) => board)).toEqual([stairs2]);
});
