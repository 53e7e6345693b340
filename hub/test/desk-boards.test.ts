import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId, BootId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { availabilityTopic } from "@battant/protocol/wire/topics";
import { expect, test } from "vitest";
import type { AdoptRequest, BoardView } from "../api/contract.ts";
import { type BoardDeskParts, createBoardDesk } from "../src/desk/board-desk.ts";
import { createBoardLog } from "../src/desk/board-log.ts";
import { createLatest, remembering } from "../src/desk/latest.ts";
import { privacyAt } from "../src/desk/privacy.ts";
import type { Board } from "../src/domain/building.ts";
import { closed, connectBoard, createMemoryInbox, startBroker } from "./broker-kit.ts";
import { auditOf, createWorkshop, HALL, MAC, METER } from "./desk-kit.ts";

// Goal: a new board is seen and finds its place in the building, a dead or stolen one is out at
// once, and what a flat measures is told to nobody at the desk.
// Method: a desk with a real registry, a building file as text, and readings handed in as they pass.

const NEW = "light-aabbcc" as BoardId;

const describedAs = (change: Partial<Description> = {}): Board => ({
  online: true,
  description: {
    contract: 1,
    boot: "boot-1" as BootId,
    model: "relay-light",
    program: "0.1.0",
    sensors: [
      { sensor: "light" as SensorId, quantity: "illuminance" },
      { sensor: "motion" as SensorId, quantity: "occupancy" },
    ],
    relays: ["main" as RelayId],
    ...change,
  },
});

const opened = (change: Partial<BoardDeskParts> = {}, building?: string) => {
  const workshop = createWorkshop(building);
  const { registry, plan, clock } = workshop;
  const { boards } = registry;
  const isPrivate = privacyAt({ boards, site: plan.site });
  const latest = createLatest(isPrivate);
  const log = createBoardLog({ clock, isKnown: boards.isKnown, isPrivate });
  const heard = new Map<BoardId, Board>();
  const sentAway: BoardId[] = [];
  const desk = createBoardDesk({
    boards,
    audit: registry.audit,
    plan,
    board: (board) => heard.get(board),
    lastReading: (board) => latest.of(board, "light" as SensorId, "illuminance")?.received,
    latest,
    log,
    sendAway: async (board) => void sentAway.push(board),
    isSimulated: false,
    now: clock.now,
    ...change,
  });
  const inbox = remembering(createMemoryInbox(), latest);
  let sequence = 0;
  const measure = (
    board: BoardId,
    value: number,
    { sensor = "light", quantity = "illuminance" as Quantity, at = clock.now() as Instant } = {},
  ): void => {
    sequence += 1;
    const reading: Reading = {
      board,
      boot: "boot-1" as BootId,
      sequence,
      sensor: sensor as SensorId,
      quantity,
      value,
      at,
      received: clock.now(),
    };
    void inbox.readings([reading]);
  };
  /** As `battant flash` leaves it. */
  const flash = (board: BoardId, flat?: string): void => {
    const order = { board, name: board, flat, mac: MAC, model: "relay-light" };
    registry.tickets.confirm(registry.tickets.prepare(order).ticket);
    heard.set(board, describedAs());
  };
  return { ...workshop, boards, desk, log, heard, isPrivate, sentAway, measure, flash };
};

const adoption = (change: Partial<AdoptRequest> = {}): AdoptRequest => ({
  name: "Escalier, 1er",
  flat: null,
  zone: null,
  lightSensor: null,
  detector: null,
  relay: null,
  ...change,
});

const named = (boards: readonly BoardView[], board: BoardId): BoardView | undefined =>
  boards.find((it) => it.board === board);

// ── Which there are ─────────────────────────────────────────────────────────────────────────────

test("those that may connect and those the building file names are listed, in the order of their names", () => {
  const { desk, boards, flash } = opened();
  flash(NEW);
  boards.add({ id: "attic" as BoardId });
  boards.setIgnored("attic" as BoardId, true);
  const list = desk.list().boards;
  expect(list.map(({ board, place, mayConnect }) => [board, place, mayConnect])).toEqual([
    ["attic", "ignored", true],
    [HALL, "adopted", false],
    [NEW, "new", true],
    [METER, "adopted", false],
    ["stairs-1", "adopted", false],
  ]);
  expect(named(list, HALL)).toMatchObject({ name: "Hall, au plafond", zones: ["hall"] });
});

test("a board that was never heard says nothing of itself", () => {
  const { desk, boards } = opened();
  boards.add({ id: NEW });
  expect(desk.board(NEW)).toMatchObject({ online: null, model: null, program: null, sensors: [] });
  expect(desk.board("nobody")).toBeUndefined();
  expect(desk.board("Not/a name")).toBeUndefined();
});

test("a new board shows what it measures as it is measured", () => {
  const { desk, flash, measure, clock } = opened();
  flash(NEW);
  expect(desk.board(NEW)?.sensors[0]).toEqual({
    sensor: "light",
    quantity: "illuminance",
    value: null,
    at: null,
  });
  measure(NEW, 412);
  measure(NEW, 1, { sensor: "motion", quantity: "occupancy" });
  expect(desk.board(NEW)).toMatchObject({
    online: true,
    model: "relay-light",
    program: "0.1.0",
    isPrivate: false,
    sensors: [
      { sensor: "light", value: 412, at: clock.now() },
      { sensor: "motion", value: 1, at: clock.now() },
    ],
    relays: ["main"],
    flashed: clock.now(),
    lastReading: clock.now(),
  });
});

test("what was measured earlier and comes late is not the latest value", () => {
  const { desk, flash, measure, clock } = opened();
  flash(NEW);
  measure(NEW, 412);
  measure(NEW, 7, { at: instant(clock.now() - 60_000) });
  expect(desk.board(NEW)?.sensors[0]).toMatchObject({ value: 412 });
});

test("when the hub's clock was set right, a value from the future gives way", () => {
  const { desk, flash, measure, clock } = opened();
  flash(NEW);
  measure(NEW, 412, { at: instant(clock.now() + 3_600_000) });
  measure(NEW, 7);
  expect(desk.board(NEW)?.sensors[0]).toMatchObject({ value: 7 });
});

test("a board that floods the hub with sensors is remembered within a bound", () => {
  const { desk, flash, measure, heard } = opened();
  flash(NEW);
  const names = Array.from({ length: 60 }, (_, index) => `s${index}` as SensorId);
  for (const sensor of names) measure(NEW, 5, { sensor });
  const sensors = names.map((sensor) => ({ sensor, quantity: "illuminance" as const }));
  heard.set(NEW, describedAs({ sensors }));
  expect(desk.board(NEW)?.sensors.filter(({ value }) => value === 5)).toHaveLength(40);
});

// ── A flat's board ──────────────────────────────────────────────────────────────────────────────

const privates: readonly [what: string, letIn: (scene: ReturnType<typeof opened>) => BoardId][] = [
  ["flashed for a flat", ({ flash }) => (flash(NEW, "flat-2"), NEW)],
  ["that the building file places in a flat", ({ boards }) => (boards.add({ id: METER }), METER)],
  ["of which nobody has said whose it is", ({ boards }) => (boards.add({ id: NEW }), NEW)],
];

for (const [what, letIn] of privates) {
  test(`of a board ${what}, only that it is there is shown`, () => {
    const scene = opened();
    const board = letIn(scene);
    scene.heard.set(board, describedAs());
    scene.measure(board, 230);
    const view = scene.desk.board(board);
    expect(view).toMatchObject({ isPrivate: true, online: true, lastReading: null });
    expect(view?.sensors.map(({ value, at }) => [value, at])).toEqual([
      [null, null],
      [null, null],
    ]);
  });
}

test("a name under which a flat was measured stays private, wherever the building file uses it again", async () => {
  const scene = opened();
  const { desk, boards, heard, measure, isPrivate } = scene;
  boards.add({ id: HALL, flat: "flat-1" });
  boards.remove(HALL);
  heard.set(HALL, describedAs());
  measure(HALL, 412);
  expect(isPrivate(HALL)).toBe(true);
  expect(desk.board(HALL)).toMatchObject({
    place: "adopted",
    mayConnect: false,
    isPrivate: true,
    lastReading: null,
    sensors: [{ value: null }, { value: null }],
  });
  expect(named(desk.list().boards, HALL)).toMatchObject({ isPrivate: true, lastReading: null });
  const request = adoption({ zone: { id: "hall" }, lightSensor: "light" });
  expect(await desk.adopt(HALL, request, "Marie")).toMatchObject({ problem: "request-refused" });
});

test("what a flat measures is not even kept", () => {
  const latest = createLatest((board) => board === METER);
  const seen = (board: BoardId): Reading => ({
    board,
    boot: "boot-1" as BootId,
    sequence: 1,
    sensor: "light" as SensorId,
    quantity: "illuminance",
    value: 230,
    at: instant(0),
    received: instant(0),
  });
  for (const board of [METER, HALL]) latest.see([seen(board)]);
  const kept = [METER, HALL].map((it) => latest.of(it, "light" as SensorId, "illuminance")?.value);
  expect(kept).toEqual([undefined, 230]);
});

test("a board that somebody places in a flat by hand shows nothing from that moment", async () => {
  const { desk, flash, measure, plan } = opened();
  flash(NEW);
  measure(NEW, 412);
  const nothing = {
    zone: undefined,
    lightSensor: undefined,
    detector: undefined,
    relay: undefined,
  };
  await plan.change({ kind: "adopt", board: NEW, name: "Compteur", flat: "flat-2", ...nothing });
  expect(desk.board(NEW)).toMatchObject({
    isPrivate: true,
    lastReading: null,
    sensors: [
      { value: null, at: null },
      { value: null, at: null },
    ],
  });
});

test("what a board measured before it moved into a flat is shown no longer", async () => {
  const { desk, flash, measure, log } = opened();
  flash(NEW);
  measure(NEW, 412);
  log.note(NEW, "board", "light 412 lx");
  expect(await desk.adopt(NEW, adoption({ flat: "flat-2" }), "Marie")).toMatchObject({
    ok: true,
    value: { isPrivate: true, place: "adopted", sensors: [{ value: null }, { value: null }] },
  });
  const signal = new AbortController().signal;
  expect(await desk.log(NEW, 0, { waitMs: 0, signal })).toMatchObject({ lines: [] });
});

test("a flat's board never becomes one of the common areas, not even when it was forgotten", async () => {
  const { desk, flash, boards } = opened();
  flash(NEW, "flat-2");
  const asCommon = adoption({ zone: { id: "hall" }, lightSensor: "light" });
  for (const request of [asCommon, adoption(), adoption({ flat: "flat-3" })]) {
    expect(await desk.adopt(NEW, request, "Marie")).toMatchObject({ problem: "request-refused" });
  }
  expect(await desk.adopt(NEW, adoption({ flat: "flat-2" }), "Marie")).toMatchObject({ ok: true });
  await desk.forget(NEW, "Marie");
  flash(NEW);
  expect(boards.find(NEW)).toMatchObject({ flat: "flat-2" });
  expect(await desk.adopt(NEW, asCommon, "Marie")).toMatchObject({ problem: "request-refused" });
});

test("a flat that only the building file named is kept in mind when its board is forgotten", async () => {
  const { desk, boards } = opened();
  boards.add({ id: METER });
  await desk.forget(METER, "Marie");
  boards.add({ id: METER });
  expect(boards.find(METER)).toMatchObject({ flat: "flat-1" });
});

test("so is that of a board that was removed by hand before", async () => {
  const { desk, boards } = opened();
  boards.add({ id: METER });
  boards.remove(METER);
  await desk.forget(METER, "Marie");
  boards.add({ id: METER });
  expect(boards.find(METER)).toMatchObject({ flat: "flat-1" });
});

// ── Adopting ────────────────────────────────────────────────────────────────────────────────────

test("a new board is adopted into a zone that is there", async () => {
  const scene = opened();
  const { desk, flash, boards, plan } = scene;
  flash(NEW);
  const request = adoption({ zone: { id: "hall" }, lightSensor: "light", relay: "main" });
  expect(await desk.adopt(NEW, request, "Marie")).toMatchObject({
    ok: true,
    value: { board: NEW, name: "Escalier, 1er", place: "adopted", zones: ["hall"] },
  });
  const zone = [...plan.site().zones.values()][0];
  expect(zone).toMatchObject({
    lightSensor: { board: NEW, sensor: "light" },
    circuit: { board: NEW, relay: "main" },
  });
  expect(boards.find(NEW)).toMatchObject({ name: "Escalier, 1er" });
  expect(auditOf(scene)).toEqual([`Marie: board adopted ${NEW} in zone hall`]);
});

test("a detector is adopted beside those that the zone has", async () => {
  const { desk, flash, plan } = opened();
  flash(NEW);
  const detector = { zone: { id: "hall" }, detector: "motion" };
  expect(await desk.adopt(NEW, adoption(detector), "Marie")).toMatchObject({
    ok: true,
    value: { zones: ["hall"] },
  });
  const [hall] = plan.site().zones.values();
  expect(hall).toMatchObject({
    lightSensor: { board: HALL, sensor: "light" },
    presence: { sensors: [{ board: NEW, sensor: "motion" }] },
  });
});

test("a new zone is named by people, and gets an id of its own; it only watches at first", async () => {
  const { desk, flash, plan } = opened();
  flash(NEW);
  const zone = { name: "Escalier B, côté cour", kind: "stairwell" };
  const request = adoption({ zone, lightSensor: "light", relay: "main" });
  expect(await desk.adopt(NEW, request, "Marie")).toMatchObject({
    value: { zones: ["escalier-b-cote-cour"] },
  });
  const made = [...plan.site().zones.values()].at(-1);
  expect(made).toMatchObject({ name: zone.name, kind: "stairwell", daylight: { mode: "observe" } });
});

test("a board may be adopted for nothing in particular, and is ignored no longer", async () => {
  const { desk, flash, boards } = opened();
  flash(NEW);
  desk.setIgnored(NEW, true, "Marie");
  expect(await desk.adopt(NEW, adoption(), "Marie")).toMatchObject({
    value: { place: "adopted", zones: [] },
  });
  expect(boards.find(NEW)).toMatchObject({ isIgnored: false });
});

const hallZone = { id: "hall" };

const refusals: readonly [what: string, request: Partial<AdoptRequest>, problem: string][] = [
  ["a zone that there is not", { zone: { id: "cellar" } }, "unknown-zone"],
  [
    "a new zone with the name of another",
    { zone: { name: "HALL", kind: "hall" } },
    "request-refused",
  ],
  ["a kind of zone that there is not", { zone: { name: "Cave", kind: "cave" } }, "request-refused"],
  ["a zone whose name has no letter", { zone: { name: "…", kind: "hall" } }, "request-refused"],
  ["a sensor without a zone", { lightSensor: "light" }, "request-refused"],
  ["a sensor it has not", { zone: hallZone, lightSensor: "other" }, "request-refused"],
  ["a sensor of something else", { zone: hallZone, lightSensor: "motion" }, "request-refused"],
  ["a detector without a zone", { detector: "motion" }, "request-refused"],
  ["a detector it has not", { zone: hallZone, detector: "radar" }, "request-refused"],
  ["a detector of something else", { zone: hallZone, detector: "light" }, "request-refused"],
  ["a flat whose detector serves all", { flat: "flat-2", detector: "motion" }, "request-refused"],
  ["a relay it has not", { zone: hallZone, relay: "second" }, "request-refused"],
  ["a flat in a zone", { flat: "flat-2", zone: hallZone }, "request-refused"],
  ["a flat that is a person's name", { flat: "M. Dupont" }, "request-refused"],
  ["no name", { name: "" }, "request-refused"],
];

for (const [what, request, problem] of refusals) {
  test(`not adopted: with ${what}`, async () => {
    const { desk, flash, plan } = opened();
    flash(NEW);
    const before = plan.text();
    expect(await desk.adopt(NEW, adoption(request), "Marie")).toMatchObject({ ok: false, problem });
    expect(plan.text()).toBe(before);
    expect(desk.board(NEW)?.place).toBe("new");
  });
}

test("not adopted: a board nobody knows, and one that has not said what it has", async () => {
  const { desk, flash, heard } = opened();
  expect(await desk.adopt("nobody", adoption(), "Marie")).toEqual({
    ok: false,
    problem: "unknown-board",
  });
  flash(NEW);
  heard.delete(NEW);
  const request = adoption({ zone: hallZone, lightSensor: "light" });
  expect(await desk.adopt(NEW, request, "Marie")).toMatchObject({ problem: "request-refused" });
});

test("what the building file refuses is refused with its own words", async () => {
  const { desk, flash, heard } = opened();
  const other = "light-ddeeff" as BoardId;
  flash(NEW);
  flash(other);
  heard.set(other, describedAs());
  const zone = { name: "Cave", kind: "corridor" };
  await desk.adopt(NEW, adoption({ zone: hallZone, relay: "main" }), "Marie");
  expect(await desk.adopt(NEW, adoption({ zone, relay: "main" }), "Marie")).toMatchObject({
    ok: false,
    problem: "building-file-refused",
    detail: { en: expect.any(String), fr: expect.any(String) },
  });
});

test("boards of a simulated building stay as they are", async () => {
  const { desk, boards } = opened({ isSimulated: true });
  boards.add({ id: HALL });
  const refused = { ok: false, problem: "simulated-building" };
  expect(await desk.adopt(HALL, adoption(), "Marie")).toEqual(refused);
  expect(await desk.forget(HALL, "Marie")).toEqual(refused);
  expect(boards.isKnown(HALL)).toBe(true);
});

// ── Ignoring and forgetting ─────────────────────────────────────────────────────────────────────

test("a board is ignored until somebody notices it again", () => {
  const scene = opened();
  const { desk, flash } = scene;
  flash(NEW);
  expect(desk.setIgnored(NEW, true, "Marie")).toMatchObject({ value: { place: "ignored" } });
  expect(desk.setIgnored(NEW, false, "Marie")).toMatchObject({ value: { place: "new" } });
  expect(desk.setIgnored("nobody", true, "Marie")).toMatchObject({ problem: "unknown-board" });
  expect(desk.setIgnored(HALL, true, "Marie")).toMatchObject({ problem: "request-refused" });
  expect(auditOf(scene)).toEqual([`Marie: board noticed ${NEW}`, `Marie: board ignored ${NEW}`]);
});

test("a board that is forgotten is out, and its place in the building is free", async () => {
  const scene = opened();
  const { desk, flash, measure, boards, plan, sentAway, registry } = scene;
  flash(HALL);
  measure(HALL, 412);
  const bundle = "//battant 0.2.0 light\n";
  registry.programs.ask({
    board: HALL,
    bundle,
    program: "0.2.0",
    model: "light",
    downgrade: false,
  });
  expect(await desk.forget(HALL, "Marie")).toEqual({ ok: true, value: null });
  expect(boards.isKnown(HALL)).toBe(false);
  expect(sentAway).toEqual([HALL]);
  expect(plan.text()).not.toContain(HALL);
  expect(registry.programs.list()).toEqual([]);
  expect(desk.board(HALL)).toBeUndefined();
  expect(await desk.forget(HALL, "Marie")).toEqual({ ok: false, problem: "unknown-board" });
  expect(auditOf(scene)).toEqual([
    `Marie: board forgotten ${HALL}`,
    `Marie: board removed ${HALL}`,
  ]);
  // What it measured last is not what a board of that name measures next.
  flash(HALL);
  expect(desk.board(HALL)?.sensors[0]).toMatchObject({ value: null });
});

test("a board is out even when the building file cannot be changed", async () => {
  const detail = { fr: "le fichier est en lecture seule", en: "the file is read-only" };
  const { plan } = createWorkshop();
  const { desk, flash, boards, sentAway } = opened({
    plan: {
      site: plan.site,
      change: async () => ({ ok: false, problem: "building-file-refused", detail }),
    },
  });
  flash(HALL);
  expect(await desk.forget(HALL, "Marie")).toEqual({
    ok: false,
    problem: "building-file-refused",
    detail,
  });
  expect(boards.isKnown(HALL)).toBe(false);
  expect(sentAway).toEqual([HALL]);
  expect(desk.board(HALL)).toMatchObject({ mayConnect: false });
});

test("a board that is nowhere in the building is forgotten without a look at its file", async () => {
  const { plan } = createWorkshop();
  const change = async () => {
    throw new Error("nobody asked for this");
  };
  const { desk, flash, boards } = opened({ plan: { site: plan.site, change } });
  flash(NEW);
  expect(await desk.forget(NEW, "Marie")).toEqual({ ok: true, value: null });
  expect(boards.isKnown(NEW)).toBe(false);
});

test("a board that is connected when it is forgotten loses its connection and cannot come back", async () => {
  const { registry } = createWorkshop();
  const { password } = registry.boards.add({ id: HALL })!;
  const { broker, inbox } = await startBroker({ access: registry.boards });
  const { desk } = opened({ boards: registry.boards, sendAway: broker.forget });
  const client = await connectBoard(broker, HALL, { password });
  await client.publishAsync(availabilityTopic(HALL), "online", { qos: 1, retain: true });
  expect(await desk.forget(HALL, "Marie")).toMatchObject({ ok: true });
  await closed(client);
  await expect(connectBoard(broker, HALL, { password })).rejects.toThrow("Connection refused");
  expect(inbox.events.at(-1)).toEqual({ kind: "availability", board: HALL, online: false });
});
