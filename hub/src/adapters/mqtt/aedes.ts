import { randomUUID } from "node:crypto";
import type { EventEmitter } from "node:events";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import { Aedes, type AedesOptions as AedesSettings, type Client, type PublishPacket } from "aedes";
import type { BoardAccess, Clock, Inbox } from "../../ports.ts";
import { createAttempts } from "./attempts.ts";
import type { Connections } from "./connections.ts";
import type { BrokerLimits } from "./limits.ts";
import type { Memory } from "./persistence.ts";
import { createPublishing } from "./publishing.ts";
import { explain } from "./refused.ts";
import type { Sealing } from "./sealing.ts";
import { createSignIn } from "./sign-in.ts";
import { createSubscribing } from "./subscribing.ts";

/** Aedes, set up: its hooks are ours, its limits are ours, and it routes what somebody wants. */

export type AedesOptions = {
  readonly inbox: Inbox;
  readonly access: BoardAccess;
  readonly clock: Clock;
  readonly limits: BrokerLimits;
  readonly connections: Connections;
  readonly memory: Memory;
  readonly sealing: Pick<Sealing, "learn">;
  readonly nowMs: () => number;
};

/** The deepest topic is `battant/1/BOARD/relay/RELAY/lease`. */
const TOPIC_LEVELS_MAX = 6;

/** MQTT 3.1 allows 23 (§3.1), but what Aedes measures is our own name for the session. */
const SESSION_ID_LENGTH_MAX = 128;

export const startAedes = async (options: AedesOptions): Promise<Aedes> => {
  const { inbox, limits, connections, memory } = options;
  const overheard = new Set(memory.overheard);
  const subscribing = createSubscribing({
    inbox,
    limits,
    connections,
    overhear: (board) => void overheard.add(board),
  });
  const aedes = await Aedes.createBroker({
    id: startId(options.clock.now()),
    persistence: memory.persistence,
    // No limit on messages under way, because one slow subscriber could use it up for everybody.
    // What may wait for a slow subscriber is bounded as it is forwarded (`subscribing.ts`).
    concurrency: 0,
    connectTimeout: limits.connectMsMax,
    drainTimeout: limits.drainMsMax,
    // Aedes looks for wills without a hub once every four heartbeats.
    heartbeatInterval: limits.willCheckMs / 4,
    keepaliveLimit: limits.keepAliveSecondsMax,
    maxClientsIdLength: SESSION_ID_LENGTH_MAX,
    maxTopicLevels: TOPIC_LEVELS_MAX,
    ...signInHooks(options),
    authorizePublish: createPublishing(options),
    authorizeSubscribe: subscribing.authorizeSubscribe,
    authorizeForward: subscribing.authorizeForward,
  });
  aedes.on("unsubscribe", subscribing.forgetSubscriptions);
  reportEndings(aedes, options);
  routeWhatIsWanted(aedes, connections, overheard);
  return aedes;
};

type SignInHooks = Required<Pick<AedesSettings, "preConnect" | "authenticate">>;

const signInHooks = (options: AedesOptions): SignInHooks => {
  const { connections, limits, nowMs } = options;
  const signIn = createSignIn({ ...options, attempts: createAttempts(limits, nowMs) });
  return {
    preConnect: (client, packet, done) => {
      const connection = connections.of(client);
      if (connection !== undefined) signIn.prepare(connection, packet);
      done(null, connection !== undefined);
    },
    authenticate: (client, _userName, _password, done) => {
      const connection = connections.of(client);
      if (connection === undefined) return done(null, false);
      const judgement = signIn.judge(connection);
      if (!judgement.ok) return done(judgement.refused, false);
      connections.signIn(connection, judgement.board);
      done(null, true);
    },
  };
};

/** Every connection that ends for a reason worth knowing is counted here, and nowhere else. */
const reportEndings = (aedes: Aedes, { inbox, connections }: AedesOptions): void => {
  const report = (client: Client, error: Error): void => {
    const ending = explain(error);
    if (ending === undefined) return;
    inbox.refused({ from: connections.of(client)?.name ?? "unknown", ...ending });
  };
  aedes.on("clientError", report);
  aedes.on("connectionError", report);
  // Without a listener, an error of the broker itself would end the hub. The types leave it out.
  const emitter: EventEmitter = aedes;
  emitter.on("error", (error: Error) =>
    inbox.refused({ from: "hub", where: "broker", problem: error.message }),
  );
};

/**
 * Another one at each start, as wills are told apart by it; and in the order of the starts, because
 * what waits for a session is sorted by it.
 */
const startId = (now: Instant): string => `${String(now).padStart(16, "0")}-${randomUUID()}`;

/** Aedes passes the client too, which its types do not say. */
type Publish = (packet: PublishPacket, client: Client | null, done: () => void) => void;

/**
 * What boards publish has reached the hub before Aedes routes it, and hardly ever does anybody else
 * want it. To look for subscribers all the same would be a third of the work on a message; and to
 * wait for them would let a slow one hold up the board.
 */
const routeWhatIsWanted = (
  aedes: Aedes,
  connections: Connections,
  overheard: ReadonlySet<BoardId>,
): void => {
  const route = aedes.publish.bind(aedes) as unknown as Publish;
  const publish: Publish = (packet, client, done) => {
    const board = client === null ? undefined : connections.of(client)?.owner?.board;
    if (board === undefined) return route(packet, client, done);
    if (packet.retain || overheard.has(board)) route(packet, client, () => {});
    done();
  };
  aedes.publish = publish as unknown as Aedes["publish"];
};
