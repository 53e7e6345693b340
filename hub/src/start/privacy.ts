import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { HUB_BOARD } from "../adapters/serial/dongle.ts";
import type { Base } from "./base.ts";

/** A flat's board is its resident's; a board nobody has described may have been one. */
export function isPrivate(board: BoardId, { site, settings, registry }: Base): boolean {
  if (board === HUB_BOARD) return settings.linky.length === 0;
  const planned = site.boards.get(board);
  if (planned === undefined || planned.flat !== undefined) return true;
  return registry.boards.list().some(({ id, flat }) => id === board && flat !== undefined);
}
