import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, milliseconds } from "@battant/protocol/vocabulary/units";
import { readingsTopic, relayTopic } from "@battant/protocol/wire/topics";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Arrival, ingest } from "../src/adapters/mqtt/ingest.ts";

// Goal: whatever a board publishes becomes readings, an event, or a reason why not.
// Method: one row per kind of message, then every topic and every byte there is.

const NOW = instant(Date.UTC(2026, 5, 21, 12));
const STAIRS = "stairs" as BoardId;
const PREFIX = "battant/1/stairs/";

const arrive = (topic: string, payload: string | Uint8Array): Arrival =>
  ingest(STAIRS, { topic, payload: Buffer.from(payload) }, NOW);

const reading = (fields: object): string =>
  JSON.stringify({
    boot: "k3f9",
    r: [{ n: 7, s: "light", q: "illuminance", v: 410, ...fields }],
  });

const events: readonly [topic: string, payload: string, event: object][] = [
  ["availability", "online", { kind: "availability", board: STAIRS, online: true }],
  ["availability", "offline", { kind: "availability", board: STAIRS, online: false }],
  ["clock/get", '{"boot":"k3f9","c":41}', { kind: "clock-asked", board: STAIRS }],
  [
    "relay/main",
    '{"boot":"k3f9","state":"available","why":"start"}',
    {
      kind: "relay-reported",
      board: STAIRS,
      relay: "main",
      report: { boot: "k3f9", state: "available", reason: "start" },
    },
  ],
  [
    "description",
    '{"contract":1,"boot":"k3f9","model":"light-1","program":"0.1","sensors":[],"relays":[]}',
    {
      kind: "described",
      board: STAIRS,
      description: {
        contract: 1,
        boot: "k3f9",
        model: "light-1",
        program: "0.1",
        sensors: [],
        relays: [],
      },
    },
  ],
];

for (const [topic, payload, event] of events) {
  test(`${topic} with ${payload} is one event`, () => {
    expect(arrive(PREFIX + topic, payload)).toMatchObject({ kind: "event", event });
  });
}

test("a reading keeps its name, its value, and the time it was measured", () => {
  const at = NOW - 90_000;
  expect(arrive(PREFIX + "readings", reading({ t: at }))).toEqual({
    kind: "readings",
    clockIsWrong: false,
    problems: [],
    readings: [
      {
        board: STAIRS,
        boot: "k3f9",
        sequence: 7,
        sensor: "light",
        quantity: "illuminance",
        value: 410,
        at,
        received: NOW,
      },
    ],
  });
});

const times: readonly [name: string, time: object, at: Instant, clockIsWrong: boolean][] = [
  ["a time in the past", { t: NOW - 5000 }, instant(NOW - 5000), false],
  [
    "a time from before an outage of weeks",
    { t: NOW - 30 * 864e5 },
    instant(NOW - 30 * 864e5),
    false,
  ],
  ["half a minute ahead", { t: NOW + 30_000 }, instant(NOW + 30_000), false],
  ["more than two minutes ahead", { t: NOW + 120_001 }, NOW, true],
  ["a clock that starts in 1970", { t: 12_345 }, NOW, true],
  ["the last moment before 2020", { t: Date.UTC(2020, 0, 1) - 1 }, NOW, true],
  ["an age, for want of a clock", { a: 5000 }, instant(NOW - milliseconds(5000)), false],
];

for (const [name, time, at, clockIsWrong] of times) {
  test(`time of a reading: ${name}`, () => {
    const arrival = arrive(PREFIX + "readings", reading(time));
    expect(arrival).toMatchObject({ kind: "readings", clockIsWrong, readings: [{ at }] });
    expect(arrival.kind === "readings" && arrival.problems.length).toBe(clockIsWrong ? 1 : 0);
  });
}

test("a bad reading does not take its neighbours with it, and is explained", () => {
  const good = { n: 2, s: "light", q: "illuminance", v: 5, a: 0 };
  const payload = JSON.stringify({ boot: "k3f9", r: [{ ...good, v: -1 }, good] });
  expect(arrive(PREFIX + "readings", payload)).toMatchObject({
    kind: "readings",
    readings: [{ sequence: 2 }],
    problems: ["reading 1: v is out of bounds for illuminance, 0 to 150000"],
  });
});

const malformed: readonly [name: string, topic: string, payload: string | Uint8Array][] = [
  ["text that is not JSON", "readings", "410 lx"],
  ["no text at all", "readings", ""],
  ["JSON that is no batch", "readings", "[]"],
  ["bytes that are not UTF-8", "readings", Uint8Array.of(0x7b, 0xff, 0x7d)],
  ["half of a surrogate pair", "availability", Uint8Array.of(0xed, 0xa0, 0x80)],
  ["a byte order mark", "availability", "\uFEFFonline"],
  ["a word that is neither online nor offline", "availability", "perhaps"],
  ["a relay in no known state", "relay/main", '{"boot":"k3f9","state":"on","why":"start"}'],
];

test("a description that is right but for one byte of its text is not UTF-8, and malformed", () => {
  const facts = { contract: 1, boot: "k3f9", model: "m?", program: "0.1", sensors: [], relays: [] };
  const payload = Buffer.from(JSON.stringify(facts));
  payload[payload.indexOf("?")] = 0xe9; // é as ISO 8859-1 has it.
  expect(arrive(PREFIX + "description", payload)).toEqual({
    kind: "malformed",
    problem: "payload is not UTF-8 text",
  });
});

for (const [name, topic, payload] of malformed) {
  test(`${name} in ${topic} is malformed, with a problem`, () => {
    const arrival = arrive(PREFIX + topic, payload);
    expect(arrival.kind).toBe("malformed");
    expect(arrival.kind === "malformed" && arrival.problem).not.toBe("");
  });
}

const forbidden: readonly [name: string, topic: string][] = [
  ["the topic of another board", readingsTopic("hall" as BoardId)],
  ["a board whose name begins alike", readingsTopic("stairs-2" as BoardId)],
  ["a lease, which only the hub gives", relayTopic(STAIRS, "main" as never) + "/lease"],
  ["the clock, which only the hub tells", PREFIX + "clock"],
  ["the broker's own topics", "$SYS/x/new/clients"],
  ["a relay without a name", PREFIX + "relay/"],
  ["another version of the contract", "battant/2/stairs/readings"],
  ["a topic longer than any of ours", PREFIX + "readings".repeat(100)],
];

for (const [name, topic] of forbidden) {
  test(`${name} is forbidden`, () => {
    expect(arrive(topic, "online").kind).toBe("forbidden");
  });
}

const anyTopic = fc.oneof(
  fc.string(),
  fc
    .constantFrom(
      "readings",
      "availability",
      "description",
      "clock/get",
      "relay/r",
      "update/report",
    )
    .map((rest) => PREFIX + rest),
  fc.string().map((rest) => PREFIX + rest),
);

const anyPayload = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .record(
      {
        boot: fc.oneof(fc.constant("k3f9"), fc.jsonValue()),
        r: fc.array(
          fc.record(
            {
              n: fc.oneof(fc.nat(), fc.jsonValue()),
              s: fc.oneof(fc.constant("light"), fc.jsonValue()),
              q: fc.oneof(fc.constant("illuminance"), fc.jsonValue()),
              v: fc.oneof(fc.double(), fc.jsonValue()),
              t: fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.jsonValue()),
              a: fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.jsonValue()),
            },
            { requiredKeys: ["n", "s", "q", "v"] },
          ),
        ),
      },
      { requiredKeys: [] },
    )
    .map((fields) => Buffer.from(JSON.stringify(fields))),
);

/** What people get to see of it: something that was taken, or something that was explained. */
const said = (arrival: Arrival): number => {
  switch (arrival.kind) {
    case "readings":
      return arrival.readings.length + arrival.problems.length;
    case "event":
    case "update-report":
      return 1;
    case "malformed":
    case "forbidden":
      return arrival.problem.length;
  }
};

test("no topic and no bytes make it throw or stay silent", () => {
  fc.assert(
    fc.property(anyTopic, anyPayload, (topic, payload) => {
      expect(said(arrive(topic, payload))).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});

test("no reading gets a time from the future or from before 2020, unless by its age", () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (t) => {
      const arrival = arrive(PREFIX + "readings", reading({ t }));
      if (arrival.kind !== "readings") return;
      const outside = arrival.readings.filter(
        ({ at }) => at < Date.UTC(2020, 0, 1) || at > NOW + 30_000,
      );
      expect(outside).toEqual([]);
    }),
  );
});
