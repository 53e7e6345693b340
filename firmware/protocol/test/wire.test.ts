import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BoardId, BootId, RelayId, SensorId } from "../vocabulary/ids.ts";
import { isId } from "../vocabulary/ids.ts";
import { QUANTITIES, type Quantity } from "../vocabulary/quantity.ts";
import { LEASE_MAX } from "../vocabulary/relay.ts";
import { instant, milliseconds } from "../vocabulary/units.ts";
import {
  decodeAvailability,
  decodeClock,
  decodeClockQuestion,
  decodeDescription,
  encodeClock,
  encodeDescription,
} from "../wire/presence.ts";
import { BATCH_LENGTH_MAX, decodeReadings, encodeReadings } from "../wire/readings.ts";
import { decodeLease, decodeRelayReport, encodeLease, encodeRelayReport } from "../wire/relay.ts";
import { type Seal, unsealed } from "../wire/sealed.ts";
import { decodeSettings } from "../wire/settings.ts";
import * as topics from "../wire/topics.ts";
import { decodeUpdate, decodeUpdateReport } from "../wire/update.ts";

// Goal: what one side writes the other reads, for ever, and no stranger can do harm.
// Method: golden messages decoded by today's code, round trips over random values, hostile bytes.

const folder = new URL("../fixtures/wire/", import.meta.url);
const decoders: Record<string, (payload: string) => unknown> = {
  readings: decodeReadings,
  "readings-partly-wrong": decodeReadings,
  relay: decodeRelayReport,
  "relay-mismatch": decodeRelayReport,
  "relay-warning": decodeRelayReport,
  lease: decodeLease,
  "lease-warn": decodeLease,
  description: decodeDescription,
  "description-life": decodeDescription,
  availability: decodeAvailability,
  clock: decodeClock,
  "clock-get": decodeClockQuestion,
  settings: decodeSettings,
  "update-offer": decodeUpdate,
  "update-chunk": decodeUpdate,
  "update-report": decodeUpdateReport,
};

/** The README says so: the bytes 0 to 31, for the start `12-k3f9`. */
const EXAMPLE: Seal = {
  key: Buffer.from(Array.from({ length: 32 }, (_, i) => i)).toString("latin1"),
  boot: "12-k3f9" as BootId,
  sha256: (bytes) =>
    createHash("sha256").update(Buffer.from(bytes, "latin1")).digest().toString("latin1"),
};

/** What the hub says has a `body`, and `payload` is that body sealed. */
type Golden = { topic: string; payload: string; body?: string; decoded: unknown };
const golden = (file: string): Golden =>
  JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden;
const files = readdirSync(folder).filter((file) => file.endsWith(".json"));

test.each(files)("the golden message %s is still understood", (file) => {
  const { topic, payload, body, decoded } = golden(file);
  const isHub = topics.parseHubTopic(topic) !== undefined;
  expect(isHub || topics.parseBoardTopic(topic) !== undefined).toBe(true);
  const opened = isHub ? unsealed(EXAMPLE, topic, payload) : undefined;
  if (isHub) expect(opened).toMatchObject({ ok: true, value: { body } });
  expect(decoders[file.replace(".json", "")]?.(body ?? payload)).toEqual({
    ok: true,
    value: decoded,
  });
});

test("every example in the README is a golden message", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(golden("clock.json").payload);
  for (const file of files) {
    const { topic, payload, body } = golden(file);
    expect(readme).toContain(topic);
    if (file !== "readings-partly-wrong.json") expect(readme).toContain(body ?? payload);
  }
});

const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/);
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const quantity = fc.constantFrom(...(Object.keys(QUANTITIES) as Quantity[]));
const reading = fc
  .tuple(quantity, fc.double({ min: 0, max: 1, noNaN: true }), count, id, fc.boolean())
  .map(([name, share, sequence, sensor, hasClock]) => {
    const { min, max, yesNo } = QUANTITIES[name];
    const value = yesNo === true ? Math.round(share) : min + share * (max - min);
    return {
      sequence,
      sensor: sensor as SensorId,
      quantity: name,
      value: Object.is(value, -0) ? 0 : value,
      time: hasClock
        ? { kind: "at" as const, at: instant(sequence) }
        : { kind: "age" as const, age: milliseconds(sequence % 7_776_000_000) },
    };
  });

test("readings survive the wire", () => {
  fc.assert(
    fc.property(id, fc.array(reading, { minLength: 1, maxLength: 20 }), (boot, readings) => {
      const decoded = decodeReadings(encodeReadings(boot as BootId, readings));
      expect(decoded).toEqual({ ok: true, value: { boot, readings, problems: [] } });
    }),
  );
});

test("leases survive the wire", () => {
  fc.assert(
    fc.property(
      id,
      id,
      count,
      fc.record(
        {
          duration: fc.integer({ min: 0, max: LEASE_MAX }).map(milliseconds),
          warn: fc.constant(true as const),
        },
        { requiredKeys: ["duration"] },
      ),
      (name, boot, t, rest) => {
        const lease = { id: name as never, boot: boot as BootId, issued: instant(t), ...rest };
        expect(decodeLease(encodeLease(lease))).toEqual({ ok: true, value: lease });
      },
    ),
  );
});

test("relay reports survive the wire", () => {
  const report = fc.record(
    {
      boot: id.map((text) => text as BootId),
      state: fc.constantFrom("available" as const, "inhibited" as const),
      reason: fc.constantFrom("start", "wall-switch", "local-rule", "warning"),
      lease: id.map((text) => text as never),
      lit: fc.boolean(),
      mismatch: fc.constant(true as const),
    },
    { requiredKeys: ["boot", "state", "reason"] },
  );
  fc.assert(
    fc.property(report, (it) => {
      expect(decodeRelayReport(encodeRelayReport(it))).toEqual({ ok: true, value: it });
    }),
  );
});

test("descriptions and clocks survive the wire", () => {
  const description = {
    contract: 1,
    boot: "b1" as BootId,
    model: "light",
    program: "0.1.0",
    sensors: [{ sensor: "light" as SensorId, quantity: "illuminance" as const }],
    relays: ["main" as RelayId],
  };
  expect(decodeDescription(encodeDescription(description))).toEqual({
    ok: true,
    value: description,
  });
  expect(decodeClock(encodeClock(instant(5)))).toEqual({ ok: true, value: { now: 5 } });
  expect(decodeClock(encodeClock(instant(5), 7))).toEqual({
    ok: true,
    value: { now: 5, number: 7 },
  });
});

test("topics that are built are taken apart again", () => {
  fc.assert(
    fc.property(id, id, (board, relay) => {
      const b = board as BoardId;
      const r = relay as RelayId;
      const kinds = [
        [topics.readingsTopic(b), "readings"],
        [topics.availabilityTopic(b), "availability"],
        [topics.descriptionTopic(b), "description"],
        [topics.clockQuestionTopic(b), "clock-question"],
        [topics.relayTopic(b, r), "relay"],
        [topics.updateReportTopic(b), "update-report"],
      ] as const;
      for (const [topic, kind] of kinds) {
        expect(topics.parseBoardTopic(topic)).toMatchObject({ kind, board });
        expect(topics.parseHubTopic(topic)).toBeUndefined();
        expect(topic.startsWith(topics.boardPrefix(b))).toBe(true);
      }
      expect(topics.parseHubTopic(topics.leaseTopic(b, r))).toEqual({
        kind: "lease",
        board,
        relay,
      });
      expect(topics.parseHubTopic(topics.clockTopic(b))).toEqual({ kind: "clock", board });
      expect(topics.parseHubTopic(topics.settingsTopic(b))).toEqual({ kind: "settings", board });
      expect(topics.parseHubTopic(topics.updateTopic(b))).toEqual({ kind: "update", board });
      expect(topics.parseBoardTopic(topics.leaseTopic(b, r))).toBeUndefined();
    }),
  );
});

const strangers = fc.oneof(
  fc.string(),
  fc.json(),
  fc.string({ unit: "binary" }),
  fc.array(fc.json(), { maxLength: 40 }).map((items) => `{"boot":"b","r":[${items.join(",")}]}`),
  fc.constantFrom(
    "{}",
    "[]",
    "null",
    '{"boot":"b","r":[null]}',
    '{"boot":"b","r":[{"n":1,"s":"a","q":"toString","v":1,"t":1}]}',
    '{"boot":"b","r":[{"n":1,"s":"a","q":"energy","v":1e999,"t":1}]}',
    '{"boot":"b","r":[{"n":1.5,"s":"a","q":"energy","v":1,"t":1}]}',
    '{"__proto__":{"boot":"b"},"r":[]}',
    '{"t":-1}',
  ),
);

test("no stranger's text makes a decoder throw, and what it accepts is in bounds", () => {
  fc.assert(
    fc.property(strangers, (text) => {
      decodeAvailability(text);
      decodeClock(text);
      decodeDescription(text);
      decodeLease(text);
      decodeRelayReport(text);
      topics.parseBoardTopic(text);
      topics.parseHubTopic(text);
      const decoded = decodeReadings(text);
      if (!decoded.ok) return;
      for (const it of decoded.value.readings) {
        const { min, max } = QUANTITIES[it.quantity];
        expect(it.value).toBeGreaterThanOrEqual(min);
        expect(it.value).toBeLessThanOrEqual(max);
        expect(isId(it.sensor)).toBe(true);
      }
    }),
    { numRuns: 2000 },
  );
});

const one = '{"n":1,"s":"light","q":"illuminance","v":5,"t":1}';
const refusals: [name: string, payload: string, problem: string][] = [
  ["not JSON", "412", "not a JSON object"],
  ["cut short", '{"boot":"b","r":[', "not JSON"],
  ["no boot", `{"r":[${one}]}`, "boot is not the name of a start"],
  ["a boot with a slash", `{"boot":"a/b","r":[${one}]}`, "boot is not the name of a start"],
  ["no list", '{"boot":"b"}', "r is not a list of readings"],
  ["an empty list", '{"boot":"b","r":[]}', "r is empty"],
  [
    "a list too long",
    `{"boot":"b","r":[${Array(BATCH_LENGTH_MAX + 1)
      .fill(one)
      .join(",")}]}`,
    "r has more than 32 readings",
  ],
  ["a payload too long", `{"boot":"${"b".repeat(5000)}"}`, "longer than 4096 characters"],
];

test.each(refusals)("a batch with %s is refused with the reason", (_, payload, problem) => {
  expect(decodeReadings(payload)).toEqual({ ok: false, problem });
});

const faults: [fault: string, fields: string, problem: string][] = [
  [
    "an unknown quantity",
    '"n":1,"s":"light","q":"warmth","v":5,"t":1',
    "q is not a known quantity",
  ],
  [
    "light below zero",
    '"n":1,"s":"light","q":"illuminance","v":-1,"t":1',
    "v is out of bounds for illuminance, 0 to 150000",
  ],
  [
    "half a yes",
    '"n":1,"s":"pir","q":"occupancy","v":0.5,"t":1',
    "v is neither 0 nor 1 for occupancy",
  ],
  ["a value in quotes", '"n":1,"s":"light","q":"illuminance","v":"5","t":1', "v is not a number"],
  [
    "no time",
    '"n":1,"s":"light","q":"illuminance","v":5',
    "neither t nor a is a time in whole milliseconds",
  ],
  [
    "a sensor in capitals",
    '"n":1,"s":"Light","q":"illuminance","v":5,"t":1',
    "s is not the name of a sensor",
  ],
];

test.each(faults)("a reading with %s is left out, its neighbours stay", (_, fields, problem) => {
  const decoded = decodeReadings(`{"boot":"b","r":[${one},{${fields}},${one}]}`);
  expect(decoded).toMatchObject({ ok: true, value: { problems: [`reading 2: ${problem}`] } });
  if (decoded.ok) expect(decoded.value.readings).toHaveLength(2);
});

test("a lease longer than five minutes is refused", () => {
  expect(decodeLease('{"id":"a","boot":"b","t":1,"for":300001}')).toEqual({
    ok: false,
    problem: "for is longer than 300000 ms",
  });
});
