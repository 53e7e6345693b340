import type { LoadPlan } from "./loading.ts";
import type { Size } from "./size.ts";

/** The three ways in which boards publish in this bench; the same for everybody who is measured. */

/** As fast as it is acknowledged. Readings of a board are a millisecond apart. */
export const flatOut = (size: Size, run: number): LoadPlan => ({
  boards: size.boards,
  boot: `flat-out-${run}`,
  messages: size.boards * size.messagesPerBoard,
  messagesPerBoardMax: size.messagesPerBoardMax,
  batch: size.batch,
  window: size.window,
  messagesPerSecond: null,
  everyMs: size.batch,
});

export type Paced = {
  readonly boards: number;
  readonly boot: string;
  readonly messagesPerSecond: number;
  readonly seconds: number;
  readonly batch: number;
};

/** So many messages may wait for their PUBACK that waiting never slows the pace. */
const UNBOUNDED = 60_000;

export const paced = ({ boards, boot, messagesPerSecond, seconds, batch }: Paced): LoadPlan => ({
  boards,
  boot,
  messages: Math.ceil(messagesPerSecond * seconds),
  messagesPerBoardMax: Math.ceil((messagesPerSecond * seconds) / boards),
  batch,
  window: UNBOUNDED,
  messagesPerSecond,
  everyMs: (1000 * boards) / messagesPerSecond,
});

export const STEADY_READINGS_PER_SECOND = 200;

export const steady = (size: Size): LoadPlan =>
  paced({
    boards: 20,
    boot: "steady",
    messagesPerSecond: STEADY_READINGS_PER_SECOND,
    seconds: size.steadySeconds,
    batch: 1,
  });

/** A building of 20 boards with four quantities each, one message a minute, told 60 times faster. */
export const SOBER = { boards: 20, quantities: 4, faster: 60 };

export const sober = (size: Size): LoadPlan => ({
  boards: SOBER.boards,
  boot: "sober",
  messages: SOBER.boards * size.soberMessages,
  messagesPerBoardMax: size.soberMessages,
  batch: SOBER.quantities,
  window: UNBOUNDED,
  messagesPerSecond: (SOBER.boards / 60) * SOBER.faster,
  everyMs: 60_000,
});

/** The hub's default window, as much shorter: a commit then holds as many messages as in life. */
export const SOBER_COMMIT_WINDOW_MS = Math.round(1000 / SOBER.faster);
