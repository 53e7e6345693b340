import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { AedesPublishPacket, Client, Subscription } from "aedes";
import type { Inbox } from "../../ports.ts";
import type { Connections } from "./connections.ts";
import { isOnlyFromHub, mayFilter } from "./filters.ts";
import type { BrokerLimits } from "./limits.ts";
import { printable } from "./refused.ts";

/** What a board may subscribe to, and what is then forwarded to it. */
export type Subscribing = {
  readonly authorizeSubscribe: (client: Client, wanted: Subscription, done: Granted) => void;
  readonly forgetSubscriptions: (filters: readonly string[], client: Client) => void;
  readonly authorizeForward: (client: Client, packet: AedesPublishPacket) => Forwarded;
};

type Forwarded = AedesPublishPacket | null;

/** Without a subscription, SUBACK says 128 (MQTT 3.1.1 §3.9.3). */
type Granted = (error: Error | null, subscription?: Subscription | null) => void;

export type SubscribingOptions = {
  readonly inbox: Inbox;
  readonly limits: BrokerLimits;
  readonly connections: Connections;
  /** Somebody wants to have what this board itself publishes. */
  readonly overhear: (board: BoardId) => void;
};

export const createSubscribing = (options: SubscribingOptions): Subscribing => {
  const { inbox, limits, connections, overhear } = options;

  const problemWith = (client: Client, filter: string): string | undefined => {
    const connection = connections.of(client);
    if (connection?.owner === undefined) return "subscribed before CONNACK";
    const { owner, filters } = connection;
    // Shared subscriptions are refused here too: Aedes grants them and never delivers.
    if (!mayFilter(owner.board, filter)) return `subscribe to topics under ${owner.prefix} only`;
    if (filters.size >= limits.subscriptionsMax && !filters.has(filter)) {
      return `more than ${limits.subscriptionsMax} subscriptions; use a wildcard`;
    }
    filters.add(filter);
    if (!isOnlyFromHub(filter)) overhear(owner.board);
    return undefined;
  };

  return {
    authorizeSubscribe: (client, subscription, done) => {
      const { topic } = subscription;
      const problem = problemWith(client, topic);
      if (problem === undefined) return done(null, subscription);
      const from = connections.of(client)?.name ?? client.id;
      inbox.refused({ from, where: printable(topic), problem });
      done(null, null);
    },
    forgetSubscriptions: (filters, client) => {
      for (const filter of filters) connections.of(client)?.filters.delete(filter);
    },
    authorizeForward: (client, packet) => {
      // A full socket gets no more until it drains: this bounds what waits for a slow subscriber.
      return client.conn.writableNeedDrain ? null : packet;
    },
  };
};
