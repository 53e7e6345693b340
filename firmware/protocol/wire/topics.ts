import { type BoardId, isBoardId, isRelayId, type RelayId } from "../vocabulary/ids.ts";
import { CONTRACT_VERSION } from "./version.ts";

/** Every topic in the system is built and taken apart here, and nowhere else. */

const ROOT = "battant/" + CONTRACT_VERSION + "/";

export const TOPIC_LENGTH_MAX = 128;

/** What a board publishes. */
export type BoardTopic =
  | { readonly kind: "readings"; readonly board: BoardId }
  | { readonly kind: "availability"; readonly board: BoardId }
  | { readonly kind: "description"; readonly board: BoardId }
  | { readonly kind: "clock-question"; readonly board: BoardId }
  | { readonly kind: "relay"; readonly board: BoardId; readonly relay: RelayId }
  | { readonly kind: "update-report"; readonly board: BoardId };

/** What the hub publishes to a board, all of it sealed (sealed.ts). */
export type HubTopic =
  | { readonly kind: "clock"; readonly board: BoardId }
  | { readonly kind: "lease"; readonly board: BoardId; readonly relay: RelayId }
  | { readonly kind: "settings"; readonly board: BoardId }
  | { readonly kind: "update"; readonly board: BoardId };

export const boardPrefix = (board: BoardId): string => ROOT + board + "/";
export const readingsTopic = (board: BoardId): string => boardPrefix(board) + "readings";
export const availabilityTopic = (board: BoardId): string => boardPrefix(board) + "availability";
export const descriptionTopic = (board: BoardId): string => boardPrefix(board) + "description";
export const clockQuestionTopic = (board: BoardId): string => boardPrefix(board) + "clock/get";
export const clockTopic = (board: BoardId): string => boardPrefix(board) + "clock";
export const relayTopic = (board: BoardId, relay: RelayId): string =>
  boardPrefix(board) + "relay/" + relay;
export const leaseTopic = (board: BoardId, relay: RelayId): string =>
  relayTopic(board, relay) + "/lease";
export const settingsTopic = (board: BoardId): string => boardPrefix(board) + "settings";
export const updateTopic = (board: BoardId): string => boardPrefix(board) + "update";
export const updateReportTopic = (board: BoardId): string => updateTopic(board) + "/report";

const split = (topic: string): string[] | undefined => {
  if (topic.length > TOPIC_LENGTH_MAX || topic.indexOf(ROOT) !== 0) return undefined;
  return topic.substring(ROOT.length).split("/");
};

/** Returns `undefined` for any topic that is not one a board may publish. */
export const parseBoardTopic = (topic: string): BoardTopic | undefined => {
  const parts = split(topic);
  if (parts === undefined) return undefined;
  const board = parts[0];
  if (!isBoardId(board)) return undefined;
  const last = parts[1];
  if (parts.length === 2) {
    if (last === "readings") return { kind: "readings", board: board };
    if (last === "availability") return { kind: "availability", board: board };
    if (last === "description") return { kind: "description", board: board };
  }
  if (parts.length === 3) {
    const detail = parts[2];
    if (last === "clock" && detail === "get") return { kind: "clock-question", board: board };
    if (last === "relay" && isRelayId(detail)) {
      return { kind: "relay", board: board, relay: detail };
    }
    if (last === "update" && detail === "report") return { kind: "update-report", board: board };
  }
  return undefined;
};

/** Returns `undefined` for any topic that is not one the hub sends to a board. */
export const parseHubTopic = (topic: string): HubTopic | undefined => {
  const parts = split(topic);
  if (parts === undefined) return undefined;
  const board = parts[0];
  if (!isBoardId(board)) return undefined;
  if (parts.length === 2) {
    if (parts[1] === "clock") return { kind: "clock", board: board };
    if (parts[1] === "settings") return { kind: "settings", board: board };
    if (parts[1] === "update") return { kind: "update", board: board };
  }
  const relay = parts[2];
  if (parts.length === 4 && parts[1] === "relay" && parts[3] === "lease" && isRelayId(relay)) {
    return { kind: "lease", board: board, relay: relay };
  }
  return undefined;
};
