import { createHash } from "node:crypto";
import type { BoardId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import { instant, lux, milliseconds, minutes, seconds } from "@battant/protocol/vocabulary/units";
import type { BoardSettings } from "@battant/protocol/vocabulary/settings";
import { encodeClock } from "@battant/protocol/wire/presence";
import { decodeSettings, encodeSettings } from "@battant/protocol/wire/settings";
import { clockTopic, settingsTopic } from "@battant/protocol/wire/topics";
import { expect, test } from "vitest";
import { settingsFor } from "../src/board-settings.ts";
import { wire } from "../src/domain/building.ts";
import type { DaylightSettings, ZonePlan } from "../src/domain/site.ts";
import { createRuntime } from "../src/runtime.ts";
import { connectBoard, introduce, openedBy, startBroker, STAIRS, until } from "./broker-kit.ts";
import { settings, siteOf, stairs } from "./building.ts";

// Goal: a board does on its own what the building file says it shall, and nothing else.
// Method: one row per thing that forbids a local rule; then a board over real MQTT that keeps other
// settings than it should.

const BOTH = STAIRS;

const local = (change: Partial<DaylightSettings> = {}, plan: Partial<ZonePlan> = {}): ZonePlan => ({
  ...stairs,
  circuit: {
    board: BOTH,
    relay: "main" as RelayId,
    load: undefined,
    warning: false,
    offWhenVacant: false,
  },
  lightSensor: { board: BOTH, sensor: "light" as SensorId },
  daylight: { ...settings, localRule: true, ...change },
  ...plan,
});

const rulesOf = (plan: ZonePlan, board = BOTH): BoardSettings["rules"] =>
  settingsFor(siteOf(plan), board).rules;

test("a board with sensor and relay is given all that the rule needs", () => {
  expect(rulesOf(local())).toEqual([
    {
      relay: "main",
      sensor: "light",
      target: lux(150),
      margin: 1.5,
      floorFactor: 1,
      luminaireContribution: lux(120),
      offDelay: minutes(10),
      onDelay: seconds(20),
      readingAgeMax: minutes(5),
      latitudeDeg: 47.24,
      longitudeDeg: 6.02,
      sunGuardDeg: 0,
      warn: false,
    },
  ]);
});

test("a circuit that warns before it goes out does so by its board's own rule too", () => {
  const circuit = { ...local().circuit!, warning: true };
  expect(rulesOf(local({}, { circuit }))).toMatchObject([{ warn: true }]);
});

const forbidding: readonly [name: string, plan: ZonePlan][] = [
  ["nobody asked for it", local({ localRule: false })],
  ["the zone is only observed", local({ mode: "observe" })],
  ["the rule is off", local({ mode: "off" })],
  ["the zone is not calibrated", local({ luminaireContribution: undefined })],
  ["there is no circuit", local({}, { circuit: undefined })],
  ["there is no sensor", local({}, { lightSensor: undefined })],
  ["the relay is on another board", local({}, { circuit: stairs.circuit })],
  ["the sensor is on another board", local({}, { lightSensor: stairs.lightSensor })],
];

for (const [name, plan] of forbidding) {
  test(`no local rule when ${name}`, () => {
    expect(rulesOf(plan)).toEqual([]);
  });
}

test("delays of odd minutes travel as whole milliseconds", () => {
  const [rule] = rulesOf(local({ offDelay: minutes(10.00001) }));
  expect(rule!.offDelay).toBe(milliseconds(600_001));
  expect(decodeSettings(encodeSettings({ rules: [rule!] }))).toMatchObject({ ok: true });
});

// Over the wire

const TOPIC = settingsTopic(BOTH);
const WANTED = encodeSettings({ rules: rulesOf(local()) });
const NONE = encodeSettings({ rules: [] });
const digestOf = (body: string): string =>
  createHash("sha256").update(body).digest("hex").slice(0, 16);

/** A whole hub but for its disk, and a board that lists which settings it was sent. */
const conversation = async (plan: ZonePlan) => {
  let now = 1_790_000_000_000;
  const clock = { now: () => now as never, every: () => () => {} };
  const runtime = createRuntime({
    wiring: wire(siteOf(plan)),
    clock,
    trace: { record: () => {} },
    journal: { append: async (batch) => ({ ok: true, stored: batch.length, duplicates: 0 }) },
    decisions: { append: () => {} },
    onRefused: () => {},
  });
  const { broker } = await startBroker({ inbox: runtime, clock });
  runtime.start(broker.link);
  const client = await connectBoard(broker, BOTH);
  const sent: string[] = [];
  const times: string[] = [];
  client.on("message", (topic, payload) => {
    const opened = openedBy(BOTH, { topic, payload: payload.toString() });
    const body = typeof opened === "string" ? opened : opened.body;
    if (topic === TOPIC) sent.push(body);
    else times.push(body);
  });
  await client.subscribeAsync([TOPIC, clockTopic(BOTH)], { qos: 1 });
  /** What the hub says stays in order: when a later word is heard, the settings are there. */
  const describe = async (kept?: string): Promise<string[]> => {
    const before = sent.length;
    await introduce(client, BOTH, kept === undefined ? {} : { settings: kept });
    const later = instant(before + 1);
    broker.link.clock(BOTH, later);
    await until(() => times.at(-1) === encodeClock(later));
    return sent.slice(before);
  };
  const change = (to: ZonePlan): void => runtime.reconfigure(wire(siteOf(to)));
  return { describe, change, pass: (ms: number) => void (now += ms) };
};

test("a board that keeps no settings, or others, is sent those it should keep", async () => {
  const { describe, pass } = await conversation(local());
  expect(await describe()).toEqual([WANTED]);
  pass(60_000);
  expect(await describe("0123456789abcdef")).toEqual([WANTED]);
});

test("a board that keeps what it should is left alone", async () => {
  const { describe, pass } = await conversation(local());
  await describe();
  pass(59_000);
  expect(await describe(digestOf(WANTED))).toEqual([]);
});

test("a board that cannot keep them is not pestered: once a minute is enough", async () => {
  const { describe, pass } = await conversation(local());
  expect(await describe()).toHaveLength(1);
  pass(59_999);
  expect(await describe()).toEqual([]);
  pass(1);
  expect(await describe()).toHaveLength(1);
});

test("a rule that is no longer wanted is taken back, and nothing is sent to who has none", async () => {
  const { describe, pass } = await conversation(local({ localRule: false }));
  expect(await describe()).toEqual([]);
  pass(60_000);
  expect(await describe(digestOf(WANTED))).toEqual([NONE]);
  pass(60_000);
  expect(await describe(digestOf(NONE))).toEqual([]);
});

test("other settings are sent at once, however new the last ones are", async () => {
  const { describe, change } = await conversation(local());
  expect(await describe()).toEqual([WANTED]);
  change(local({ localRule: false }));
  expect(await describe(digestOf(WANTED))).toEqual([NONE]);
});

test("a board that no zone goes by loses settings of an earlier life too", async () => {
  const { describe } = await conversation(stairs);
  const board: BoardId = BOTH;
  expect(wire(siteOf(stairs)).zonesOfBoard(board)).toEqual([]);
  expect(await describe(digestOf(WANTED))).toEqual([NONE]);
});
