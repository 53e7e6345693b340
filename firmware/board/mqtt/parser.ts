/**
 * MQTT 3.1.1 packets that a board receives, out of a stream that is cut and joined anywhere.
 *
 * A packet that is malformed, longer than the maximum or not meant for a client ends the parsing:
 * after it nothing in the stream can be trusted.
 */

export type Packet =
  | { readonly kind: "connack"; readonly code: number }
  | {
      readonly kind: "publish";
      readonly topic: string;
      readonly payload: string;
      /** To be acknowledged under this number; `undefined` at QoS 0. */
      readonly id: number | undefined;
    }
  | { readonly kind: "puback"; readonly id: number }
  | { readonly kind: "suback"; readonly granted: boolean }
  | { readonly kind: "pingresp" };

export type Parsing = {
  readonly packets: readonly Packet[];
  /** What is wrong with the stream; nothing more will come out of it. */
  readonly broken: string | undefined;
};

/** What has come and is not a whole packet yet. */
export type Parser = { buffer: string; broken: string | undefined };

/** A lease takes 150 bytes, a clock 60. Nobody has more to say to a board. */
export const PACKET_LENGTH_MAX = 2048;

const LENGTH_BYTES_MAX = 4;

type Frame =
  | { readonly kind: "incomplete" }
  | { readonly kind: "broken"; readonly because: string }
  | {
      readonly kind: "frame";
      readonly header: number;
      readonly start: number;
      readonly end: number;
    };

const frameAt = (bytes: string, at: number): Frame => {
  let length = 0;
  for (let i = 0; i < LENGTH_BYTES_MAX; i++) {
    const place = at + 1 + i;
    if (place >= bytes.length) return { kind: "incomplete" };
    const digit = bytes.charCodeAt(place);
    length += (digit & 127) << (7 * i);
    if (length > PACKET_LENGTH_MAX) return { kind: "broken", because: "packet too long" };
    if (digit < 128) {
      const start = place + 1;
      if (bytes.length < start + length) return { kind: "incomplete" };
      return { kind: "frame", header: bytes.charCodeAt(at), start: start, end: start + length };
    }
  }
  return { kind: "broken", because: "length of more than four bytes" };
};

const word = (bytes: string, at: number): number =>
  (bytes.charCodeAt(at) << 8) | bytes.charCodeAt(at + 1);

const publish = (header: number, body: string): Packet | undefined => {
  const qos = (header >> 1) & 3;
  if (qos > 1 || body.length < 2) return undefined;
  const topicEnd = 2 + word(body, 0);
  const payloadStart = topicEnd + (qos === 1 ? 2 : 0);
  if (body.length < payloadStart) return undefined;
  const id = qos === 1 ? word(body, topicEnd) : undefined;
  if (id === 0) return undefined;
  return {
    kind: "publish",
    topic: body.substring(2, topicEnd),
    payload: body.substring(payloadStart),
    id: id,
  };
};

/** Any code above 2 is a refusal (§3.9.3). */
const suback = (body: string): Packet | undefined => {
  if (body.length < 3) return undefined;
  for (let i = 2; i < body.length; i++) {
    if (body.charCodeAt(i) > 2) return { kind: "suback", granted: false };
  }
  return { kind: "suback", granted: true };
};

const decode = (header: number, body: string): Packet | undefined => {
  if ((header & 0xf0) === 0x30) return publish(header, body);
  if (header === 0x20 && body.length === 2) return { kind: "connack", code: body.charCodeAt(1) };
  if (header === 0x40 && body.length === 2) return { kind: "puback", id: word(body, 0) };
  if (header === 0x90) return suback(body);
  if (header === 0xd0 && body.length === 0) return { kind: "pingresp" };
  return undefined;
};

export const createParser = (): Parser => ({ buffer: "", broken: undefined });

export const feed = (parser: Parser, bytes: string): Parsing => {
  const packets: Packet[] = [];
  if (parser.broken !== undefined) return { packets: packets, broken: parser.broken };
  const buffer = parser.buffer + bytes;
  let at = 0;
  while (at < buffer.length) {
    const frame = frameAt(buffer, at);
    if (frame.kind === "incomplete") break;
    if (frame.kind === "broken") {
      parser.broken = frame.because;
      break;
    }
    const packet = decode(frame.header, buffer.substring(frame.start, frame.end));
    if (packet === undefined) {
      parser.broken = "not a packet for a client";
      break;
    }
    packets.push(packet);
    at = frame.end;
  }
  parser.buffer = parser.broken === undefined ? buffer.substring(at) : "";
  return { packets: packets, broken: parser.broken };
};
