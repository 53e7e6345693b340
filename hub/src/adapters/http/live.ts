import type { ServerResponse } from "node:http";
import type { AliveView } from "../../../api/contract.ts";
import type { Clock } from "../../ports.ts";
import { event, type Headers, openStream, type Stream } from "./stream.ts";
import type { Views } from "./views.ts";

/**
 * The live streams together: one look at the building serves them all, at most once in a period.
 * While nobody reads, nothing is computed and nobody listens.
 */

export type LiveLimits = {
  readonly streams: number;
  /** One visitor must not take the display in the hall its place. */
  readonly streamsPerAddress: number;
  readonly livePeriodMs: number;
  readonly heartbeatMs: number;
};

export type Live = {
  /** Answers whether there was room; if not, `response` is untouched. */
  open(response: ServerResponse, from: string, headers: Headers): boolean;
};

type Parts = {
  readonly views: Pick<Views, "building" | "onChange">;
  readonly clock: Pick<Clock, "now">;
  readonly limits: LiveLimits;
};

export const createLive = ({ views, clock, limits }: Parts): Live => {
  const streams = new Map<Stream, string>();
  let sleep: (() => void) | undefined;

  const latest = (): string => event("building", views.building());

  const show = (): void => {
    const message = latest();
    for (const stream of streams.keys()) stream.show(message);
  };

  const beat = (): void => {
    const alive: AliveView = { now: clock.now() };
    // The comment is for proxies and logs, the event for pages, which cannot see comments.
    const message = `: still here\n${event("alive", alive)}`;
    for (const stream of streams.keys()) stream.beat(message);
  };

  const wake = (): (() => void) => {
    const pace = createPace(limits.livePeriodMs, show);
    const stopListening = views.onChange(pace.ask);
    const heartbeat = setInterval(beat, limits.heartbeatMs);
    return () => {
      stopListening();
      clearInterval(heartbeat);
      pace.stop();
    };
  };

  const leave = (stream: Stream): void => {
    streams.delete(stream);
    if (streams.size > 0) return;
    sleep?.();
    sleep = undefined;
  };

  const hasRoom = (from: string): boolean => {
    const own = [...streams.values()].filter((it) => it === from);
    return streams.size < limits.streams && own.length < limits.streamsPerAddress;
  };

  return {
    open: (response, from, headers) => {
      if (!hasRoom(from)) return false;
      const stream = openStream(response, headers, latest);
      response.on("close", () => leave(stream));
      streams.set(stream, from);
      sleep ??= wake();
      return true;
    },
  };
};

/** Calls `action` soon after `ask`, and at most once in `periodMs`. */
const createPace = (periodMs: number, action: () => void) => {
  let timer: NodeJS.Timeout | undefined;
  let last = Number.NEGATIVE_INFINITY;
  const run = (): void => {
    timer = undefined;
    last = performance.now();
    action();
  };
  return {
    ask: (): void => {
      timer ??= setTimeout(run, Math.max(0, last + periodMs - performance.now()));
    },
    stop: (): void => clearTimeout(timer),
  };
};
