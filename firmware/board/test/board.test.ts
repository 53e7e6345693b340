import type { BoardId, BootId, LeaseId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import { instant, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { decodeDescription, encodeClock } from "@battant/protocol/wire/presence";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { decodeRelayReport, encodeLease } from "@battant/protocol/wire/relay";
import { sealed } from "@battant/protocol/wire/sealed";
import { expect, test } from "vitest";
import type { BoardFile, Membership } from "../board-file.ts";
import { localRulePart } from "../local-rule.ts";
import { isOnline, startBoard } from "../main.ts";
import { encodePublish } from "../mqtt/packet.ts";
import { createParser, feed, type Packet } from "../mqtt/parser.ts";
import { relayPart } from "../relays.ts";
import type { SensorKind } from "../sensor.ts";
import { bh1750 } from "../sensors/bh1750.ts";
import { pulse } from "../sensors/pulse.ts";
import { createSlots } from "../update-slots.ts";
import { BOOT, createBench } from "./bench.ts";

// Goal: the parts together are a board: safe from the first moment, born properly, deaf to what is
// not for it. Method: the whole program on the bench; the test is the broker and the hub.

const NOON = Date.UTC(2026, 5, 21, 12);
const OUTPUT = 4;
const METER = 34;
const PREFIX = "battant/1/board-1";

const FILE: BoardFile = {
  model: "test",
  sensors: [
    { kind: "bh1750", sensor: "light" as SensorId, wiring: { sda: 21, scl: 22 } },
    {
      kind: "pulse",
      sensor: "meter" as SensorId,
      input: { pin: METER },
      pulsesPerKilowattHour: 1000,
    },
  ],
  relays: [
    {
      relay: "main" as RelayId,
      output: { pin: OUTPUT },
      lit: { pin: 32 },
      wallSwitch: { pin: 33 },
      hold: seconds(60),
    },
  ],
  outboxCapacity: 100,
};

const KEY = "k".repeat(32);

const MEMBERSHIP: Membership = {
  board: "board-1" as BoardId,
  broker: { host: "hub", port: 1883 },
  password: "secret",
  key: KEY,
};

type Published = Extract<Packet, { readonly kind: "publish" }>;

const boardOnBench = () => {
  const bench = createBench();
  const board = startBoard(bench.hardware, {
    file: FILE,
    membership: MEMBERSHIP,
    program: "0.1.0",
    slots: createSlots(bench.hardware.storage, bench.hardware.sha256, "app"),
    kinds: () => [bh1750 as SensorKind, pulse as SensorKind],
    relays: relayPart,
    localRules: localRulePart,
  });
  let counter = 0;
  const parser = createParser();
  const peer = () => bench.peers[0]!;
  let unacknowledged: Published[] = [];
  const everything: Published[] = [];
  /** Reads what the board said, and keeps what it wants acknowledged. */
  const listen = (): readonly Published[] => {
    const { packets, broken } = feed(parser, peer().take());
    if (broken !== undefined) throw new Error(broken);
    const said = packets.filter((it) => it.kind === "publish");
    unacknowledged.push(...said.filter((it) => it.id !== undefined));
    everything.push(...said);
    return said;
  };
  const acknowledge = (): void => {
    const ids = unacknowledged.map((it) => it.id!);
    unacknowledged = [];
    for (const id of ids) {
      peer().handlers.data(`\x40\x02${String.fromCharCode(id >> 8, id & 255)}`);
    }
  };
  const shout = (topic: string, payload: string): void =>
    peer().handlers.data(encodePublish({ topic, payload, retain: false }, { qos: 0 }));
  /** As the hub does. */
  const tell = (topic: string, body: string): void => {
    const seal = { key: KEY, boot: BOOT, sha256: (bytes: string) => bench.hardware.sha256(bytes) };
    shout(topic, sealed(seal, topic, { counter: ++counter, body }));
  };
  const connect = (): readonly Published[] => {
    bench.pass(500);
    peer().handlers.open();
    peer().take();
    peer().handlers.data("\x20\x02\x00\x00");
    peer().take();
    peer().handlers.data("\x90\x06\x00\x01\x01\x01\x01\x01");
    bench.pass(60);
    return listen();
  };
  return { bench, board, connect, listen, acknowledge, shout, tell, everything };
};

const lease = (change: { readonly id?: string; readonly boot?: string } = {}): string =>
  encodeLease({
    id: (change.id ?? "l1") as LeaseId,
    boot: (change.boot ?? BOOT) as BootId,
    issued: instant(NOON),
    duration: milliseconds(120_000),
  });

const reportsIn = (published: readonly Published[]): readonly RelayReport[] =>
  published
    .filter((it) => it.topic === `${PREFIX}/relay/main`)
    .map((it) => {
      const decoded = decodeRelayReport(it.payload);
      if (!decoded.ok) throw new Error(decoded.problem);
      return decoded.value;
    });

const readingsIn = (published: readonly Published[]): readonly ReportedReading[] =>
  published
    .filter((it) => it.topic === `${PREFIX}/readings`)
    .flatMap((it) => {
      const decoded = decodeReadings(it.payload);
      if (!decoded.ok) throw new Error(decoded.problem);
      return decoded.value.readings;
    });

test("before anything else the relay is de-energised", () => {
  const { bench } = boardOnBench();
  expect(bench.output(OUTPUT)).toBe(false);
  expect(bench.peers).toEqual([]);
});

test("it is born: online, described, its relay reported, the time asked for, its readings sent", () => {
  const { connect } = boardOnBench();
  const birth = connect();
  expect(birth.map((it) => it.topic.substring(PREFIX.length + 1))).toEqual([
    "availability",
    "description",
    "relay/main",
    "clock/get",
    "readings",
  ]);
  expect(birth[0]!.payload).toBe("online");
  expect(decodeDescription(birth[1]!.payload)).toEqual({
    ok: true,
    value: {
      contract: 1,
      boot: BOOT,
      model: "test",
      program: expect.any(String) as string,
      sensors: [
        { sensor: "main", quantity: "inhibited" },
        { sensor: "main", quantity: "lit" },
        { sensor: "light", quantity: "illuminance" },
        { sensor: "meter", quantity: "energy" },
        { sensor: "meter", quantity: "active-power" },
      ],
      relays: ["main"],
      life: expect.objectContaining({ reset: "power", dropped: 0, refused: 0 }) as object,
    },
  });
  expect(reportsIn(birth)).toEqual([
    { boot: BOOT, state: "available", reason: "start", lit: false },
  ]);
  expect(readingsIn(birth).map((it) => it.quantity)).toEqual(["inhibited", "lit"]);
});

test("told the time, it obeys a lease on its own topic", () => {
  const { bench, connect, tell, listen } = boardOnBench();
  connect();
  tell(`${PREFIX}/relay/main/lease`, lease());
  expect(bench.output(OUTPUT)).toBe(false);
  tell(`${PREFIX}/clock`, encodeClock(instant(NOON), 1));
  tell(`${PREFIX}/relay/main/lease`, lease());
  expect(bench.output(OUTPUT)).toBe(true);
  const said = listen();
  expect(reportsIn(said).map((it) => it.reason)).toEqual(["lease-refused", "lease"]);
  expect(readingsIn(said)).toEqual([
    {
      sequence: 3,
      sensor: "main",
      quantity: "inhibited",
      value: 1,
      // It was asked 20 ms before: half of that is the way back.
      time: { kind: "at", at: NOON + 10 },
    },
  ]);
});

const strangers: readonly (readonly [what: string, topic: string, payload: string])[] = [
  ["a lease for another board", "battant/1/board-2/relay/main/lease", lease()],
  ["a lease for a relay that it does not have", `${PREFIX}/relay/other/lease`, lease()],
  ["a lease of another contract", "battant/2/board-1/relay/main/lease", lease()],
  ["a lease for another start", `${PREFIX}/relay/main/lease`, lease({ boot: "boot0" })],
  ["its own report, come back", `${PREFIX}/relay/main`, lease()],
  ["a topic of nobody", "", lease()],
  ["bytes", `${PREFIX}/relay/main/lease`, "\xff\x00{"],
];

for (const [what, topic, payload] of strangers) {
  test(`${what} moves nothing`, () => {
    const { bench, board, connect, tell } = boardOnBench();
    connect();
    tell(`${PREFIX}/clock`, encodeClock(instant(NOON), 1));
    tell(topic, payload);
    expect(bench.output(OUTPUT)).toBe(false);
    expect(isOnline(board)).toBe(true);
  });
}

test("a lease that nobody has sealed, or that was sealed before, moves nothing and is counted", () => {
  const { bench, connect, shout, tell } = boardOnBench();
  connect();
  tell(`${PREFIX}/clock`, encodeClock(instant(NOON), 1));
  shout(`${PREFIX}/relay/main/lease`, lease());
  expect(bench.output(OUTPUT)).toBe(false);
  const seal = { key: KEY, boot: BOOT, sha256: (bytes: string) => bench.hardware.sha256(bytes) };
  const topic = `${PREFIX}/relay/main/lease`;
  shout(topic, sealed(seal, topic, { counter: 1, body: lease() }));
  expect(bench.output(OUTPUT)).toBe(false);
  tell(topic, lease());
  expect(bench.output(OUTPUT)).toBe(true);
});

test("a flood of leases is answered as far as there is room, and the truth is told in the end", () => {
  const { bench, connect, tell, listen, acknowledge, everything } = boardOnBench();
  connect();
  tell(`${PREFIX}/clock`, encodeClock(instant(NOON), 1));
  for (let i = 0; i < 50; i++) tell(`${PREFIX}/relay/main/lease`, lease({ id: `l${i}` }));
  bench.input(33, true);
  expect(bench.output(OUTPUT)).toBe(false);
  for (let i = 0; i < 10; i++) {
    listen();
    acknowledge();
  }
  const last = reportsIn(everything).at(-1);
  expect(last).toMatchObject({ state: "available", reason: "wall-switch" });
});

test("a light sensor that is missing stops neither the meter nor the relay", () => {
  const { bench, connect, listen, acknowledge } = boardOnBench();
  connect();
  const said: ReportedReading[] = [];
  for (let i = 0; i < 3; i++) {
    acknowledge();
    bench.input(METER, true);
    bench.pass(50);
    bench.input(METER, false);
    bench.pass(5950);
    said.push(...readingsIn(listen()));
  }
  expect(said.map((it) => it.quantity)).toEqual(["energy", "active-power"]);
  expect(said[1]!.value).toBeCloseTo(600, 0);
});
