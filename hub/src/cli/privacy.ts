import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { HUB_BOARD } from "../config/checks.ts";
import type { Configuration } from "../config/read.ts";
import { type Ownership, ownershipOf } from "../domain/ownership.ts";

/** Whose a board's readings are; the hub's own meter is common if the building file says there is one. */
export type Owner = Ownership | "no-meter";

/** `flatOf` is asked once per board, not once per reading. */
export const ownership = (
  configuration: Configuration | undefined,
  flatOf: (board: BoardId) => string | undefined,
): ((board: BoardId) => Owner) => {
  const file = configuration?.ok === true ? configuration : undefined;
  const answers = new Map<BoardId, Owner>();
  const answerOf = (board: BoardId): Owner => {
    if (board === HUB_BOARD) return file?.settings.linky.length ? "common" : "no-meter";
    return ownershipOf(file?.site.boards.get(board), flatOf(board));
  };
  return (board) => {
    const answer = answers.get(board) ?? answerOf(board);
    answers.set(board, answer);
    return answer;
  };
};
