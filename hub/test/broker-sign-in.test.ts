import { readingsTopic } from "@battant/protocol/wire/topics";
import type { IClientOptions } from "mqtt";
import { expect, test } from "vitest";
import {
  anonymousConnectPacket,
  closed,
  connackOf,
  connectBoard,
  createAccess,
  HALL,
  openRaw,
  passwordOf,
  readingsText,
  STAIRS,
  startBroker,
  until,
} from "./broker-kit.ts";

// Goal: only boards come in, each as itself, and nobody can push another out or guess a password.
// Method: CONNECT with one thing wrong at a time, by a real client.

const will = (topic: string, payload: string, qos: 0 | 1 | 2 = 1): IClientOptions => ({
  will: { topic, payload: Buffer.from(payload), qos, retain: true },
});

const OWN_WILL = will("battant/1/stairs/availability", "offline");

/** Return codes of CONNACK: MQTT 3.1.1 §3.2.2.3. */
const table: readonly [name: string, options: IClientOptions, returnCode: number][] = [
  ["a board with its password", {}, 0],
  ["a board that keeps its session", { clean: false }, 0],
  ["a board with its last will", OWN_WILL, 0],
  ["a second client of the board, under any name", { clientId: "mosqsub|17-laptop" }, 0],
  ["a client without a name", { clientId: "" }, 0],
  ["MQTT 3.1", { protocolVersion: 3, protocolId: "MQIsdp" }, 0],
  ["a wrong password", { password: "wrong" }, 4],
  ["an empty password", { password: "" }, 4],
  ["the password of another board", { password: passwordOf(HALL) }, 4],
  ["a board that nobody added", { username: "attic", clientId: "attic" }, 4],
  ["a user name that no board can have", { username: "../stairs" }, 4],
  ["the name of another board as client id", { clientId: HALL }, 2],
  ["a client id that is far too long", { clientId: "x".repeat(65) }, 2],
  ["a kept session under a made-up name", { clientId: "x1", clean: false }, 2],
  ["the last will of another board", will("battant/1/hall/availability", "offline"), 5],
  ["a last will about something else", will("battant/1/stairs/relay/main", "offline"), 5],
  ["a last will that says online", will("battant/1/stairs/availability", "online"), 5],
  ["a last will with QoS 2", will("battant/1/stairs/availability", "offline", 2), 5],
  ["MQTT 5", { protocolVersion: 5 }, 1],
  ["a keep-alive of ten minutes", { keepalive: 600 }, 0],
  ["a keep-alive that is off", { keepalive: 0 }, 6],
  ["a keep-alive of more than ten minutes", { keepalive: 601 }, 6],
];

for (const [name, options, returnCode] of table) {
  test(`${name}: CONNACK says ${returnCode}`, async () => {
    const { broker, inbox } = await startBroker();
    expect(await connackOf(broker, options)).toBe(returnCode);
    await until(() => inbox.refusals.length === (returnCode === 0 ? 0 : 1));
    expect(inbox.problems().every((problem) => problem.length > 10)).toBe(true);
    expect(broker.connected()).toEqual(returnCode === 0 ? broker.connected() : []);
  });
}

test("nobody comes in without a user name", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRaw(broker.port);
  raw.socket.write(anonymousConnectPacket());
  await until(raw.isClosed);
  expect([...raw.received()]).toEqual([0x20, 2, 0, 5]);
  expect(inbox.problems()).toEqual(["no user name and password; give those of a board"]);
});

test("a refusal names the board or the address, and never the password", async () => {
  const { broker, inbox } = await startBroker();
  await connackOf(broker, { password: "hunter2" });
  await connackOf(broker, { username: "Not A Board", password: "hunter2" });
  await until(() => inbox.refusals.length === 2);
  expect(inbox.refusals.map(({ from, where }) => [from, where])).toEqual([
    [STAIRS, "sign-in"],
    ["127.0.0.1", "sign-in"],
  ]);
  expect(JSON.stringify(inbox.refusals)).not.toContain("hunter2");
});

test("a client id of another board's client takes nothing over", async () => {
  const { broker, inbox } = await startBroker();
  const hall = await connectBoard(broker, HALL, { clientId: "probe" });
  const stairs = await connectBoard(broker, STAIRS, { clientId: "probe" });
  await hall.publishAsync(readingsTopic(HALL), readingsText(1), { qos: 1 });
  await stairs.publishAsync(readingsTopic(STAIRS), readingsText(1), { qos: 1 });
  expect(inbox.stored).toHaveLength(2);
  expect(broker.connected().sort()).toEqual([HALL, STAIRS]);
});

test("a board that comes back replaces its own old connection", async () => {
  const { broker } = await startBroker();
  const before = await connectBoard(broker, STAIRS);
  const after = await connectBoard(broker, STAIRS);
  await closed(before);
  expect(after.connected).toBe(true);
  expect(broker.connected()).toEqual([STAIRS]);
});

test("a removed board is out at once, and cannot come back", async () => {
  const access = createAccess([STAIRS, HALL]);
  const { broker } = await startBroker({ access });
  const stairs = await connectBoard(broker, STAIRS);
  const hall = await connectBoard(broker, HALL);
  access.remove(STAIRS);
  broker.disconnect(STAIRS);
  await closed(stairs);
  await until(() => broker.connected().length === 1);
  expect(await connackOf(broker, {})).toBe(4);
  expect(hall.connected).toBe(true);
});

test("after too many failed sign-ins a name must wait, with the right password too; its neighbours need not", async () => {
  const limits = { failedSignInsMax: 3, failedSignInsPerMinute: 0.001 };
  const { broker, inbox } = await startBroker({ limits });
  const hall = await connectBoard(broker, HALL);
  for (let attempt = 0; attempt < 3; attempt++) {
    expect(await connackOf(broker, { password: "wrong" })).toBe(4);
  }
  expect(await connackOf(broker, { password: "wrong" })).toBe(3);
  expect(await connackOf(broker, {})).toBe(3);
  const problem = "too many failed sign-ins under this name; wait some minutes";
  await until(() => inbox.problems().includes(problem));
  expect(hall.connected).toBe(true);
  hall.end(true);
  // Boards behind one Wi-Fi repeater come from one address.
  expect((await connectBoard(broker, HALL)).connected).toBe(true);
});

test("a blocked name does not even have its password checked", async () => {
  let checked = 0;
  const access = {
    isKnown: () => true,
    key: () => undefined,
    verify: () => {
      checked++;
      return false;
    },
  };
  const limits = { failedSignInsMax: 2, failedSignInsPerMinute: 0.001 };
  const { broker } = await startBroker({ access, limits });
  for (let attempt = 0; attempt < 5; attempt++) await connackOf(broker, {});
  expect(checked).toBe(2);
});
