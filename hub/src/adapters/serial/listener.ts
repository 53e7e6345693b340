import type { Frame } from "@battant/protocol/tic/frame";
import type { TicMode } from "@battant/protocol/tic/labels";
import { type Instant, type Milliseconds, seconds } from "@battant/protocol/vocabulary/units";
import { listenOnce, type Speed } from "./attempt.ts";
import { type Backoff, pause } from "./pause.ts";
import { createSearch } from "./search.ts";
import type { LineTrouble } from "./trouble.ts";

/**
 * Keeps an ear on one serial port for ever: a dongle may be plugged in late, pulled out and put
 * back, and a supplier may change the meter's mode from afar.
 */
export type Listener = {
  mode(): TicMode | undefined;
  trouble(): LineTrouble | undefined;
  close(): Promise<void>;
};

export type Timing = {
  /** How long to listen for a first good group: two of the longest frames of each mode. */
  readonly listen: { readonly [speed in Speed]: Milliseconds };
  /** A line without a good group for so long is closed and opened again. */
  readonly silence: Milliseconds;
  readonly backoff: Backoff;
};

const TIMING: Timing = {
  listen: { 1200: seconds(6.5), 9600: seconds(3.5) },
  silence: seconds(10),
  backoff: { firstMs: 500, maxMs: 15_000 },
};

/** Calls `onFrame` with every frame, the first one with a good group included. */
export const createListener = (
  path: string,
  onFrame: (frame: Frame, now: Instant) => void,
  timing: Timing = TIMING,
): Listener => {
  const stop = new AbortController();
  const search = createSearch(timing.backoff);

  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const speed = search.speed();
      const attempt = {
        path,
        speed,
        listen: timing.listen[speed],
        silence: timing.silence,
        onOpen: () => search.opened(),
        onFrame: (frame: Frame, now: Instant): void => {
          if (frame.good > 0) search.worked(frame.mode);
          onFrame(frame, now);
        },
      };
      const ending = await listenOnce(attempt, stop.signal);
      await pause(search.ended(ending), stop.signal);
    }
  };

  const running = run();
  return {
    mode: () => search.mode(),
    trouble: () => search.trouble(),
    close: async () => {
      stop.abort();
      await running;
    },
  };
};
