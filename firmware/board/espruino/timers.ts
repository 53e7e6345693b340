import { type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import type { TimerId, Timers } from "../hardware.ts";

declare const setTimeout: (
  action: (id: TimerId, action: () => void) => void,
  delay: Milliseconds,
  id: TimerId,
  then: () => void,
) => number;
declare const setInterval: (action: () => void, period: Milliseconds) => number;
declare const clearTimeout: (timer: number) => void;

/** The interpreter counts seconds, from wherever it likes. */
export const uptimeAt = (startedAt: number, time: number): Milliseconds =>
  milliseconds(Math.round((time - startedAt) * 1000));

/**
 * Espruino gives a timer's number away again once the timer is gone: to cancel one that has fired
 * could stop another's. So each has a number of ours, and while it waits we know which is Espruino's.
 */
export const createTimers = (): Timers => {
  const waiting: { [id: TimerId]: number } = {};
  let latest = 0;
  const fire = (id: TimerId, action: () => void): void => {
    delete waiting[id];
    action();
  };
  return {
    after: (delay, action) => {
      const id = ++latest as TimerId;
      waiting[id] = setTimeout(fire, delay, id, action);
      return id;
    },
    every: (period, action) => {
      const id = ++latest as TimerId;
      waiting[id] = setInterval(action, period);
      return id;
    },
    cancel: (id) => {
      const timer = waiting[id];
      if (timer === undefined) return;
      delete waiting[id];
      clearTimeout(timer);
    },
  };
};
