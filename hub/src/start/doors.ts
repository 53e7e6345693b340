import type { BoardId, ZoneId } from "@battant/protocol/vocabulary/ids";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Sentence } from "../../api/contract.ts";
import { systemClock } from "../adapters/clock/system.ts";
import { createHttp, type Http } from "../adapters/http/server.ts";
import type { Views } from "../adapters/http/views.ts";
import { type Broker, createBroker } from "../adapters/mqtt/broker.ts";
import type { Certificates } from "../adapters/mqtt/certificates.ts";
import type { Credentials } from "../adapters/registry/boards.ts";
import type { Registry } from "../adapters/registry/registry.ts";
import { BEAT_MS } from "../adapters/registry/run.ts";
import type { Dongle } from "../adapters/serial/dongle.ts";
import type { Embedded } from "../adapters/sqlite/journal.ts";
import type { CalibrationDesk } from "../calibration/desk.ts";
import type { Site } from "../domain/site.ts";
import type { Forwarder } from "../forward.ts";
import type { Runtime } from "../runtime.ts";
import { buildingView, decisionView } from "../view.ts";
import { openBacktest } from "./backtest.ts";
import type { Base, Closings } from "./base.ts";
import { startSimulator } from "./child.ts";
import { demoWorld } from "./demo-world.ts";
import { healthView } from "./health.ts";
import { observationOf } from "./observation.ts";
import { privacyOf } from "./privacy.ts";
import { savingsOf } from "./savings.ts";
import { openLight } from "./light.ts";
import { surveyOf } from "./survey.ts";
import { whyOf } from "./why.ts";
import type { Workshop } from "./workshop.ts";
import { VERSION } from "../version.ts";

/** The parts that others reach: the broker, the pages, what is said to `battant doctor`, the demo. */

const PAGES = fileURLToPath(new URL("../../../dashboards/dist", import.meta.url));
/** Boards of the demonstration get new secrets at each start, so that none is ever written down. */
export function adoptAll({ boards }: Registry, site: Site): Map<BoardId, Credentials> {
  const adopted = new Map<BoardId, Credentials>();
  for (const { id, name, flat } of site.boards.values()) {
    boards.remove(id);
    const credentials = boards.add({ id, name, flat });
    if (credentials !== undefined) adopted.set(id, credentials);
  }
  return adopted;
}

type Inside = {
  readonly runtime: Runtime;
  readonly workshop: Workshop;
  readonly identity: Certificates;
};

export async function openBroker(
  base: Base,
  { runtime, workshop, identity }: Inside,
  closings: Closings,
): Promise<Broker> {
  const { settings, clock, registry } = base;
  const { host, port, tlsPort } = settings.mqtt;
  const broker = await createBroker({
    inbox: workshop.inbox,
    access: registry.boards,
    clock,
    dataDir: base.options.dataDir,
    listen: { mqtt: { host, port }, mqtts: { host, port: tlsPort, ...identity } },
  });
  closings.add(() => broker.close());
  runtime.start(workshop.heard(broker.link));
  closings.add(() => runtime.stop());
  closings.add(sendAwayRemoved(registry, broker));
  return broker;
}

/** A board that was removed is out with all it left, even if it was added a moment before. */
function sendAwayRemoved({ boards, refusals }: Registry, broker: Broker): () => void {
  return boards.changes(({ removed }) => {
    const unknown = broker.connected().filter((board) => !boards.isKnown(board));
    for (const board of new Set([...removed, ...unknown])) {
      if (boards.isKnown(board)) broker.disconnect(board);
      else {
        broker.forget(board).catch((error: unknown) => {
          const problem = `what it left could not be cleaned up: ${wordsOf(error)}`;
          refusals.record({ from: board, where: "broker", problem });
        });
      }
    }
  });
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

type Seen = {
  readonly runtime: Runtime;
  readonly embedded: Embedded;
  readonly forwarder: Forwarder | undefined;
  readonly dongles: readonly Dongle[];
  readonly calibration: CalibrationDesk;
};

export function viewsOf(base: Base, seen: Seen): Views {
  const { runtime, embedded, forwarder, dongles, calibration } = seen;
  const { plan, clock, options, registry } = base;
  const { speed, demo } = options;
  const since = clock.now();
  return {
    building: () =>
      buildingView(runtime.building(), plan.wiring(), {
        now: clock.now(),
        speed,
        demo,
        alarms: (zone) => alarmsIn(calibration, zone),
      }),
    health: () =>
      healthView({
        since,
        site: plan.site(),
        board: (id) => runtime.board(id),
        restarts: runtime.restarts,
        registered: registry.boards.list(),
        isPrivate: privacyOf(base),
        lastReading: runtime.lastReading,
        figures: runtime.figures(),
        refusals: registry.refusals.list(),
        forwarder: forwarder?.health(),
        serial: dongles.map((dongle) => dongle.health()),
      }),
    decisions: async (zone, from, to, limit) => {
      const records = await embedded.ask("decisions", { from, to }, { zone, limit });
      return records.map((record) => decisionView(record, plan.site().timezone));
    },
    why: whyOf(base, { runtime, embedded }),
    savings: savingsOf(base, embedded),
    observation: observationOf(base, embedded),
    ...surveyOf(base),
    onChange: runtime.onChange,
  };
}

const alarmsIn = (calibration: CalibrationDesk, zone: ZoneId): readonly Sentence[] =>
  calibration.alarms(zone).map(({ about }) => about);

type Shown = {
  readonly runtime: Runtime;
  readonly views: Views;
  readonly embedded: Embedded;
  readonly desks: ReturnType<Workshop["desks"]>;
  readonly identity: Certificates;
  readonly calibration: CalibrationDesk;
};

export async function openHttp(
  base: Base,
  { runtime, views, embedded, desks, identity, calibration }: Shown,
  closings: Closings,
): Promise<Http> {
  const { settings, registry } = base;
  const { cert, key, caPath } = identity;
  const { host, port, tlsPort } = settings.http;
  const note = (where: string, problem: string): void =>
    registry.refusals.record({ from: "hub", where, problem });
  const http = await createHttp({
    listen: { host, port },
    ...(tlsPort !== 0 && { tls: { host, port: tlsPort, cert, key } }),
    caPath,
    views,
    ...desks,
    lightDesk: openLight(base, { runtime, views }),
    calibrationDesk: calibration,
    backtestDesk: openBacktest(base, embedded, closings),
    passes: registry.passes,
    accounts: registry.accounts,
    readings: embedded.store,
    isPrivate: (board) => privacyOf(base)(board),
    clock: base.clock,
    pagesDir: PAGES,
    log: (event, fields) => note("http", [event, ...Object.values(fields)].join(": ")),
  });
  closings.add(() => http.close());
  if (http.tlsProblem !== undefined) note("https", http.tlsProblem);
  return http;
}

type Running = {
  readonly http: Http;
  readonly broker: Broker;
  readonly views: Views;
  readonly calibration: CalibrationDesk;
  readonly file: string;
};

/** So that `battant doctor`, a process of its own, can say how this one is. */
export function keepRunInfo(
  base: Base,
  { http, broker, views, calibration, file }: Running,
  closings: Closings,
): void {
  const { plan, registry, clock, options } = base;
  registry.run.begin({
    pid: process.pid,
    version: VERSION,
    buildingFile: resolve(file),
    page: http.address,
    httpPort: Number(new URL(http.address).port),
    mqttPort: broker.port,
    mqttTlsPort: broker.tlsPort ?? null,
    demo: options.demo,
    speed: options.speed,
  });
  const beat = (): void => {
    const zones = [...plan.site().zones.keys()];
    const alarms = zones.map((zone) => ({ zone, found: alarmsIn(calibration, zone) }));
    registry.run.beat({ buildingNow: clock.now(), health: views.health(), alarms });
  };
  beat();
  const stopBeating = systemClock.every(BEAT_MS, beat);
  closings.add(() => {
    stopBeating();
    beat();
    registry.run.end();
  });
}

type Boards = { readonly adopted: ReadonlyMap<BoardId, Credentials>; readonly port: number };

export async function startBoards(base: Base, { adopted, port }: Boards, closings: Closings) {
  const { plan, time, announce, language, options } = base;
  const world = demoWorld({
    site: plan.site(),
    mqtt: { host: "127.0.0.1", port },
    clock: time,
    scene: time.speed === 1 ? "clouds" : "evening",
    adopted,
  });
  if (!options.boards) {
    await writeFile(join(options.dataDir, "world.json"), JSON.stringify(world), { mode: 0o600 });
    return;
  }
  const simulator = await startSimulator(world, (how) =>
    announce.note(
      language === "fr"
        ? `Les cartes simulées se sont arrêtées (${how}) ; relancez la démonstration.`
        : `The simulated boards have stopped (${how}); start the demonstration again.`,
    ),
  );
  closings.add(() => simulator.stop());
}
