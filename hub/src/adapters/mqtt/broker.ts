import type { Socket } from "node:net";
import { join } from "node:path";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Aedes, Client } from "aedes";
import type { BoardAccess, BoardLink, Clock, Inbox } from "../../ports.ts";
import { startAedes } from "./aedes.ts";
import { createBucket } from "./bucket.ts";
import { type Connection, type Connections, createConnections } from "./connections.ts";
import { type Identity, type Listen, openDoors } from "./doors.ts";
import { createGate } from "./gate.ts";
import { BROKER_LIMITS, type BrokerLimits } from "./limits.ts";
import { createLink } from "./link.ts";
import { openMemory } from "./persistence.ts";
import { createSealing } from "./sealing.ts";

/**
 * The hub's MQTT broker. A connection passes the doors (`doors.ts`), a gate that weighs its bytes
 * (`gate.ts`), and signs in (`sign-in.ts`); what it publishes is decoded, handed in and, if it is
 * readings, on disk before PUBACK (`publishing.ts`). What the hub says to it is sealed (`link.ts`).
 */
export type Broker = {
  readonly port: number;
  readonly tlsPort: number | undefined;
  readonly link: BoardLink;
  connected(): BoardId[];
  disconnect(board: BoardId): void;
  /** For a board that may connect no more: ends its connections, and keeps nothing it left behind. */
  forget(board: BoardId): Promise<void>;
  /** A renewed certificate, for connections that come from now on. */
  useIdentity(identity: Identity): void;
  close(): Promise<void>;
};

export type BrokerOptions = {
  readonly inbox: Inbox;
  readonly access: BoardAccess;
  readonly clock: Clock;
  readonly limits?: Partial<BrokerLimits>;
  readonly dataDir: string;
  readonly listen: Listen;
};

export const createBroker = async (options: BrokerOptions): Promise<Broker> => {
  const { inbox, access, clock, dataDir, listen } = options;
  const limits = { ...BROKER_LIMITS, ...options.limits };
  const refuse: Refuse = (from, problem, where = "connection") =>
    inbox.refused({ from, where, problem });

  const connections = createConnections(limits, nowMs);
  const memory = await openMemory({
    dir: join(dataDir, "broker"),
    limits,
    isKnown: (board) => access.isKnown(board),
    isConnected: (session) => connections.hasSession(session),
    refuse,
  });
  const sealing = createSealing({ access, clock, refuse: inbox.refused });
  const aedes = await startAedes({ ...options, limits, connections, memory, sealing, nowMs });
  const stop = async (): Promise<void> => {
    await new Promise<void>((resolve) => aedes.close(resolve));
    await memory.close();
  };
  const onConnection = welcome(aedes, connections, limits, refuse);
  const doors = await openDoors({ listen, limits, onConnection, onTurnedAway: refuse }).catch(
    async (error: unknown) => {
      await stop();
      throw error;
    },
  );

  return {
    port: doors.port,
    tlsPort: doors.tlsPort,
    link: createLink({ aedes, connections, sealing, clock }),
    connected: () => connections.boards(),
    disconnect: (board) => {
      for (const { client } of connections.ofBoard(board)) client.close();
    },
    forget: async (board) => {
      for (const { client } of connections.ofBoard(board)) {
        withholdWill(client);
        client.close();
      }
      // Its will would have said so.
      inbox.event({ kind: "availability", board, online: false });
      await memory.persistence.forget(board);
    },
    useIdentity: (identity) => doors.useIdentity(identity),
    close: async () => {
      for (const board of connections.boards()) {
        for (const { client } of connections.ofBoard(board)) withholdWill(client);
      }
      await doors.close();
      await stop();
    },
  };
};

type Refuse = (from: string, problem: string, where?: string) => void;

type Welcome = (socket: Socket, address: string) => void;

const welcome = (
  aedes: Aedes,
  connections: Connections,
  limits: BrokerLimits,
  refuse: Refuse,
): Welcome => {
  const rate = { perSecond: limits.messagesPerSecond, burst: limits.messagesBurst };
  const tooFast = `more than ${limits.messagesPerSecond} messages a second; slowed down`;
  return (socket, address) => {
    const gate = createGate(socket, {
      limits,
      bucket: createBucket(rate, nowMs),
      onTooFast: () => refuse(connection.name, tooFast),
    });
    const connection: Connection = {
      client: aedes.handle(socket),
      socket,
      address,
      name: address,
      gate,
      request: undefined,
      owner: undefined,
      filters: new Set(),
      waiting: undefined,
    };
    connections.add(connection);
  };
};

/** Time that never jumps, and does not run faster when a simulated building does. */
const nowMs = (): number => performance.now();

/**
 * A hub that stops says nothing about its boards. Their wills stay in the store, and are published
 * after the next start for those who do not come back: the same as if the hub had died.
 */
const withholdWill = (client: Client & { will?: unknown }): void => {
  client.will = undefined;
};
