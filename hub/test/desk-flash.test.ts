import { decodeMembership } from "@battant/board/espruino/membership";
import { planFromView } from "@battant/cable/image/plan-view";
import { readStorage } from "@battant/cable/image/storage";
import type { BoardId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import { expect, test } from "vitest";
import { pretendRelease } from "../../firmware/cable/test/release-kit.ts";
import type { FlashRequest, FlashView } from "../api/contract.ts";
import type { Outcome } from "../src/desk/desks.ts";
import { createFlashDesk, type FlashDeskParts } from "../src/desk/flash-desk.ts";
import { connectBoard, startBroker } from "./broker-kit.ts";
import { auditOf, createWorkshop, HALL, MAC, OTHER_MAC, programOf } from "./desk-kit.ts";

// Goal: whoever has a chip on the table is given all that makes it a board of this hub, or is told
// what is missing; and nothing changes for any board before the chip is confirmed.
// Method: a desk with a real registry, the project's kinds of board and a small release of Espruino;
// what it answers is read back as a chip would read it.

const RELEASE = { ...pretendRelease(), version: "2v30", sha256: "ab".repeat(32), isListed: true };
const WIFI = { ssid: "Atelier", password: "quatre mots de passe" };

const asked = (change: Partial<FlashRequest> = {}): FlashRequest => ({
  model: "light",
  mac: MAC,
  board: null,
  name: null,
  flat: null,
  replaces: null,
  host: null,
  ...change,
});

const opened = (change: Partial<FlashDeskParts> = {}) => {
  const workshop = createWorkshop();
  const { registry, kinds, plan, clock } = workshop;
  const forgotten: string[] = [];
  const desk = createFlashDesk({
    kinds,
    boards: registry.boards,
    tickets: registry.tickets,
    wifi: registry.wifi,
    audit: registry.audit,
    release: async () => ({ ok: true, value: RELEASE }),
    site: plan.site,
    addresses: () => ["192.168.1.20", "100.64.0.3"],
    mqttPort: () => 1883,
    isSimulated: false,
    now: clock.now,
    forgetSeen: (board) => void forgotten.push(board),
    ...change,
  });
  registry.wifi.keep(WIFI);
  const prepare = (request: Partial<FlashRequest> = {}) => desk.prepare(asked(request), "Marie");
  const flash = async (request: Partial<FlashRequest> = {}): Promise<FlashView> => {
    const view = valueOf(await prepare(request));
    expect(desk.confirm(view.ticket, "Marie")).toEqual({ ok: true, value: { board: view.board } });
    return view;
  };
  return { ...workshop, boards: registry.boards, desk, prepare, flash, forgotten };
};

const valueOf = <T>(outcome: Outcome<T>): T => {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome));
  return outcome.value;
};

/** The files that the board will find in its flash. */
const filesIn = (view: FlashView): Map<string, string> => {
  const plan = planFromView(view);
  if (!plan.ok) throw new Error(plan.problem);
  const storage = plan.value.regions.find(({ name }) => name === "storage");
  return new Map(readStorage(storage!.bytes));
};

const membershipIn = (view: FlashView) => {
  const decoded = decodeMembership(filesIn(view).get("membership") ?? "");
  if (!decoded.ok) throw new Error(decoded.problem);
  return decoded.value;
};

// ── What is written ─────────────────────────────────────────────────────────────────────────────

test("a blank chip is given everything that makes it a board of this hub", async () => {
  const { prepare } = opened();
  const view = valueOf(await prepare());
  expect(view).toMatchObject({
    board: "light-aabbcc",
    isKnown: false,
    host: "192.168.1.20",
    flashSize: 4 * 1024 * 1024,
  });
  expect(view.regions.map(({ name }) => name)).toEqual([
    "bootloader",
    "partitions",
    "settings",
    "choice",
    "espruino",
    "storage",
  ]);
  const files = filesIn(view);
  expect(files.get(".bootcde")).toBe(programOf("loader"));
  expect(files.get("app")).toBe(programOf("light"));
  expect(JSON.parse(files.get(".wificfg")!)).toMatchObject({ ...WIFI, hostname: "light-aabbcc" });
  expect(membershipIn(view)).toMatchObject({
    board: "light-aabbcc",
    broker: { host: "192.168.1.20", port: 1883 },
  });
});

test("the chip gets into the hub's broker once it is confirmed, and not before", async () => {
  const { desk, boards, prepare } = opened();
  const { broker } = await startBroker({ access: boards });
  const view = valueOf(await prepare());
  const { board, password } = membershipIn(view);
  const connect = (): Promise<string> =>
    connectBoard(broker, board, { password }).then(
      () => "let in",
      () => "turned away",
    );
  expect(await connect()).toBe("turned away");
  desk.confirm(view.ticket, "Marie");
  expect(await connect()).toBe("let in");
});

test("what the hub seals for the board is sealed with the key in its flash", async () => {
  const { boards, flash } = opened();
  const view = await flash();
  const { key } = membershipIn(view);
  expect(Buffer.from(boards.key(view.board as BoardId)!).toString("latin1")).toBe(key);
});

test("an open network has no password, and a host may be given", async () => {
  const { desk, prepare } = opened();
  desk.setWifi({ ssid: "Ouvert", password: "" }, "Marie");
  const view = valueOf(await prepare({ host: "battant.local" }));
  expect(JSON.parse(filesIn(view).get(".wificfg")!)).toMatchObject({
    ssid: "Ouvert",
    password: "",
  });
  expect(membershipIn(view).broker.host).toBe("battant.local");
});

// ── Who it is ───────────────────────────────────────────────────────────────────────────────────

test("the same chip is the same board again, with new credentials", async () => {
  const { boards, flash, prepare } = opened();
  const first = await flash({ board: "attic", name: "Grenier" });
  const again = valueOf(await prepare());
  expect(again).toMatchObject({ board: "attic", isKnown: true });
  expect(membershipIn(again).password).not.toBe(membershipIn(first).password);
  expect(boards.verify("attic" as BoardId, membershipIn(first).password)).toBe(true);
  expect(boards.find("attic" as BoardId)).toMatchObject({ name: "Grenier", mac: MAC });
});

test("the same chip becomes another board under another name", async () => {
  const { boards, flash } = opened();
  await flash({ board: "attic" });
  expect(await flash({ board: "cellar" })).toMatchObject({ board: "cellar", isKnown: false });
  expect(boards.find("attic" as BoardId)?.mac).toBeUndefined();
});

test("a board that the building file names already takes its place there", async () => {
  const { boards, flash } = opened();
  expect(await flash({ board: HALL })).toMatchObject({ board: HALL, isKnown: true });
  expect(boards.find(HALL)).toMatchObject({ name: "Hall, au plafond", model: "light" });
});

test("a new chip takes the name and the flat of the board that it replaces", async () => {
  const { boards, flash, prepare } = opened();
  await flash({ board: "attic", name: "Grenier", flat: "flat-9" });
  expect(await prepare({ board: "attic", mac: OTHER_MAC })).toMatchObject({
    ok: false,
    problem: "board-taken",
  });
  expect(await flash({ mac: OTHER_MAC, replaces: "attic" })).toMatchObject({
    board: "attic",
    isKnown: true,
  });
  expect(boards.find("attic" as BoardId)).toMatchObject({
    name: "Grenier",
    flat: "flat-9",
    mac: OTHER_MAC,
  });
});

test("what a board said before it was flashed for a flat is forgotten, once the chip holds it", async () => {
  const { desk, flash, prepare, forgotten } = opened();
  await flash({ board: "attic" });
  const { ticket } = valueOf(await prepare({ board: "attic", flat: "flat-9" }));
  expect(forgotten).toEqual([]);
  desk.confirm(ticket, "Marie");
  expect(forgotten).toEqual(["attic"]);
});

test("a name under which a flat was measured is given to no other flat, even once it is forgotten", async () => {
  const { boards, flash, prepare } = opened();
  await flash({ board: "attic", flat: "flat-9" });
  boards.remove("attic" as BoardId);
  expect(await prepare({ board: "attic", flat: "flat-8" })).toMatchObject({
    ok: false,
    problem: "request-refused",
  });
  expect(await prepare({ board: "attic", flat: "flat-9" })).toMatchObject({ ok: true });
});

test("a chip that dies while it replaces a board leaves that board working", async () => {
  const { boards, flash, prepare } = opened();
  const { password } = membershipIn(await flash({ board: "attic" }));
  await prepare({ mac: OTHER_MAC, replaces: "attic" });
  expect(boards.verify("attic" as BoardId, password)).toBe(true);
  expect(boards.find("attic" as BoardId)).toMatchObject({ mac: MAC });
});

const refusals: readonly [what: string, request: Partial<FlashRequest>, problem: string][] = [
  ["a kind nobody knows", { model: "toaster" }, "unknown-kind"],
  ["a kind whose program was not built", { model: "relay" }, "program-missing"],
  ["a board to replace that there is not", { replaces: "nobody" }, "unknown-board"],
  [
    "to replace one board under the name of another",
    { replaces: HALL, board: "attic" },
    "request-refused",
  ],
  ["the name of the hub itself", { board: "hub" }, "request-refused"],
  ["a name that is none", { board: "Le Grenier" }, "request-refused"],
  ["a name of two lines", { name: "Gre\nnier" }, "request-refused"],
  ["an empty name", { name: " " }, "request-refused"],
  ["a flat that is none", { flat: "Dupont, 3e" }, "request-refused"],
  ["another flat's meter", { board: "meter-1", flat: "flat-2" }, "request-refused"],
  ["to put into a flat what a zone goes by", { board: HALL, flat: "flat-9" }, "request-refused"],
  [
    "to put into a flat what switches a zone",
    { board: "stairs-1", model: "relay-light", flat: "flat-9" },
    "request-refused",
  ],
  ["a MAC that is none", { mac: "24:a1:60" }, "request-refused"],
  ["a host with a port", { host: "10.0.0.1:1883" }, "request-refused"],
  ["a kind without the relay that switches a zone", { board: "stairs-1" }, "request-refused"],
  [
    "a kind without the sensor that a zone goes by",
    { board: HALL, model: "presence" },
    "request-refused",
  ],
];

for (const [what, request, problem] of refusals) {
  test(`refused: ${what}`, async () => {
    const { prepare, boards } = opened();
    const outcome = await prepare(request);
    expect(outcome).toMatchObject({ ok: false, problem });
    if (problem === "request-refused") {
      expect(outcome).toMatchObject({ detail: { fr: expect.any(String), en: expect.any(String) } });
    }
    expect(boards.list()).toEqual([]);
  });
}

test("a kind that has what a zone goes by may take its place", async () => {
  const { prepare } = opened();
  expect(await prepare({ board: HALL, model: "relay-light" })).toMatchObject({ ok: true });
});

test("a zone's detector is replaced by a board that detects, and by no other", async () => {
  const { plan, prepare } = opened();
  const board = "watch-1" as BoardId;
  await plan.change({
    kind: "adopt",
    board,
    name: "Palier",
    flat: undefined,
    zone: { id: "stairs" as ZoneId },
    lightSensor: undefined,
    detector: "motion" as SensorId,
    relay: undefined,
  });
  expect(await prepare({ board, model: "light" })).toMatchObject({
    problem: "request-refused",
    detail: { en: expect.stringContaining("goes by watch-1/motion") },
  });
  expect(await prepare({ board, model: "presence" })).toMatchObject({ ok: true });
});

test("a name that somebody added by hand is not taken from them", async () => {
  const { boards, prepare } = opened();
  boards.add({ id: HALL });
  expect(await prepare({ board: HALL })).toMatchObject({ ok: false, problem: "board-taken" });
  expect(await prepare({ replaces: HALL })).toMatchObject({ ok: true, value: { board: HALL } });
});

// ── What has to be there ────────────────────────────────────────────────────────────────────────

test("without a network to join nothing is written", async () => {
  const { desk, prepare } = opened();
  desk.forgetWifi("Marie");
  expect(await prepare()).toEqual({ ok: false, problem: "wifi-missing" });
});

test("without an imported Espruino nothing is written, and a spoilt one says what to do", async () => {
  const none = opened({ release: async () => ({ ok: true, value: undefined }) });
  expect(await none.prepare()).toEqual({ ok: false, problem: "espruino-missing" });
  expect((await none.desk.firmware()).espruino).toBeNull();
  const spoilt = opened({ release: async () => ({ ok: false, problem: "import it again" }) });
  expect(await spoilt.prepare()).toMatchObject({
    problem: "espruino-missing",
    detail: { en: "import it again" },
  });
  expect((await spoilt.desk.firmware()).espruino).toBeNull();
});

test("a simulated building has no place for a real board", async () => {
  const { prepare } = opened({ isSimulated: true });
  expect(await prepare()).toEqual({ ok: false, problem: "simulated-building" });
});

test("a hub on no network asks for its address", async () => {
  const { prepare } = opened({ addresses: () => [] });
  expect(await prepare()).toMatchObject({ problem: "request-refused" });
  expect(await prepare({ host: "10.0.0.7" })).toMatchObject({ ok: true });
});

test("a ticket that is none is refused, and one may be confirmed twice", async () => {
  const { desk, flash } = opened();
  expect(desk.confirm("nonsense", "Marie")).toEqual({ ok: false, problem: "ticket-refused" });
  const { ticket, board } = await flash();
  expect(desk.confirm(ticket, "Marie")).toEqual({ ok: true, value: { board } });
});

test("the desk says what it would write, and where boards find it", async () => {
  const { desk, clock } = opened();
  expect(await desk.firmware()).toEqual({
    espruino: { version: "2v30", sha256: "ab".repeat(32), isListed: true },
    wifi: { ssid: "Atelier" },
    addresses: ["192.168.1.20", "100.64.0.3"],
    mqttPort: 1883,
    now: clock.now(),
  });
  expect(desk.kinds()).toHaveLength(9);
  expect(desk.wiring("light", "fr")).toMatch(/^<svg/);
});

// ── Wi-Fi ───────────────────────────────────────────────────────────────────────────────────────

const networks: readonly [ssid: string, password: string, isGood: boolean][] = [
  ["Atelier", "8 signes", true],
  ["Atelier", "", true],
  ["é".repeat(15), "x".repeat(63), true],
  ["", "8 signes", false],
  ["é".repeat(16), "8 signes", false],
  ["a\u0000b", "8 signes", false],
  ["Atelier", "7 signe", false],
  ["Atelier", "x".repeat(64), false],
  ["Atelier", "mot de passé", false],
];

for (const [ssid, password, isGood] of networks) {
  test(`the network ${JSON.stringify([ssid, password])} is ${isGood ? "taken" : "refused"}`, () => {
    const { desk, registry } = opened();
    expect(desk.setWifi({ ssid, password }, "Marie").ok).toBe(isGood);
    expect(registry.wifi.read()).toEqual(isGood ? { ssid, password } : WIFI);
  });
}

// ── Traces ──────────────────────────────────────────────────────────────────────────────────────

test("the audit log says who flashed what, and no secret", async () => {
  const workshop = opened();
  const { desk, flash, registry } = workshop;
  desk.setWifi(WIFI, "Paul");
  const view = await flash({ board: "attic" });
  desk.forgetWifi("Paul");
  desk.forgetWifi("Paul");
  expect(auditOf(workshop)).toEqual([
    "Paul: Wi-Fi forgotten",
    "Marie: board flashed attic",
    `Marie: flash prepared attic light ${MAC}`,
    "Paul: Wi-Fi given Atelier",
  ]);
  const told = JSON.stringify([registry.audit.list(100), registry.refusals.list()]);
  const { password, key } = membershipIn(view);
  for (const secret of [password, Buffer.from(key, "latin1").toString("hex"), WIFI.password]) {
    expect(told).not.toContain(secret);
  }
});
