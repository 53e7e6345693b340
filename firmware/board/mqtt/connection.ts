import { seconds } from "@battant/protocol/vocabulary/units";
import type { Address, Cancel, Network, Socket } from "../hardware.ts";
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
import { createParser, type Packet, type Parser } from "./parser.ts";

/**
 * One MQTT connection, from the first byte to the last. It is up once the broker has accepted it and
 * its subscriptions; it ends once, with a reason, and then nothing that its socket does is heard.
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
  readonly down: (because: string) => void;
};

export type Connection = {
  /** Up, and not too much is unacknowledged. */
  hasRoom(): boolean;
  /** At QoS 1. False when it was not sent. */
  publish(message: Message, again: boolean, acknowledged: () => void): boolean;
  /** At QoS 0. */
  say(message: Message): boolean;
};

const TICK = seconds(1);
const GREETING_TICKS_MAX = 10;
const ACKNOWLEDGEMENT_TICKS_MAX = 30;
const UNACKNOWLEDGED_MAX = 16;
const ID_MAX = 65535;
const SUBSCRIBE_ID = 1;

type Unacknowledged = { readonly id: number; readonly acknowledged: () => void; ticks: number };

type State = {
  readonly settings: ConnectionSettings;
  readonly handlers: ConnectionHandlers;
  readonly parser: Parser;
  readonly waiting: Unacknowledged[];
  phase: "opening" | "greeting" | "subscribing" | "up" | "closed";
  socket: Socket | undefined;
  stopTicking: Cancel;
  lastId: number;
  ticksInPhase: number;
  ticksSinceSent: number;
  ticksSinceHeard: number;
};

const close = (state: State, because: string): void => {
  if (state.phase === "closed") return;
  state.phase = "closed";
  state.stopTicking();
  try {
    if (state.socket !== undefined) state.socket.close();
  } catch {
    // It was closed already, which is what we want.
  }
  state.handlers.down(because);
};

/** False when sending has ended the connection. */
const send = (state: State, bytes: string): boolean => {
  if (state.phase === "closed" || state.socket === undefined) return false;
  try {
    state.socket.write(bytes);
  } catch {
    close(state, "write failed");
    return false;
  }
  state.ticksSinceSent = 0;
  return true;
};

const enter = (state: State, phase: "greeting" | "subscribing" | "up"): void => {
  state.phase = phase;
  state.ticksInPhase = 0;
};

const connackProblem = (code: number): string => {
  if (code === 4 || code === 5) return "broker refused our name or password";
  return "broker refused us, code " + code;
};

const acknowledge = (state: State, id: number): void => {
  for (let i = 0; i < state.waiting.length; i++) {
    const entry = state.waiting[i] as Unacknowledged;
    if (entry.id === id) {
      state.waiting.splice(i, 1);
      entry.acknowledged();
      return;
    }
  }
};

const receive = (state: State, packet: Packet): void => {
  switch (packet.kind) {
    case "connack":
      if (state.phase !== "greeting") return close(state, "unexpected CONNACK");
      if (packet.code !== 0) return close(state, connackProblem(packet.code));
      enter(state, "subscribing");
      send(state, encodeSubscribe(SUBSCRIBE_ID, state.settings.filters));
      return;
    case "suback":
      if (state.phase !== "subscribing") return close(state, "unexpected SUBACK");
      if (!packet.granted) return close(state, "broker refused our subscriptions");
      enter(state, "up");
      state.handlers.up();
      return;
    case "publish":
      state.handlers.message(packet.topic, packet.payload);
      if (packet.id !== undefined) send(state, encodePuback(packet.id));
      return;
    case "puback":
      return acknowledge(state, packet.id);
    case "pingresp":
      return;
  }
};

const hear = (state: State, bytes: string): void => {
  state.ticksSinceHeard = 0;
  const parsing = state.parser.feed(bytes);
  parsing.packets.forEach((packet) => {
    if (state.phase !== "closed") receive(state, packet);
  });
  if (parsing.broken !== undefined) close(state, parsing.broken);
};

/** A ping goes out early enough for its answer to come back before we give the broker up. */
const keepAlive = (state: State): void => {
  const limit = state.settings.introduction.keepAliveSeconds;
  const ask = Math.floor((limit * 2) / 3);
  if (state.ticksSinceHeard >= limit) close(state, "broker is silent");
  else if (state.ticksSinceSent >= ask || state.ticksSinceHeard === ask) send(state, PINGREQ);
};

const tick = (state: State): void => {
  state.ticksInPhase++;
  state.ticksSinceSent++;
  state.ticksSinceHeard++;
  if (state.phase !== "up") {
    if (state.ticksInPhase >= GREETING_TICKS_MAX) close(state, "broker does not answer");
    return;
  }
  const oldest = state.waiting[0];
  state.waiting.forEach((entry) => entry.ticks++);
  if (oldest !== undefined && oldest.ticks >= ACKNOWLEDGEMENT_TICKS_MAX) {
    close(state, "broker does not acknowledge");
  } else keepAlive(state);
};

const isWaiting = (state: State, id: number): boolean =>
  state.waiting.some((entry) => entry.id === id);

const nextId = (state: State): number => {
  for (let i = 0; i <= UNACKNOWLEDGED_MAX; i++) {
    state.lastId = (state.lastId % ID_MAX) + 1;
    if (!isWaiting(state, state.lastId)) break;
  }
  return state.lastId;
};

const hasRoom = (state: State): boolean =>
  state.phase === "up" && state.waiting.length < UNACKNOWLEDGED_MAX;

const publish = (
  state: State,
  message: Message,
  again: boolean,
  acknowledged: () => void,
): boolean => {
  if (!hasRoom(state)) return false;
  const id = nextId(state);
  const delivery: Delivery = { qos: 1, id: id, again: again };
  state.waiting.push({ id: id, acknowledged: acknowledged, ticks: 0 });
  return send(state, encodePublish(message, delivery));
};

const open = (state: State, network: Network): void => {
  const whileOpen =
    (action: () => void): (() => void) =>
    () => {
      if (state.phase !== "closed") action();
    };
  try {
    state.socket = network.connect(state.settings.address, {
      open: whileOpen(() => {
        enter(state, "greeting");
        send(state, encodeConnect(state.settings.introduction));
      }),
      data: (bytes) => hear(state, bytes),
      close: whileOpen(() =>
        close(state, state.phase === "opening" ? "no connection" : "connection lost"),
      ),
    });
  } catch {
    close(state, "no connection");
  }
};

export const openConnection = (
  network: Network,
  settings: ConnectionSettings,
  handlers: ConnectionHandlers,
): Connection => {
  const state: State = {
    settings: settings,
    handlers: handlers,
    parser: createParser(),
    waiting: [],
    phase: "opening",
    socket: undefined,
    stopTicking: () => undefined,
    lastId: SUBSCRIBE_ID,
    ticksInPhase: 0,
    ticksSinceSent: 0,
    ticksSinceHeard: 0,
  };
  state.stopTicking = network.timers.every(TICK, () => tick(state));
  open(state, network);
  return {
    hasRoom: () => hasRoom(state),
    publish: (message, again, acknowledged) => publish(state, message, again, acknowledged),
    say: (message) => state.phase === "up" && send(state, encodePublish(message, { qos: 0 })),
  };
};
