import { hours, instant, type Milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { decodeClock } from "@battant/protocol/wire/presence";
import type { Hardware } from "./hardware.ts";

/**
 * The time, as the hub tells it: asked for at each birth, then once an hour, and every ten seconds
 * while it is unknown. Nothing else ever sets the clock; Espruino's own SNTP stops its timers.
 */
export type ClockKeeper = {
  readonly hardware: Hardware;
  /** `undefined` when no answer is waited for. */
  askedAt: Milliseconds | undefined;
  /** Of the last question. */
  number: number;
  /** How often a better answer was asked for. */
  tries: number;
};

export type ClockPorts = {
  /** `number` is to come back in the answer. */
  readonly question: (number: number) => void;
  /** The clock is right now. */
  readonly known: () => void;
};

const REFRESH_PERIOD = hours(1);
const ASK_AGAIN_PERIOD = seconds(10);
/**
 * An answer that took longer says little about now: it will do for a board that knows nothing, until
 * a better one comes. Whoever keeps answers back must not be able to turn a clock back with them,
 * because leases are judged by it.
 */
const ANSWER_TIME_MAX = seconds(5);
const BETTER_TRIES_MAX = 3;

export const createClockKeeper = (hardware: Hardware): ClockKeeper => ({
  hardware: hardware,
  askedAt: undefined,
  number: 0,
  tries: 0,
});

const askOnce = (keeper: ClockKeeper, ports: ClockPorts): void => {
  keeper.askedAt = keeper.hardware.uptime();
  keeper.number++;
  ports.question(keeper.number);
};

export const askTime = (keeper: ClockKeeper, ports: ClockPorts): void => {
  keeper.tries = 0;
  askOnce(keeper, ports);
};

/** `ask`: asks the time, as at a birth. */
export const startAsking = (hardware: Hardware, ask: () => void): void => {
  hardware.timers.every(REFRESH_PERIOD, ask);
  hardware.network.timers.every(ASK_AGAIN_PERIOD, () => {
    if (hardware.now() === undefined) ask();
  });
};

/** The hub's answer, out of its seal. */
export const receiveTime = (keeper: ClockKeeper, answer: string, ports: ClockPorts): void => {
  const decoded = decodeClock(answer);
  if (!decoded.ok) return;
  const hardware = keeper.hardware;
  const told = decoded.value;
  const took = keeper.askedAt === undefined ? undefined : hardware.uptime() - keeper.askedAt;
  if (told.number === undefined) {
    // The hub's clock was set. Held back, this would be believed at a time of somebody's choosing.
    if (took === undefined || took > ANSWER_TIME_MAX) askTime(keeper, ports);
    return;
  }
  if (took === undefined || told.number !== keeper.number) return;
  keeper.askedAt = undefined;
  if (took <= ANSWER_TIME_MAX || hardware.now() === undefined) {
    hardware.setClock(instant(Math.round(told.now + took / 2)));
    ports.known();
  }
  if (took > ANSWER_TIME_MAX && keeper.tries < BETTER_TRIES_MAX) {
    keeper.tries++;
    askOnce(keeper, ports);
  }
};
