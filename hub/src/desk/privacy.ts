import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { ownershipOf } from "../domain/ownership.ts";
import type { BoardPlan, Site } from "../domain/site.ts";
import type { BoardBook, RegisteredBoard } from "../ports.ts";

/** What is written down about a board. */
export type Recorded = {
  readonly registered: RegisteredBoard | undefined;
  readonly planned: BoardPlan | undefined;
  /** Whose readings are kept under its name, also of a board that may connect no longer. */
  readonly flat: string | undefined;
};

/**
 * Whether what a board measures is kept from those at the desk: it is a flat's, or nobody has ever
 * said whose it is. Whoever flashes a board says so; whoever only lets one in need not.
 */
export const isPrivateBoard = ({ registered, planned, flat }: Recorded): boolean => {
  const ownership = ownershipOf(planned, flat);
  return ownership === "undescribed" ? registered?.flashed === undefined : ownership === "flat";
};

type Parts = { readonly boards: Pick<BoardBook, "find" | "flatOf">; readonly site: () => Site };

export const privacyAt =
  ({ boards, site }: Parts) =>
  (board: BoardId): boolean =>
    isPrivateBoard({
      registered: boards.find(board),
      planned: site().boards.get(board),
      flat: boards.flatOf(board),
    });
