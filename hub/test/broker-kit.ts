import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId, BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { UpdateReport } from "@battant/protocol/vocabulary/update";
import { encodeClockQuestion, encodeDescription } from "@battant/protocol/wire/presence";
import { encodeReadings } from "@battant/protocol/wire/readings";
import { type Opened, unsealed } from "@battant/protocol/wire/sealed";
import { descriptionTopic } from "@battant/protocol/wire/topics";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { onTestFinished, vi } from "vitest";
import { type Broker, type BrokerOptions, createBroker } from "../src/adapters/mqtt/broker.ts";
import { sha256 } from "../src/adapters/mqtt/sealing.ts";
import type { HubEvent } from "../src/domain/event.ts";
import type { Appended, BoardAccess, Clock, Inbox, Refusal } from "../src/ports.ts";

/** A broker on a free port with a small real inbox behind it, and clients to try it with. */

export const STAIRS = "stairs" as BoardId;
export const HALL = "hall" as BoardId;
export const NOON = instant(Date.UTC(2026, 5, 21, 12));

export const BOOT = "boot-1" as BootId;

export const passwordOf = (board: string): string => `secret of ${board}`;

export const keyOf = (board: string): Buffer =>
  createHash("sha256").update(`key of ${board}`).digest();

/** What a board with the right key reads, or why it would not believe it. */
export const openedBy = (
  board: string,
  { topic, payload }: { readonly topic: string; readonly payload: string },
  boot = BOOT,
): Opened | string => {
  const seal = { key: keyOf(board).toString("latin1"), boot, sha256 };
  const opened = unsealed(seal, topic, payload);
  return opened.ok ? opened.value : opened.problem;
};

export const clockQuestion = (boot = BOOT, counter = 0): string =>
  encodeClockQuestion({ boot, counter });

export const description = (change: Partial<Description> = {}): string =>
  encodeDescription({
    contract: 1,
    boot: BOOT,
    model: "light",
    program: "0.1.0",
    sensors: [],
    relays: [],
    ...change,
  });

/** The board says who it is, so that the hub can speak to it. */
export const introduce = async (
  client: MqttClient,
  board: BoardId,
  change: Partial<Description> = {},
): Promise<void> => {
  await client.publishAsync(descriptionTopic(board), description(change), { qos: 1 });
};

export type MemoryInbox = Inbox & {
  readonly stored: Reading[];
  readonly events: HubEvent[];
  readonly refusals: Refusal[];
  readonly reports: { readonly board: BoardId; readonly report: UpdateReport }[];
  /** From now on nothing is stored until `release`. */
  hold(): void;
  release(): void;
  /** How many batches wait to be stored. */
  held(): number;
  /** The answer to the next batch, once. */
  answerNext(answer: Appended): void;
  problems(): string[];
};

/** Keeps readings in memory in the order they came, once each, as the journal does on disk. */
export const createMemoryInbox = (): MemoryInbox => {
  const stored: Reading[] = [];
  const events: HubEvent[] = [];
  const refusals: Refusal[] = [];
  const reports: { readonly board: BoardId; readonly report: UpdateReport }[] = [];
  const answers: Appended[] = [];
  const waiting: (() => void)[] = [];
  const names = new Set<string>();
  let isHeld = false;

  const append = (batch: readonly Reading[]): Appended => {
    const answer = answers.shift();
    if (answer !== undefined) return answer;
    const fresh = batch.filter((reading) => !names.has(nameOf(reading)));
    for (const reading of fresh) names.add(nameOf(reading));
    stored.push(...fresh);
    return { ok: true, stored: fresh.length, duplicates: batch.length - fresh.length };
  };

  return {
    stored,
    events,
    refusals,
    reports,
    readings: async (batch) => {
      if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
      return append(batch);
    },
    event: (event) => void events.push(event),
    updateReported: (board, report) => void reports.push({ board, report }),
    refused: (refusal) => void refusals.push(refusal),
    hold: () => {
      isHeld = true;
    },
    release: () => {
      isHeld = false;
      for (const resume of waiting.splice(0)) resume();
    },
    held: () => waiting.length,
    answerNext: (answer) => void answers.push(answer),
    problems: () => refusals.map((it) => it.problem),
  };
};

const nameOf = (reading: Reading): string => `${reading.board} ${reading.boot} ${reading.sequence}`;

export const createAccess = (
  boards: Iterable<string>,
): BoardAccess & { remove(b: string): void } => {
  const known = new Set(boards);
  return {
    verify: (board, password) => known.has(board) && password === passwordOf(board),
    isKnown: (board) => known.has(board),
    key: (board) => (known.has(board) ? keyOf(board) : undefined),
    remove: (board) => void known.delete(board),
  };
};

export const clockAt = (now: Instant): Clock => ({ now: () => now, every: () => () => {} });

export const makeDataDir = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), "battant-broker-"));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

export type Bench = { readonly broker: Broker; readonly inbox: MemoryInbox };

export const startBroker = async (options: Partial<BrokerOptions> = {}): Promise<Bench> => {
  const inbox = createMemoryInbox();
  const broker = await createBroker({
    inbox,
    access: createAccess([STAIRS, HALL]),
    clock: clockAt(NOON),
    dataDir: options.dataDir ?? (await makeDataDir()),
    listen: { mqtt: { host: "127.0.0.1", port: 0 } },
    ...options,
  });
  onTestFinished(() => broker.close());
  return { broker, inbox };
};

/** A board as the npm client plays it: connected, and ended with the test. */
export const connectBoard = async (
  broker: Pick<Broker, "port">,
  board: string,
  options: IClientOptions = {},
  before: (client: MqttClient) => void = () => {},
): Promise<MqttClient> => {
  const client = mqtt.connect(`mqtt://127.0.0.1:${broker.port}`, {
    username: board,
    password: passwordOf(board),
    clientId: board,
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });
  onTestFinished(() => void client.end(true));
  client.on("error", () => {});
  before(client);
  await new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", reject);
    client.once("close", () => reject(new Error("closed before CONNACK")));
  });
  return client;
};

/** What CONNACK answered: 0 when it was let in. */
export const connackOf = async (
  broker: Broker,
  options: IClientOptions,
): Promise<number | string> => {
  try {
    const client = await connectBoard(broker, options.username ?? STAIRS, options);
    client.end(true);
    return 0;
  } catch (error) {
    return error instanceof Error && "code" in error ? Number(error.code) : String(error);
  }
};

export const closed = (client: MqttClient): Promise<void> => until(() => !client.connected);

/** Waits for something that another process or socket will make true. */
export const until = (isTrue: () => boolean): Promise<void> =>
  vi.waitFor(() => {
    if (!isTrue()) throw new Error(`still not so: ${isTrue.toString()}`);
  }, 20_000);

export const readingsText = (count: number, first = 1): string =>
  encodeReadings(
    BOOT,
    Array.from({ length: count }, (_, index) => ({
      sequence: first + index,
      sensor: "light" as SensorId,
      quantity: "illuminance" as const,
      value: 100 + index,
      time: { kind: "at", at: NOON } as const,
    })),
  );

/** Packets by hand (MQTT 3.1.1 §3), for what no well-behaved client would send. */
const text = (value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

const lengthBytes = (length: number): Buffer => {
  const bytes: number[] = [];
  let rest = length;
  do {
    const more = rest >= 128;
    bytes.push((rest % 128) | (more ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.from(bytes);
};

export const packet = (type: number, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([type]), lengthBytes(body.length), body]);
};

export const fixedHeader = (type: number, length: number): Buffer =>
  Buffer.concat([Buffer.from([type]), lengthBytes(length)]);

export const connectPacket = (board: string, keepAliveSeconds = 60): Buffer => {
  const keepAlive = Buffer.alloc(2);
  keepAlive.writeUInt16BE(keepAliveSeconds);
  const flags = Buffer.from([4, 0b1100_0010]);
  return packet(
    0x10,
    text("MQTT"),
    flags,
    keepAlive,
    text(board),
    text(board),
    text(passwordOf(board)),
  );
};

export const anonymousConnectPacket = (): Buffer =>
  packet(0x10, text("MQTT"), Buffer.from([4, 0b10, 0, 60]), text(STAIRS));

export const publishPacket = (topic: string, payload: string | Buffer, id = 1): Buffer => {
  const identifier = Buffer.alloc(2);
  identifier.writeUInt16BE(id);
  return packet(0x32, text(topic), identifier, Buffer.from(payload));
};

export const subscribePacket = (filter: string): Buffer =>
  packet(0x82, Buffer.from([0, 9]), text(filter), Buffer.from([1]));

export type RawClient = {
  readonly socket: Socket;
  readonly received: () => Buffer;
  readonly isClosed: () => boolean;
};

export const openRaw = async (port: number): Promise<RawClient> => {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  onTestFinished(() => void socket.destroy());
  const chunks: Buffer[] = [];
  let isClosed = false;
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {});
  socket.on("close", () => {
    isClosed = true;
  });
  await once(socket, "connect");
  return { socket, received: () => Buffer.concat(chunks), isClosed: () => isClosed };
};

export const openRawBoard = async (port: number, board: string): Promise<RawClient> => {
  const raw = await openRaw(port);
  raw.socket.write(connectPacket(board));
  await until(() => raw.received().length >= 4);
  return raw;
};

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

export const run = async (program: string, args: readonly string[]): Promise<Ran> => {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => out.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => err.push(chunk));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out: Buffer.concat(out).toString(), err: Buffer.concat(err).toString() };
};
