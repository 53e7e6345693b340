import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { availabilityTopic, descriptionTopic } from "@battant/protocol/wire/topics";
import { Level } from "level";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createBroker } from "../src/adapters/mqtt/broker.ts";
import {
  clockAt,
  closed,
  connectBoard,
  createAccess,
  createMemoryInbox,
  description,
  HALL,
  introduce,
  makeDataDir,
  NOON,
  STAIRS,
  until,
} from "./broker-kit.ts";

// Goal: of a board that was forgotten, the broker keeps nothing, and others are not touched.
// Method: real clients leave messages, sessions and wills behind; then the disk is looked at.

const started = async (dataDir: string, boards: readonly string[]) => {
  const inbox = createMemoryInbox();
  const access = createAccess(boards);
  const broker = await createBroker({
    inbox,
    access,
    clock: clockAt(NOON),
    dataDir,
    listen: { mqtt: { host: "127.0.0.1", port: 0 } },
  });
  return { broker, inbox, access };
};

const keysOnDisk = async (dataDir: string): Promise<string[]> => {
  const db = new Level(join(dataDir, "broker"));
  await db.open();
  const keys = await db.keys().all();
  await db.close();
  return keys;
};

/** Says hello as a board does, leaves a will, and keeps a session with something to come. */
const settle = async (broker: { readonly port: number }, board: BoardId) => {
  const client = await connectBoard(broker, board, {
    clean: false,
    will: {
      topic: availabilityTopic(board),
      payload: Buffer.from("offline"),
      qos: 1,
      retain: true,
    },
  });
  await client.subscribeAsync(availabilityTopic(board), { qos: 1 });
  await client.publishAsync(availabilityTopic(board), "online", { qos: 1, retain: true });
  const text = description();
  await client.publishAsync(descriptionTopic(board), text, { qos: 1, retain: true });
  return client;
};

test("a board that is forgotten is sent away, and leaves nothing in the broker", async () => {
  const dataDir = await makeDataDir();
  const { broker, inbox, access } = await started(dataDir, [STAIRS, HALL]);
  const hall = await settle(broker, HALL);
  const stairs = await settle(broker, STAIRS);

  access.remove(HALL);
  await broker.forget(HALL);
  await closed(hall);
  expect(inbox.events.at(-1)).toEqual({ kind: "availability", board: HALL, online: false });
  expect(broker.connected()).toEqual([STAIRS]);
  expect(stairs.connected).toBe(true);

  await broker.close();
  const keys = await keysOnDisk(dataDir);
  expect(keys.filter((key) => key.includes("hall"))).toEqual([]);
  // Its session, its will and its two messages.
  expect(keys.filter((key) => key.includes("stairs"))).toHaveLength(4);
});

test("a board that comes back under a forgotten name finds nothing of the old one", async () => {
  const { broker, inbox } = await started(await makeDataDir(), [HALL]);
  const before = await settle(broker, HALL);
  await broker.forget(HALL);
  await closed(before);
  inbox.events.length = 0;

  const heard: string[] = [];
  const client = await connectBoard(broker, HALL, { clean: false }, (it) =>
    it.on("message", (topic) => heard.push(topic)),
  );
  await client.subscribeAsync(`battant/1/${HALL}/#`, { qos: 1 });
  await introduce(client, HALL);
  await until(() => inbox.events.length > 0);
  // Only what it has just said itself, and nothing from before.
  await until(() => heard.length > 0);
  expect(heard).toEqual([descriptionTopic(HALL)]);
  await broker.close();
});

test("nothing waits for the kept session of a board that was forgotten", async () => {
  const dataDir = await makeDataDir();
  const { broker } = await started(dataDir, [HALL]);
  const before = await settle(broker, HALL);
  await broker.forget(HALL);
  await closed(before);
  const other = await connectBoard(broker, HALL, { clientId: "another", clean: true });
  await other.publishAsync(availabilityTopic(HALL), "online", { qos: 1, retain: true });
  await other.endAsync();
  await broker.close();
  expect(await keysOnDisk(dataDir)).toEqual([`retained:${availabilityTopic(HALL)}`]);
});

test("the last word of a board that was removed is heard, and not kept", async () => {
  const dataDir = await makeDataDir();
  const { broker, access, inbox } = await started(dataDir, [HALL]);
  const will = { topic: availabilityTopic(HALL), payload: Buffer.from("offline"), qos: 1 } as const;
  await connectBoard(broker, HALL, { will: { ...will, retain: true } });
  access.remove(HALL);
  broker.disconnect(HALL);
  await until(() => inbox.events.length > 0);
  expect(inbox.events).toEqual([{ kind: "availability", board: HALL, online: false }]);
  await broker.close();
  expect((await keysOnDisk(dataDir)).filter((key) => key.startsWith("retained"))).toEqual([]);
});

test("to forget a board that left nothing does no harm", async () => {
  const { broker } = await started(await makeDataDir(), [STAIRS]);
  await broker.forget("never-seen" as BoardId);
  expect(broker.connected()).toEqual([]);
  await broker.close();
});
