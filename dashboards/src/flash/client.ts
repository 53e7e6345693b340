import type {
  AccessView,
  BoardView,
  FirmwareView,
  KindView,
  WifiRequest,
} from "@battant/hub/api/contract";
import { type Answer, ask } from "../client.ts";

/** The part of the hub's API that the page asks itself; the walk has its own client. */

export const readAccess = (): Promise<Answer<AccessView>> => ask("/api/access");

export const readKinds = (): Promise<Answer<readonly KindView[]>> => ask("/api/kinds");

export const readFirmware = (): Promise<Answer<FirmwareView>> => ask("/api/firmware");

export const readBoard = (board: string): Promise<Answer<BoardView>> =>
  ask(`/api/boards/${encodeURIComponent(board)}`);

export const keepWifi = (body: WifiRequest): Promise<Answer<void>> =>
  ask("/api/wifi", { method: "PUT", body });
