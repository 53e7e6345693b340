import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { BoardPlace, BoardView, SensorView } from "../../api/contract.ts";
import type { Board } from "../domain/building.ts";
import { type Site, zonesOfBoard } from "../domain/site.ts";
import type { Latest } from "./latest.ts";
import { isPrivateBoard, type Recorded } from "./privacy.ts";

/** A board as those at the desk see it. */

/** Registered, or planned, or both. */
export type Acquaintance = Recorded & { readonly id: BoardId };

export type BoardViewParts = {
  readonly plan: { site(): Site };
  /** What is known of a board that has been heard. */
  readonly board: (board: BoardId) => Board | undefined;
  readonly lastReading: (board: BoardId) => Instant | undefined;
  readonly latest: Latest;
};

export const boardView = (it: Acquaintance, parts: BoardViewParts): BoardView => {
  const { id, registered, planned } = it;
  const heard = parts.board(id);
  const description = heard?.description;
  const isPrivate = isPrivateBoard(it);
  const sensors = description?.sensors ?? [];
  return {
    board: id,
    name: planned?.name ?? registered?.name ?? id,
    place: placeOf(it),
    mayConnect: registered !== undefined,
    online: heard?.online ?? null,
    model: description?.model ?? registered?.model ?? null,
    program: description?.program ?? null,
    isPrivate,
    zones: zonesOfBoard(parts.plan.site(), id).map((zone) => zone.id),
    sensors: sensors.map(({ sensor, quantity }): SensorView => {
      const seen = isPrivate ? undefined : parts.latest.of(id, sensor, quantity);
      return { sensor, quantity, value: seen?.value ?? null, at: seen?.at ?? null };
    }),
    relays: description?.relays ?? [],
    flashed: registered?.flashed ?? null,
    // That a flat's meter answers is the manager's business; when something was used is not.
    lastReading: isPrivate ? null : (parts.lastReading(id) ?? null),
  };
};

const placeOf = ({ planned, registered }: Acquaintance): BoardPlace => {
  if (planned !== undefined) return "adopted";
  return registered?.isIgnored === true ? "ignored" : "new";
};
