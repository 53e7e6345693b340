import type {
  BoardsView,
  BoardView,
  FirmwareView,
  FlashedView,
  FlashRequest,
  FlashView,
  KindView,
} from "@battant/hub/api/contract";

/**
 * What the walk asks of a hub. Each call throws `Trouble`: `hub-silent` when there is no answer,
 * `refused-by-hub` with the hub's own words when it says no.
 */
export type HubApi = {
  kinds(): Promise<readonly KindView[]>;
  firmware(): Promise<FirmwareView>;
  prepare(request: FlashRequest): Promise<FlashView>;
  confirm(ticket: string): Promise<FlashedView>;
  boards(): Promise<BoardsView>;
  board(board: string): Promise<BoardView>;
};
