import { type Milliseconds, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import type { Network } from "./hardware.ts";
import {
  close,
  type Connection,
  type ConnectionHandlers,
  type ConnectionSettings,
  createConnection,
  greet,
  hasRoom,
  hear,
  publish,
  say,
  tick,
} from "./mqtt/connection.ts";
import type { Message } from "./mqtt/packet.ts";

/**
 * Keeps a connection to the hub's broker: opens one, and when it ends opens the next. Before each, the
 * first too, there is a pause that doubles up to a limit and is never twice the same, so that a
 * building full of boards does not come back all at once after a power cut.
 */
export type Link = {
  isUp(): boolean;
  /** Whether `publish` would send. */
  hasRoom(): boolean;
  /** At QoS 1; false when it cannot be sent now. */
  publish(message: Message, again: boolean, acknowledged: () => void): boolean;
  /** At QoS 0; false when it cannot be sent now. */
  say(message: Message): boolean;
  counters(): LinkCounters;
};

export type LinkCounters = {
  readonly attempts: number;
  readonly connections: number;
  /** Why the last connection ended, `undefined` before that. */
  readonly lastProblem: string | undefined;
};

const PAUSE_MIN = milliseconds(500);
const PAUSE_MAX = seconds(30);
const TICK = seconds(1);
/** A connection that lasted this many ticks was a good one: the next pause is short again. */
const STEADY_TICKS = 30;

type State = {
  readonly network: Network;
  readonly random: () => number;
  readonly settings: ConnectionSettings;
  readonly handlers: ConnectionHandlers;
  connection: Connection | undefined;
  wasUp: boolean;
  pause: Milliseconds;
  attempts: number;
  connections: number;
  lastProblem: string | undefined;
};

/** Between half of the pause and all of it. */
const jittered = (pause: Milliseconds, random: number): Milliseconds =>
  milliseconds(Math.round(pause * (0.5 + random / 2)));

/** What has happened to the connection is told by its phase. */
const look = (state: State, connection: Connection): void => {
  if (connection !== state.connection) return;
  if (connection.phase === "up" && !state.wasUp) {
    state.wasUp = true;
    state.connections++;
  }
  if (connection.phase !== "closed") return;
  state.connection = undefined;
  state.lastProblem = connection.problem;
  openLater(state);
};

const end = (connection: Connection): void =>
  close(connection, connection.phase === "opening" ? "no connection" : "connection lost");

const open = (state: State): void => {
  const connection = createConnection(state.settings, state.handlers);
  state.attempts++;
  state.wasUp = false;
  state.connection = connection;
  try {
    connection.socket = state.network.connect(state.settings.address, {
      open: () => {
        greet(connection);
        look(state, connection);
      },
      data: (bytes) => {
        hear(connection, bytes);
        look(state, connection);
      },
      close: () => {
        end(connection);
        look(state, connection);
      },
    });
  } catch {
    close(connection, "no connection");
    look(state, connection);
  }
};

const openLater = (state: State): void => {
  const pause = jittered(state.pause, state.random());
  state.pause = milliseconds(Math.min(state.pause * 2, PAUSE_MAX));
  state.network.timers.after(pause, () => open(state));
};

const beat = (state: State): void => {
  const connection = state.connection;
  if (connection === undefined) return;
  tick(connection);
  if (connection.phase === "up" && connection.ticksInPhase >= STEADY_TICKS) {
    state.pause = PAUSE_MIN;
  }
  look(state, connection);
};

export type LinkParts = {
  readonly network: Network;
  readonly random: () => number;
  readonly settings: ConnectionSettings;
};

export const createLink = (parts: LinkParts, handlers: ConnectionHandlers): Link => {
  const state: State = {
    network: parts.network,
    random: parts.random,
    settings: parts.settings,
    handlers: handlers,
    connection: undefined,
    wasUp: false,
    pause: PAUSE_MIN,
    attempts: 0,
    connections: 0,
    lastProblem: undefined,
  };
  openLater(state);
  state.network.timers.every(TICK, () => beat(state));
  return {
    isUp: () => state.connection !== undefined && state.connection.phase === "up",
    hasRoom: () => state.connection !== undefined && hasRoom(state.connection),
    publish: (message, again, acknowledged) => {
      const connection = state.connection;
      if (connection === undefined) return false;
      const sent = publish(connection, message, again, acknowledged);
      look(state, connection);
      return sent;
    },
    say: (message) => {
      const connection = state.connection;
      if (connection === undefined) return false;
      const sent = say(connection, message);
      look(state, connection);
      return sent;
    },
    counters: () => ({
      attempts: state.attempts,
      connections: state.connections,
      lastProblem: state.lastProblem,
    }),
  };
};
