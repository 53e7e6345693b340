import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { hours, instant } from "@battant/protocol/vocabulary/units";
import { expect, onTestFinished, test } from "vitest";
import type { BoardChange } from "../src/adapters/registry/boards.ts";
import { openRegistry } from "../src/adapters/registry/registry.ts";
import type { Clock, FlashOrder } from "../src/ports.ts";

// Goal: a chip that was written completely is let in with what was written into it, and until then
// nothing changes for the board that bears its name.
// Method: a real registry on a real file, with a clock that the test moves.

const HALL = "hall-1" as BoardId;
const ATTIC = "attic-1" as BoardId;
const MAC = "24a160aabbcc";
const OTHER_MAC = "24a160ddeeff";

const handClock = () => {
  let now = Date.UTC(2026, 5, 21, 10);
  const actions = new Set<() => void>();
  const clock: Clock = {
    now: () => instant(now),
    every: (_period, action) => {
      actions.add(action);
      return () => void actions.delete(action);
    },
  };
  const advance = (ms: number): void => {
    now += ms;
    for (const action of actions) action();
  };
  return { clock, advance };
};

const opened = () => {
  const dataDir = mkdtempSync(join(tmpdir(), "battant-flash-"));
  const { clock, advance } = handClock();
  const registry = openRegistry({ dataDir, clock });
  onTestFinished(() => {
    registry.close();
    rmSync(dataDir, { recursive: true });
  });
  return { ...registry, clock, advance, dataDir };
};

const order = (change: Partial<FlashOrder> = {}): FlashOrder => ({
  board: HALL,
  name: "Hall",
  flat: undefined,
  mac: MAC,
  model: "light",
  ...change,
});

const bytesIn = (dataDir: string): string =>
  readdirSync(dataDir)
    .map((name) => readFileSync(join(dataDir, name), "latin1"))
    .join("");

// ── Tickets ─────────────────────────────────────────────────────────────────────────────────────

test("a new board gets in once its flash is confirmed, and not before", () => {
  const { boards, tickets, clock } = opened();
  const { ticket, password, key } = tickets.prepare(order({ flat: "flat-1" }));
  expect(boards.verify(HALL, password)).toBe(false);
  expect(boards.list()).toEqual([]);

  expect(tickets.confirm(ticket)).toBe(HALL);
  expect(boards.verify(HALL, password)).toBe(true);
  expect(Buffer.from(boards.key(HALL)!).toString("hex")).toBe(key);
  expect(boards.list()).toEqual([
    {
      id: HALL,
      name: "Hall",
      flat: "flat-1",
      added: clock.now(),
      hasKey: true,
      mac: MAC,
      model: "light",
      flashed: clock.now(),
      isIgnored: false,
    },
  ]);
});

test("a flash that is never confirmed leaves the board as it was", () => {
  const { boards, tickets } = opened();
  const { password, key } = boards.add({ id: HALL, name: "Old hall" })!;
  tickets.prepare(order());
  expect(boards.verify(HALL, password)).toBe(true);
  expect(Buffer.from(boards.key(HALL)!).toString("hex")).toBe(key);
  expect(boards.find(HALL)).toMatchObject({ name: "Old hall", mac: undefined });
});

test("who is connected as the old board is told to go when the new one is confirmed", () => {
  const { boards, tickets, advance } = opened();
  const { password } = boards.add({ id: HALL })!;
  const told: BoardChange[] = [];
  onTestFinished(boards.changes((change) => told.push(change)));
  tickets.confirm(tickets.prepare(order()).ticket);
  advance(1000);
  expect(told).toEqual([{ added: [HALL], removed: [HALL] }]);
  expect(boards.verify(HALL, password)).toBe(false);
});

test("a ticket that is confirmed again says the same, and changes nothing", () => {
  const { boards, tickets, advance } = opened();
  const { ticket, password } = tickets.prepare(order());
  expect(tickets.confirm(ticket)).toBe(HALL);
  const before = boards.find(HALL);
  advance(1000);
  expect(tickets.confirm(ticket)).toBe(HALL);
  expect(boards.find(HALL)).toEqual(before);
  expect(boards.verify(HALL, password)).toBe(true);
});

test("of two chips written for one board, the one that is confirmed first is the board", () => {
  const { boards, tickets } = opened();
  const first = tickets.prepare(order());
  const second = tickets.prepare(order({ mac: OTHER_MAC }));
  expect(tickets.confirm(second.ticket)).toBe(HALL);
  expect(tickets.confirm(first.ticket)).toBeUndefined();
  expect(boards.verify(HALL, second.password)).toBe(true);
  expect(boards.find(HALL)).toMatchObject({ mac: OTHER_MAC });
});

test("a chip is the board that it was made last", () => {
  const { boards, tickets } = opened();
  tickets.confirm(tickets.prepare(order()).ticket);
  tickets.confirm(tickets.prepare(order({ board: ATTIC })).ticket);
  expect(boards.list().map(({ id, mac }) => [id, mac])).toEqual([
    [ATTIC, MAC],
    [HALL, undefined],
  ]);
});

test("a ticket is good for one hour", () => {
  const { tickets, advance } = opened();
  const { ticket } = tickets.prepare(order());
  advance(hours(1) - 1);
  const { ticket: later } = tickets.prepare(order({ board: ATTIC }));
  expect(tickets.confirm(ticket)).toBe(HALL);
  advance(hours(1));
  expect(tickets.confirm(later)).toBeUndefined();
  expect(tickets.confirm(ticket)).toBeUndefined();
});

test("beyond a hundred tickets the oldest is void", () => {
  const { tickets, advance } = opened();
  const drawn = Array.from({ length: 101 }, (_, index) => {
    advance(1);
    return tickets.prepare(order({ board: `hall-${index}` as BoardId })).ticket;
  });
  expect(tickets.confirm(drawn[0]!)).toBeUndefined();
  expect(tickets.confirm(drawn[1]!)).toBe("hall-1");
  expect(tickets.confirm(drawn[100]!)).toBe("hall-100");
});

test("nobody guesses a ticket", () => {
  const { tickets, dataDir } = opened();
  const { ticket, password } = tickets.prepare(order());
  for (const wrong of ["", ticket.slice(1), `${ticket}x`, HALL]) {
    expect(tickets.confirm(wrong)).toBeUndefined();
  }
  // Whoever reads the file learns neither.
  for (const secret of [ticket, password]) expect(bytesIn(dataDir)).not.toContain(secret);
});

test("a board that is removed takes its tickets along", () => {
  const { boards, tickets } = opened();
  const done = tickets.prepare(order());
  tickets.confirm(done.ticket);
  const open = tickets.prepare(order());
  boards.remove(HALL);
  expect(tickets.confirm(done.ticket)).toBeUndefined();
  expect(tickets.confirm(open.ticket)).toBeUndefined();
  expect(boards.list()).toEqual([]);
});

test("a board that is flashed needs no update any more, and is no longer ignored", () => {
  const { boards, tickets, programs } = opened();
  boards.add({ id: HALL });
  boards.setIgnored(HALL, true);
  const bundle = "//battant 0.2.0 light\n";
  programs.ask({ board: HALL, bundle, program: "0.2.0", model: "light", downgrade: false });
  tickets.confirm(tickets.prepare(order()).ticket);
  expect(programs.list()).toEqual([]);
  expect(boards.find(HALL)).toMatchObject({ isIgnored: false });
});

// ── A flat's board ──────────────────────────────────────────────────────────────────────────────

test("a name under which a flat was measured stays that flat's, however the board comes back", () => {
  const { boards, tickets } = opened();
  boards.add({ id: HALL, flat: "flat-1" });
  tickets.confirm(tickets.prepare(order()).ticket);
  expect(boards.find(HALL)).toMatchObject({ flat: "flat-1" });
  boards.describe(HALL, { name: "Hall", flat: "flat-2" });
  expect(boards.find(HALL)).toMatchObject({ flat: "flat-1" });

  boards.remove(HALL);
  boards.add({ id: HALL });
  expect(boards.find(HALL)).toMatchObject({ flat: "flat-1" });

  boards.remove(HALL);
  tickets.confirm(tickets.prepare(order({ flat: "flat-2" })).ticket);
  expect(boards.find(HALL)).toMatchObject({ flat: "flat-1" });
});

test("a board of the common areas may come back as a flat's", () => {
  const { boards } = opened();
  boards.add({ id: HALL });
  boards.remove(HALL);
  boards.add({ id: HALL, flat: "flat-1" });
  expect(boards.find(HALL)).toMatchObject({ flat: "flat-1" });
});

// ── Wi-Fi ───────────────────────────────────────────────────────────────────────────────────────

test("the Wi-Fi given last is remembered, until it is forgotten", () => {
  const { wifi } = opened();
  expect(wifi.read()).toBeUndefined();
  expect(wifi.forget()).toBe(false);
  wifi.keep({ ssid: "Atelier", password: "un premier mot de passe" });
  wifi.keep({ ssid: "Cartes", password: "" });
  expect(wifi.read()).toEqual({ ssid: "Cartes", password: "" });
  expect(wifi.forget()).toBe(true);
  expect(wifi.read()).toBeUndefined();
});

test("a Wi-Fi password that is forgotten or replaced is no longer on the disk", () => {
  const { wifi, dataDir } = opened();
  wifi.keep({ ssid: "Atelier", password: "premier-mot-de-passe" });
  expect(bytesIn(dataDir)).toContain("premier-mot-de-passe");
  wifi.keep({ ssid: "Atelier", password: "second-mot-de-passe-plus-long" });
  expect(bytesIn(dataDir)).not.toContain("premier-mot-de-passe");
  wifi.forget();
  expect(bytesIn(dataDir)).not.toContain("second-mot-de-passe");
});

// ── Passes ──────────────────────────────────────────────────────────────────────────────────────

test("a pass opens for twelve hours, and is not kept as it is", () => {
  const { passes, advance, dataDir } = opened();
  const pass = passes.issue();
  expect(bytesIn(dataDir)).not.toContain(pass);
  expect([pass, "", `${pass}x`].map((it) => passes.check(it))).toEqual([true, false, false]);
  advance(hours(12) - 1);
  expect(passes.check(pass)).toBe(true);
  advance(1);
  expect(passes.check(pass)).toBe(false);
});

test("beyond two hundred passes the oldest is void", () => {
  const { passes, advance } = opened();
  const issued = Array.from({ length: 201 }, () => {
    advance(1);
    return passes.issue();
  });
  expect(issued.map((it) => passes.check(it)).indexOf(true)).toBe(1);
});
