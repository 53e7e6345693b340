import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { HUB_BOARD } from "../config/checks.ts";
import type { Configuration } from "../config/read.ts";

/**
 * Whose readings a board's are. A flat's belong to its resident alone, so a board counts as common
 * only if the building file plans it, outside every flat, and nobody added it for one. A board that
 * nobody describes any more may have been a flat's.
 */
export type Ownership = "common" | "flat" | "undescribed" | "no-meter";

export type Registered = { readonly id: BoardId; readonly flat: string | undefined };

export const ownership = (
  configuration: Configuration | undefined,
  registered: readonly Registered[],
): ((board: BoardId) => Ownership) => {
  const file = configuration?.ok === true ? configuration : undefined;
  const inFlats = new Set(registered.filter(({ flat }) => flat !== undefined).map(({ id }) => id));
  return (board) => {
    if (board === HUB_BOARD) return file?.settings.linky.length ? "common" : "no-meter";
    const planned = file?.site.boards.get(board);
    if (inFlats.has(board) || planned?.flat !== undefined) return "flat";
    return planned === undefined ? "undescribed" : "common";
  };
};
