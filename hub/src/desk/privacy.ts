import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { BoardPlan, Site } from "../domain/site.ts";
import type { BoardBook, RegisteredBoard } from "../ports.ts";

/**
 * Whether what a board measures is kept from those at the desk: it is a flat's, or nobody has ever
 * said whose it is. Whoever flashes a board says so; whoever only lets one in need not.
 */
export const isPrivateBoard = (
  registered: RegisteredBoard | undefined,
  planned: BoardPlan | undefined,
): boolean => {
  if (registered?.flat !== undefined || planned?.flat !== undefined) return true;
  return planned === undefined && registered?.flashed === undefined;
};

type Parts = { readonly boards: Pick<BoardBook, "find">; readonly site: () => Site };

export const privacyAt =
  ({ boards, site }: Parts) =>
  (board: BoardId): boolean =>
    isPrivateBoard(boards.find(board), site().boards.get(board));
