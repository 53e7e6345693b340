import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { parseBoardTopic } from "@battant/protocol/wire/topics";
import type { PublishPacket } from "aedes";
import { matches, mayFilter } from "./filters.ts";

/**
 * The retained messages, in memory: one look-up when a board subscribes, not a walk through the
 * messages of the whole building. Each board has a bound; its oldest message makes room.
 */
export type Retained = {
  keep(packet: PublishPacket): Change;
  matching(filter: string): PublishPacket[];
  /** Returns what was kept of the board. */
  forget(board: BoardId): PublishPacket[];
};

export type Change =
  | { readonly kind: "unchanged" }
  | { readonly kind: "kept"; readonly dropped: PublishPacket | undefined };

export const createRetained = (perBoardMax: number): Retained => {
  const boards = new Map<BoardId, Map<string, PublishPacket>>();

  const keep = (packet: PublishPacket): Change => {
    const board = parseBoardTopic(packet.topic)?.board;
    if (board === undefined) return { kind: "unchanged" };
    const messages = boards.get(board) ?? new Map<string, PublishPacket>();
    boards.set(board, messages);
    if (isSame(messages.get(packet.topic), packet)) return { kind: "unchanged" };
    messages.delete(packet.topic);
    messages.set(packet.topic, packet);
    if (messages.size <= perBoardMax) return { kind: "kept", dropped: undefined };
    const [oldest] = messages.values();
    if (oldest !== undefined) messages.delete(oldest.topic);
    return { kind: "kept", dropped: oldest };
  };

  const matching = (filter: string): PublishPacket[] => {
    const found: PublishPacket[] = [];
    for (const [board, messages] of boards) {
      if (!mayFilter(board, filter)) continue;
      for (const packet of messages.values()) {
        if (matches(filter, packet.topic)) found.push(packet);
      }
    }
    return found;
  };

  const forget = (board: BoardId): PublishPacket[] => {
    const messages = [...(boards.get(board)?.values() ?? [])];
    boards.delete(board);
    return messages;
  };

  return { keep, matching, forget };
};

const isSame = (before: PublishPacket | undefined, now: PublishPacket): boolean =>
  before !== undefined &&
  before.qos === now.qos &&
  Buffer.from(before.payload).equals(Buffer.from(now.payload));
