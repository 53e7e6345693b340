import type { Duplex } from "node:stream";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { boardPrefix } from "@battant/protocol/wire/topics";
import type { Client, ConnectPacket } from "aedes";
import { type Bucket, createBucket } from "./bucket.ts";
import type { Gate } from "./gate.ts";
import type { BrokerLimits } from "./limits.ts";
import { boardOfSession } from "./session-id.ts";

/** Who is connected, and what the broker has to remember about a connection while it lasts. */
export type Connection = {
  readonly client: Client;
  readonly socket: Duplex;
  readonly address: string;
  /** For refusals: the board it says it is, or else its address. */
  name: string;
  readonly gate: Gate;
  /** The CONNECT, until it has been judged. */
  request: ConnectPacket | undefined;
  /** `undefined` until it has signed in. */
  owner: Owner | undefined;
  readonly filters: Set<string>;
  /** Resolves once the latest readings of this connection have left the journal. */
  waiting: Promise<void> | undefined;
};

/** The board whose credentials were given, and what its topics begin with. */
export type Owner = { readonly board: BoardId; readonly prefix: string };

export type Connections = {
  add(connection: Connection): void;
  of(client: Client): Connection | undefined;
  signIn(connection: Connection, board: BoardId): void;
  ofBoard(board: BoardId): ReadonlySet<Connection>;
  hasSession(id: string): boolean;
  boards(): BoardId[];
};

const NONE: ReadonlySet<Connection> = new Set();

export const createConnections = (limits: BrokerLimits, nowMs: () => number): Connections => {
  const byClient = new WeakMap<Client, Connection>();
  const byBoard = new Map<BoardId, Set<Connection>>();
  /** Kept when the board leaves: to reconnect is not a way around the limit. */
  const buckets = new Map<BoardId, Bucket>();
  const rate = { perSecond: limits.messagesPerSecond, burst: limits.messagesBurst };

  const bucketOf = (board: BoardId): Bucket => {
    const bucket = buckets.get(board) ?? createBucket(rate, nowMs);
    buckets.set(board, bucket);
    return bucket;
  };

  const ofBoard = (board: BoardId): ReadonlySet<Connection> => byBoard.get(board) ?? NONE;

  const forget = (connection: Connection, board: BoardId): void => {
    const others = byBoard.get(board);
    others?.delete(connection);
    if (others?.size === 0) byBoard.delete(board);
  };

  return {
    add: (connection) => {
      byClient.set(connection.client, connection);
    },
    of: (client) => byClient.get(client),
    signIn: (connection, board) => {
      connection.owner = { board, prefix: boardPrefix(board) };
      connection.gate.spendFrom(bucketOf(board));
      byBoard.set(board, (byBoard.get(board) ?? new Set()).add(connection));
      connection.socket.once("close", () => forget(connection, board));
    },
    ofBoard,
    hasSession: (id) => {
      const board = boardOfSession(id);
      if (board === undefined) return false;
      return [...ofBoard(board)].some(({ client }) => client.id === id && !client.closed);
    },
    boards: () => [...byBoard.keys()],
  };
};
