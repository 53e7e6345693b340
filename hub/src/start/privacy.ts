import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { HUB_BOARD } from "../adapters/serial/dongle.ts";
import type { Base } from "./base.ts";

/**
 * Which boards are private: a flat's board is its resident's, and a board nobody has described may
 * have been one. The registry is read once per answer given, not once per board.
 */
export function privacyOf({ plan, settings, registry }: Base): (board: BoardId) => boolean {
  const registered = registry.boards.list().filter(({ flat }) => flat !== undefined);
  const site = plan.site();
  const inFlats = new Set(registered.map(({ id }) => id));
  return (board) => {
    if (board === HUB_BOARD) return settings.linky.length === 0;
    const planned = site.boards.get(board);
    return planned === undefined || planned.flat !== undefined || inFlats.has(board);
  };
}
