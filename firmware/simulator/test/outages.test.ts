// Needs: mosquitto, mosquitto_passwd.
import { readingsTopic } from "@battant/protocol/wire/topics";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { decodeClockQuestion, encodeClock } from "@battant/protocol/wire/presence";
import { decodeReadings } from "@battant/protocol/wire/readings";
import { clockTopic, parseBoardTopic } from "@battant/protocol/wire/topics";
import { afterEach, expect, test } from "vitest";
import type { SimulatedBoard } from "../board.ts";
import { type Simulation, startSimulation } from "../simulation.ts";
import { typicalZone, type WorldFile } from "../world-file.ts";
import {
  type AedesBroker,
  type BadNetwork,
  createAedes,
  freePort,
  type Mosquitto,
  pause,
  type Published,
  startBadNetwork,
  startMosquitto,
  until,
} from "./brokers.ts";
import { createSealer, KEY_HEX } from "./sealer.ts";

// Goal: a board that loses its hub, at whatever moment and however often, loses no reading and
// doubles none. Method: the real program over real sockets cut into pieces of a few bytes; a broker
// that writes down before it acknowledges and is killed in between; then the books are compared.

const SPEED = 60;
const ORIGIN = Date.UTC(2026, 5, 21, 9);

const worldOf = (port: number): WorldFile => ({
  mqtt: { host: "127.0.0.1", port },
  clock: { origin: ORIGIN, realOrigin: Date.now(), speed: SPEED },
  seed: 3,
  location: { latitude_deg: 47.24, longitude_deg: 6.02 },
  scene: "clouds",
  zones: [typicalZone("stairwell", "stairwell"), typicalZone("corridor", "corridor")],
  meters: [{ meter: "flat", kind: "flat", base_W: 900 }],
  boards: [
    {
      id: "light-1",
      password: "p",
      key: KEY_HEX,
      parts: [{ kind: "light", sensor: "light", zone: "stairwell" }],
    },
    {
      id: "relay-1",
      password: "p",
      key: KEY_HEX,
      parts: [
        { kind: "relay", relay: "main", zone: "corridor", feedback: true, wallSwitch: true },
        { kind: "light", sensor: "light", zone: "corridor" },
      ],
    },
    {
      id: "meter-1",
      password: "p",
      key: KEY_HEX,
      parts: [{ kind: "meter", sensor: "meter", meter: "flat" }],
    },
  ],
});

type Books = {
  readonly kept: ReadonlyMap<string, ReadonlyMap<number, ReportedReading>>;
  readonly take: (published: Published) => void;
  readonly repeated: () => number;
  /** The same reading with another value or another time: that would be a second one. */
  readonly contradictions: () => readonly string[];
};

const createBooks = (): Books => {
  const kept = new Map<string, Map<number, ReportedReading>>();
  const contradictions: string[] = [];
  let repeated = 0;
  return {
    kept,
    repeated: () => repeated,
    contradictions: () => contradictions,
    take: ({ board, payload }) => {
      const batch = decodeReadings(payload);
      if (!batch.ok) throw new Error(batch.problem);
      contradictions.push(...batch.value.problems);
      const known = kept.get(board) ?? new Map<number, ReportedReading>();
      kept.set(board, known);
      for (const reading of batch.value.readings) {
        const before = known.get(reading.sequence);
        if (before === undefined) known.set(reading.sequence, reading);
        else {
          repeated++;
          const same = JSON.stringify(before) === JSON.stringify(reading);
          // Dated by its age the first time, which grows, and by its time later: the value must agree.
          const dated = before.time.kind === "age" && before.value === reading.value;
          if (!same && !dated) contradictions.push(JSON.stringify([before, reading]));
        }
      }
    },
  };
};

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

const isComplete = (books: Books, board: SimulatedBoard): boolean => {
  const { recorded, waiting } = board.counters().outbox;
  return waiting === 0 && books.kept.get(board.id)?.size === recorded;
};

const running: {
  simulation?: Simulation;
  network?: BadNetwork;
  aedes?: AedesBroker;
  mosquitto?: Mosquitto;
} = {};

afterEach(async () => {
  running.simulation?.stop();
  await running.network?.stop();
  await running.aedes?.kill();
  await running.mosquitto?.stop();
  for (const key of Object.keys(running) as (keyof typeof running)[]) delete running[key];
});

type Hub = { readonly books: Books; readonly aedes: AedesBroker; readonly network: BadNetwork };

/** Aedes behind a bad network, telling the time and keeping books. */
const startHub = async (onReadings: () => void): Promise<Hub> => {
  const books = createBooks();
  const seal = createSealer();
  const now = (): Instant => instant(Math.round(running.simulation?.clock.now() ?? ORIGIN));
  const aedes = createAedes(await freePort(), "p", (published) => {
    const route = parseBoardTopic(published.topic);
    if (route?.kind === "readings") {
      books.take(published);
      onReadings();
    }
    if (route?.kind === "clock-question") {
      const question = decodeClockQuestion(published.payload);
      if (!question.ok) throw new Error(question.problem);
      const topic = clockTopic(route.board);
      aedes.publish(
        topic,
        seal(question.value.boot, topic, encodeClock(now(), question.value.number)),
      );
    }
  });
  await aedes.start();
  const network = await startBadNetwork(aedes.port);
  running.aedes = aedes;
  running.network = network;
  return { books, aedes, network };
};

const simulate = (port: number, uncaught: string[], networkSpeed = 5): Simulation => {
  const simulation = startSimulation({
    world: worldOf(port),
    onUncaught: (board, error) => uncaught.push(`${board}: ${String(error)}`),
    networkSpeed,
  });
  running.simulation = simulation;
  return simulation;
};

test("minutes of reports with the broker killed again and again: none lost, none doubled", async () => {
  const uncaught: string[] = [];
  let keptNow = 0;
  const { books, aedes, network } = await startHub(() => keptNow++);
  const simulation = simulate(network.port, uncaught);
  const boards = [...simulation.boards.values()];

  for (let outage = 0; outage < 4; outage++) {
    await until("all boards are connected", () => boards.every((it) => it.isOnline()));
    const before = keptNow;
    await until("some readings are kept", () => keptNow > before + 3);
    const last = keptNow;
    // Killed right after a reading was written down: it cannot have been acknowledged yet.
    await until("one more reading is kept", () => keptNow > last);
    await aedes.kill();
    await pause(700);
    await aedes.start();
  }
  for (let cut = 0; cut < 5; cut++) {
    await pause(300);
    network.cut();
  }
  await until("everything has arrived", () => boards.every((it) => isComplete(books, it)));

  expect(simulation.clock.now() - ORIGIN).toBeGreaterThan(60_000);
  expect(books.contradictions()).toEqual([]);
  expect(books.repeated()).toBeGreaterThan(0);
  for (const board of boards) {
    const sequences = [...(books.kept.get(board.id)?.keys() ?? [])].toSorted((a, b) => a - b);
    expect(sequences.length).toBeGreaterThan(3);
    expect(sequences).toEqual(range(sequences.length));
    expect(board.counters().outbox.dropped).toBe(0);
    expect(board.counters().link.connections).toBeGreaterThanOrEqual(5);
  }
  expect(uncaught).toEqual([]);
}, 120_000);

test("readings of an outage arrive with the time at which they were measured", async () => {
  const { books, aedes, network } = await startHub(() => undefined);
  const simulation = simulate(network.port, []);
  const light = simulation.boards.get("light-1")!;
  await until("the board is connected", () => light.isOnline());
  await until("it has the time", () => (books.kept.get("light-1")?.size ?? 0) > 0);
  await aedes.kill();
  const gone = simulation.clock.now();
  await pause(3000);
  const back = simulation.clock.now();
  await aedes.start();
  await until("everything has arrived", () => isComplete(books, light));

  const times = [...books.kept.get("light-1")!.values()].map((it) =>
    it.time.kind === "at" ? it.time.at : Number.NaN,
  );
  const during = times.filter((at) => at > gone && at < back);
  expect(during.length).toBeGreaterThanOrEqual(3);
  // One heartbeat a minute at least: the outage has left no hole.
  const sorted = times.filter((at) => at > gone - 60_000).toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((at, i) => at - sorted[i]!);
  expect(Math.max(...gaps)).toBeLessThan(120_000);
}, 60_000);

test("a broker that is frozen is given up, and found again when it thaws", async () => {
  const mosquitto = await startMosquitto({ "light-1": "p", "relay-1": "p", "meter-1": "p" });
  running.mosquitto = mosquitto;
  const simulation = simulate(mosquitto.port, [], 20);
  const boards = [...simulation.boards.values()];
  await until("all boards are connected", () => boards.every((it) => it.isOnline()));
  mosquitto.signal("SIGSTOP");
  await until("they notice", () => boards.every((it) => !it.isOnline()));
  for (const board of boards) {
    expect(["broker is silent", "broker does not acknowledge", "broker does not answer"]).toContain(
      board.counters().link.lastProblem,
    );
  }
  mosquitto.signal("SIGCONT");
  await until("they are back", () => boards.every((it) => it.isOnline()));
}, 60_000);

test("wrong credentials are refused, said, and tried again without haste", async () => {
  const mosquitto = await startMosquitto({ "light-1": "another", "relay-1": "p", "meter-1": "p" });
  running.mosquitto = mosquitto;
  const simulation = simulate(mosquitto.port, []);
  const light = simulation.boards.get("light-1")!;
  await until("it was refused", () => light.counters().link.attempts >= 2);
  expect(light.counters().link.lastProblem).toBe("broker refused our name or password");
  expect(light.isOnline()).toBe(false);
  await until("the others are let in", () => simulation.boards.get("relay-1")!.isOnline());
});

test("Mosquitto killed and started again: every board is born again, and its birth is kept", async () => {
  const mosquitto = await startMosquitto({ "light-1": "p", "relay-1": "p", "meter-1": "p" });
  running.mosquitto = mosquitto;
  const simulation = simulate(mosquitto.port, []);
  const boards = [...simulation.boards.values()];
  await until("all boards are connected", () => boards.every((it) => it.isOnline()));
  await mosquitto.restart();
  const hub = await mosquitto.hub();
  const seen = new Map<string, string>();
  hub.on("message", (topic, payload) => seen.set(topic, payload.toString()));
  await hub.subscribeAsync("battant/1/#", { qos: 1 });
  await until("they are born again", () =>
    boards.every((it) => seen.get(`battant/1/${it.id}/availability`) === "online"),
  );
  const topic = readingsTopic("meter-1" as BoardId);
  await until("and report", () => seen.has(topic), 30_000);
  await hub.endAsync();
  expect([...seen.keys()].filter((it) => it.endsWith("/description"))).toHaveLength(3);
}, 60_000);
