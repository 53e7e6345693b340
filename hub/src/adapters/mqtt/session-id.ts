import { type BoardId, isBoardId } from "@battant/protocol/vocabulary/ids";

/**
 * The broker's own name for a session: the board, a colon, and the client id the client chose.
 * Names of boards have no colon, so no client can take over the session of another board, whatever
 * client id it sends.
 */
export const sessionId = (board: BoardId, clientId: string): string => `${board}:${clientId}`;

export const boardOfSession = (id: string): BoardId | undefined => {
  const board = id.slice(0, Math.max(0, id.indexOf(":")));
  return isBoardId(board) ? board : undefined;
};
