import { createHash } from "node:crypto";
import type { BoardLogLine, BoardView, KindView } from "../api/contract.ts";
import type { BoardDesk, FlashDesk, Outcome } from "../src/desk/desks.ts";
import type { Passes } from "../src/adapters/http/visitors.ts";
import { NOON } from "./http-fakes.ts";

/** Small real desks of a workshop: boards and networks in memory, nothing written anywhere. */

export const PASS = "pass-of-the-command-line";

export const createFakePasses = (): Passes => ({ check: (token) => token === PASS });

export const hallBoard: BoardView = {
  board: "hall-1",
  name: "Hall, au plafond",
  place: "adopted",
  mayConnect: true,
  online: true,
  model: "light-relay",
  program: "1.0.0",
  isPrivate: false,
  zones: ["hall"],
  sensors: [{ sensor: "light", quantity: "illuminance", value: 412, at: NOON - 4000 }],
  relays: ["main"],
  flashed: NOON - 86_400_000,
  lastReading: NOON - 4000,
};

export const newBoard: BoardView = {
  ...hallBoard,
  board: "light-a1b2c3",
  name: "light-a1b2c3",
  place: "new",
  zones: [],
  sensors: [{ sensor: "light", quantity: "illuminance", value: null, at: null }],
  relays: [],
  lastReading: null,
};

export type FakeBoardDesk = BoardDesk & {
  /** What was done, and by whom. */
  readonly audit: string[];
  say(board: string, text: string): void;
  /** How many wait for something newer. */
  waiting(): number;
};

export const createFakeBoardDesk = (
  first: readonly BoardView[] = [hallBoard, newBoard],
): FakeBoardDesk => {
  const boards = new Map(first.map((it) => [it.board, it]));
  const lines: (BoardLogLine & { readonly board: string })[] = [];
  const listeners = new Set<() => void>();
  const audit: string[] = [];

  const change = (board: string, parts: Partial<BoardView>, done: string): Outcome<BoardView> => {
    const before = boards.get(board);
    if (before === undefined) return { ok: false, problem: "unknown-board" };
    const after = { ...before, ...parts };
    boards.set(board, after);
    audit.push(done);
    return { ok: true, value: after };
  };

  return {
    audit,
    list: () => ({ now: NOON, boards: [...boards.values()] }),
    board: (board) => boards.get(board),
    adopt: async (board, { name, zone }, who) => {
      if (zone !== null && "id" in zone && zone.id !== "hall") {
        return { ok: false, problem: "unknown-zone" };
      }
      const zones = zone === null ? [] : ["id" in zone ? zone.id : "new-zone"];
      return change(board, { name, zones, place: "adopted" }, `${who} adopts ${board}`);
    },
    setIgnored: (board, isIgnored, who) =>
      change(board, { place: isIgnored ? "ignored" : "new" }, `${who} ignores ${board}`),
    forget: async (board, who) => {
      if (!boards.delete(board)) return { ok: false, problem: "unknown-board" };
      audit.push(`${who} forgets ${board}`);
      return { ok: true, value: null };
    },
    log: async (board, after, { waitMs, signal }) => {
      if (!boards.has(board)) return undefined;
      const newer = () => lines.filter((it) => it.board === board && it.number > after);
      if (newer().length === 0 && waitMs > 0) await nextLine(listeners, waitMs, signal);
      return { next: lines.length, lines: newer() };
    },
    say: (board, text) => {
      lines.push({ board, number: lines.length + 1, at: NOON, from: "board", text });
      for (const listener of listeners) listener();
    },
    waiting: () => listeners.size,
  };
};

/** Until one of `listeners` is called, the time is up, or nobody waits any more. */
export const nextLine = (
  listeners: Set<() => void>,
  waitMs: number,
  signal: AbortSignal,
): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      listeners.delete(end);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, waitMs);
    listeners.add(end);
    signal.addEventListener("abort", end);
  });

export const lightKind: KindView = {
  model: "light",
  about: { fr: "Mesure l'éclairement.", en: "Measures illuminance." },
  sensors: [{ sensor: "light", kind: "bh1750" }],
  relays: [],
  parts: [{ part: { fr: "Module BH1750", en: "BH1750 module" }, count: 1 }],
  program: "1.0.0",
};

export const WIRING = '<svg xmlns="http://www.w3.org/2000/svg"><style>.wire{}</style></svg>';

/** Long enough to be worth compressing. */
export const STORAGE = Buffer.alloc(200_000, "files of this very board ");

export type FakeFlashDesk = FlashDesk & {
  readonly audit: string[];
  readonly confirmed: string[];
};

export const createFakeFlashDesk = (): FakeFlashDesk => {
  let wifi: { readonly ssid: string; readonly password: string } | undefined;
  const audit: string[] = [];
  const confirmed: string[] = [];
  return {
    audit,
    confirmed,
    kinds: () => [lightKind],
    wiring: (model, language) =>
      model === "light" ? WIRING.replace("svg ", `svg lang="${language}" `) : undefined,
    firmware: async () => ({
      espruino: { version: "2v30", sha256: "ab".repeat(32), isListed: true },
      wifi: { ssid: wifi?.ssid ?? null },
      addresses: ["192.168.1.20"],
      mqttPort: 1883,
      now: NOON,
    }),
    setWifi: (request, who) => {
      wifi = request;
      audit.push(`${who} gives ${request.ssid}`);
      return { ok: true, value: null };
    },
    forgetWifi: (who) => {
      wifi = undefined;
      audit.push(`${who} forgets the network`);
    },
    prepare: async ({ model, board, mac, host }, who) => {
      if (wifi === undefined) return { ok: false, problem: "wifi-missing" };
      const name = board ?? `${model}-${mac.slice(6)}`;
      audit.push(`${who} prepares ${name}`);
      const storage = {
        name: "storage",
        address: 0x320000,
        length: STORAGE.length,
        data: STORAGE.toString("base64"),
        md5: createHash("md5").update(STORAGE).digest("hex"),
      };
      return {
        ok: true,
        value: {
          ticket: `ticket-of-${name}`,
          board: name,
          isKnown: false,
          host: host ?? "192.168.1.20",
          flashSize: 4_194_304,
          regions: [storage],
        },
      };
    },
    confirm: (ticket) => {
      const board = /^ticket-of-(.+)$/.exec(ticket)?.[1];
      if (board === undefined) return { ok: false, problem: "ticket-refused" };
      confirmed.push(board);
      return { ok: true, value: { board } };
    },
  };
};
