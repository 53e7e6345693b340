import { hours, instant, type Milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { decodeClock } from "@battant/protocol/wire/presence";
import type { Hardware } from "./hardware.ts";

/**
 * The time, as the hub tells it: asked for at each birth, then once an hour, and every ten seconds
 * while it is unknown. Nothing else ever sets the clock; Espruino's own SNTP stops its timers.
 */
export type ClockKeeper = {
  ask(): void;
  /** The hub's answer as it came over the wire. */
  receive(payload: string): void;
};

const REFRESH_PERIOD = hours(1);
const ASK_AGAIN_PERIOD = seconds(10);
/** An answer that took longer says little about now: it will do until a better one comes. */
const ANSWER_TIME_MAX = seconds(5);
const BETTER_TRIES_MAX = 3;

export type ClockPorts = {
  readonly question: () => void;
  /** The clock is right now. */
  readonly known: () => void;
};

export const createClockKeeper = (hardware: Hardware, ports: ClockPorts): ClockKeeper => {
  let askedAt: Milliseconds | undefined;
  let tries = 0;

  const askOnce = (): void => {
    askedAt = hardware.uptime();
    ports.question();
  };

  const ask = (): void => {
    tries = 0;
    askOnce();
  };

  hardware.timers.every(REFRESH_PERIOD, ask);
  hardware.network.timers.every(ASK_AGAIN_PERIOD, () => {
    if (hardware.now() === undefined) ask();
  });

  return {
    ask: ask,
    receive: (payload) => {
      const decoded = decodeClock(payload);
      if (!decoded.ok) return;
      const took = askedAt === undefined ? 0 : hardware.uptime() - askedAt;
      askedAt = undefined;
      hardware.setClock(instant(Math.round(decoded.value + took / 2)));
      ports.known();
      if (took > ANSWER_TIME_MAX && tries < BETTER_TRIES_MAX) {
        tries++;
        askOnce();
      }
    },
  };
};
