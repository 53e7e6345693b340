import { type BoardId, isBoardId, isId } from "@battant/protocol/vocabulary/ids";
import type { FlashRequest, KindView } from "../../api/contract.ts";
import { HUB_BOARD } from "../config/checks.ts";
import { type Site, type ZonePlan, zonesOfBoard } from "../domain/site.ts";
import type { RegisteredBoard } from "../ports.ts";
import type { Outcome } from "./desks.ts";
import {
  flatStays,
  ID_REFUSED,
  isName,
  NAME_REFUSED,
  no,
  type Refused,
  refused,
} from "./refusals.ts";

/** Which board a chip on the table is going to be. */
export type Identity = {
  readonly board: BoardId;
  readonly name: string;
  readonly flat: string | undefined;
  /** The same chip or the same name was a board before. */
  readonly isKnown: boolean;
};

export type Known = {
  readonly registered: readonly RegisteredBoard[];
  /** Also of a board that was forgotten. */
  readonly flatOf: (board: BoardId) => string | undefined;
  readonly site: Site;
};

export const identify = (request: FlashRequest, known: Known): Outcome<Identity> => {
  const chosen = chooseName(request, known);
  if (!chosen.ok) return chosen;
  const board = chosen.value;
  const registered = known.registered.find(({ id }) => id === board);
  const planned = known.site.boards.get(board);
  const flat = known.flatOf(board) ?? planned?.flat;
  if (request.flat !== null && flat !== undefined && flat !== request.flat) {
    return flatStays(board, flat);
  }
  if (request.flat !== null && !isId(request.flat)) return ID_REFUSED;
  const inFlat = request.flat ?? flat;
  const [zone] = inFlat === undefined ? [] : zonesOfBoard(known.site, board);
  if (zone !== undefined) return servesZone(board, zone);
  const name = request.name ?? planned?.name ?? registered?.name ?? board;
  if (!isName(name)) return NAME_REFUSED;
  const isKnown = registered !== undefined || planned !== undefined;
  return { ok: true, value: { board, name, flat: inFlat, isKnown } };
};

/** What a zone goes by is shown to the whole house, and what switches it obeys the house's rules. */
const servesZone = (board: BoardId, { name }: ZonePlan): Refused =>
  refused(
    `${board} sert la zone « ${name} » et ne peut pas être dans un logement ; flashez la carte sous un autre nom`,
    `${board} serves the zone “${name}” and cannot be in a flat; flash the board under another name`,
  );

/** Digits of the MAC that tell chips of one maker apart. */
const MAC_TAIL = 6;

const chooseName = (request: FlashRequest, known: Known): Outcome<BoardId> => {
  const { board, replaces, mac, model } = request;
  if (replaces !== null) return takePlaceOf(replaces, board, known);
  const same = known.registered.find((it) => it.mac === mac);
  if (board === null && same !== undefined) return { ok: true, value: same.id };
  const id = board ?? `${model.slice(0, 25)}-${mac.slice(-MAC_TAIL)}`;
  if (!isBoardId(id) || id === HUB_BOARD) return ID_REFUSED;
  const owner = known.registered.find((it) => it.id === id);
  return owner === undefined || owner.mac === mac ? { ok: true, value: id } : taken(owner);
};

const takePlaceOf = (
  replaces: string,
  board: string | null,
  { registered, site }: Known,
): Outcome<BoardId> => {
  const isThere =
    registered.some(({ id }) => id === replaces) || site.boards.has(replaces as BoardId);
  if (!isBoardId(replaces) || !isThere) return no("unknown-board");
  if (board === null || board === replaces) return { ok: true, value: replaces };
  return refused(
    "une carte qui en remplace une autre en prend le nom ; n'en donnez pas d'autre",
    "a board that replaces another takes its name; give no other",
  );
};

const taken = ({ id, mac }: RegisteredBoard): Refused =>
  no("board-taken", {
    fr: `${id} est ${mac === undefined ? "déjà une carte" : `déjà la puce ${mac}`} ; donnez un autre nom, ou remplacez-la`,
    en: `${id} is ${mac === undefined ? "a board already" : `chip ${mac} already`}; give another name, or replace it`,
  });

/** A zone that goes by this board would go blind with a kind that has not what it had. */
export const misfit = (
  { model, sensors, relays }: KindView,
  board: BoardId,
  site: Site,
): Refused | undefined => {
  for (const { name, lightSensor, presence, circuit } of site.zones.values()) {
    const sensor = [lightSensor, ...(presence?.sensors ?? [])]
      .flatMap((it) => (it?.board === board ? it.sensor : []))
      .find((it) => !sensors.some((had) => had.sensor === it));
    const relay = circuit?.board === board ? circuit.relay : undefined;
    if (sensor !== undefined) {
      return refused(
        `la zone « ${name} » va d'après ${board}/${sensor}, que le type ${model} n'a pas`,
        `the zone “${name}” goes by ${board}/${sensor}, which kind ${model} does not have`,
      );
    }
    if (relay !== undefined && !relays.includes(relay)) {
      return refused(
        `la zone « ${name} » est commandée par ${board}/${relay}, que le type ${model} n'a pas`,
        `the zone “${name}” is switched by ${board}/${relay}, which kind ${model} does not have`,
      );
    }
  }
  return undefined;
};
