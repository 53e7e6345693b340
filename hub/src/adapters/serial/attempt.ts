import { createFrameReader, type Frame } from "@battant/protocol/tic/frame";
import {
  elapsed,
  type Instant,
  instant,
  type Milliseconds,
} from "@battant/protocol/vocabulary/units";
import { pause } from "./pause.ts";
import { openPort } from "./port.ts";
import type { PortTrouble } from "./trouble.ts";

/** Baud rates of historique and of standard mode (Enedis-NOI-CPT_54E §4.2). */
export type Speed = 1200 | 9600;

export type Attempt = {
  readonly path: string;
  readonly speed: Speed;
  /** How long to wait for a first good group. */
  readonly listen: Milliseconds;
  /** How long a line that worked may go without one. */
  readonly silence: Milliseconds;
  readonly onOpen: () => void;
  readonly onFrame: (frame: Frame, now: Instant) => void;
};

/** What one opening of the port came to. */
export type Ending =
  | { readonly kind: "unopened"; readonly trouble: PortTrouble }
  | { readonly kind: "lost" }
  /** `hadWorked`: there were good groups before; `noise`: bytes come, but no good groups. */
  | { readonly kind: "deaf"; readonly hadWorked: boolean; readonly noise: boolean };

type Heard = { readonly since: Instant; byte: Instant | undefined; good: Instant | undefined };

const CHECK_MS = 200;

/** Time since the process started: the hub's clock may jump, silence may not. */
export const uptime = (): Instant => instant(performance.now());

/**
 * Opens the port once and listens until it is unplugged, deaf or `stop` is aborted. Silence counts
 * as deaf: a dongle that was pulled out is not always reported as gone.
 */
export const listenOnce = async (attempt: Attempt, stop: AbortSignal): Promise<Ending> => {
  const reader = createFrameReader();
  const heard: Heard = { since: uptime(), byte: undefined, good: undefined };
  const opened = await openPort({ path: attempt.path, baudRate: attempt.speed }, (bytes) => {
    const now = uptime();
    heard.byte = now;
    for (const frame of reader.push(bytes)) {
      if (frame.good > 0) heard.good = now;
      // At the wrong speed everything is garbled, which says nothing about the line.
      if (heard.good !== undefined) attempt.onFrame(frame, now);
    }
  });
  if (!opened.ok) return { kind: "unopened", trouble: opened.trouble };
  attempt.onOpen();

  const over = new AbortController();
  const lost = opened.port.lost.then((): Ending => ({ kind: "lost" }));
  const deaf = deafness(attempt, heard, AbortSignal.any([stop, over.signal]));
  const ending = await Promise.race([lost, deaf]);
  over.abort();
  await opened.port.close();
  return ending;
};

const deafness = async (attempt: Attempt, heard: Heard, over: AbortSignal): Promise<Ending> => {
  for (;;) {
    await pause(CHECK_MS, over);
    const now = uptime();
    const hadWorked = heard.good !== undefined;
    const limit = hadWorked ? attempt.silence : attempt.listen;
    const isDeaf = elapsed({ since: heard.good ?? heard.since, now }) >= limit;
    if (!isDeaf && !over.aborted) continue;
    const noise = heard.byte !== undefined && elapsed({ since: heard.byte, now }) < limit / 2;
    return { kind: "deaf", hadWorked, noise };
  }
};
