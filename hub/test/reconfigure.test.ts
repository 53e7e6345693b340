// Needs: influxd.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId, RelayId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Lease, RelayReport } from "@battant/protocol/vocabulary/relay";
import type { BoardSettings } from "@battant/protocol/vocabulary/settings";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { NOTHING_SEEN } from "@battant/rules/light";
import { expect, onTestFinished, test } from "vitest";
import { replay } from "../replay/replay.ts";
import { openTrace } from "../src/adapters/files/trace.ts";
import type { Adoption } from "../src/config/edit.ts";
import { systemClock } from "../src/adapters/clock/system.ts";
import { defaultSettings } from "../src/config/empty.ts";
import { readConfiguration } from "../src/config/read.ts";
import { wire } from "../src/domain/building.ts";
import { LEASE_DURATION } from "../src/domain/lease.ts";
import type { Site, ZonePlan } from "../src/domain/site.ts";
import { unknownZone } from "../src/domain/zone.ts";
import { createRuntime } from "../src/runtime.ts";
import { openingLine } from "../src/snapshot.ts";
import type { Base } from "../src/start/base.ts";
import { openStorage, startForwarder } from "../src/start/inside.ts";
import { createPlan } from "../src/start/plan.ts";
import { privacyOf } from "../src/start/privacy.ts";
import { startInfluxd } from "./influxd.ts";
import { BOOT, NOON, RELAY, SENSOR, settings, siteOf, STAIRS, stairs } from "./building.ts";

// Goal: a building file that changes while the hub runs is gone by at once, and no lamp notices but
// those it is about.
// Method: a runtime on a hand-wound clock, with a real trace that is replayed; then the plan over a
// real file.

const HALL = "hall" as ZoneId;
const NEW = "new-1" as BoardId;

/** A hall with nothing in it, or lit by `NEW`, which also looks at it. */
const bareHall: ZonePlan = {
  ...stairs,
  id: HALL,
  name: "Hall",
  kind: "hall",
  circuit: undefined,
  lightSensor: undefined,
  daylight: { ...settings, mode: "observe" },
};
const litHall: ZonePlan = {
  ...bareHall,
  circuit: {
    board: NEW,
    relay: "main" as RelayId,
    load: undefined,
    warning: false,
    offWhenVacant: false,
  },
  lightSensor: { board: NEW, sensor: "light" as SensorId },
  daylight: { ...settings, localRule: true },
};

const siteWith = (...zones: readonly ZonePlan[]): Site => ({
  ...siteOf(stairs),
  zones: new Map(zones.map((zone) => [zone.id, zone])),
});

const description: Description = {
  contract: 1,
  boot: BOOT,
  model: "hall",
  program: "1",
  sensors: [],
  relays: [],
} as never;

type Sent = { readonly at: Instant; readonly board: BoardId; readonly lease: Lease };

async function runningHub(site: Site, isOfFlat?: (board: BoardId) => boolean) {
  const directory = mkdtempSync(join(tmpdir(), "battant-plan-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  let now = NOON;
  const timers: (() => void)[] = [];
  const clock = {
    now: () => now,
    every: (_: number, action: () => void) => (timers.push(action), () => {}),
  };
  const trace = await openTrace({
    directory,
    clock: { now: clock.now, every: () => () => {} },
    keepDays: 7,
    opening: openingLine,
  });
  const leases: Sent[] = [];
  const told: [BoardId, BoardSettings][] = [];
  const runtime = createRuntime({
    wiring: wire(site),
    clock,
    trace,
    journal: { append: async (batch) => ({ ok: true, stored: batch.length, duplicates: 0 }) },
    decisions: { append: () => {} },
    onRefused: () => {},
    ...(isOfFlat !== undefined && { isOfFlat }),
  });
  runtime.start({
    lease: (board, _relay, lease) => void leases.push({ at: now, board, lease }),
    clock: () => {},
    settings: (board, they) => void told.push([board, they]),
    offer: () => {},
    chunk: () => {},
  });
  const lit = new Set<BoardId>();
  const report = (board: BoardId, change: Partial<RelayReport>): void => {
    if (change.lit === false) lit.delete(board);
    else lit.add(board);
    runtime.event({
      kind: "relay-reported",
      board,
      relay: "main" as RelayId,
      report: { boot: BOOT, state: "available", reason: "start", lit: true, ...change },
    });
  };
  let answered = 0;
  /** Relays do as they are asked. */
  const answer = (): void => {
    for (; answered < leases.length; answered++) {
      const { board, lease } = leases[answered]!;
      const isEnd = lease.duration === 0;
      const state = isEnd ? "available" : "inhibited";
      const reason = isEnd ? "lease-ended" : "lease";
      report(board, { state, reason, lease: lease.id, lit: isEnd });
    }
  };
  let sequence = 0;
  /** Daylight, and what the lamps beside the sensor add to it. */
  const see = (board: BoardId, daylight: number): void => {
    sequence += 1;
    const lamps = lit.has(board === SENSOR ? RELAY : board) ? 120 : 0;
    const value = daylight + lamps + (sequence % 3);
    const reading = { board, boot: BOOT, sequence, sensor: "light" as SensorId };
    void runtime.readings([
      {
        ...reading,
        quantity: "illuminance",
        value,
        at: now,
        received: now,
      },
    ]);
  };
  return {
    runtime,
    leases,
    told,
    see,
    zone: (id: ZoneId) => runtime.building().zones.get(id),
    report,
    /** A tick every five seconds, and every minute a reading of each of `eyes`. */
    pass: (count: number, illuminance: number, ...eyes: readonly BoardId[]): void => {
      for (let tick = 1; tick <= count * 12; tick++) {
        now = instant(now + 5000);
        for (const action of timers) action();
        answer();
        if (tick % 12 === 0) for (const eye of eyes) see(eye, illuminance);
      }
    },
    trace: async (): Promise<string> => {
      await trace.close();
      return readdirSync(directory)
        .map((name) => readFileSync(join(directory, name), "utf8"))
        .join("");
    },
  };
}

/** The stairs are kept dark by a granted lease; the board `NEW` is there, and concerns nobody. */
async function brightHub(site = siteWith(stairs, bareHall)) {
  const hub = await runningHub(site);
  hub.runtime.event({ kind: "availability", board: SENSOR, online: true });
  hub.report(RELAY, {});
  hub.runtime.event({ kind: "described", board: NEW, description });
  hub.report(NEW, {});
  hub.pass(15, 600, SENSOR);
  expect(hub.zone(STAIRS)?.circuit.lease?.answer).toBe("granted");
  return hub;
}

test("zones that stay keep all that is believed of them", async () => {
  const hub = await brightHub();
  const before = hub.zone(STAIRS);
  hub.runtime.reconfigure(wire(siteWith(stairs, litHall)));
  expect(hub.zone(STAIRS)).toBe(before);
});

test("a lamp of another zone never notices: its lease is renewed as if nothing had happened", async () => {
  const quiet = await brightHub();
  const busy = await brightHub();
  for (const [minute, plan] of [litHall, bareHall, litHall].entries()) {
    busy.runtime.reconfigure(wire(siteWith(stairs, plan)));
    for (const hub of [quiet, busy]) hub.pass(minute + 1, 500, SENSOR);
  }
  expect(busy.leases.filter(({ board }) => board === RELAY)).toEqual(quiet.leases);
  expect(quiet.leases.length).toBeGreaterThan(4);
});

test("a new zone begins unknown, and a zone that is gone is forgotten", async () => {
  const hub = await brightHub(siteWith(stairs));
  hub.runtime.reconfigure(wire(siteWith(bareHall)));
  expect([...hub.runtime.building().zones]).toEqual([[HALL, unknownZone(HALL)]]);
});

test("what a board said before it had a place counts from its first moment there", async () => {
  const hub = await brightHub();
  hub.runtime.reconfigure(wire(siteWith(stairs, litHall)));
  expect(hub.runtime.building().boards.get(NEW)).toEqual({ online: true, description });
  expect(hub.zone(HALL)?.circuit.report).toMatchObject({ state: "available", lit: true });
  hub.pass(12, 600, SENSOR, NEW);
  expect(hub.leases.some(({ board }) => board === NEW)).toBe(true);
});

test("a board that went away before it had a place is not believed to be there", async () => {
  const hub = await brightHub();
  hub.runtime.event({ kind: "availability", board: NEW, online: false });
  hub.runtime.reconfigure(wire(siteWith(stairs, litHall)));
  expect(hub.runtime.building().boards.get(NEW)).toEqual({ online: false, description });
  expect(hub.zone(HALL)?.circuit.report).toBeUndefined();
});

test("a board that loses its place leaves the line, and is still known", async () => {
  const hub = await brightHub(siteWith(stairs, litHall));
  hub.runtime.reconfigure(wire(siteWith(stairs, bareHall)));
  expect(hub.runtime.building().boards.has(NEW)).toBe(false);
  expect(hub.runtime.board(NEW)).toEqual({ online: true, description });
});

test("a circuit that is taken away is not asked for again: it comes back within its lease", async () => {
  const hub = await brightHub();
  const last = hub.leases.at(-1)!;
  hub.runtime.reconfigure(wire(siteWith({ ...stairs, circuit: undefined }, bareHall)));
  hub.pass(10, 600, SENSOR);
  expect(hub.leases.at(-1)).toBe(last);
  expect(last.lease.duration).toBeLessThanOrEqual(LEASE_DURATION);
  expect(hub.zone(STAIRS)?.verdict?.decision.because).toBe("no-circuit");
});

test("a zone that goes by another sensor gives its circuit back at once, and waits anew", async () => {
  const hub = await brightHub();
  const lightSensor = { board: NEW, sensor: "light" as SensorId };
  hub.runtime.reconfigure(wire(siteWith({ ...stairs, lightSensor }, bareHall)));
  expect(hub.zone(STAIRS)?.light).toEqual(NOTHING_SEEN);
  hub.pass(1, 600, NEW);
  expect(hub.leases.at(-1)?.lease.duration).toBe(0);
  expect(hub.zone(STAIRS)?.verdict?.decision.kind).toBe("allow");
});

test("a relay that takes the place of another is asked for nothing before it has said how it is", async () => {
  const hub = await brightHub();
  const other = "relay-2" as BoardId;
  const circuit = {
    board: other,
    relay: "main" as RelayId,
    load: undefined,
    warning: false,
    offWhenVacant: false,
  };
  hub.runtime.reconfigure(wire(siteWith({ ...stairs, circuit }, bareHall)));
  hub.runtime.event({ kind: "availability", board: other, online: true });
  hub.pass(15, 600, SENSOR);
  expect(hub.leases.filter(({ board }) => board === other)).toEqual([]);
  hub.report(other, {});
  hub.pass(15, 600, SENSOR);
  expect(hub.leases.at(-1)?.board).toBe(other);
});

test("whoever pressed the wall switch is obeyed after the change, too", async () => {
  const hub = await brightHub();
  hub.report(RELAY, { reason: "wall-switch" });
  const { overrides } = hub.zone(STAIRS)!;
  hub.runtime.reconfigure(wire(siteWith({ ...stairs, circuit: litHall.circuit }, bareHall)));
  expect(overrides["wall-switch"]).toBeDefined();
  expect(hub.zone(STAIRS)?.overrides).toEqual(overrides);
});

test("boards are told what to do alone from now on, and whoever looks on is told of the change", async () => {
  const hub = await brightHub();
  let changes = 0;
  hub.runtime.onChange(() => (changes += 1));
  hub.told.length = 0;
  hub.runtime.reconfigure(wire(siteWith(stairs, litHall)));
  expect(changes).toBeGreaterThan(0);
  expect(hub.told.map(([board, { rules }]) => [board, rules.length])).toEqual([[NEW, 1]]);
  hub.runtime.reconfigure(wire(siteWith(stairs, bareHall)));
  expect(hub.told.at(-1)).toEqual([NEW, { rules: [] }]);
});

test("a recorded day with changes in it lives again without a difference", async () => {
  const hub = await brightHub();
  hub.runtime.reconfigure(wire(siteWith(stairs, litHall)));
  hub.pass(15, 600, SENSOR, NEW);
  hub.runtime.reconfigure(wire(siteWith(litHall)));
  hub.pass(2, 40, NEW);
  hub.runtime.reconfigure(wire(siteWith(stairs)));
  hub.pass(3, 600, SENSOR);
  const text = await hub.trace();
  expect(text.match(/"trace":1/gu)).toHaveLength(4);
  const result = replay(text);
  expect(result).toMatchObject({ ok: true, differences: [] });
  // The change itself is what makes the rest come out the same.
  const openings = text.split("\n").filter((line) => line.includes('"trace":1'));
  const without = replay(text.replace(openings[1]!, ""));
  expect(without.ok && without.differences.length).toBeGreaterThan(0);
});

test("a board that no zone goes by any more leaves no trace", async () => {
  const hub = await brightHub(siteWith(stairs, litHall));
  hub.runtime.reconfigure(wire(siteWith(stairs)));
  hub.runtime.event({ kind: "availability", board: NEW, online: false });
  hub.pass(1, 500, SENSOR);
  const parts = (await hub.trace()).split('"trace":1');
  expect(parts.at(-1)).not.toContain(NEW);
});

// The plan, over a file

const FILE = `# Notes
building: demo
name: Demo
location: { latitude_deg: 47, longitude_deg: 6 }
timezone: Europe/Paris
boards:
  meter: { name: Meter, flat: flat-1 }
zones:
  hall: { kind: hall }
`;

const adoption = (change: Partial<Adoption> = {}): Adoption => ({
  kind: "adopt",
  board: NEW,
  name: "Au plafond",
  flat: undefined,
  zone: { id: HALL },
  lightSensor: "light" as SensorId,
  detector: undefined,
  relay: undefined,
  ...change,
});

const planOver = (text: string, isSimulated = false) => {
  const folder = mkdtempSync(join(tmpdir(), "battant-plan-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "building.yaml");
  writeFileSync(file, text);
  const read = readConfiguration(text);
  if (!read.ok) throw new Error(read.problems[0]!.message.en);
  return { file, plan: createPlan({ file, site: read.site, isSimulated }) };
};

test("a change is in the file and gone by at once", async () => {
  const { file, plan } = planOver(FILE);
  const heard: number[] = [];
  const stop = plan.onChange((wiring) => void heard.push(wiring.site.boards.size));
  expect(await plan.change(adoption())).toEqual({ ok: true });
  expect(plan.wiring().zonesOfSensor(NEW, "light" as SensorId)).toEqual([HALL]);
  expect(readConfiguration(readFileSync(file, "utf8"))).toMatchObject({ site: plan.site() });
  stop();
  await plan.change({ kind: "forget", board: NEW });
  expect(plan.site().boards.has(NEW)).toBe(false);
  expect(heard).toEqual([2]);
});

test("changes asked for together are all made, one after the other", async () => {
  const { plan } = planOver(FILE);
  const boards = ["a", "b", "c", "d"].map((id) => id as BoardId);
  const changes = boards.map((board) =>
    plan.change(adoption({ board, zone: undefined, lightSensor: undefined })),
  );
  expect(await Promise.all(changes)).toEqual(boards.map(() => ({ ok: true })));
  expect([...plan.site().boards.keys()]).toEqual(["meter", ...boards]);
});

test("more changes at once than anybody needs are refused, and do not wait for ever", async () => {
  const { plan } = planOver(FILE);
  const asked = Array.from({ length: 30 }, () => plan.change(adoption()));
  const outcomes = await Promise.all(asked);
  expect(outcomes.filter(({ ok }) => ok)).toHaveLength(20);
  expect(await plan.change(adoption())).toEqual({ ok: true });
});

test("what was refused changes nothing", async () => {
  const { file, plan } = planOver(FILE);
  const before = plan.wiring();
  const refused = await plan.change(adoption({ zone: { id: "cellar" as ZoneId } }));
  expect(refused).toMatchObject({ ok: false, problem: "building-file-refused" });
  expect(plan.wiring()).toBe(before);
  expect(readFileSync(file, "utf8")).toBe(FILE);
});

test("a file that cannot be written changes nothing in the hub either", async () => {
  const { file, plan } = planOver(FILE);
  rmSync(file);
  const refused = await plan.change(adoption());
  expect(refused).toMatchObject({ ok: false, problem: "building-file-refused" });
  expect(plan.site().boards.has(NEW)).toBe(false);
});

test("what a person wrote by hand is gone by with the next change, but for its name and days", async () => {
  const { file, plan } = planOver(FILE);
  const byHand = FILE.replace("kind: hall", "kind: hall, name: Le hall")
    .replace("building: demo", "building: other")
    .replace("Europe/Paris", "Europe/Rome");
  writeFileSync(file, byHand);
  expect(await plan.change(adoption())).toEqual({ ok: true });
  expect(plan.site().zones.get(HALL)?.name).toBe("Le hall");
  expect(plan.site()).toMatchObject({ building: "demo", timezone: "Europe/Paris" });
  expect(readFileSync(file, "utf8")).toContain("building: other");
});

test("the demonstration's building is left as it is", async () => {
  const { file, plan } = planOver(FILE, true);
  expect(await plan.change(adoption())).toMatchObject({ ok: false, problem: "simulated-building" });
  expect(readFileSync(file, "utf8")).toBe(FILE);
});

test("whose readings are private is asked of the plan as it is now", async () => {
  const { plan } = planOver(FILE);
  const flats = new Map<BoardId, string>();
  const registry = { boards: { flatOf: (board: BoardId) => flats.get(board) } };
  const isPrivate = (board: BoardId) =>
    privacyOf({ plan, settings: { linky: [] }, registry } as never)(board);
  expect(isPrivate(NEW)).toBe(true);
  await plan.change(adoption());
  expect(isPrivate(NEW)).toBe(false);
  flats.set(NEW, "flat-1"); // As the registry keeps in mind of a name that was forgotten.
  expect(isPrivate(NEW)).toBe(true);
  flats.clear();
  await plan.change({ kind: "forget", board: NEW });
  expect(isPrivate(NEW)).toBe(true);
});

test("the copy in InfluxDB follows: readings carry their zone from the change on", async () => {
  const influxd = await startInfluxd();
  onTestFinished(() => influxd.remove());
  const { file, plan } = planOver(FILE);
  const influx = { url: influxd.url, database: "battant", account: undefined };
  const base = {
    plan,
    clock: systemClock,
    settings: { ...defaultSettings(), influx },
    options: { dataDir: join(file, "..") },
    registry: { boards: { flatOf: () => undefined } },
  } as unknown as Base;
  const closings: (() => Promise<void> | void)[] = [];
  const toClose = { add: (close: () => Promise<void> | void) => void closings.unshift(close) };
  onTestFinished(async () => {
    for (const close of closings) await close();
  });
  const embedded = await openStorage(base, toClose);
  await startForwarder(base, embedded, toClose);
  let sequence = 0;
  const see = async (value: number): Promise<void> => {
    sequence += 1;
    const at = systemClock.now();
    const reading = { board: NEW, boot: BOOT, sequence, sensor: "light" as SensorId, value };
    await embedded.journal.append([{ ...reading, quantity: "illuminance", at, received: at }]);
  };
  const copied = async (): Promise<string> => {
    const query = encodeURIComponent("SELECT value, zone FROM battant.raw.illuminance");
    return (await fetch(`${influxd.url}/query?db=battant&q=${query}`)).text();
  };
  await plan.change(adoption({ zone: undefined, lightSensor: undefined }));
  await see(41);
  await expect.poll(copied, { timeout: 20_000, interval: 200 }).toMatch(/41,null/u);
  await plan.change(adoption());
  await see(42);
  await expect.poll(copied, { timeout: 20_000, interval: 200 }).toMatch(/41,null.*42,"hall"/su);
});

test("what is measured under a name that was a flat's shows in no zone, whatever the file says", async () => {
  const hub = await runningHub(siteWith(stairs), (board) => board === SENSOR);
  hub.see(SENSOR, 600);
  expect(hub.zone(STAIRS)?.light.seen).toBeUndefined();
  const common = await runningHub(siteWith(stairs), () => false);
  common.see(SENSOR, 600);
  expect(common.zone(STAIRS)?.light.seen).toBeDefined();
});
