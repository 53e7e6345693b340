import type { BoardId, LeaseId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { Lease } from "@battant/protocol/vocabulary/relay";
import { seconds } from "@battant/protocol/vocabulary/units";
import { decodeLease } from "@battant/protocol/wire/relay";
import { readingsTopic } from "@battant/protocol/wire/topics";
import type { MqttClient } from "mqtt";
import { expect, test } from "vitest";
import type { Broker } from "../src/adapters/mqtt/broker.ts";
import {
  BOOT,
  connectBoard,
  HALL,
  introduce,
  makeDataDir,
  NOON,
  openedBy,
  readingsText,
  STAIRS,
  startBroker,
  until,
} from "./broker-kit.ts";

// Goal: a board gets its own leases and nothing of anybody else.
// Method: real clients subscribe to what they may and may not have, and list what reached them.

const PREFIX = "battant/1/stairs/";
const QOS1 = { qos: 1 } as const;

const lease: Lease = {
  id: "lease-1" as LeaseId,
  boot: BOOT,
  issued: NOON,
  duration: seconds(120),
};

const collect = (client: MqttClient): string[] => {
  const seen: string[] = [];
  client.on("message", (topic, payload, { qos, retain }) => {
    seen.push(`${topic} ${payload.toString()} qos ${qos}${retain ? " retained" : ""}`);
  });
  return seen;
};

/** What the hub said, as the board that has the key reads it. */
const listen = (client: MqttClient, board: BoardId): string[] => {
  const heard: string[] = [];
  client.on("message", (topic, payload) => {
    const opened = openedBy(board, { topic, payload: payload.toString() });
    heard.push(`${topic} ${typeof opened === "string" ? opened : opened.body}`);
  });
  return heard;
};

/** SUBACK by filter: 128 is no (MQTT 3.1.1 §3.9.3). */
const granted = async (client: MqttClient, ...filters: string[]): Promise<number[]> => {
  const answers: number[] = [];
  client.on("packetreceive", (packet) => {
    if (packet.cmd === "suback") answers.push(...packet.granted.map(Number));
  });
  await client.subscribeAsync(filters, QOS1).catch(() => {});
  return answers;
};

const sendLease = (broker: Broker, board: BoardId): void =>
  broker.link.lease(board, "main" as RelayId, lease);

const filters: readonly [filter: string, answer: number][] = [
  ["battant/1/stairs/relay/+/lease", 1],
  ["battant/1/stairs/clock", 1],
  ["battant/1/stairs/settings", 1],
  ["battant/1/stairs/update", 1],
  ["battant/1/stairs/#", 1],
  ["battant/1/hall/#", 128],
  ["battant/1/stairs-2/#", 128],
  ["battant/1/stairs", 128],
  ["battant/1/+/readings", 128],
  ["battant/+/stairs/#", 128],
  ["+/1/stairs/#", 128],
  ["#", 128],
  ["$SYS/#", 128],
  ["$share/group/battant/1/stairs/#", 128],
  [`battant/1/stairs/${"x".repeat(120)}`, 128],
];

for (const [filter, answer] of filters) {
  test(`a subscription to ${filter.slice(0, 40)} is answered with ${answer}`, async () => {
    const { broker, inbox } = await startBroker();
    const client = await connectBoard(broker, STAIRS);
    expect(await granted(client, filter)).toEqual([answer]);
    expect(inbox.refusals).toHaveLength(answer === 128 ? 1 : 0);
    expect(client.connected).toBe(true);
  });
}

test("a refused subscription takes no granted one with it, and gets nothing", async () => {
  const { broker } = await startBroker();
  const stairs = await connectBoard(broker, STAIRS);
  const seen = listen(stairs, STAIRS);
  expect(await granted(stairs, "battant/1/hall/#", PREFIX + "clock")).toEqual([128, 1]);
  await introduce(stairs, STAIRS);
  const hall = await connectBoard(broker, HALL);
  await hall.subscribeAsync("battant/1/hall/clock", QOS1);
  await introduce(hall, HALL);
  broker.link.clock(HALL, NOON);
  broker.link.clock(STAIRS, NOON);
  await until(() => seen.length > 0);
  expect(seen).toEqual([`${PREFIX}clock {"t":${NOON}}`]);
});

test("what a kept session was refused does not wait for it either", async () => {
  const { broker } = await startBroker();
  const before = await connectBoard(broker, STAIRS, { clean: false });
  await granted(before, "battant/1/hall/#", PREFIX + "#");
  await before.endAsync();
  const hall = await connectBoard(broker, HALL);
  // Somebody has to want it, or it is not routed at all.
  await hall.subscribeAsync("battant/1/hall/#", QOS1);
  await hall.publishAsync(readingsTopic(HALL), readingsText(1), QOS1);
  const after = await connectBoard(broker, STAIRS, { clean: false });
  const seen = collect(after);
  await after.publishAsync(readingsTopic(STAIRS), readingsText(1), QOS1);
  await until(() => seen.length > 0);
  expect(seen.filter((line) => line.includes("hall"))).toEqual([]);
});

test("leases and clock answers reach their board with QoS 1, not retained", async () => {
  const { broker } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  const heard = listen(client, STAIRS);
  const seen = collect(client);
  await introduce(client, STAIRS);
  await client.subscribeAsync([PREFIX + "relay/+/lease", PREFIX + "clock"], QOS1);
  sendLease(broker, STAIRS);
  broker.link.clock(STAIRS, NOON);
  await until(() => seen.length === 2);
  expect(seen.map((line) => line.replace(/ \S{64} .*\}/, " …"))).toEqual([
    `${PREFIX}relay/main/lease … qos 1`,
    `${PREFIX}clock … qos 1`,
  ]);
  const body = heard[0]?.slice(heard[0].indexOf("{"));
  expect(decodeLease(body ?? "")).toEqual({ ok: true, value: lease });
});

test("a board that was away gets none of the leases it missed", async () => {
  const dataDir = await makeDataDir();
  const { broker } = await startBroker({ dataDir });
  const before = await connectBoard(broker, STAIRS, { clean: false });
  await before.subscribeAsync(PREFIX + "relay/+/lease", QOS1);
  await before.subscribeAsync(PREFIX + "clock", QOS1);
  await introduce(before, STAIRS);
  await before.endAsync();
  await until(() => broker.connected().length === 0);
  sendLease(broker, STAIRS);

  const after = await connectBoard(broker, STAIRS, { clean: false });
  const heard = listen(after, STAIRS);
  broker.link.clock(STAIRS, NOON);
  await until(() => heard.length > 0);
  expect(heard).toEqual([`${PREFIX}clock {"t":${NOON}}`]);
});

test("a lease for a board that is not there harms nobody", async () => {
  const { broker, inbox } = await startBroker();
  sendLease(broker, STAIRS);
  sendLease(broker, "never-seen" as BoardId);
  expect(inbox.refusals).toEqual([]);
});

test("whoever has the board's credentials can follow what the board publishes", async () => {
  const { broker, inbox } = await startBroker();
  const board = await connectBoard(broker, STAIRS);
  const laptop = await connectBoard(broker, STAIRS, { clientId: "laptop" });
  const seen = collect(laptop);
  await laptop.subscribeAsync(PREFIX + "#", QOS1);
  await board.publishAsync(readingsTopic(STAIRS), readingsText(1), QOS1);
  await until(() => seen.length === 1);
  expect(seen).toEqual([`${readingsTopic(STAIRS)} ${readingsText(1)} qos 1`]);
  expect(inbox.stored).toHaveLength(1);
});

test("a client has a limited number of subscriptions, and may exchange them", async () => {
  const { broker, inbox } = await startBroker({ limits: { subscriptionsMax: 2 } });
  const client = await connectBoard(broker, STAIRS);
  expect(await granted(client, PREFIX + "a", PREFIX + "b", PREFIX + "c")).toEqual([1, 1, 128]);
  expect(inbox.problems()).toEqual(["more than 2 subscriptions; use a wildcard"]);
  await client.unsubscribeAsync(PREFIX + "a");
  expect(await granted(client, PREFIX + "c")).toEqual([1]);
  // The same again is not one more.
  expect(await granted(client, PREFIX + "c")).toEqual([1]);
});

test("a filter deeper than any of our topics ends the connection", async () => {
  const { broker, inbox } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  client.subscribe(PREFIX + "a/b/c/d/e", QOS1, () => {});
  await until(() => !client.connected);
  expect(inbox.problems()).toEqual(["topic has too many levels"]);
});
