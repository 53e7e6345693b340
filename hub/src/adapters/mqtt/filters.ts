import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { boardPrefix, parseHubTopic, TOPIC_LENGTH_MAX } from "@battant/protocol/wire/topics";

/** Topic filters: which a board may subscribe to, and what they match (MQTT 3.1.1 §4.7). */

/** Its own topics and no others; that the prefix is spelled out leaves wildcards no way around. */
export const mayFilter = (board: BoardId, filter: string): boolean =>
  filter.length <= TOPIC_LENGTH_MAX && filter.startsWith(boardPrefix(board));

/** A lease or a clock answer, and nothing that the board itself publishes. */
export const isOnlyFromHub = (filter: string): boolean => parseHubTopic(filter) !== undefined;

export const matches = (filter: string, topic: string): boolean => {
  const wanted = filter.split("/");
  const levels = topic.split("/");
  for (const [index, level] of wanted.entries()) {
    if (level === "#") return true;
    if (index >= levels.length) return false;
    if (level !== "+" && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
};
