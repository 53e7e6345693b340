import { randomUUID } from "node:crypto";
import type {
  AdoptRequest,
  BoardLogLine,
  BoardView,
  FirmwareView,
  FlashRequest,
  KindView,
} from "@battant/hub/api/contract";
import { makePlan } from "../../firmware/cable/image/plan.ts";
import { planToView } from "../../firmware/cable/image/plan-view.ts";
import { storageImage } from "../../firmware/cable/image/storage.ts";
import { md5 } from "../../firmware/cable/test/digests.ts";
import { pretendRelease } from "../../firmware/cable/test/release-kit.ts";
import type { BoardDesk, FlashDesk } from "../../hub/src/desk/desks.ts";
import { nextLine } from "../../hub/test/http-desks.ts";

/** A workshop in memory: boards to look at, and a plan small enough to be written in a test. */

const minutes = (count: number): number => count * 60_000;
const ago = (duration: number): number => Date.now() - duration;

const common: Omit<BoardView, "board" | "name"> = {
  place: "adopted",
  mayConnect: true,
  online: true,
  model: "light",
  program: "0.1.0",
  isPrivate: false,
  zones: [],
  sensors: [],
  relays: [],
  flashed: null,
  lastReading: null,
};

/** A board whose kind was flashed, as it looks before it was adopted. */
const fresh = (board: string, name: string | null): BoardView => ({
  ...common,
  board,
  name: name ?? board,
  place: "new",
  online: null,
  model: null,
  program: null,
  flashed: Date.now(),
});

const someBoards = (): readonly BoardView[] => [
  {
    ...common,
    board: "relay-light-c3d4e5",
    name: "relay-light-c3d4e5",
    place: "new",
    model: "relay-light",
    sensors: [
      { sensor: "light", quantity: "illuminance", value: 187, at: ago(4000) },
      { sensor: "motion", quantity: "occupancy", value: 1, at: ago(2000) },
    ],
    relays: ["main"],
    flashed: ago(minutes(3)),
    lastReading: ago(4000),
  },
  {
    ...common,
    board: "stairwell-a-2",
    name: "Escalier A, 2e étage",
    zones: ["stairwell-a"],
    sensors: [{ sensor: "light", quantity: "illuminance", value: 412, at: ago(9000) }],
    flashed: ago(minutes(60 * 24 * 40)),
    lastReading: ago(9000),
  },
  {
    ...common,
    board: "basement-meter",
    name: "Compteur des communs",
    model: "energy-pzem",
    online: false,
    sensors: [
      { sensor: "circuit", quantity: "active-power", value: 84.4, at: ago(minutes(190)) },
      { sensor: "circuit", quantity: "energy", value: 1_204_310, at: ago(minutes(190)) },
    ],
    lastReading: ago(minutes(190)),
  },
  { ...common, board: "flat-12", name: "Logement 12", model: "energy", isPrivate: true },
  {
    ...common,
    board: "car-park",
    name: "Parking",
    mayConnect: false,
    online: null,
    model: null,
    program: null,
    zones: ["car-park"],
  },
  { ...common, board: "light-ffee00", name: "light-ffee00", place: "ignored", online: false },
];

const part = (fr: string, en: string, count = 1) => ({ part: { fr, en }, count });

export const kinds: readonly KindView[] = [
  {
    model: "light",
    about: {
      fr: "Mesure l'éclairement d'une zone avec un BH1750.",
      en: "Measures a zone's illuminance with a BH1750.",
    },
    sensors: [{ sensor: "light", kind: "bh1750" }],
    relays: [],
    parts: [
      part("carte ESP32-DevKitC (WROOM)", "ESP32-DevKitC board (WROOM)"),
      part("module BH1750", "BH1750 module"),
      part("LED et sa résistance de 1 kΩ", "LED and its resistor of 1 kΩ"),
    ],
    program: "0.1.0",
  },
  {
    model: "relay",
    about: {
      fr: "Garde un circuit d'éclairage éteint, contact normalement fermé.",
      en: "Keeps a lighting circuit off, by a normally closed contact.",
    },
    sensors: [],
    relays: ["main"],
    parts: [part("carte ESP32-DevKitC (WROOM)", "ESP32-DevKitC board (WROOM)")],
    program: "0.1.0",
  },
  {
    model: "presence",
    about: { fr: "Voit passer les gens.", en: "Sees people pass." },
    sensors: [{ sensor: "occupancy", kind: "pir" }],
    relays: [],
    parts: [],
    program: null,
  },
];

const WIRING = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 140">
  <rect x="10" y="20" width="110" height="100" fill="#246" /><rect x="190" y="40" width="90" height="60" fill="#284" />
  <path d="M120 55h70M120 70h70M120 85h70" stroke="#222" fill="none" /></svg>`;

/** What the boot loaders and the tables of the real thing are, around next to nothing. */
const smallPlan = (name: string) =>
  planToView(
    makePlan({
      release: pretendRelease(),
      storage: (size) => storageImage([["membership", JSON.stringify({ name })]], size),
      md5,
    }),
  );

export type FakeWorkshop = {
  readonly boardDesk: BoardDesk;
  readonly flashDesk: FlashDesk;
  readonly adopted: readonly (AdoptRequest & { readonly board: string })[];
  readonly flashed: readonly FlashRequest[];
  /** As its console says, the board that was flashed last is up: it has reached the hub. */
  arrive(): void;
  say(board: string, text: string): void;
  /** Its first sensor says this now. */
  measure(board: string, value: number): void;
  importEspruino(): void;
};

export type WorkshopSettings = {
  readonly hasEspruino?: boolean;
  readonly ssid?: string | null;
};

export const createWorkshop = (settings: WorkshopSettings = {}): FakeWorkshop => {
  const boards = new Map(someBoards().map((it) => [it.board, it]));
  const lines: (BoardLogLine & { readonly board: string })[] = [];
  const listeners = new Set<() => void>();
  const adopted: (AdoptRequest & { readonly board: string })[] = [];
  const flashed: FlashRequest[] = [];
  const tickets = new Map<string, BoardView>();
  let last: BoardView | undefined;
  let hasEspruino = settings.hasEspruino ?? true;
  let ssid = settings.ssid === undefined ? "Atelier Battant" : settings.ssid;

  const keep = (board: BoardView): BoardView => {
    boards.set(board.board, board);
    return board;
  };

  const boardDesk: BoardDesk = {
    list: () => ({ now: Date.now(), boards: [...boards.values()] }),
    board: (board) => boards.get(board),
    adopt: async (board, request) => {
      const it = boards.get(board);
      if (it === undefined) return { ok: false, problem: "unknown-board" };
      if (request.name === "refusé") {
        return {
          ok: false,
          problem: "request-refused",
          detail: { fr: "ce nom est déjà pris", en: "this name is taken" },
        };
      }
      adopted.push({ board, ...request });
      const zone = request.zone !== null && "id" in request.zone ? [request.zone.id] : [];
      const isPrivate = request.flat !== null;
      return {
        ok: true,
        value: keep({ ...it, name: request.name, place: "adopted", zones: zone, isPrivate }),
      };
    },
    setIgnored: (board, isIgnored) => {
      const it = boards.get(board);
      if (it === undefined) return { ok: false, problem: "unknown-board" };
      return { ok: true, value: keep({ ...it, place: isIgnored ? "ignored" : "new" }) };
    },
    forget: async (board) =>
      boards.delete(board) ? { ok: true, value: null } : { ok: false, problem: "unknown-board" },
    log: async (board, after, { waitMs, signal }) => {
      if (!boards.has(board)) return undefined;
      const newer = () => lines.filter((it) => it.board === board && it.number > after);
      if (newer().length === 0) await nextLine(listeners, waitMs, signal);
      return { next: lines.length, lines: newer() };
    },
  };

  const flashDesk: FlashDesk = {
    kinds: () => kinds,
    wiring: (model) => (model === "light" ? WIRING : undefined),
    firmware: async (): Promise<FirmwareView> => ({
      espruino: hasEspruino ? { version: "2v30", sha256: "ab".repeat(32), isListed: true } : null,
      wifi: { ssid },
      addresses: ["192.168.1.20", "10.0.0.7"],
      mqttPort: 1883,
      now: Date.now(),
    }),
    setWifi: (request) => {
      ({ ssid } = request);
      return { ok: true, value: null };
    },
    forgetWifi: () => {
      ssid = null;
    },
    prepare: async (request) => {
      flashed.push(request);
      const name = request.replaces ?? `${request.model}-${request.mac.slice(-6)}`;
      const ticket = randomUUID();
      const known = boards.get(name);
      tickets.set(ticket, known ?? fresh(name, request.name));
      const host = request.host ?? "192.168.1.20";
      const isKnown = known !== undefined;
      return { ok: true, value: { ticket, board: name, isKnown, host, ...smallPlan(name) } };
    },
    confirm: (ticket) => {
      const board = tickets.get(ticket);
      if (board === undefined) return { ok: false, problem: "ticket-refused" };
      last = keep(board);
      return { ok: true, value: { board: board.board } };
    },
  };

  return {
    boardDesk,
    flashDesk,
    adopted,
    flashed,
    arrive: () => {
      if (last === undefined) return;
      const now = Date.now();
      const light = { sensor: "light", quantity: "illuminance", value: 412, at: now };
      keep({
        ...last,
        online: true,
        model: "light",
        program: "0.1.0",
        sensors: [light],
        lastReading: now,
      });
    },
    say: (board, text) => {
      lines.push({ board, number: lines.length + 1, at: Date.now(), from: "board", text });
      for (const listener of listeners) listener();
    },
    measure: (board, value) => {
      const it = boards.get(board);
      const [first, ...others] = it?.sensors ?? [];
      if (it === undefined || first === undefined) return;
      const now = Date.now();
      keep({ ...it, sensors: [{ ...first, value, at: now }, ...others], lastReading: now });
    },
    importEspruino: () => {
      hasEspruino = true;
    },
  };
};
