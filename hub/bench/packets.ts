/**
 * The few packets of MQTT 3.1.1 that a board sends and gets, as bytes. Written out here so that a
 * measuring client costs next to nothing: a library would be measured along with the broker.
 */

export type Packet = {
  /** First byte: type and flags (MQTT 3.1.1 §2.2). */
  readonly head: number;
  readonly body: Buffer;
};

export const CONNACK = 0x20;
export const PUBACK = 0x40;
export const SUBACK = 0x90;
const PUBLISH = 0x30;
const TYPE = 0xf0;
const QOS_1 = 0x02;
const RETAIN = 0x01;

export const typeOf = (packet: Packet): number => packet.head & TYPE;
export const isPublish = (packet: Packet): boolean => typeOf(packet) === PUBLISH;

export type Credentials = {
  /** User name and client id. */
  readonly id: string;
  /** `null`: anonymous. */
  readonly password: string | null;
};

/** Longer than any bench lasts, so that nobody has to ping. The hub accepts no more. */
const KEEP_ALIVE_SECONDS = 600;

/** For a clean session (MQTT 3.1.1 §3.1). */
export function connectPacket({ id, password }: Credentials): Buffer {
  const flags = password === null ? 0x02 : 0xc2;
  const head = Buffer.from([0, 4, 0x4d, 0x51, 0x54, 0x54, 4, flags, 0, 0]);
  head.writeUInt16BE(KEEP_ALIVE_SECONDS, 8);
  const identity = password === null ? [] : [text(id), text(password)];
  return framed(0x10, [head, text(id), ...identity]);
}

export const subscribePacket = (id: number, filter: string): Buffer =>
  framed(0x82, [uint16(id), text(filter), Buffer.from([1])]);

export type Message = {
  readonly id: number;
  readonly topic: string;
  readonly payload: string;
  readonly retain?: boolean;
};

/** QoS 1, as everything on our wire. */
export const publishPacket = ({ id, topic, payload, retain = false }: Message): Buffer =>
  framed(PUBLISH | QOS_1 | (retain ? RETAIN : 0), [text(topic), uint16(id), Buffer.from(payload)]);

export const pubackPacket = (id: number): Buffer => Buffer.from([PUBACK, 2, id >> 8, id & 0xff]);

/** Of a PUBACK. */
export const acknowledgedId = (packet: Packet): number => packet.body.readUInt16BE(0);

/** Of a PUBLISH with QoS 1. */
export function published(packet: Packet): { topic: string; id: number; payload: string } {
  const topicEnd = 2 + packet.body.readUInt16BE(0);
  const withId = (packet.head & QOS_1) !== 0;
  return {
    topic: packet.body.toString("utf8", 2, topicEnd),
    id: withId ? packet.body.readUInt16BE(topicEnd) : 0,
    payload: packet.body.toString("utf8", topicEnd + (withId ? 2 : 0)),
  };
}

/** Takes chunks of any size, and gives the packets that are complete. */
export function createPacketReader(): (chunk: Buffer) => readonly Packet[] {
  let rest: Buffer | undefined;

  return (chunk) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    const packets: Packet[] = [];
    let at = 0;
    for (;;) {
      const length = remainingLength(bytes, at + 1);
      if (length === undefined || length.end + length.value > bytes.length) break;
      const end = length.end + length.value;
      packets.push({ head: bytes[at] ?? 0, body: bytes.subarray(length.end, end) });
      at = end;
    }
    rest = at < bytes.length ? bytes.subarray(at) : undefined;
    return packets;
  };
}

/** Seven bits a byte, lowest first (MQTT 3.1.1 §2.2.3). `undefined`: not all of it is there yet. */
function remainingLength(bytes: Buffer, from: number): { value: number; end: number } | undefined {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { value, end: from + i + 1 };
  }
  throw new Error("the broker sent a packet of impossible length");
}

function framed(head: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  let left = body.length;
  do {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from([head, ...length]), body]);
}

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint16(bytes.length), bytes]);
};
