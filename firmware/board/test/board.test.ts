import type { BoardId, BootId, LeaseId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import { instant, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { decodeDescription, encodeClock } from "@battant/protocol/wire/presence";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { decodeRelayReport, encodeLease } from "@battant/protocol/wire/relay";
import { expect, test } from "vitest";
import type { BoardFile } from "../board-file.ts";
import { startBoard } from "../main.ts";
import { encodePublish } from "../mqtt/packet.ts";
import { createParser, type Packet } from "../mqtt/parser.ts";
import { BOOT, createBench } from "./bench.ts";

// Goal: the parts together are a board: safe from the first moment, born properly, deaf to what is
// not for it. Method: the whole program on the bench; the test is the broker and the hub.

const NOON = Date.UTC(2026, 5, 21, 12);
const OUTPUT = 4;
const METER = 34;
const PREFIX = "battant/1/board-1";

const FILE: BoardFile = {
  board: "board-1" as BoardId,
  model: "test",
  broker: { host: "hub", port: 1883 },
  password: "secret",
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

type Published = Extract<Packet, { readonly kind: "publish" }>;

const boardOnBench = () => {
  const bench = createBench();
  const board = startBoard(bench.hardware, FILE);
  const parser = createParser();
  const peer = () => bench.peers[0]!;
  let unacknowledged: Published[] = [];
  const everything: Published[] = [];
  /** Reads what the board said, and keeps what it wants acknowledged. */
  const listen = (): readonly Published[] => {
    const { packets, broken } = parser.feed(peer().take());
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
  const tell = (topic: string, payload: string): void =>
    peer().handlers.data(encodePublish({ topic, payload, retain: false }, { qos: 0 }));
  const connect = (): readonly Published[] => {
    bench.pass(500);
    peer().handlers.open();
    peer().take();
    peer().handlers.data("\x20\x02\x00\x00");
    peer().take();
    peer().handlers.data("\x90\x04\x00\x01\x01\x01");
    return listen();
  };
  return { bench, board, connect, listen, acknowledge, tell, everything };
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
        { sensor: "light", quantity: "illuminance" },
        { sensor: "meter", quantity: "energy" },
        { sensor: "meter", quantity: "active-power" },
        { sensor: "main", quantity: "inhibited" },
        { sensor: "main", quantity: "lit" },
      ],
      relays: ["main"],
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
  tell(`${PREFIX}/clock`, encodeClock(instant(NOON)));
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
      time: { kind: "at", at: NOON },
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
    tell(`${PREFIX}/clock`, encodeClock(instant(NOON)));
    tell(topic, payload);
    expect(bench.output(OUTPUT)).toBe(false);
    expect(board.isOnline()).toBe(true);
  });
}

test("a flood of leases is answered as far as there is room, and the truth is told in the end", () => {
  const { bench, connect, tell, listen, acknowledge, everything } = boardOnBench();
  connect();
  tell(`${PREFIX}/clock`, encodeClock(instant(NOON)));
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
  for (let i = 0; i < 3; i++) {
    acknowledge();
    bench.input(METER, true);
    bench.pass(50);
    bench.input(METER, false);
    bench.pass(5950);
  }
  const said = readingsIn(listen());
  expect(said.map((it) => it.quantity)).toEqual(["energy", "active-power"]);
  expect(said[1]!.value).toBeCloseTo(600, 0);
});
