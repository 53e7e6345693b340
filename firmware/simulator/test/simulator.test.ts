// Needs: mosquitto, mosquitto_passwd.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BoardId, BootId, LeaseId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import type { RelayReport } from "@battant/protocol/vocabulary/relay";
import { instant, milliseconds } from "@battant/protocol/vocabulary/units";
import {
  decodeClockQuestion,
  decodeDescription,
  encodeClock,
} from "@battant/protocol/wire/presence";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { decodeRelayReport, encodeLease } from "@battant/protocol/wire/relay";
import { clockTopic, leaseTopic, parseBoardTopic } from "@battant/protocol/wire/topics";
import type { MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { typicalZone, type WorldFile } from "../world-file.ts";
import { freePort, type Mosquitto, startMosquitto, until } from "./brokers.ts";
import { createSealer, KEY_HEX } from "./sealer.ts";

// Goal: what `npm start` will rely on: the process comes up, speaks the contract with a broker that
// checks passwords, obeys commands, and is gone when it should be. Method: the process itself, a
// real Mosquitto, and a hub of a few lines.

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const SPEED = 60;
const ORIGIN = Date.UTC(2026, 5, 21, 14);
const STAIRWELL = "stairwell-1" as BoardId;

const worldOf = (port: number): WorldFile => ({
  mqtt: { host: "127.0.0.1", port },
  clock: { origin: ORIGIN, realOrigin: Date.now(), speed: SPEED },
  seed: 5,
  location: { latitude_deg: 47.24, longitude_deg: 6.02 },
  scene: "evening",
  zones: [typicalZone("stairwell", "stairwell"), typicalZone("hall", "hall")],
  meters: [{ meter: "flat-1", kind: "flat", base_W: 1200 }],
  boards: [
    {
      id: STAIRWELL,
      password: "s1",
      key: KEY_HEX,
      parts: [
        { kind: "light", sensor: "light", zone: "stairwell" },
        { kind: "relay", relay: "main", zone: "stairwell", feedback: true, wallSwitch: true },
      ],
    },
    {
      id: "hall-1",
      password: "h1",
      key: KEY_HEX,
      parts: [{ kind: "light", sensor: "light", zone: "hall" }],
    },
    {
      id: "flat-1",
      password: "f1",
      key: KEY_HEX,
      parts: [{ kind: "meter", sensor: "meter", meter: "flat-1" }],
    },
  ],
});

/** `measuredAt` counts an age from when it came, as the hub does. */
type HeardReading = ReportedReading & { readonly measuredAt: number };

/** What the hub has heard of one board, the latest last. */
type Heard = {
  boot: BootId | undefined;
  availability: string | undefined;
  readonly readings: HeardReading[];
  readonly reports: RelayReport[];
};

type Hub = {
  readonly of: (board: string) => Heard;
  readonly now: () => number;
  readonly lease: (duration_ms: number) => void;
  readonly problems: string[];
};

type Arrival = { readonly topic: string; readonly payload: string; readonly now: number };

const hear = (heard: Heard, { topic, payload, now }: Arrival): string | undefined => {
  const route = parseBoardTopic(topic);
  if (route?.kind === "availability") heard.availability = payload;
  if (route?.kind === "description") {
    const decoded = decodeDescription(payload);
    if (!decoded.ok) return decoded.problem;
    heard.boot = decoded.value.boot;
  }
  if (route?.kind === "readings") {
    const decoded = decodeReadings(payload);
    if (!decoded.ok) return decoded.problem;
    for (const reading of decoded.value.readings) {
      const { time } = reading;
      heard.readings.push({
        ...reading,
        measuredAt: time.kind === "at" ? time.at : now - time.age,
      });
    }
    return decoded.value.problems[0];
  }
  if (route?.kind === "relay") {
    const decoded = decodeRelayReport(payload);
    if (!decoded.ok) return decoded.problem;
    heard.reports.push(decoded.value);
  }
  return route === undefined ? "unknown topic" : undefined;
};

const createHub = async (client: MqttClient, world: WorldFile): Promise<Hub> => {
  const boards = new Map<string, Heard>();
  const problems: string[] = [];
  const seal = createSealer();
  let leases = 0;
  const of = (board: string): Heard => {
    const known = boards.get(board) ?? {
      boot: undefined,
      availability: undefined,
      readings: [],
      reports: [],
    };
    boards.set(board, known);
    return known;
  };
  const now = (): number =>
    Math.round(world.clock.origin + (Date.now() - world.clock.realOrigin) * world.clock.speed);
  client.on("message", (topic, bytes, packet) => {
    // What is kept is from the building of another test.
    if (packet.retain) return;
    // Its own words come back to a hub that listens to everything.
    if (topic.endsWith("/lease") || topic.endsWith("/clock")) return;
    const route = parseBoardTopic(topic);
    if (route?.kind === "clock-question") {
      const question = decodeClockQuestion(bytes.toString());
      if (!question.ok) throw new Error(question.problem);
      const answer = clockTopic(route.board);
      const clock = encodeClock(instant(now()), question.value.number);
      client.publish(answer, seal(question.value.boot, answer, clock), { qos: 1 });
    }
    const board = topic.split("/")[2] ?? "";
    const problem = hear(of(board), { topic, payload: bytes.toString(), now: now() });
    if (problem !== undefined) problems.push(`${topic}: ${problem}`);
  });
  await client.subscribeAsync("battant/#", { qos: 1 });
  const lease = (duration_ms: number): void => {
    const boot = of(STAIRWELL).boot!;
    const body = encodeLease({
      id: `l${leases++}` as LeaseId,
      boot,
      issued: instant(now()),
      duration: milliseconds(duration_ms),
    });
    const topic = leaseTopic(STAIRWELL, "main" as RelayId);
    client.publish(topic, seal(boot, topic, body), { qos: 1 });
  };
  return { of, now, lease, problems };
};

type Simulator = {
  readonly process: ChildProcessWithoutNullStreams;
  readonly out: () => string;
  readonly errors: () => string;
  readonly command: (command: object) => void;
  readonly exited: Promise<number | null>;
};

const started: Simulator[] = [];

const startSimulator = (...argv: string[]): Simulator => {
  const child = spawn(process.execPath, [MAIN, ...argv]);
  let out = "";
  let errors = "";
  child.stdout.on("data", (text: Buffer) => (out += text.toString()));
  child.stderr.on("data", (text: Buffer) => (errors += text.toString()));
  child.stdin.on("error", () => undefined);
  const simulator: Simulator = {
    process: child,
    out: () => out,
    errors: () => errors,
    command: (command) => child.stdin.write(`${JSON.stringify(command)}\n`),
    exited: new Promise((resolve) => child.once("exit", resolve)),
  };
  started.push(simulator);
  return simulator;
};

let mosquitto: Mosquitto;
let client: MqttClient;

beforeAll(async () => {
  mosquitto = await startMosquitto({ "stairwell-1": "s1", "hall-1": "h1", "flat-1": "f1" });
  client = await mosquitto.hub();
});

afterEach(async () => {
  for (const simulator of started.splice(0)) {
    simulator.process.kill("SIGKILL");
    await simulator.exited;
  }
  client.removeAllListeners("message");
});

afterAll(async () => {
  await client.endAsync();
  await mosquitto.stop();
});

const last = <T>(items: readonly T[]): T | undefined => items[items.length - 1];

/** A building that is up, with a hub that has heard every board. */
const building = async (): Promise<{ simulator: Simulator; hub: Hub; world: WorldFile }> => {
  const world = worldOf(mosquitto.port);
  const hub = await createHub(client, world);
  const simulator = startSimulator();
  simulator.command(world);
  await until("it is ready", () => simulator.out() !== "");
  await until("the relay has reported", () => hub.of(STAIRWELL).reports.length > 0);
  return { simulator, hub, world };
};

const illuminances = (hub: Hub, board: string): readonly number[] =>
  hub
    .of(board)
    .readings.filter((it) => it.quantity === "illuminance")
    .map((it) => it.value);

test("it comes up, brightens, obeys a lease, gives the light back, and obeys whoever presses", async () => {
  const { simulator, hub } = await building();
  expect(JSON.parse(simulator.out())).toEqual({ ready: true, boards: 3 });
  for (const { id } of worldOf(0).boards) expect(hub.of(id).availability).toBe("online");
  const stairwell = hub.of(STAIRWELL);
  expect(stairwell.reports[0]).toMatchObject({ state: "available", reason: "start", lit: true });

  // At sixty times life, the cloud is gone after five seconds.
  await until("it is bright", () => (last(illuminances(hub, "hall-1")) ?? 0) > 1200);
  expect(illuminances(hub, "hall-1")[0]).toBeLessThan(400);

  await until("the stairwell is measured", () => illuminances(hub, STAIRWELL).length > 2);
  const before = last(illuminances(hub, STAIRWELL))!;
  hub.lease(240_000);
  await until("the light is off", () => last(stairwell.reports)?.lit === false);
  expect(last(stairwell.reports)).toMatchObject({ state: "inhibited", reason: "lease" });
  await until("the sensor misses the luminaires", () =>
    illuminances(hub, STAIRWELL).some((it) => it > 0 && it < before - 100),
  );
  await until("the lease has run out", () => last(stairwell.reports)?.reason === "lease-expired");
  await until("the light is on again", () => last(stairwell.reports)?.lit === true);

  hub.lease(240_000);
  await until("the light is off again", () => last(stairwell.reports)?.lit === false);
  simulator.command({ zone: "stairwell", press: true });
  await until("the press is obeyed", () => last(stairwell.reports)?.reason === "wall-switch");
  hub.lease(240_000);
  await until("a lease is refused", () => last(stairwell.reports)?.reason === "lease-refused");
  expect(last(stairwell.reports)).toMatchObject({ state: "available" });

  await until("history is kept", () =>
    [0, 1].every((value) =>
      stairwell.readings.some((it) => it.quantity === "inhibited" && it.value === value),
    ),
  );
  const meter = (): readonly number[] =>
    hub
      .of("flat-1")
      .readings.filter((it) => it.quantity === "energy")
      .map((it) => it.value);
  await until("the flat's register has grown", () => (last(meter()) ?? 0) > 20);
  expect(meter()).toEqual(meter().toSorted((a, b) => a - b));
  expect(hub.problems).toEqual([]);
  expect(simulator.errors()).toBe("");
}, 90_000);

test("every reading is dated within a minute of simulated time of when it came", async () => {
  const { hub } = await building();
  await until("some have come", () => hub.of("hall-1").readings.length > 5);
  const times = hub.of("hall-1").readings.map((it) => it.measuredAt);
  expect(Math.min(...times)).toBeGreaterThan(ORIGIN - 60_000);
  expect(Math.max(...times)).toBeLessThan(hub.now() + 60_000);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
}, 60_000);

test("a silent sensor falls silent, a lying one lies, a rebooted board is another start", async () => {
  const { simulator, hub } = await building();
  const values = (): readonly number[] => illuminances(hub, "hall-1");
  await until("it reports", () => values().length > 1);

  simulator.command({ board: "hall-1", fault: "lie", value_lx: 4321 });
  await until("it lies", () => Math.abs((last(values()) ?? 0) - 4321) < 100);

  simulator.command({ board: "hall-1", fault: "silent" });
  await until("what was on its way has come", () => Math.abs((last(values()) ?? 0) - 4321) < 100);
  const count = values().length;
  const since = hub.now();
  await until("five minutes have passed", () => hub.now() > since + 300_000);
  expect(values().length).toBeLessThanOrEqual(count + 1);

  simulator.command({ board: "hall-1", fault: "none" });
  await until("it speaks again", () => values().length > count + 1);

  const boot = hub.of("hall-1").boot;
  simulator.command({ board: "hall-1", fault: "reboot" });
  await until("it is born again", () => hub.of("hall-1").boot !== boot);
  expect(hub.of("hall-1").availability).toBe("online");
  expect(simulator.errors()).toBe("");
}, 60_000);

test("a board that loses power gives the light back; healed, it comes back by itself", async () => {
  const { simulator, hub } = await building();
  const stairwell = hub.of(STAIRWELL);
  await until("the board knows the time", () => stairwell.readings.length > 0);
  hub.lease(240_000);
  await until("the light is off", () => last(stairwell.reports)?.lit === false);
  const boot = stairwell.boot;
  simulator.command({ board: STAIRWELL, fault: "unplug" });
  simulator.command({ board: STAIRWELL, fault: "none" });
  await until("it is born again", () => stairwell.boot !== boot);
  await until("and tells", () => last(stairwell.reports)?.boot === stairwell.boot);
  expect(last(stairwell.reports)).toMatchObject({ state: "available", reason: "start", lit: true });
}, 60_000);

test("commands that make no sense are refused with a reason, and change nothing", async () => {
  const { simulator } = await building();
  const nonsense = [
    { board: "nobody", fault: "silent" },
    { board: "hall-1", fault: "explode" },
    { board: "flat-1", fault: "lie" },
    { zone: "nowhere", press: true },
    [],
  ];
  for (const command of nonsense) simulator.command(command);
  simulator.process.stdin.write("not JSON\n");
  await until("all are refused", () => simulator.errors().split("\n").length > nonsense.length + 1);
  const problems = simulator
    .errors()
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { readonly problem: string }).problem);
  expect(problems).toEqual([
    'no board "nobody" in this building',
    "fault must be one of silent, stuck, lie, unplug, reboot, none",
    "it has no light sensor",
    'no zone "nowhere" in this building',
    "neither a zone to press in nor a board",
    "not JSON",
  ]);
});

test("SIGTERM ends it cleanly, and its boards are offline for the hub", async () => {
  const { simulator, hub } = await building();
  simulator.process.kill("SIGTERM");
  expect(await simulator.exited).toBe(0);
  await until("the wills are read", () =>
    worldOf(0).boards.every((it) => hub.of(it.id).availability === "offline"),
  );
});

test("when its standard input ends, it ends", async () => {
  const { simulator } = await building();
  simulator.process.stdin.end();
  expect(await simulator.exited).toBe(0);
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test("when whoever started it is killed, it does not stay behind", async () => {
  const parent = spawn(process.execPath, [
    "-e",
    `const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(MAIN)}]);
     child.stdin.write(${JSON.stringify(JSON.stringify(worldOf(mosquitto.port)))} + "\\n");
     child.stdout.on("data", () => console.log(child.pid));
     setInterval(() => {}, 1000);`,
  ]);
  let out = "";
  parent.stdout.on("data", (text: Buffer) => (out += text.toString()));
  await until("it is ready", () => out !== "");
  const orphan = Number(out);
  expect(isAlive(orphan)).toBe(true);
  parent.kill("SIGKILL");
  await until("it is gone", () => !isAlive(orphan));
});

test("a world that makes no sense is refused whole, every problem with its place", async () => {
  const simulator = startSimulator();
  const world = worldOf(await freePort());
  simulator.command({
    ...world,
    clock: { ...world.clock, speed: 0 },
    scene: "fog",
    zones: [{ ...world.zones[0], daylightFactor: 2 }],
    boards: [{ ...world.boards[0], id: "Hall 1" }],
  });
  expect(await simulator.exited).toBe(1);
  const { problems } = JSON.parse(simulator.errors()) as { readonly problems: readonly string[] };
  expect(problems).toEqual([
    "clock.speed: must be a number from 0.01 to 600",
    "scene: must be one of clear, overcast, clouds, evening",
    "zones[0].daylightFactor: must be a number from 0 to 1",
    "boards[0].id: must be 1 to 32 of a-z, 0-9 and -",
  ]);
});
