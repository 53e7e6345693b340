import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { BoardId, BootId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import { systemClock } from "../adapters/clock/system.ts";
import { openTrace } from "../adapters/files/trace.ts";
import { createInfluxStore } from "../adapters/influx/store.ts";
import { createDongle, type Dongle } from "../adapters/serial/dongle.ts";
import { type Embedded, openJournal } from "../adapters/sqlite/journal.ts";
import type { InfluxSettings } from "../config/settings.ts";
import type { Inbox } from "../ports.ts";
import { createForwarder, type Forwarder } from "../forward.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import { openingLine } from "../snapshot.ts";
import { createUpdates } from "../updates.ts";
import { askedOnce } from "./asked-once.ts";
import type { Base, Closings } from "./base.ts";
import { JOURNAL_FILE } from "./places.ts";
import { privacyOf } from "./privacy.ts";
import { CannotStart } from "./problems.ts";

/** The parts behind the doors: the journal, the runtime, the way to InfluxDB, the USB dongles. */

/** Under this name the journal keeps how far InfluxDB has come. */
const INFLUX = "influx";

export async function openStorage(base: Base, closings: Closings): Promise<Embedded> {
  const { settings, plan, clock, options } = base;
  const opened = await openJournal({
    path: join(options.dataDir, JOURNAL_FILE),
    timezone: plan.site().timezone,
    clock,
    commitWindowMs: settings.journal.commitWindow,
    retention: settings.retention,
    forwardTo: settings.influx === undefined ? [] : [INFLUX],
  });
  if (!opened.ok) throw new CannotStart(opened.problem);
  closings.add(() => opened.embedded.journal.close());
  return opened.embedded;
}

export async function openRuntime(
  base: Base,
  embedded: Embedded,
  closings: Closings,
): Promise<Runtime> {
  const { plan, clock, settings, registry, options } = base;
  const trace = await openTrace({
    directory: join(options.dataDir, "traces"),
    clock,
    keepDays: settings.trace.keepDays,
    opening: openingLine,
  });
  closings.add(() => trace.close());
  const runtime = createRuntime({
    wiring: plan.wiring(),
    clock,
    trace,
    journal: embedded.journal,
    decisions: embedded.decisions,
    circuits: embedded.circuits,
    updates: createUpdates({ programs: registry.programs, clock: systemClock }),
    onRefused: (refusal) => registry.refusals.record(refusal),
    isOfFlat: askedOnce(base, closings)((board) => registry.boards.flatOf(board) !== undefined),
  });
  closings.add(plan.onChange(runtime.reconfigure));
  return runtime;
}

export async function startForwarder(
  base: Base,
  embedded: Embedded,
  closings: Closings,
): Promise<Forwarder | undefined> {
  const { settings, plan } = base;
  const { building, timezone } = plan.site();
  const { influx } = settings;
  if (influx === undefined) return undefined;
  const store = createInfluxStore({
    url: influx.url,
    database: influx.database,
    account: await accountOf(influx),
    building,
    zoneOf: (board: BoardId, sensor: SensorId): ZoneId | undefined =>
      plan.wiring().zonesOfSensor(board, sensor)[0],
    timezone,
    retention: settings.retention,
    windows: embedded.store.windows,
  });
  const forwarder = createForwarder({
    name: INFLUX,
    journal: embedded.journal,
    newest: () => embedded.ask("newest"),
    // A copy is read by whoever may read the database: what flats measure stays in the journal.
    store: {
      write: (readings) => {
        const isPrivate = privacyOf(base);
        return store.write(readings.filter(({ board }) => !isPrivate(board)));
      },
    },
    clock: systemClock,
    random: Math.random,
  });
  forwarder.start();
  closings.add(async () => {
    await forwarder.stop();
    await store.close();
  });
  return forwarder;
}

async function accountOf({ account }: InfluxSettings) {
  if (account === undefined) return undefined;
  const password = (await readFile(account.passwordFile, "utf8")).trim();
  return { username: account.username, password };
}

export function openDongles(base: Base, inbox: Inbox, closings: Closings): readonly Dongle[] {
  const boot = `h${randomBytes(8).toString("hex")}` as BootId;
  let sequence = 0;
  const dongles = base.settings.linky.map(({ port, sensor }) =>
    createDongle({
      port,
      sensor,
      boot,
      nextSequence: () => (sequence += 1),
      inbox,
      clock: base.clock,
    }),
  );
  closings.add(async () => {
    await Promise.all(dongles.map((dongle) => dongle.close()));
  });
  return dongles;
}
