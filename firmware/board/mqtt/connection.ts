import type { Address, Socket } from "../hardware.ts";
import {
  type Delivery,
  encodeConnect,
  encodePuback,
  encodePublish,
  encodeSubscribe,
  type Introduction,
  type Message,
  PINGREQ,
} from "./packet.ts";
import { createParser, feed, type Packet, type Parser } from "./parser.ts";

/**
 * One MQTT connection, from the first byte to the last. It is up once the broker has accepted it and
 * its subscriptions; it ends once, with a reason. Whoever owns it (link.ts) passes on what its socket
 * says, and looks at its phase afterwards.
 *
 * Espruino's socket has no keep-alive and no time limit, so silence is counted here, in ticks.
 */

export type ConnectionSettings = {
  readonly address: Address;
  readonly introduction: Introduction;
  /** Subscribed to at QoS 1 before the connection counts as up. */
  readonly filters: readonly string[];
};

export type ConnectionHandlers = {
  readonly up: () => void;
  readonly message: (topic: string, payload: string) => void;
};

/** Ticks are seconds. */
const GREETING_TICKS_MAX = 10;
const ACKNOWLEDGEMENT_TICKS_MAX = 30;
const UNACKNOWLEDGED_MAX = 16;
const ID_MAX = 65535;
const SUBSCRIBE_ID = 1;

type Unacknowledged = { readonly id: number; readonly acknowledged: () => void; ticks: number };

export type Connection = {
  readonly settings: ConnectionSettings;
  readonly handlers: ConnectionHandlers;
  readonly parser: Parser;
  readonly waiting: Unacknowledged[];
  phase: "opening" | "greeting" | "subscribing" | "up" | "closed";
  /** Why it is closed. */
  problem: string;
  socket: Socket | undefined;
  lastId: number;
  ticksInPhase: number;
  ticksSinceSent: number;
  ticksSinceHeard: number;
};

export const createConnection = (
  settings: ConnectionSettings,
  handlers: ConnectionHandlers,
): Connection => ({
  settings: settings,
  handlers: handlers,
  parser: createParser(),
  waiting: [],
  phase: "opening",
  problem: "",
  socket: undefined,
  lastId: SUBSCRIBE_ID,
  ticksInPhase: 0,
  ticksSinceSent: 0,
  ticksSinceHeard: 0,
});

export const close = (connection: Connection, because: string): void => {
  if (connection.phase === "closed") return;
  connection.phase = "closed";
  connection.problem = because;
  try {
    if (connection.socket !== undefined) connection.socket.close();
  } catch {
    // It was closed already, which is what we want.
  }
};

/** False when sending has ended the connection. */
const send = (connection: Connection, bytes: string): boolean => {
  if (connection.phase === "closed" || connection.socket === undefined) return false;
  try {
    connection.socket.write(bytes);
  } catch {
    close(connection, "write failed");
    return false;
  }
  connection.ticksSinceSent = 0;
  return true;
};

const enter = (connection: Connection, phase: "greeting" | "subscribing" | "up"): void => {
  connection.phase = phase;
  connection.ticksInPhase = 0;
};

const connackProblem = (code: number): string => {
  if (code === 4 || code === 5) return "broker refused our name or password";
  return "broker refused us, code " + code;
};

const acknowledge = (connection: Connection, id: number): void => {
  for (let i = 0; i < connection.waiting.length; i++) {
    const entry = connection.waiting[i] as Unacknowledged;
    if (entry.id === id) {
      connection.waiting.splice(i, 1);
      entry.acknowledged();
      return;
    }
  }
};

const receive = (connection: Connection, packet: Packet): void => {
  switch (packet.kind) {
    case "connack":
      if (connection.phase !== "greeting") return close(connection, "unexpected CONNACK");
      if (packet.code !== 0) return close(connection, connackProblem(packet.code));
      enter(connection, "subscribing");
      send(connection, encodeSubscribe(SUBSCRIBE_ID, connection.settings.filters));
      return;
    case "suback":
      if (connection.phase !== "subscribing") return close(connection, "unexpected SUBACK");
      if (!packet.granted) return close(connection, "broker refused our subscriptions");
      enter(connection, "up");
      connection.handlers.up();
      return;
    case "publish":
      connection.handlers.message(packet.topic, packet.payload);
      if (packet.id !== undefined) send(connection, encodePuback(packet.id));
      return;
    case "puback":
      return acknowledge(connection, packet.id);
    case "pingresp":
      return;
  }
};

/** Its socket is open. */
export const greet = (connection: Connection): void => {
  if (connection.phase !== "opening") return;
  enter(connection, "greeting");
  send(connection, encodeConnect(connection.settings.introduction));
};

export const hear = (connection: Connection, bytes: string): void => {
  if (connection.phase === "closed") return;
  connection.ticksSinceHeard = 0;
  const parsing = feed(connection.parser, bytes);
  parsing.packets.forEach((packet) => {
    if (connection.phase !== "closed") receive(connection, packet);
  });
  if (parsing.broken !== undefined) close(connection, parsing.broken);
};

/** A ping goes out early enough for its answer to come back before we give the broker up. */
const keepAlive = (connection: Connection): void => {
  const limit = connection.settings.introduction.keepAliveSeconds;
  const ask = Math.floor((limit * 2) / 3);
  if (connection.ticksSinceHeard >= limit) close(connection, "broker is silent");
  else if (connection.ticksSinceSent >= ask || connection.ticksSinceHeard === ask)
    send(connection, PINGREQ);
};

export const tick = (connection: Connection): void => {
  connection.ticksInPhase++;
  connection.ticksSinceSent++;
  connection.ticksSinceHeard++;
  if (connection.phase !== "up") {
    if (connection.ticksInPhase >= GREETING_TICKS_MAX) close(connection, "broker does not answer");
    return;
  }
  const oldest = connection.waiting[0];
  connection.waiting.forEach((entry) => entry.ticks++);
  if (oldest !== undefined && oldest.ticks >= ACKNOWLEDGEMENT_TICKS_MAX) {
    close(connection, "broker does not acknowledge");
  } else keepAlive(connection);
};

const isWaiting = (connection: Connection, id: number): boolean =>
  connection.waiting.some((entry) => entry.id === id);

const nextId = (connection: Connection): number => {
  for (let i = 0; i <= UNACKNOWLEDGED_MAX; i++) {
    connection.lastId = (connection.lastId % ID_MAX) + 1;
    if (!isWaiting(connection, connection.lastId)) break;
  }
  return connection.lastId;
};

/** Up, and not too much is unacknowledged. */
export const hasRoom = (connection: Connection): boolean =>
  connection.phase === "up" && connection.waiting.length < UNACKNOWLEDGED_MAX;

/** At QoS 1. False when it was not sent. */
export const publish = (
  connection: Connection,
  message: Message,
  again: boolean,
  acknowledged: () => void,
): boolean => {
  if (!hasRoom(connection)) return false;
  const id = nextId(connection);
  const delivery: Delivery = { qos: 1, id: id, again: again };
  connection.waiting.push({ id: id, acknowledged: acknowledged, ticks: 0 });
  return send(connection, encodePublish(message, delivery));
};

/** At QoS 0. False when it was not sent. */
export const say = (connection: Connection, message: Message): boolean =>
  connection.phase === "up" && send(connection, encodePublish(message, { qos: 0 }));
