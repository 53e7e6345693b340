import type { BoardId, RelayId } from "@battant/protocol/vocabulary/ids";
import { type Board, UNKNOWN_BOARD, type Wiring } from "./domain/building.ts";
import type { HubEvent } from "./domain/event.ts";

/** What the hub remembers of boards beside the line: no rule goes by it, until one may. */

type BystanderEvent = Extract<HubEvent, { readonly board: BoardId }>;

/**
 * Rules and traces are about zones. When a flat's meter comes and goes is as private as what it
 * counts, so it never becomes part of what the hub believes about the building.
 */
export function concernsZone(
  event: HubEvent,
  wiring: Wiring,
): event is Exclude<HubEvent, BystanderEvent> {
  switch (event.kind) {
    case "availability":
    case "described":
    case "clock-asked":
    case "relay-reported":
      return wiring.zonesOfBoard(event.board).length > 0;
    case "reading":
    case "override":
    case "tick":
      return true;
  }
}

/** Boards that no zone goes by: whether they are there, and for how long they have been. */
export function createBystanders(boardsMax: number) {
  const boards = new Map<BoardId, Board>();
  const note = (id: BoardId, change: Partial<Board>): void => {
    const known = boards.get(id);
    if (known === undefined && boards.size >= boardsMax) return;
    boards.set(id, { ...(known ?? UNKNOWN_BOARD), ...change });
  };
  return {
    all: (): ReadonlyMap<BoardId, Board> => boards,
    set: (others: readonly (readonly [BoardId, Board])[]): void => {
      boards.clear();
      for (const [id, board] of others) boards.set(id, board);
    },
    board: (id: BoardId): Board | undefined => boards.get(id),
    /** Returns whether the board needs to be told the time. */
    see: (event: BystanderEvent): boolean => {
      switch (event.kind) {
        case "availability":
          note(event.board, { online: event.online });
          return false;
        case "described": {
          const { description } = event;
          note(event.board, { online: true, description });
          return true;
        }
        case "clock-asked":
          return true;
        case "relay-reported":
          return false;
      }
    },
  };
}

/**
 * What relays last said while their board was there. A relay says so when it changes: one that gets
 * a zone later would be unknown until then, and nothing could be asked of it.
 */
export function createReports(relaysMax: number) {
  const reports = new Map<string, RelayReported>();
  return {
    see: (event: HubEvent): void => {
      if (event.kind === "relay-reported") {
        const key = `${event.board}/${event.relay}`;
        if (reports.has(key) || reports.size < relaysMax) reports.set(key, event);
      } else if (event.kind === "availability" && !event.online) {
        for (const [key, { board }] of reports) if (board === event.board) reports.delete(key);
      }
    },
    of: (circuit: Circuit | undefined): RelayReported | undefined =>
      circuit && reports.get(`${circuit.board}/${circuit.relay}`),
  };
}

type Circuit = { readonly board: BoardId; readonly relay: RelayId };

type RelayReported = Extract<HubEvent, { readonly kind: "relay-reported" }>;
