import { createHash } from "node:crypto";
import { boardFiles } from "@battant/cable/image/board-files";
import type { EspruinoFiles } from "@battant/cable/image/layout";
import { makePlan } from "@battant/cable/image/plan";
import { type PlanView, planToView } from "@battant/cable/image/plan-view";
import { storageImage } from "@battant/cable/image/storage";
import { md5 } from "@battant/cable/release/node-read";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type {
  EspruinoView,
  FlashRequest,
  FlashView,
  KindView,
  WifiRequest,
} from "../../api/contract.ts";
import type { Site } from "../domain/site.ts";
import type { Audit, BoardBook, FlashTickets, Wifi, WifiMemory } from "../ports.ts";
import type { FlashDesk, Outcome } from "./desks.ts";
import { identify, misfit } from "./identity.ts";
import type { BoardKinds } from "./kinds.ts";
import { no, type Refused, refused } from "./refusals.ts";
import { wifiProblem } from "./wifi.ts";

/**
 * Where a chip on somebody's table becomes a board of this hub: who it will be, what is written into
 * it, and when it may connect. Its secrets are in the answer and in memory, and nowhere else.
 */
export type FlashDeskParts = {
  readonly kinds: BoardKinds;
  readonly boards: Pick<BoardBook, "list" | "flatOf">;
  readonly tickets: FlashTickets;
  readonly wifi: WifiMemory;
  readonly audit: Audit;
  /** The Espruino that was imported, held against its checksum each time. */
  readonly release: () => Promise<ImportedRelease>;
  readonly site: () => Site;
  /** Of this machine, the likeliest first. */
  readonly addresses: () => readonly string[];
  readonly mqttPort: () => number;
  /** Time runs faster there, or its boards are simulated: no real board belongs to it. */
  readonly isSimulated: boolean;
  readonly now: () => Instant;
  /** What the board said and measured so far. */
  readonly forgetSeen: (board: BoardId) => void;
};

/** The same shape as `openRelease` of @battant/cable gives. `problem` says what to do. */
export type ImportedRelease =
  | { readonly ok: true; readonly value: (EspruinoFiles & EspruinoView) | undefined }
  | { readonly ok: false; readonly problem: string };

export const createFlashDesk = (parts: FlashDeskParts): FlashDesk => {
  const { kinds, tickets, wifi, audit } = parts;

  return {
    kinds: () => kinds.list(),
    wiring: (model, language) => kinds.wiring(model, language),
    firmware: async () => ({
      espruino: aboutRelease(await parts.release()),
      wifi: { ssid: wifi.read()?.ssid ?? null },
      addresses: parts.addresses(),
      mqttPort: parts.mqttPort(),
      now: parts.now(),
    }),
    setWifi: (request: WifiRequest, who) => {
      const problem = wifiProblem(request);
      if (problem !== undefined) return problem;
      wifi.keep({ ssid: request.ssid, password: request.password });
      audit.record({ who, action: "Wi-Fi given", about: request.ssid });
      return { ok: true, value: null };
    },
    forgetWifi: (who) => {
      if (wifi.forget()) audit.record({ who, action: "Wi-Fi forgotten", about: "" });
    },
    prepare: (request, who) => prepare(parts, request, who),
    confirm: (ticket, who) => {
      const board = tickets.confirm(ticket);
      if (board === undefined) return no("ticket-refused");
      // Where it was before may have been another place: all of it is the resident's from now on.
      if (parts.boards.flatOf(board) !== undefined) parts.forgetSeen(board);
      audit.record({ who, action: "board flashed", about: board });
      return { ok: true, value: { board } };
    },
  };
};

const aboutRelease = (imported: ImportedRelease): EspruinoView | null => {
  if (!imported.ok || imported.value === undefined) return null;
  const { version, sha256, isListed } = imported.value;
  return { version, sha256, isListed };
};

const prepare = async (
  parts: FlashDeskParts,
  request: FlashRequest,
  who: string,
): Promise<Outcome<FlashView>> => {
  const gathered = await gather(parts, request);
  if (!gathered.ok) return gathered;
  // All that follows is done at once, so that what was looked up is still so.
  const site = parts.site();
  const identified = identify(request, {
    registered: parts.boards.list(),
    flatOf: parts.boards.flatOf,
    site,
  });
  if (!identified.ok) return identified;
  const { board, name, flat, isKnown } = identified.value;
  const { kind, host } = gathered.value;
  const unfit = misfit(kind, board, site);
  if (unfit !== undefined) return unfit;

  const { model, mac } = request;
  const { ticket, password, key } = parts.tickets.prepare({ board, name, flat, mac, model });
  const broker = { host, port: parts.mqttPort() };
  const membership = { board, broker, password, key: Buffer.from(key, "hex").toString("latin1") };
  const plan = planFor(gathered.value, membership);
  parts.audit.record({ who, action: "flash prepared", about: `${board} ${model} ${mac}` });
  return { ok: true, value: { ticket, board, isKnown, host, ...plan } };
};

type Ingredients = {
  readonly kind: KindView;
  readonly loader: string;
  readonly program: string;
  readonly release: EspruinoFiles;
  readonly wifi: Wifi;
  readonly host: string;
};

/** Everything that is the same whatever the board will be called, or the first thing missing. */
const gather = async (
  parts: FlashDeskParts,
  request: FlashRequest,
): Promise<Outcome<Ingredients>> => {
  if (parts.isSimulated) return no("simulated-building");
  const { model, mac } = request;
  if (!/^[0-9a-f]{12}$/.test(mac)) return MAC_REFUSED;
  const built = parts.kinds.programOf(model);
  if (!built.ok) return no(built.problem);
  const imported = await parts.release();
  if (!imported.ok) return no("espruino-missing", spoilt(imported.problem));
  if (imported.value === undefined) return no("espruino-missing");
  const wifi = parts.wifi.read();
  if (wifi === undefined) return no("wifi-missing");
  const host = request.host ?? parts.addresses()[0];
  if (host === undefined) return NO_NETWORK;
  if (!HOST.test(host)) return HOST_REFUSED;
  const { kind, loader, program } = built;
  return { ok: true, value: { kind, loader, program, release: imported.value, wifi, host } };
};

type Membership = Parameters<typeof boardFiles>[0]["membership"];

const planFor = (ingredients: Ingredients, membership: Membership): PlanView => {
  const { loader, program, release, wifi } = ingredients;
  const files = boardFiles({
    loader,
    program,
    membership,
    wifi: { ...wifi, hostname: membership.board },
    sha256,
  });
  return planToView(makePlan({ release, storage: (size) => storageImage(files, size), md5 }));
};

const sha256 = (bytes: string): string =>
  createHash("sha256").update(bytes, "latin1").digest().toString("latin1");

/** A name or an IPv4 address (RFC 1123 §2.1), without a port. */
const HOST = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;

const MAC_REFUSED: Refused = refused(
  "l'adresse MAC de la puce a 12 chiffres hexadécimaux, en minuscules",
  "the MAC of a chip has 12 hexadecimal digits, in lower case",
);

const HOST_REFUSED: Refused = refused(
  "l'adresse du boîtier est un nom ou une adresse IPv4, sans port",
  "the hub's address is a name or an IPv4 address, without a port",
);

const NO_NETWORK: Refused = refused(
  "ce boîtier n'est sur aucun réseau : reliez-le à celui des cartes, ou donnez son adresse",
  "this hub is on no network: connect it to that of the boards, or give its address",
);

const spoilt = (problem: string) => ({ fr: `en anglais : ${problem}`, en: problem });
