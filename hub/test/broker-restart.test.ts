import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, hours } from "@battant/protocol/vocabulary/units";
import { readingsTopic } from "@battant/protocol/wire/topics";
import type { MqttClient } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import {
  clockAt,
  clockQuestion,
  connectBoard,
  createAccess,
  HALL,
  makeDataDir,
  NOON,
  openRawBoard,
  publishPacket,
  readingsText,
  STAIRS,
  startBroker,
  until,
} from "./broker-kit.ts";

// Goal: what the broker has promised to remember is there after a restart, and after a crash.
// Method: stop it, or kill it in a process of its own, start it on the same directory, and look.

const PREFIX = "battant/1/stairs/";
const TOPIC = readingsTopic(STAIRS);
const QOS1 = { qos: 1 } as const;
const RETAINED = { qos: 1, retain: true } as const;

const WILL = {
  topic: PREFIX + "availability",
  payload: Buffer.from("offline"),
  qos: 1,
  retain: true,
} as const;

const collect = (client: MqttClient): string[] => {
  const seen: string[] = [];
  client.on("message", (topic, payload) => {
    seen.push(`${topic.slice(PREFIX.length)} ${payload.toString()}`);
  });
  return seen;
};

/** Leaves behind what there is to remember: an online board, and a listener that went away. */
const leaveTraces = async (port: number): Promise<MqttClient> => {
  const listener = await connectBoard({ port }, STAIRS, { clean: false });
  await listener.subscribeAsync(TOPIC, QOS1);
  await listener.endAsync();
  const board = await connectBoard({ port }, STAIRS, { clientId: "board", will: WILL });
  await board.publishAsync(PREFIX + "availability", "online", RETAINED);
  await board.publishAsync(TOPIC, readingsText(1), QOS1);
  return board;
};

const startVictim = async (dataDir: string) => {
  const program = fileURLToPath(new URL("broker-victim.ts", import.meta.url));
  const child = spawn(process.execPath, [program, dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [port] = (await once(child.stdout, "data")) as [Buffer];
  return { child, port: Number(port) };
};

test("after SIGKILL: retained messages, kept sessions and wills are still there", async () => {
  const dataDir = await makeDataDir();
  const { child, port } = await startVictim(dataDir);
  await leaveTraces(port);
  // A round trip through the broker, so that what it wrote in the background is written.
  const board = await connectBoard({ port }, HALL);
  await board.publishAsync(readingsTopic(HALL), readingsText(1), QOS1);
  child.kill("SIGKILL");
  await once(child, "exit");

  const { broker, inbox } = await startBroker({ dataDir, limits: { willCheckMs: 400 } });
  let isSessionPresent: boolean | undefined;
  let seen: string[] = [];
  await connectBoard(broker, STAIRS, { clean: false }, (client) => {
    seen = collect(client);
    client.on("connect", ({ sessionPresent }) => {
      isSessionPresent = sessionPresent;
    });
  });
  expect(isSessionPresent).toBe(true);
  await until(() => seen.length === 1);
  expect(seen).toEqual([`readings ${readingsText(1)}`]);

  // The board does not come back: its will is published, and now that is what is retained.
  await until(() => inbox.events.length > 0);
  expect(inbox.events).toEqual([{ kind: "availability", board: STAIRS, online: false }]);
  const later = await connectBoard(broker, STAIRS, { clientId: "later" });
  const retained = collect(later);
  await later.subscribeAsync(PREFIX + "availability", QOS1);
  await until(() => retained.length > 0);
  expect(retained).toEqual(["availability offline"]);
});

test("a hub that stops says nothing about its boards, and a board that returns stays online", async () => {
  const dataDir = await makeDataDir();
  const first = await startBroker({ dataDir });
  await leaveTraces(first.broker.port);
  await first.broker.close();
  expect(first.inbox.events).toEqual([{ kind: "availability", board: STAIRS, online: true }]);

  const second = await startBroker({ dataDir, limits: { willCheckMs: 400 } });
  const client = await connectBoard(second.broker, STAIRS, { clientId: "board", will: WILL });
  const seen = collect(client);
  await client.subscribeAsync(PREFIX + "availability", QOS1);
  await until(() => seen.length > 0);
  // Longer than the broker takes to look for wills that nobody came back for.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(seen).toEqual(["availability online"]);
  expect(second.inbox.events).toEqual([]);
});

test("the will of a board that has replaced its own connection is not lost either", async () => {
  const dataDir = await makeDataDir();
  const first = await startBroker({ dataDir });
  const before = await connectBoard(first.broker, STAIRS, { will: WILL });
  const again = await connectBoard(first.broker, STAIRS, { will: WILL });
  await until(() => !before.connected);
  await again.publishAsync(PREFIX + "availability", "online", RETAINED);
  await first.broker.close();

  const second = await startBroker({ dataDir, limits: { willCheckMs: 400 } });
  await until(() => second.inbox.events.length > 0);
  expect(second.inbox.events).toEqual([{ kind: "availability", board: STAIRS, online: false }]);
});

test("a will that was said is said once", async () => {
  const dataDir = await makeDataDir();
  const first = await startBroker({ dataDir });
  const board = await connectBoard(first.broker, STAIRS, { will: WILL });
  board.stream.destroy();
  await until(() => first.inbox.events.length === 1);
  await first.broker.close();

  const second = await startBroker({ dataDir, limits: { willCheckMs: 200 } });
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(second.inbox.events).toEqual([]);
});

test("a kept session gets what is published between the restart and its return, up to the bound", async () => {
  const dataDir = await makeDataDir();
  const limits = { queuedMax: 2 };
  const first = await startBroker({ dataDir, limits });
  await leaveTraces(first.broker.port);
  await first.broker.close();

  const clock = clockAt(after(NOON, hours(1)));
  const second = await startBroker({ dataDir, limits, clock });
  const board = await connectBoard(second.broker, STAIRS, { clientId: "board" });
  await board.publishAsync(TOPIC, readingsText(1, 2), QOS1);
  await board.publishAsync(TOPIC, readingsText(1, 3), QOS1);
  await until(() => second.inbox.refusals.length === 1);
  let seen: string[] = [];
  await connectBoard(second.broker, STAIRS, { clean: false }, (client) => {
    seen = collect(client);
  });
  await until(() => seen.length === 2);
  expect(seen).toEqual([`readings ${readingsText(1, 1)}`, `readings ${readingsText(1, 2)}`]);
});

test("what a removed board left behind is gone after the next start", async () => {
  const dataDir = await makeDataDir();
  const first = await startBroker({ dataDir });
  await leaveTraces(first.broker.port);
  await first.broker.close();

  const second = await startBroker({ dataDir, access: createAccess([HALL]) });
  await second.broker.close();

  const third = await startBroker({ dataDir, limits: { willCheckMs: 400 } });
  const client = await connectBoard(third.broker, STAIRS, { clean: false });
  const seen = collect(client);
  await client.subscribeAsync(PREFIX + "#", QOS1);
  await client.publishAsync(PREFIX + "clock/get", clockQuestion(), QOS1);
  await until(() => seen.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(seen).toEqual([`clock/get ${clockQuestion()}`]);
  expect(third.inbox.events).toEqual([{ kind: "clock-asked", board: STAIRS }]);
});

for (const kind of ["MANIFEST", ".ldb", "CURRENT"]) {
  test(`a store whose ${kind} was damaged is started anew, and counted`, async () => {
    const dataDir = await makeDataDir();
    const first = await startBroker({ dataDir });
    await leaveTraces(first.broker.port);
    await first.broker.close();
    // Level moves what it has written from its log into a table when it is opened again.
    await (await startBroker({ dataDir })).broker.close();
    const store = join(dataDir, "broker");
    const files = (await readdir(store)).filter((name) => name.includes(kind));
    expect(files).not.toEqual([]);
    for (const name of files) await writeFile(join(store, name), "x".repeat(1000));

    const second = await startBroker({ dataDir });
    expect(second.inbox.refusals).toEqual([
      { from: "hub", where: "broker store", problem: "was damaged and starts empty" },
    ]);
    const client = await connectBoard(second.broker, STAIRS);
    await client.publishAsync(TOPIC, readingsText(1), QOS1);
    expect(second.inbox.stored).toHaveLength(1);
  });
}

test("two hubs on one data directory: the second says so and does not start", async () => {
  const dataDir = await makeDataDir();
  await startBroker({ dataDir });
  await expect(startBroker({ dataDir })).rejects.toThrow(/another hub runs on this data directory/);
});

test("a port that is taken is named, and the data directory is free again", async () => {
  const { broker } = await startBroker();
  const dataDir = await makeDataDir();
  const mqtt = { host: "127.0.0.1", port: broker.port };
  await expect(startBroker({ dataDir, listen: { mqtt } })).rejects.toThrow(
    `cannot listen for MQTT on 127.0.0.1:${broker.port}: another program uses it`,
  );
  await startBroker({ dataDir });
});

test("a broker that closes while readings wait for the journal acknowledges none of them", async () => {
  const { broker, inbox } = await startBroker();
  const raw = await openRawBoard(broker.port, STAIRS);
  const before = raw.received().length;
  inbox.hold();
  raw.socket.write(publishPacket(TOPIC, readingsText(1)));
  await until(() => inbox.held() === 1);
  await broker.close();
  inbox.release();
  await until(() => raw.isClosed() && inbox.stored.length === 1);
  expect(raw.received().length).toBe(before);
  expect(inbox.refusals).toEqual([]);
});

test("a certificate that is none is said at the start, and nothing stays open", async () => {
  const dataDir = await makeDataDir();
  const host = "127.0.0.1";
  const listen = { mqtt: { host, port: 0 }, mqtts: { host, port: 0, cert: "none", key: "none" } };
  await expect(startBroker({ dataDir, listen })).rejects.toThrow(/PEM/);
  await startBroker({ dataDir });
});

test("closing ends every connection, signed in or not", async () => {
  const { broker } = await startBroker();
  const client = await connectBoard(broker, STAIRS);
  await broker.close();
  await until(() => !client.connected);
  expect(broker.connected()).toEqual([]);
  await broker.close();
});
