import fc from "fast-check";
import { expect, test } from "vitest";
import {
  encodeConnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  PINGREQ,
} from "../mqtt/packet.ts";
import {
  createParser,
  feed,
  type Packet,
  PACKET_LENGTH_MAX,
  type Parsing,
} from "../mqtt/parser.ts";

// Goal: the bytes of MQTT 3.1.1, no others; and a parser that no stream can surprise.
// Method: packets against bytes worked out by hand from the standard; one stream cut at every byte;
// arbitrary bytes.

const hex = (bytes: string): string =>
  bytes
    .split("")
    .map((it) => it.charCodeAt(0).toString(16).padStart(2, "0"))
    .join("");

const bytes = (text: string): string =>
  (text.replaceAll(" ", "").match(/../g) ?? [])
    .map((it) => String.fromCharCode(Number.parseInt(it, 16)))
    .join("");

const message = { topic: "a/b", payload: "hi", retain: false };

const packets: readonly (readonly [name: string, packet: string, expected: string])[] = [
  [
    "CONNECT with will, user and password",
    encodeConnect({
      clientId: "c",
      user: "u",
      password: "pw",
      keepAliveSeconds: 30,
      will: { topic: "w", payload: "offline", retain: true },
    }),
    "1020 00044d515454 04 ee 001e 000163 000177 00076f66666c696e65 000175 00027077",
  ],
  ["PUBLISH at QoS 0", encodePublish(message, { qos: 0 }), "3007 0003612f62 6869"],
  ["PUBLISH kept", encodePublish({ ...message, retain: true }, { qos: 0 }), "3107 0003612f62 6869"],
  [
    "PUBLISH at QoS 1",
    encodePublish(message, { qos: 1, id: 258, again: false }),
    "3209 0003612f62 0102 6869",
  ],
  [
    "PUBLISH again",
    encodePublish(message, { qos: 1, id: 258, again: true }),
    "3a09 0003612f62 0102 6869",
  ],
  ["SUBSCRIBE", encodeSubscribe(1, ["a", "b/+"]), "820c 0001 000161 01 0003622f2b 01"],
  ["PUBACK", encodePuback(513), "4002 0201"],
  ["PINGREQ", PINGREQ, "c000"],
];

for (const [name, packet, expected] of packets) {
  test(`${name} has the bytes of the standard`, () => {
    expect(hex(packet)).toBe(expected.replaceAll(" ", ""));
  });
}

test("lengths take one, two or three bytes where the standard says so", () => {
  const headerOf = (length: number): string => {
    const payload = "x".repeat(length - 5);
    return hex(encodePublish({ ...message, payload }, { qos: 0 }).substring(0, 4));
  };
  expect(headerOf(127)).toMatch(/^307f/);
  expect(headerOf(128)).toMatch(/^308001/);
  expect(headerOf(16383)).toMatch(/^30ff7f/);
  expect(headerOf(16384)).toMatch(/^30808001/);
});

const long = "y".repeat(300);

/** What a broker sends in the life of a board, and what it means. */
const stream: readonly (readonly [string, Packet])[] = [
  [bytes("2002 0000"), { kind: "connack", code: 0 }],
  [bytes("9003 0001 01"), { kind: "suback", granted: true }],
  [bytes("4002 0102"), { kind: "puback", id: 258 }],
  [
    encodePublish(message, { qos: 0 }),
    { kind: "publish", topic: "a/b", payload: "hi", id: undefined },
  ],
  [
    encodePublish(
      { topic: "t", payload: `\0\xff${long}`, retain: true },
      { qos: 1, id: 7, again: true },
    ),
    { kind: "publish", topic: "t", payload: `\0\xff${long}`, id: 7 },
  ],
  [bytes("d000"), { kind: "pingresp" }],
  [
    encodePublish({ ...message, payload: "" }, { qos: 1, id: 65535, again: false }),
    { kind: "publish", topic: "a/b", payload: "", id: 65535 },
  ],
];

const whole = stream.map(([it]) => it).join("");
const meaning = stream.map(([, packet]) => packet);

const parse = (pieces: readonly string[]): Parsing => {
  const parser = createParser();
  const parsings = pieces.map((it) => feed(parser, it));
  return {
    packets: parsings.flatMap((it) => it.packets),
    broken: parsings.map((it) => it.broken).find((it) => it !== undefined),
  };
};

test("a stream means the same wherever it is cut in two", () => {
  for (let at = 0; at <= whole.length; at++) {
    const { packets, broken } = parse([whole.substring(0, at), whole.substring(at)]);
    expect(broken).toBeUndefined();
    expect(packets).toEqual(meaning);
  }
});

test("a stream means the same byte by byte, and all at once", () => {
  expect(parse(whole.split("")).packets).toEqual(meaning);
  expect(parse([whole]).packets).toEqual(meaning);
});

const refusals: readonly (readonly [name: string, stream: string, broken: string])[] = [
  ["a packet longer than the maximum", bytes("30 8110"), "packet too long"],
  ["256 MB announced", bytes("30 ffffff7f"), "packet too long"],
  ["a length of five bytes", bytes("30 80808080 01"), "length of more than four bytes"],
  ["PUBLISH at QoS 2", bytes("34 06 000161 0001 78"), "not a packet for a client"],
  ["PUBLISH with a topic beyond its end", bytes("30 03 0005 61"), "not a packet for a client"],
  ["PUBLISH at QoS 1 under number 0", bytes("32 05 000161 0000"), "not a packet for a client"],
  ["CONNECT, which is for brokers", bytes("10 00"), "not a packet for a client"],
  ["CONNACK of the wrong length", bytes("20 01 00"), "not a packet for a client"],
  ["the reserved packet type", bytes("00 00"), "not a packet for a client"],
];

for (const [name, bad, broken] of refusals) {
  test(`${name} ends the parsing, and nothing comes after it`, () => {
    expect(parse([whole, bad, whole])).toEqual({ packets: meaning, broken });
  });
}

test("a packet of exactly the maximum is taken", () => {
  const payload = "x".repeat(PACKET_LENGTH_MAX - 5);
  expect(parse([encodePublish({ ...message, payload }, { qos: 0 })]).packets).toHaveLength(1);
});

test("a subscription that was refused is not granted", () => {
  expect(parse([bytes("9004 0001 01 80")]).packets).toEqual([{ kind: "suback", granted: false }]);
});

test("no bytes, cut anywhere, make the parser throw", () => {
  const piece = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((it) => String.fromCharCode(it)),
  });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(() => parse(pieces)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});
