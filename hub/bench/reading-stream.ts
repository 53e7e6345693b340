import type { BoardId, BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import { instant } from "@battant/protocol/vocabulary/units";
import { encodeReadings } from "@battant/protocol/wire/readings";
import { readingsTopic } from "@battant/protocol/wire/topics";
import { publishPacket } from "./packets.ts";

/**
 * What a board of the bench has to say: four quantities in turn, each reading with a number and a
 * time of its own, every packet ready before the clock starts.
 */
export type ReadingStream = {
  /** All packets, one behind the other; packet `i` begins at `offsets[i]`. */
  readonly bytes: Buffer;
  readonly offsets: readonly number[];
};

export type StreamPlan = {
  readonly board: string;
  readonly boot: string;
  readonly messages: number;
  /** Readings in a message. */
  readonly batch: number;
  /** When the last one was measured. */
  readonly endMs: number;
  /** Time from one message to the next, as the readings tell it. */
  readonly everyMs: number;
};

type Kind = {
  readonly sensor: SensorId;
  readonly quantity: Quantity;
  value(sequence: number): number;
};

/** Bright enough that no rule is moved by it. */
const KINDS: readonly Kind[] = [
  { sensor: "light" as SensorId, quantity: "illuminance", value: (n) => 400 + (n % 997) / 10 },
  { sensor: "pir" as SensorId, quantity: "occupancy", value: (n) => (n >> 2) % 2 },
  { sensor: "meter" as SensorId, quantity: "active-power", value: (n) => 80 + (n % 101) / 10 },
  { sensor: "meter" as SensorId, quantity: "energy", value: (n) => 100_000 + n },
];

export function streamOf(plan: StreamPlan): ReadingStream {
  const topic = readingsTopic(plan.board as BoardId);
  const packets: Buffer[] = [];
  const offsets: number[] = [0];
  for (let message = 0; message < plan.messages; message++) {
    const payload = encodeReadings(plan.boot as BootId, readingsOf(plan, message));
    const packet = publishPacket({ id: packetId(message), topic, payload });
    packets.push(packet);
    offsets.push((offsets[message] ?? 0) + packet.length);
  }
  return { bytes: Buffer.concat(packets), offsets };
}

/** 1 to 65535, in turn (MQTT 3.1.1 §2.3.1). */
export const packetId = (message: number): number => (message % 65_535) + 1;

function readingsOf(plan: StreamPlan, message: number): ReportedReading[] {
  const measured = Math.round(plan.endMs - (plan.messages - 1 - message) * plan.everyMs);
  return Array.from({ length: plan.batch }, (_, index) => {
    const sequence = message * plan.batch + index + 1;
    const kind = KINDS[sequence % KINDS.length] ?? KINDS[0]!;
    // A sensor has one sample at a time: the second round of a long batch is a millisecond later.
    const at = instant(measured + Math.floor(index / KINDS.length));
    const { sensor, quantity } = kind;
    return { sequence, sensor, quantity, value: kind.value(sequence), time: { kind: "at", at } };
  });
}
