import { type Milliseconds, milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import type { Cancel, Network } from "./hardware.ts";
import { type Connection, type ConnectionSettings, openConnection } from "./mqtt/connection.ts";
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

export type LinkHandlers = {
  readonly up: () => void;
  readonly message: (topic: string, payload: string) => void;
};

export type LinkCounters = {
  readonly attempts: number;
  readonly connections: number;
  /** Why the last connection ended, `undefined` before that. */
  readonly lastProblem: string | undefined;
};

const PAUSE_MIN = milliseconds(500);
const PAUSE_MAX = seconds(30);
/** A connection that lasted this long was a good one: the next pause is short again. */
const STEADY = seconds(30);

type State = {
  readonly network: Network;
  readonly random: () => number;
  readonly settings: ConnectionSettings;
  readonly handlers: LinkHandlers;
  connection: Connection | undefined;
  up: boolean;
  forgetPause: Cancel;
  pause: Milliseconds;
  attempts: number;
  connections: number;
  lastProblem: string | undefined;
};

/** Between half of the pause and all of it. */
const jittered = (pause: Milliseconds, random: number): Milliseconds =>
  milliseconds(Math.round(pause * (0.5 + random / 2)));

const cameUp = (state: State): void => {
  state.up = true;
  state.connections++;
  state.forgetPause = state.network.timers.after(STEADY, () => {
    state.pause = PAUSE_MIN;
  });
  state.handlers.up();
};

const wentDown = (state: State, because: string): void => {
  state.up = false;
  state.lastProblem = because;
  state.forgetPause();
  openLater(state);
};

const open = (state: State): void => {
  state.attempts++;
  state.connection = openConnection(state.network, state.settings, {
    up: () => cameUp(state),
    message: state.handlers.message,
    down: (because) => wentDown(state, because),
  });
};

const openLater = (state: State): void => {
  const pause = jittered(state.pause, state.random());
  state.pause = milliseconds(Math.min(state.pause * 2, PAUSE_MAX));
  state.network.timers.after(pause, () => open(state));
};

export type LinkParts = {
  readonly network: Network;
  readonly random: () => number;
  readonly settings: ConnectionSettings;
};

export const createLink = (parts: LinkParts, handlers: LinkHandlers): Link => {
  const state: State = {
    network: parts.network,
    random: parts.random,
    settings: parts.settings,
    handlers: handlers,
    connection: undefined,
    up: false,
    forgetPause: () => undefined,
    pause: PAUSE_MIN,
    attempts: 0,
    connections: 0,
    lastProblem: undefined,
  };
  openLater(state);
  return {
    isUp: () => state.up,
    hasRoom: () => state.connection !== undefined && state.connection.hasRoom(),
    publish: (message, again, acknowledged) =>
      state.connection !== undefined && state.connection.publish(message, again, acknowledged),
    say: (message) => state.connection !== undefined && state.connection.say(message),
    counters: () => ({
      attempts: state.attempts,
      connections: state.connections,
      lastProblem: state.lastProblem,
    }),
  };
};
