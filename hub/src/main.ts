import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { instant } from "@battant/protocol/vocabulary/units";
import { type ScaledTime, scaledClock, systemClock } from "./adapters/clock/system.ts";
import { openRegistry } from "./adapters/registry/registry.ts";
import { BUILDING_FILE_NAME, ensureBuildingFile, loadConfiguration } from "./config/file.ts";
import type { Settings } from "./config/settings.ts";
import { verdictOn } from "./cli/check-config.ts";
import { languageOf } from "./cli/io.ts";
import type { Site } from "./domain/site.ts";
import { announcer } from "./start/announce.ts";
import type { Base, Closings, Start } from "./start/base.ts";
import { openCalibration } from "./start/calibration.ts";
import { demoOrigin } from "./start/demo-time.ts";
import {
  adoptAll,
  keepRunInfo,
  openBroker,
  openHttp,
  startBoards,
  viewsOf,
} from "./start/doors.ts";
import { identityOf, keepIdentityFresh } from "./start/identity.ts";
import { openDongles, openRuntime, openStorage, startForwarder } from "./start/inside.ts";
import { lockFolder } from "./start/lock.ts";
import { parseStart, START_HELP, type StartOptions } from "./start/options.ts";
import { createPlan } from "./start/plan.ts";
import { CannotStart, explainFailure, secondHub } from "./start/problems.ts";
import { openWorkshop } from "./start/workshop.ts";

/**
 * The composition root: the one place where every part of the hub meets the others. Parts are
 * opened in the order in which they lean on each other, and closed in the reverse order.
 */

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const DEMO_BUILDING = join(ROOT, "hardware", "buildings", "demo.yaml");

/** What a hub says about itself is written at least this often. */
const UNTOLD_MS_MAX = 90_000;

/** `battant start`. Resolves with the exit code when the hub has stopped. */
export async function main(args: readonly string[]): Promise<number> {
  const parsed = parseStart(args);
  if (parsed.kind === "help") {
    process.stdout.write(START_HELP);
    return 0;
  }
  if (parsed.kind === "wrong") {
    process.stderr.write(`${parsed.problem}\n\n${START_HELP}`);
    return 2;
  }
  const { options } = parsed;
  const language = languageOf({ env: process.env });
  // Readings are private: whatever a part of the hub creates is its owner's alone.
  process.umask(0o077);
  // A closed terminal or a reader that has seen enough is no reason to stop a building's hub.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const announce = announcer(process.stdout, options.json, language);
  const asked = untilAskedToStop();
  try {
    const hub = await startHub({ options, announce, language });
    await asked;
    announce.stopping();
    await hub.stop();
    announce.stopped();
    return 0;
  } catch (error) {
    const explained = explainFailure(error, language);
    if (explained === undefined) throw error;
    process.stderr.write(`\n${explained.message}\n`);
    return 1;
  }
}

/** Ctrl-C may reach us twice: from the terminal, and handed on by whoever started us. */
const SAME_SIGNAL_MS = 1000;

/** The first signal stops in good order; a second one does not wait for that. */
function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    let asked: number | undefined;
    const ask = (): void => {
      const now = performance.now();
      if (asked !== undefined && now - asked > SAME_SIGNAL_MS) process.exit(130);
      asked ??= now;
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ask);
  });
}

async function startHub(start: Start): Promise<{ stop(): Promise<void> }> {
  const closings: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    let failure: { readonly error: unknown } | undefined;
    for (const close of closings.splice(0).toReversed()) {
      // One part that cannot close must not keep the others open.
      await Promise.resolve()
        .then(close)
        .catch((error: unknown) => (failure ??= { error }));
    }
    if (failure !== undefined) throw failure.error;
  };
  try {
    await assemble(start, { add: (close) => void closings.push(close) });
    return { stop };
  } catch (error) {
    await stop().catch(() => {}); // What went wrong first is what people have to know.
    throw error;
  }
}

async function assemble(start: Start, closings: Closings): Promise<void> {
  const { options, announce, language } = start;
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  announce.step(language === "fr" ? "immeuble" : "building");
  const unlock = lockFolder(dataDir);
  if (unlock === undefined) throw secondHub(dataDir, language);
  closings.add(unlock);
  const registry = openRegistry({ dataDir, clock: systemClock });
  closings.add(() => registry.close());
  const earlier = registry.run.read();
  const configured = await readBuilding(start);
  const { site, file } = configured;
  const plan = createPlan({ file, site, isSimulated: options.demo });
  const time = timeOf(options, site, earlier?.state?.buildingNow);
  const clock = options.speed === 1 ? systemClock : scaledClock(time);
  const settings = withOptions(configured.settings, options);
  const base: Base = { ...start, plan, settings, clock, time, registry };

  announce.step("journal");
  const embedded = await openStorage(base, closings);
  const runtime = await openRuntime(base, embedded, closings);
  const calibration = openCalibration(base, runtime, closings);

  announce.step("broker");
  const workshop = openWorkshop(base, runtime, closings);
  const identity = await identityOf(base);
  const broker = await openBroker(base, { runtime, workshop, identity }, closings);
  const adopted = options.demo ? adoptAll(registry, site) : undefined;
  const forwarder = await startForwarder(base, embedded, closings);
  const dongles = openDongles(base, workshop.inbox, closings);

  announce.step("page");
  const views = viewsOf(base, { runtime, embedded, forwarder, dongles, calibration });
  const desks = workshop.desks(broker);
  const shown = { runtime, views, embedded, desks, identity, calibration };
  const http = await openHttp(base, shown, closings);
  keepIdentityFresh(base, [broker, http], closings);
  keepRunInfo(base, { http, broker, views, calibration, file }, closings);

  if (adopted !== undefined) {
    announce.step(language === "fr" ? "cartes simulées" : "simulated boards");
    await startBoards(base, { adopted, port: broker.port }, closings);
  }
  const token = registry.accounts.openSetup();
  announce.ready({
    page: http.address,
    httpsPort: http.tlsPort,
    setup: token === undefined ? undefined : `${http.address}/setup?token=${token}`,
    mqtt: broker.port,
    mqtts: broker.tlsPort,
    data: dataDir,
    building: file,
    demo: options.demo,
    speed: options.speed,
  });
  if (http.tlsProblem !== undefined) announce.note(http.tlsProblem);
  if (configured.isNew) {
    announce.note(
      language === "fr"
        ? `Un fichier d'immeuble vide vient d'être écrit : décrivez vos zones dans ${file}, puis redémarrez.`
        : `An empty building file was just written: describe your zones in ${file}, then start again.`,
    );
  }
}

type Configured = {
  readonly site: Site;
  readonly settings: Settings;
  readonly file: string;
  readonly isNew: boolean;
};

async function readBuilding({ options, language }: Start): Promise<Configured> {
  const { demo, dataDir, buildingFile } = options;
  const standard = demo ? DEMO_BUILDING : undefined;
  const own = join(dataDir, BUILDING_FILE_NAME);
  const isNew = buildingFile === undefined && standard === undefined && !existsSync(own);
  const file = buildingFile ?? standard ?? (await ensureBuildingFile(dataDir, language));
  const read = await loadConfiguration(file);
  if (!read.ok) throw new CannotStart(verdictOn(file, read, language));
  return { site: read.site, settings: read.settings, file, isNew };
}

/** The command line is right about what it says, the building file about the rest. */
function withOptions(settings: Settings, options: StartOptions): Settings {
  const { demo, host, httpPort, httpsPort, mqttPort, mqttsPort, influxUrl } = options;
  // A demonstration is for the person at this machine, not for the network around it.
  const everywhere = host ?? (demo ? "127.0.0.1" : undefined);
  const { http, mqtt, influx } = settings;
  return {
    ...settings,
    http: {
      host: everywhere ?? http.host,
      port: httpPort ?? http.port,
      tlsPort: httpsPort ?? (httpPort === 0 ? 0 : http.tlsPort),
    },
    mqtt: {
      host: everywhere ?? mqtt.host,
      port: mqttPort ?? mqtt.port,
      tlsPort: mqttsPort ?? (mqttPort === 0 ? 0 : mqtt.tlsPort),
    },
    influx:
      influxUrl === undefined
        ? influx
        : { database: "battant", account: undefined, ...influx, url: influxUrl },
  };
}

function timeOf({ speed }: StartOptions, site: Site, lived: number | undefined): ScaledTime {
  const now = systemClock.now();
  if (speed === 1) return { origin: now, realOrigin: now, speed };
  // A hub that was killed may have lived on a little after it last said so.
  const before = lived === undefined ? undefined : instant(lived + UNTOLD_MS_MAX * speed);
  return { origin: demoOrigin(site.location, now, before), realOrigin: now, speed };
}
