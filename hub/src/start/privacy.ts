import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { HUB_BOARD } from "../adapters/serial/dongle.ts";
import { ownershipOf } from "../domain/ownership.ts";
import type { Base } from "./base.ts";

/**
 * Which boards are private: all that are not common, also under a name that was forgotten and that
 * the building file uses again. The registry is asked once per board for one answer given, not once
 * per reading.
 */
export function privacyOf({ plan, settings, registry }: Base): (board: BoardId) => boolean {
  const site = plan.site();
  const answers = new Map<BoardId, boolean>();
  const answerOf = (board: BoardId): boolean => {
    if (board === HUB_BOARD) return settings.linky.length === 0;
    return ownershipOf(site.boards.get(board), registry.boards.flatOf(board)) !== "common";
  };
  return (board) => {
    const answer = answers.get(board) ?? answerOf(board);
    answers.set(board, answer);
    return answer;
  };
}
