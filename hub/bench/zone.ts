import { setTimeout as sleep } from "node:timers/promises";
import type { BoardId, BootId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Lease, RelayReport } from "@battant/protocol/vocabulary/relay";
import { milliseconds } from "@battant/protocol/vocabulary/units";
import { ONLINE } from "@battant/protocol/wire/presence";
import { encodeReadings } from "@battant/protocol/wire/readings";
import { decodeLease, encodeRelayReport } from "@battant/protocol/wire/relay";
import { type Seal, unsealed } from "@battant/protocol/wire/sealed";
import {
  availabilityTopic,
  leaseTopic,
  readingsTopic,
  relayTopic,
} from "@battant/protocol/wire/topics";
import { sha256 } from "../src/adapters/mqtt/sealing.ts";
import { type Board, type BoardSocket, connectBoard, type SocketOptions } from "./board-socket.ts";
import { isPublish, type Message, pubackPacket, published, publishPacket } from "./packets.ts";

/** One zone of the bench: a board with a light sensor, one with a relay, and a stopwatch. */

/**
 * What the stopwatch waits for after a dark reading is sent.
 * `lease-ended`: the zone is bright until the hub has borrowed its light; then the light is given
 * back by a lease of no duration.
 * `held`: the same path without minutes of daylight first, and from another beginning. The relay
 * reports that it is held by a lease the hub knows nothing of; the hub ends it.
 * `lease`: whoever decides sends a lease at any dark reading.
 * `echo`: nobody decides, the reading itself is forwarded to the relay's board.
 */
export type Answer = "lease-ended" | "held" | "lease" | "echo";

export type ZoneOptions = {
  readonly port: number;
  readonly boot: string;
  readonly light: Board;
  readonly relay: Board;
  readonly answer: Answer;
};

export type Zone = {
  shine(): void;
  isBorrowed(): boolean;
  /** Milliseconds to the answer, or why there is none. */
  darken(): Promise<number | "early" | "unanswered">;
};

const SENSOR = "light" as SensorId;
const RELAY = "main" as RelayId;
const BRIGHT_LX = 900;
const DARK_LX = 5;
/**
 * `on_delay_s: 1`, the least a building file may say, and more than the hub can be late in seeing the
 * first dark reading: or the second would come too soon, and the answer only with the next tick.
 */
const STILL_DARK_AFTER_MS = 1400;
const ANSWER_MS_MAX = 10_000;

export async function openZone(options: ZoneOptions): Promise<Zone> {
  const { answer } = options;
  let onAnswer: ((arrivedMs: number) => void) | undefined;
  const relay = await openRelay(options, (lease, arrivedMs) => {
    if (lease === undefined || lease.duration === 0) onAnswer?.(arrivedMs);
    if (lease !== undefined) relay.obey(lease);
  });
  const sensor = await openSensor(options);
  if (answer === "lease-ended") {
    sensor.appear();
    relay.appear();
  }

  /** Returns false if the hub has given the light back by itself in the meantime. */
  const isStillBorrowed = async (): Promise<boolean> => {
    sensor.see(DARK_LX);
    await sleep(STILL_DARK_AFTER_MS);
    return relay.isInhibited();
  };

  return {
    shine: () => sensor.see(BRIGHT_LX),
    isBorrowed: relay.isInhibited,
    darken: async () => {
      if (answer === "lease-ended" && !(await isStillBorrowed())) return "early";
      const arrival = new Promise<number>((resolve) => {
        onAnswer = resolve;
      });
      const began = performance.now();
      if (answer === "held") relay.reportHeld();
      else sensor.see(DARK_LX);
      const arrived = await Promise.race([arrival, sleep(ANSWER_MS_MAX, "unanswered" as const)]);
      onAnswer = undefined;
      return arrived === "unanswered" ? arrived : arrived - began;
    },
  };
}

async function openSensor({ port, boot, light: board }: ZoneOptions) {
  const { id, say } = speaker(board, await connectBoard({ port, board, onPackets: () => {} }));
  let sequence = 0;
  return {
    appear: () => say(availabilityTopic(id), ONLINE, true),
    /** No two readings alike: a sensor that repeats itself is not believed. */
    see: (lx: number): void => {
      sequence += 1;
      const time = { kind: "age", age: milliseconds(0) } as const;
      const value = lx + (sequence % 10) / 10;
      const reading = { sequence, sensor: SENSOR, quantity: "illuminance", value, time } as const;
      say(readingsTopic(id), encodeReadings(boot as BootId, [reading]));
    },
  };
}

type OnAnswer = (lease: Lease | undefined, arrivedMs: number) => void;

async function openRelay(options: ZoneOptions, onAnswer: OnAnswer) {
  const { port, boot, light, relay: board, answer } = options;
  const seal = sealOf(board, boot);
  let inhibited = false;

  const onPackets: SocketOptions["onPackets"] = (packets) => {
    const arrivedMs = performance.now();
    for (const packet of packets.filter(isPublish)) {
      const message = published(packet);
      socket.write(pubackPacket(message.id));
      const mayObey = answer === "lease-ended" || answer === "held";
      onAnswer(mayObey ? leaseIn(message, seal) : undefined, arrivedMs);
    }
  };
  const socket = await connectBoard({ port, board, onPackets });
  const { id, say } = speaker(board, socket);
  const topic = answer === "echo" ? readingsTopic(light.id as BoardId) : leaseTopic(id, RELAY);
  await socket.subscribe(topic);

  const report = (it: Omit<RelayReport, "boot">): void =>
    say(relayTopic(id, RELAY), encodeRelayReport({ boot: boot as BootId, ...it }), true);
  return {
    isInhibited: () => inhibited,
    appear: (): void => {
      say(availabilityTopic(id), ONLINE, true);
      report({ state: "available", reason: "start", lit: true });
    },
    reportHeld: (): void =>
      report({ state: "inhibited", reason: "lease", lease: "earlier" as Lease["id"], lit: false }),
    obey: (lease: Lease): void => {
      inhibited = lease.duration > 0;
      report({
        state: inhibited ? "inhibited" : "available",
        reason: inhibited ? "lease" : "lease-ended",
        lease: lease.id,
        lit: !inhibited,
      });
    },
  };
}

const sealOf = ({ key = "" }: Board, boot: string): Seal => ({
  key: Buffer.from(key, "hex").toString("latin1"),
  boot: boot as BootId,
  sha256,
});

/** Looked into after its arrival was timed: how long a board takes for that is not the hub's. */
function leaseIn({ topic, payload }: Message, seal: Seal): Lease {
  const opened = unsealed(seal, topic, payload);
  const lease = opened.ok ? decodeLease(opened.value.body) : opened;
  if (!lease.ok) throw new Error(`not a lease, ${lease.problem}: ${payload}`);
  return lease.value;
}

/** One board's way to publish: QoS 1, ids in turn. Its PUBACKs are nobody's business here. */
function speaker({ id }: Board, socket: BoardSocket) {
  let packets = 0;
  return {
    id: id as BoardId,
    say: (topic: string, payload: string, retain = false): void => {
      packets = (packets % 65_535) + 1;
      socket.write(publishPacket({ id: packets, topic, payload, retain }));
    },
  };
}
