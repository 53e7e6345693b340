import { join } from "node:path";
import { expect, test } from "vitest";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { SavingsAmountView, SavingsView } from "../api/contract.ts";
import { type Embedded, openJournal } from "../src/adapters/sqlite/journal.ts";
import { systemClock } from "../src/adapters/clock/system.ts";
import { readConfiguration } from "../src/config/read.ts";
import type { Site } from "../src/domain/site.ts";
import { battant, folder, inRegistry } from "./cli-place.ts";
import { OCTOBER, utc } from "./evidence-kit.ts";
import { createWorld, type Hub, type Moment, TICK_MS } from "./savings-world.ts";

// Goal: what `battant savings` says of a month is what really happened in it: hours within one
// minute, energy within 0.5 %; over a hub that is killed, a relay board that goes, a change from
// observing to acting, and the end of summer time.
// Method: October 2026 in two zones lived quickly through `step` and the real journal; its truth
// counted every fifteen seconds by somebody who reads no record.

const building = (mode: "observe" | "act") => `building: test
name: "Maison de l'essai"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  hall-1: { name: "Hall" }
  hall-2: { name: "Tableau du hall" }
  stairs-1: { name: "Escalier" }
  stairs-2: { name: "Tableau de l'escalier" }
  stairs-3: { name: "Compteur de l'escalier" }
zones:
  hall:
    name: "Hall d'entrée"
    kind: hall
    light_sensor: { board: hall-1, sensor: light }
    circuits:
      ceiling: { load_W: 108, relay: { board: hall-2, relay: main } }
    daylight: { mode: ${mode}, luminaire_contribution_lx: 120 }
  stairs:
    kind: stairwell
    light_sensor: { board: stairs-1, sensor: light }
    circuits:
      landings:
        relay: { board: stairs-2, relay: main }
        meter: { board: stairs-3, sensor: circuit }
    daylight: { mode: ${mode}, luminaire_contribution_lx: 120 }
energy:
  box_W: 6
  prices:
    - { from: 2026-01-01, eur_per_kWh: 0.194 }
    - { from: 2026-10-20, eur_per_kWh: 0.25 }
`;

const siteOf = (mode: "observe" | "act"): Site => {
  const read = readConfiguration(building(mode));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.site;
};

const opened = async (dataDir: string): Promise<Embedded> => {
  const path = join(dataDir, "journal.db");
  const options = { path, timezone: "Europe/Paris", clock: systemClock, commitWindowMs: 0 };
  const journal = await openJournal(options);
  if (!journal.ok) throw new Error(journal.problem);
  return journal.embedded;
};

const HOUR = 3_600_000;
const HALL = "hall" as ZoneId;
const STAIRS = "stairs" as ZoneId;
const WATTS = { [HALL]: 108, [STAIRS]: 93 };
const NEW_PRICE = utc("2026-10-19T22:00");

/** Over a bright noon, and a night, a moment after a reading: the last sign that it lived. */
const KILLED: readonly [from: Instant, to: Instant][] = [
  [utc("2026-10-07T09:41:15"), utc("2026-10-07T13:03")],
  [utc("2026-10-19T23:10:15"), utc("2026-10-20T04:27")],
];
const ACTS = utc("2026-10-14T22:00:15");
const RELAY_GONE: readonly [from: Instant, to: Instant] = [
  utc("2026-10-11T08:20"),
  utc("2026-10-11T10:50"),
];

/** Lives the month, and leaves what a hub leaves behind. */
async function liveOctober(dataDir: string, seed: number): Promise<readonly Moment[]> {
  const world = createWorld(siteOf("observe"), OCTOBER.from, seed);
  const moments: Moment[][] = [];
  const journals: Embedded[] = [];
  const start = async (mode: "observe" | "act"): Promise<Hub> => {
    const embedded = await opened(dataDir);
    journals.push(embedded);
    return world.start(embedded, siteOf(mode));
  };
  const live = async (to: Instant, hub: Hub | undefined): Promise<void> => {
    moments.push(await world.live(to, hub));
  };
  const gone = (hub: Hub, online: boolean): void =>
    hub.line.live({ kind: "availability", board: "hall-2" as never, online }, world.now());

  let hub = await start("observe");
  await live(KILLED[0]![0], hub);
  await live(KILLED[0]![1], undefined); // Killed: nothing is closed, nothing is said.
  hub = await start("observe");
  await live(RELAY_GONE[0], hub);
  gone(hub, false);
  await live(RELAY_GONE[1], hub);
  await live(ACTS, hub);
  hub = await start("act");
  await live(KILLED[1]![0], hub);
  await live(KILLED[1]![1], undefined);
  hub = await start("act");
  await live(OCTOBER.to, hub);
  for (const { journal } of journals.toReversed()) await journal.close();
  return moments.flat();
}

const isBright = ({ because }: Moment): boolean =>
  because === "daylight-sufficient" || because === "not-bright-long-enough";
const isDark = ({ because }: Moment): boolean =>
  because === "too-dark" || because === "sun-is-down";
const isLightKnown = ({ isSeen, isTold }: Moment): boolean => isSeen && isTold;

const burns = (it: Moment): boolean => isLightKnown(it) && it.isLit && isBright(it);
const isKeptOff = (it: Moment): boolean =>
  isLightKnown(it) && it.isInhibited && !it.isLit && !isDark(it);
const mayBurn = (it: Moment): boolean =>
  isLightKnown(it) ? it.isLit && !isBright(it) && !isDark(it) : !isDark(it);

const hoursOf = (moments: readonly Moment[], is: (moment: Moment) => boolean): number =>
  (moments.filter(is).length * TICK_MS) / HOUR;

const expectHours = (found_ms: number, truth: number, what: string): void =>
  expect(
    Math.abs(found_ms / HOUR - truth),
    `${what}: ${found_ms / HOUR} for ${truth} h`,
  ).toBeLessThan(1 / 60);
const expectWithin = (share: number, found: number | null | undefined, truth: number): void =>
  expect(Math.abs((found ?? NaN) / truth - 1), `${found} for ${truth}`).toBeLessThan(share);

type Printed = {
  readonly zones: readonly SavingsView[];
  readonly building: { readonly own: { readonly wattHours: number } } & {
    readonly [key in "saved" | "net"]: { readonly wattHours: number; readonly cents: number };
  };
};

/** As if the month had just ended. */
const atTheEnd = (dataDir: string): void =>
  inRegistry(dataDir, ({ run }) => {
    run.begin({
      pid: 2 ** 30,
      version: "0",
      buildingFile: join(dataDir, "building.yaml"),
      page: "http://127.0.0.1:1",
      httpPort: 1,
      mqttPort: 1,
      mqttTlsPort: null,
      demo: true,
      speed: 60,
    });
    const health = { boards: [], serial: [], forwarder: null, journalProblem: null } as never;
    run.beat({ buildingNow: OCTOBER.to + HOUR, health });
    run.end();
  });

const sum = (values: readonly (number | null | undefined)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? NaN), 0);

const addsUp = (rows: readonly SavingsAmountView[], total: SavingsAmountView | null): void => {
  expect(sum(rows.map((row) => row.time_ms))).toBe(total?.time_ms);
  expect(sum(rows.map((row) => row.energy_Wh))).toBe(total?.energy_Wh);
  expect(sum(rows.map((row) => row.cost_EURcents))).toBe(total?.cost_EURcents);
};

test("October 2026, on the command line, is as it was", { timeout: 120_000 }, async () => {
  const dataDir = folder(building("act"));
  const truth = await liveOctober(dataDir, 7);
  atTheEnd(dataDir);
  const { code, out, err } = await battant(["savings", "--data", dataDir, "--json", "--intervals"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const printed = JSON.parse(out) as Printed;
  expect(printed.zones.map(({ zone }) => zone)).toEqual(["hall", "stairs"]);

  for (const view of printed.zones) {
    const zone = view.zone as typeof HALL;
    const own = truth.filter((it) => it.zone === zone);
    const { burning, avoided, intervals } = view;
    expect([view.from, view.to]).toEqual([OCTOBER.from, OCTOBER.to]);
    expect(view.missing).toBeNull();

    const kWh = (hours: number): number => (hours * WATTS[zone]!) / 1000;
    expectHours(burning.time_ms, hoursOf(own, burns), `${zone} burning`);
    expectWithin(0.005, burning.energy_Wh, kWh(hoursOf(own, burns)) * 1000);
    expectHours(view.keptOff_ms, hoursOf(own, isKeptOff), `${zone} kept off`);
    expectHours(view.burningUnknown_ms, hoursOf(own, mayBurn), `${zone} unknown`);

    const before = own.filter((it) => isLightKnown(it) && it.mode === "observe");
    const rate = hoursOf(before, burns) / hoursOf(before, isBright);
    expectWithin(0.005, avoided?.energy_Wh, rate * kWh(hoursOf(own, isKeptOff)) * 1000);
    const cents = own
      .filter(isKeptOff)
      .map(({ at }) => (at < NEW_PRICE ? 19.4 : 25) * kWh(TICK_MS / HOUR));
    expectWithin(0.005, avoided?.cost_EURcents, rate * sum(cents));

    addsUp(
      view.days.map((day) => day.burning),
      burning,
    );
    addsUp(
      view.days.flatMap((day) => day.avoided ?? []),
      avoided,
    );
    addsUp(
      intervals.filter(({ figure }) => figure === "burning"),
      burning,
    );
    addsUp(
      intervals.filter(({ figure }) => figure === "kept-off"),
      avoided,
    );
    expect(view.days).toHaveLength(31);
    expect(sum(view.days.map((day) => day.burningUnknown_ms))).toBe(view.burningUnknown_ms);
  }
  const { saved, own, net } = printed.building;
  expect(own.wattHours).toBe(Math.round(((OCTOBER.to - OCTOBER.from) / HOUR) * 6));
  expect(net.wattHours).toBe(saved.wattHours - own.wattHours);
  expect(saved.wattHours).toBe(sum(printed.zones.map(({ avoided }) => avoided?.energy_Wh)));

  await isTold(dataDir);
});

/** The same in words and tables. */
async function isTold(dataDir: string): Promise<void> {
  const french = await battant(["savings", "--data", dataDir, "--zone", "hall"], { LANG: "fr_FR" });
  expect(french.out).toMatch(
    /^Lumière et économies, 1–31 octobre 2026\n\nHall d'entrée \(hall\)\n/,
  );
  expect(french.out).toMatch(
    /Allumé en plein jour pendant \d+\sh\s\d\d : \d+,\d\d\skWh, \d+,\d\d\s€/,
  );
  expect(french.out).toContain("Méthode IPMVP, option A");
  const english = await battant(["savings", "--data", dataDir]);
  expect(english.out).toContain("IPMVP method, option B: hours and power measured");
  expect(english.out).toMatch(/Saved by the zones .* minus what the hub and its boards\s+used/);

  const csv = await battant(["savings", "--data", dataDir, "--zone", "hall", "--csv"]);
  expect(csv.out.split("\n")[0]).toBe(
    "zone,figure,from,to,counted_s,energy_Wh,cost_EURcents,because",
  );
  expect(csv.out).toContain(
    "hall,burning,2026-10-25T00:00:00.000+02:00,2026-10-26T00:00:00.000+01:00,",
  );
  const excel = await battant([
    "savings",
    "--data",
    dataDir,
    "--zone",
    "hall",
    "--excel",
    "--intervals",
  ]);
  expect(excel.out.startsWith("\ufeffzone;figure;")).toBe(true);
  expect(excel.out.split("\r\n").length).toBeGreaterThan(50);

  // Before anything acted: the plain truth alone.
  const half = ["--from", "2026-10-01", "--to", "2026-10-15"];
  const before = await battant(["savings", "--data", dataDir, "--zone", "hall", ...half]);
  expect(before.out).toContain("Lit in full daylight for");
  expect(before.out).not.toContain("Avoided:");
}
