/**
 * MQTT 3.1.1 packets that a board sends, as binary strings: one character per byte.
 *
 * All text is ASCII, by the contract, so a string's length is its length in bytes.
 */

export type Message = {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
};

/** Retained: the broker tells it to whoever asks later. */
export const kept = (topic: string, payload: string): Message => ({
  topic: topic,
  payload: payload,
  retain: true,
});

export const passing = (topic: string, payload: string): Message => ({
  topic: topic,
  payload: payload,
  retain: false,
});

export type Delivery =
  | { readonly qos: 0 }
  /** `again` sets DUP: this may be the second time the broker sees it (§3.3.1.1). */
  | { readonly qos: 1; readonly id: number; readonly again: boolean };

export type Introduction = {
  readonly clientId: string;
  readonly user: string;
  readonly password: string;
  readonly keepAliveSeconds: number;
  readonly will: Message;
};

const byte = (value: number): string => String.fromCharCode(value & 255);

const word = (value: number): string => byte(value >> 8) + byte(value);

/** A string with its length before it (§1.5.3). */
const text = (value: string): string => word(value.length) + value;

/** Seven bits per byte, the lowest first (§2.2.3). */
const remainingLength = (length: number): string => {
  let encoded = "";
  let rest = length;
  for (let i = 0; i < 4; i++) {
    const low = rest & 127;
    rest = rest >> 7;
    if (rest === 0) return encoded + byte(low);
    encoded += byte(low | 128);
  }
  return encoded;
};

const packet = (header: number, body: string): string =>
  byte(header) + remainingLength(body.length) + body;

const PROTOCOL_LEVEL = 4;
const USER = 128;
const PASSWORD = 64;
const WILL_RETAIN = 32;
const WILL_QOS_1 = 8;
const WILL = 4;
const CLEAN_SESSION = 2;

export const encodeConnect = (introduction: Introduction): string =>
  packet(
    0x10,
    text("MQTT") +
      byte(PROTOCOL_LEVEL) +
      byte(
        USER |
          PASSWORD |
          WILL |
          WILL_QOS_1 |
          (introduction.will.retain ? WILL_RETAIN : 0) |
          CLEAN_SESSION,
      ) +
      word(introduction.keepAliveSeconds) +
      text(introduction.clientId) +
      text(introduction.will.topic) +
      text(introduction.will.payload) +
      text(introduction.user) +
      text(introduction.password),
  );

export const encodePublish = (message: Message, delivery: Delivery): string => {
  const retain = message.retain ? 1 : 0;
  if (delivery.qos === 0) return packet(0x30 | retain, text(message.topic) + message.payload);
  const again = delivery.again ? 8 : 0;
  return packet(0x32 | again | retain, text(message.topic) + word(delivery.id) + message.payload);
};

export const encodePuback = (id: number): string => packet(0x40, word(id));

/** Every filter at QoS 1. */
export const encodeSubscribe = (id: number, filters: readonly string[]): string =>
  packet(0x82, word(id) + filters.map((filter) => text(filter) + byte(1)).join(""));

export const PINGREQ = packet(0xc0, "");
