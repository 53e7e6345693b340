import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { HUB_BOARD } from "../config/checks.ts";
import type { Site } from "../domain/site.ts";

/**
 * Whose readings a board's are. A flat's belong to its resident alone, so a board counts as common
 * only if somebody said that it is; one that nobody describes any more may have been a flat's.
 */
export type Ownership = "common" | "flat" | "unknown";

export type Registered = { readonly id: BoardId; readonly flat: string | undefined };

export const ownership =
  (site: Site | undefined, registered: readonly Registered[]) =>
  (board: BoardId): Ownership => {
    const said = [site?.boards.get(board), registered.find(({ id }) => id === board)].filter(
      (it) => it !== undefined,
    );
    if (said.some(({ flat }) => flat !== undefined)) return "flat";
    return said.length > 0 || board === HUB_BOARD ? "common" : "unknown";
  };
