import { createHash } from "node:crypto";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import type { UpdateOffer, UpdateReport } from "@battant/protocol/vocabulary/update";
import { encodeDescription, OFFLINE } from "@battant/protocol/wire/presence";
import { unsealed } from "@battant/protocol/wire/sealed";
import {
  availabilityTopic,
  descriptionTopic,
  updateReportTopic,
  updateTopic,
} from "@battant/protocol/wire/topics";
import { decodeUpdate, encodeUpdateReport } from "@battant/protocol/wire/update";
import mqtt, { type MqttClient } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { scaledClock, systemClock } from "../src/adapters/clock/system.ts";
import { createBroker } from "../src/adapters/mqtt/broker.ts";
import { sha256 } from "../src/adapters/mqtt/sealing.ts";
import { openRegistry } from "../src/adapters/registry/registry.ts";
import { wire } from "../src/domain/building.ts";
import { createRuntime } from "../src/runtime.ts";
import { createUpdates } from "../src/updates.ts";
import { makeDataDir } from "./broker-kit.ts";
import { siteOf, stairs } from "./building.ts";

// Goal: a program arrives whole on a board, over a real wire, whatever happens meanwhile.
// Method: the hub's real registry, broker, runtime and sender; a board written down here that takes
// chunks as the contract says, and misbehaves as each test wants.

const BOARD = "hall-1" as BoardId;
const BUNDLE = Array.from({ length: 400 }, (_, i) => `x["${i}"]="\\\\";\n`).join("");

/** Waits of the hub pass so many times faster. */
const SPEED = 20;

type Hub = {
  readonly port: number;
  readonly refusals: string[];
  ask(bundle?: string): void;
  progress(): unknown;
  stop(): Promise<void>;
};

const startHub = async (dataDir: string): Promise<Hub> => {
  const registry = openRegistry({ dataDir, clock: systemClock });
  const refusals: string[] = [];
  const now = systemClock.now();
  const clock = scaledClock({ origin: now, realOrigin: now, speed: SPEED });
  const runtime = createRuntime({
    wiring: wire(siteOf(stairs)),
    clock: systemClock,
    trace: { record: () => {} },
    journal: { append: async (batch) => ({ ok: true, stored: batch.length, duplicates: 0 }) },
    decisions: { append: () => {} },
    updates: createUpdates({ programs: registry.programs, clock }),
    onRefused: ({ problem }) => void refusals.push(problem),
  });
  const broker = await createBroker({
    inbox: runtime,
    access: registry.boards,
    clock: systemClock,
    dataDir,
    listen: { mqtt: { host: "127.0.0.1", port: 0 } },
  });
  runtime.start(broker.link);
  let isRunning = true;
  const stop = async (): Promise<void> => {
    if (!isRunning) return;
    isRunning = false;
    runtime.stop();
    await broker.close();
    registry.close();
  };
  onTestFinished(stop);
  return {
    port: broker.port,
    refusals,
    ask: (bundle = BUNDLE) =>
      void registry.programs.ask({
        board: BOARD,
        bundle,
        program: "0.2.0",
        model: "light",
        downgrade: false,
      }),
    progress: () => registry.programs.list()[0]?.progress,
    stop,
  };
};

/** A wire that can be laid to another hub: what a board connects to stays where it is. */
const layWire = async (): Promise<{ readonly port: number; to(port: number): void }> => {
  let target = 0;
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    to: (port) => void (target = port),
  };
};

type Board = {
  readonly client: MqttClient;
  readonly counters: number[];
  readonly problems: string[];
  readonly chunks: number[];
  taken(): string;
  /** Starts again: with the new program, once it is verified. */
  restart(change?: { readonly comesBack?: boolean; readonly trial?: boolean }): Promise<void>;
};

type Manners = {
  readonly credentials: { readonly password: string; readonly key: string };
  /** Does not hear the message of this number. */
  readonly deafTo?: (message: number) => boolean;
  /** What it claims to have, instead of the truth. */
  readonly claims?: (at: number, message: number) => number;
  readonly refuses?: string;
};

const startScriptedBoard = async (port: number, manners: Manners): Promise<Board> => {
  const { password, key } = manners.credentials;
  let starts = 1;
  let program = "0.1.0";
  let messages = 0;
  let offer: UpdateOffer | undefined;
  let taken = "";
  const counters: number[] = [];
  const problems: string[] = [];
  const chunks: number[] = [];
  const boot = (): BootId => `boot-${starts}` as BootId;
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    username: BOARD,
    password,
    clientId: BOARD,
    protocolVersion: 4,
    reconnectPeriod: 200,
    will: { topic: availabilityTopic(BOARD), payload: Buffer.from(OFFLINE), qos: 1, retain: true },
  });
  onTestFinished(() => void client.end(true));
  client.on("error", () => {});

  const describe = (trial = false): void => {
    const description = {
      contract: 1,
      boot: boot(),
      model: "light",
      program,
      sensors: [],
      relays: [],
    };
    const payload = encodeDescription(trial ? { ...description, trial } : description);
    client.publish(descriptionTopic(BOARD), payload, { qos: 1, retain: true });
  };
  const report = (state: UpdateReport["state"], at: number, problem?: string): void => {
    const said = { boot: boot(), state, at, ...(problem !== undefined && { problem }) };
    client.publish(updateReportTopic(BOARD), encodeUpdateReport(said), { qos: 1 });
  };
  const answer = (): void => {
    if (manners.refuses !== undefined) return report("refused", 0, manners.refuses);
    const isWhole = offer !== undefined && taken.length === offer.size;
    const at = manners.claims?.(taken.length, messages) ?? taken.length;
    if (!isWhole) return report("receiving", at);
    const digest = createHash("sha256").update(taken, "latin1").digest("hex");
    report(digest === offer!.digest ? "verified" : "refused", taken.length);
  };
  const receive = (body: string): void => {
    const update = decodeUpdate(body);
    if (!update.ok) return void problems.push(update.problem);
    messages += 1;
    if (manners.deafTo?.(messages) === true) return;
    if (update.value.kind === "offer") {
      if (offer?.digest !== update.value.offer.digest) taken = "";
      offer = update.value.offer;
    } else {
      const { at, data } = update.value.chunk;
      chunks.push(at);
      if (at === taken.length) taken += data;
    }
    answer();
  };
  client.on("message", (topic, payload) => {
    const seal = { key: Buffer.from(key, "hex").toString("latin1"), boot: boot(), sha256 };
    const opened = unsealed(seal, topic, payload.toString());
    if (!opened.ok) return void problems.push(opened.problem);
    counters.push(opened.value.counter);
    receive(opened.value.body);
  });
  client.on("connect", () => {
    client.subscribe(updateTopic(BOARD), { qos: 1 }, () => describe());
  });
  await new Promise<void>((resolve) => client.once("connect", () => resolve()));
  return {
    client,
    counters,
    problems,
    chunks,
    taken: () => taken,
    restart: async ({ comesBack = false, trial = false } = {}) => {
      starts += 1;
      program = comesBack ? "0.1.0" : (offer?.program ?? program);
      describe(trial);
    },
  };
};

const addBoard = (dataDir: string) => {
  const registry = openRegistry({ dataDir, clock: systemClock });
  const credentials = registry.boards.add({ id: BOARD })!;
  registry.close();
  return credentials;
};

const becomes = async (hub: Hub, kind: string): Promise<void> => {
  await expect
    .poll(() => hub.progress(), { timeout: 30_000, interval: 50 })
    .toMatchObject({ kind });
};

const grow = (counters: readonly number[]): boolean =>
  counters.every((counter, index) => index === 0 || counter > counters[index - 1]!);

test("a program asked for beside the hub is sent, verified, tried and kept", async () => {
  const dataDir = await makeDataDir();
  const credentials = addBoard(dataDir);
  const hub = await startHub(dataDir);
  const board = await startScriptedBoard(hub.port, { credentials });
  hub.ask();
  await becomes(hub, "verified");
  expect(board.taken()).toBe(BUNDLE);
  expect(board.chunks).toEqual(board.chunks.map((_, index) => index * 512));
  expect(board.problems).toEqual([]);
  expect(grow(board.counters)).toBe(true);
  await board.restart({ trial: true });
  await becomes(hub, "trial");
  await board.restart();
  await becomes(hub, "done");
  expect(hub.refusals).toEqual([]);
});

test("a board that comes back to what it ran before is told of", async () => {
  const dataDir = await makeDataDir();
  const credentials = addBoard(dataDir);
  const hub = await startHub(dataDir);
  const board = await startScriptedBoard(hub.port, { credentials });
  hub.ask();
  await becomes(hub, "verified");
  await board.restart({ comesBack: true });
  await becomes(hub, "failed");
  expect(hub.progress()).toEqual({
    kind: "failed",
    problem: "the board started it and came back to 0.1.0",
  });
});

test("messages that are lost are made up for", async () => {
  const dataDir = await makeDataDir();
  const credentials = addBoard(dataDir);
  const hub = await startHub(dataDir);
  const deafTo = (message: number): boolean => [1, 4, 5, 9].includes(message);
  const board = await startScriptedBoard(hub.port, { credentials, deafTo });
  hub.ask();
  await becomes(hub, "verified");
  expect(board.taken()).toBe(BUNDLE);
});

test("a board that asks for other places gets them, and all of it in the end", async () => {
  const dataDir = await makeDataDir();
  const credentials = addBoard(dataDir);
  const hub = await startHub(dataDir);
  const claims = (at: number, message: number): number => (message % 5 === 0 ? at + 100 : at);
  const board = await startScriptedBoard(hub.port, { credentials, claims });
  hub.ask();
  await becomes(hub, "verified");
  expect(board.taken()).toBe(BUNDLE);
});

test("a refusal is told in the board's words", async () => {
  const dataDir = await makeDataDir();
  const credentials = addBoard(dataDir);
  const hub = await startHub(dataDir);
  await startScriptedBoard(hub.port, { credentials, refuses: "older than what runs" });
  hub.ask();
  await becomes(hub, "failed");
  expect(hub.progress()).toMatchObject({
    problem: "the board refused it: older than what runs",
  });
});

test("a hub that is stopped in the middle, and started again, goes on in the middle", async () => {
  const dataDir = await makeDataDir();
  const credentials = addBoard(dataDir);
  const wireToHub = await layWire();
  const first = await startHub(dataDir);
  wireToHub.to(first.port);
  let isDeaf = false;
  const board = await startScriptedBoard(wireToHub.port, {
    credentials,
    deafTo: (message) => isDeaf || (isDeaf = message === 6),
  });
  first.ask();
  await expect.poll(() => isDeaf, { timeout: 20_000, interval: 50 }).toBe(true);
  await first.stop();
  const before = board.chunks.length;
  expect(board.taken().length).toBeGreaterThan(0);
  expect(board.taken().length).toBeLessThan(BUNDLE.length);

  const second = await startHub(dataDir);
  isDeaf = false;
  board.chunks.length = before;
  wireToHub.to(second.port);
  await becomes(second, "verified");
  expect(board.taken()).toBe(BUNDLE);
  // Nothing twice but what was lost: the second hub began where the first had come to.
  expect(board.chunks).toEqual(board.chunks.map((_, index) => index * 512));
  expect(grow(board.counters)).toBe(true);
});

test("another program asked for in the middle takes the place of the first", async () => {
  const dataDir = await makeDataDir();
  const credentials = addBoard(dataDir);
  const hub = await startHub(dataDir);
  let isDeaf = false;
  const board = await startScriptedBoard(hub.port, {
    credentials,
    deafTo: (message) => (isDeaf ||= message === 6) && message < 8,
  });
  hub.ask();
  await expect.poll(() => isDeaf, { timeout: 20_000, interval: 50 }).toBe(true);
  const other = BUNDLE.replaceAll("x", "y");
  hub.ask(other);
  await becomes(hub, "verified");
  expect(board.taken()).toBe(other);
});

test("what somebody else on the wire sends in the hub's name is not taken", async () => {
  const dataDir = await makeDataDir();
  const credentials = addBoard(dataDir);
  const hub = await startHub(dataDir);
  const board = await startScriptedBoard(hub.port, { credentials });
  const thief = mqtt.connect(`mqtt://127.0.0.1:${hub.port}`, {
    username: BOARD,
    password: credentials.password,
    clientId: "thief",
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  onTestFinished(() => void thief.end(true));
  thief.on("error", () => {});
  await new Promise<void>((resolve) => thief.once("connect", () => resolve()));
  const gone = new Promise<void>((resolve) => thief.once("close", () => resolve()));
  thief.publish(updateTopic(BOARD), `${"0".repeat(64)} 1 {"size":1}`, { qos: 1 });
  await gone;
  expect(hub.refusals).toEqual(["boards do not publish this topic"]);
  expect([board.counters, board.problems]).toEqual([[], []]);
});
