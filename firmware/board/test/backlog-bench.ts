import type { BoardId, BootId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { ReportedReading } from "@battant/protocol/vocabulary/reading";
import { decodeReadings } from "@battant/protocol/wire/readings";
import {
  createFakeStorage,
  type FakeStorage,
  type FakeStorageSettings,
  PowerCut,
} from "../../simulator/fake-storage.ts";
import { encodeSources } from "../backlog-sources.ts";
import {
  createDelivery,
  deliver,
  deliverAgain,
  deliverWaiting,
  type Delivery,
  DELIVERY_PERIOD,
} from "../delivery.ts";
import type { Link } from "../link.ts";
import {
  createOutbox,
  dateAll,
  type Outbox,
  outboxCounters,
  type OutboxCounters,
} from "../outbox.ts";
import type { Source } from "../sensor.ts";
import { type Bench, createBench } from "./bench.ts";

/**
 * The storing half of a board, over many starts on one flash: outbox and delivery as they are, a
 * link that the test pulls and plugs, a hub that knows a reading by its boot and sequence, and the
 * true time, which the board knows when it is told.
 */

export const TRUE_ZERO = Date.UTC(2026, 5, 21, 12);

const BOARD = "b1" as BoardId;

export const FOUR_SOURCES: readonly Source[] = [
  { sensor: "light" as SensorId, quantity: "illuminance" },
  { sensor: "meter" as SensorId, quantity: "energy" },
  { sensor: "meter" as SensorId, quantity: "active-power" },
  { sensor: "hall" as SensorId, quantity: "inhibited" },
];

/** A reading as it was made. */
export type Made = {
  readonly key: string;
  /** Counts over all starts. */
  readonly order: number;
  readonly source: Source;
  readonly value: number;
  readonly at: number;
  readonly start: Start;
  /** It may not be lost any more. */
  safe: boolean;
};

export type Received = {
  readonly reading: ReportedReading;
  readonly key: string;
  /** What the hub makes of its time. */
  readonly at: number;
  readonly receivedAt: number;
  readonly again: boolean;
};

export type Start = {
  readonly boot: BootId;
  readonly sources: readonly Source[];
  /** The board has been told the time, and nothing went wrong meanwhile. */
  toldTime: boolean;
};

type Waiting = { readonly received: readonly Received[]; readonly acknowledged: () => void };

export type Storing = {
  readonly flash: FakeStorage;
  readonly made: Map<string, Made>;
  /** By identity, as it came first. */
  readonly hub: Map<string, Received>;
  /** Everything that came, in order. */
  readonly received: Received[];
  outbox(): Outbox;
  trueTime(): number;
  counters(): OutboxCounters;
  linkIsUp(): boolean;
  tidyingsAsked(): number;
  add(source: number, value: number): void;
  pass(ms: number): void;
  linkUp(): void;
  linkDown(): void;
  tellTime(): void;
  /** The hub has the oldest message that waits for its answer; `lost`: but the answer is lost. */
  acknowledge(how?: "heard" | "lost"): boolean;
  /** After a minute without power. */
  restart(sources?: readonly Source[]): void;
  /** The power goes after so many more bytes of flash were written. */
  cutPowerAfter(bytes: number): void;
  /** The link is up and every answer is heard, until nothing waits. */
  drain(): void;
};

export type StoringSettings = FakeStorageSettings & {
  readonly capacity?: number;
  readonly sources?: readonly Source[];
};

const IN_FLIGHT_MAX = 16;
/** How long the board is without power between two starts. */
const OFF_MS = 60_000;

export const createStoring = (settings: StoringSettings = {}): Storing => {
  const flash = createFakeStorage(settings);
  const made = new Map<string, Made>();
  const hub = new Map<string, Received>();
  const received: Received[] = [];
  /** The true time of the start. */
  let startedAt = TRUE_ZERO;
  let starts = 0;
  let sequence = 0;
  let tidyings = 0;
  let up = false;
  let waiting: Waiting[] = [];
  let bench: Bench;
  let outbox: Outbox;
  let delivery: Delivery;
  let start: Start;

  const trueTime = (): number => startedAt + bench.hardware.uptime();

  const receive = (payload: string, again: boolean): readonly Received[] => {
    const batch = decodeReadings(payload);
    if (!batch.ok) throw new Error(batch.problem);
    if (batch.value.problems.length > 0) throw new Error(batch.value.problems.join());
    return batch.value.readings.map((reading) => ({
      reading,
      key: `${batch.value.boot}/${reading.sequence}`,
      at: reading.time.kind === "at" ? reading.time.at : trueTime() - reading.time.age,
      receivedAt: trueTime(),
      again,
    }));
  };

  const link: Link = {
    isUp: () => up,
    hasRoom: () => up && waiting.length < IN_FLIGHT_MAX,
    publish: (message, again, acknowledged) => {
      waiting.push({ received: receive(message.payload, again), acknowledged });
      return true;
    },
    say: () => true,
    counters: () => ({ attempts: 0, connections: 0, lastProblem: undefined }),
  };

  const boot = (sources: readonly Source[]): void => {
    if (starts > 0) startedAt = trueTime() + OFF_MS;
    starts++;
    sequence = 0;
    up = false;
    waiting = [];
    flash.tidyUp();
    bench = createBench(flash);
    start = { boot: `boot${starts}` as BootId, sources, toldTime: false };
    outbox = createOutbox(
      { ...bench.hardware, boot: start.boot },
      { file: { outboxCapacity: settings.capacity ?? 64 } },
      encodeSources(sources),
    );
    const started = createDelivery(outbox, link, BOARD, bench.hardware.timers);
    delivery = started;
    bench.hardware.timers.every(DELIVERY_PERIOD, () =>
      deliverWaiting(started, () => void tidyings++),
    );
  };

  /** A power cut ends what is going on, and the board starts again. */
  const powered = (action: () => void): boolean => {
    try {
      action();
      return true;
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      boot(start.sources);
      return false;
    }
  };

  const saveAll = (): void => {
    for (const it of made.values()) if (it.start === start) it.safe = true;
  };

  const storing: Storing = {
    flash,
    made,
    hub,
    received,
    outbox: () => outbox,
    trueTime,
    counters: () => outboxCounters(outbox),
    linkIsUp: () => up,
    tidyingsAsked: () => tidyings,
    add: (source, value) => {
      const key = `${start.boot}/${++sequence}`;
      const it: Made = {
        key,
        order: made.size,
        source: start.sources[source]!,
        value,
        at: trueTime(),
        start,
        safe: false,
      };
      made.set(key, it);
      const wasDown = !up;
      if (powered(() => deliver(delivery, source, value)) && wasDown) it.safe = true;
    },
    pass: (ms) => {
      if (powered(() => bench.pass(ms)) && !up && ms >= 1000) saveAll();
    },
    linkUp: () => {
      if (up) return;
      up = true;
      powered(() => deliverAgain(delivery));
    },
    linkDown: () => {
      up = false;
      waiting = [];
    },
    tellTime: () => {
      const told = start;
      powered(() => {
        bench.setClock(trueTime());
        dateAll(outbox);
        told.toldTime = true;
      });
    },
    acknowledge: (how = "heard") => {
      const message = waiting.shift();
      if (message === undefined) return false;
      for (const it of message.received) {
        received.push(it);
        if (!hub.has(it.key)) hub.set(it.key, it);
      }
      if (how === "heard") powered(message.acknowledged);
      return true;
    },
    restart: (sources) => void powered(() => boot(sources ?? start.sources)),
    cutPowerAfter: (bytes) => flash.cutPowerAfter(bytes),
    drain: () => {
      storing.linkDown();
      flash.cutPowerAfter(Infinity);
      storing.linkUp();
      for (let idle = 0; idle < 3; idle++) {
        while (storing.acknowledge()) idle = 0;
        storing.pass(1000);
      }
    },
  };
  boot(settings.sources ?? FOUR_SOURCES);
  return storing;
};
