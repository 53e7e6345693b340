import type { AdoptRequest, BoardLogView, BoardsView, BoardView } from "@battant/hub/api/contract";
import { type Answer, ask } from "../client.ts";

/** The part of the hub's API that is about boards. */

const at = (board: string): string => `/api/boards/${encodeURIComponent(board)}`;

export const readBoards = (): Promise<Answer<BoardsView>> => ask("/api/boards");

export const adoptBoard = (board: string, body: AdoptRequest): Promise<Answer<BoardView>> =>
  ask(`${at(board)}/adoption`, { method: "POST", body });

export const setIgnored = (board: string, ignored: boolean): Promise<Answer<BoardView>> =>
  ask(`${at(board)}/ignored`, { method: "PUT", body: { ignored } });

export const forgetBoard = (board: string): Promise<Answer<void>> =>
  ask(at(board), { method: "DELETE" });

/** Answers as soon as there is something newer than `after`, or with nothing after a while. */
export const readLog = (
  board: string,
  after: number,
  signal: AbortSignal,
): Promise<Answer<BoardLogView>> =>
  ask(`${at(board)}/log?after=${after}&wait_s=${LOG_WAIT_S}`, { signal });

const LOG_WAIT_S = 25;
