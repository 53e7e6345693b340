/** How much is done: enough to be believed, within the time somebody will wait. */
export type Size = {
  /** Of what is noisy; the median counts. */
  readonly repeats: number;
  readonly boards: number;
  /** On average; who is quick says more. */
  readonly messagesPerBoard: number;
  readonly messagesPerBoardMax: number;
  readonly batch: number;
  readonly window: number;
  /** At 200 readings a second. */
  readonly steadySeconds: number;
  /** Messages of each of 20 boards, one a minute of simulated life. */
  readonly soberMessages: number;
  readonly zones: number;
  readonly zonesWarmUp: number;
  /** Between two zones that get dark. */
  readonly darkenEveryMs: number;
  /** Zones are first lit by real minutes of daylight. */
  readonly waitsForDaylight: boolean;
  /** Of each rate that MING is tried at. */
  readonly rateSeconds: number;
};

export type SizeOptions = {
  readonly quick: boolean;
  /** Length of each measured step. */
  readonly seconds: number | undefined;
  readonly batch: number;
};

/**
 * The hub lets a board send 400 messages at once and 100 a second from then on. So it takes many
 * boards to reach its limit, and none of them may have more to say than that.
 */
const BOARDS = 400;
const MESSAGES_PER_BOARD_MAX = 400;
const MESSAGES_PER_BOARD_AND_SECOND = 25;
/** A board may say so much more than the average: who is quick goes on, so all are busy to the end. */
export const SPARE = 1.6;
/** A building file takes 200, and ten are halls that go by the loader's boards. */
const ZONES_MAX = 190;

export function sizeOf({ quick, seconds = quick ? 4 : 10, batch }: SizeOptions): Size {
  return {
    repeats: quick ? 1 : 3,
    boards: BOARDS,
    messagesPerBoard: Math.min(
      Math.ceil(seconds * MESSAGES_PER_BOARD_AND_SECOND),
      MESSAGES_PER_BOARD_MAX / SPARE,
    ),
    messagesPerBoardMax: MESSAGES_PER_BOARD_MAX,
    batch,
    window: 16,
    steadySeconds: seconds * 2,
    soberMessages: quick ? 10 : 40,
    zones: quick ? 100 : ZONES_MAX,
    zonesWarmUp: 20,
    darkenEveryMs: 50,
    waitsForDaylight: !quick,
    rateSeconds: seconds,
  };
}
