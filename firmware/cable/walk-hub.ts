import type { BoardsView, BoardView, SensorView } from "@battant/hub/api/contract";
import type { HubApi } from "./hub-api.ts";
import { Trouble } from "./trouble.ts";

/** The hub's side of a walk: asked again when an answer is lost, and asked until the board is there. */

export type Asking = {
  readonly hub: HubApi;
  /** Ms, monotonic. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
};

const ATTEMPTS_MAX = 5;
const ATTEMPT_PAUSE_MS = 1000;

/**
 * Asks again while no answer comes: the hub may have started anew, or the network dropped it. What is
 * asked must bear being asked twice.
 */
export const persistently = async <T>(
  ask: () => Promise<T>,
  { pause }: Pick<Asking, "pause">,
): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (problem) {
      const isLost = problem instanceof Trouble && problem.kind === "hub-silent";
      if (!isLost || attempt === ATTEMPTS_MAX) throw problem;
      await pause(attempt * ATTEMPT_PAUSE_MS);
    }
  }
};

const LOOK_EVERY_MS = 1000;
const ONLINE_MS_MAX = 30_000;

export const awaitOnline = async (asking: Asking, board: string): Promise<BoardView> => {
  const { hub, now, pause } = asking;
  const began = now();
  for (;;) {
    const view = await persistently(() => hub.board(board), asking);
    if (view.online === true) return view;
    if (now() - began > ONLINE_MS_MAX) {
      throw new Trouble("hub-unreachable", "the board reached a hub, and this hub did not hear it");
    }
    await pause(LOOK_EVERY_MS);
  }
};

/** A detector of movement is given its first minute to settle. */
const READING_MS_MAX = 120_000;
/** Where no sensor answered a moment ago. */
const MUTE_MS_MAX = 15_000;

export type Awaited = {
  readonly board: string;
  /** Its self-test heard no sensor: then no reading is no trouble, it was told. */
  readonly isMute: boolean;
};

/** `before`: as the hub was when the board started. Only what is newer comes from this start. */
export const awaitFirstReading = async (
  asking: Asking,
  before: BoardsView,
  { board, isMute }: Awaited,
): Promise<SensorView | undefined> => {
  const { hub, now, pause } = asking;
  const began = now();
  const earlier = before.boards.find((it) => it.board === board)?.sensors ?? [];
  for (;;) {
    const view = await persistently(() => hub.board(board), asking);
    // What a relay counts of itself is no measure of anything.
    const measured = view.sensors.filter(({ sensor }) => !view.relays.includes(sensor));
    const news = measured.find((it) => it.at !== null && isNews(it, earlier));
    if (news !== undefined) return checked(news, before.now, before.now + now() - began);
    const waited = now() - began;
    if (isMute && waited > MUTE_MS_MAX) return undefined;
    if (waited > READING_MS_MAX) throw new Trouble("no-reading", silence(view));
    await pause(LOOK_EVERY_MS);
  }
};

const isNews = (sensor: SensorView, earlier: readonly SensorView[]): boolean =>
  !earlier.some(
    (it) => it.sensor === sensor.sensor && it.quantity === sensor.quantity && it.at === sensor.at,
  );

/** Two minutes: more than any clock that is set drifts, less than anybody sets wrong. */
const CLOCK_MS_MAX = 120_000;

export const isClockOff = (away_ms: number): boolean => Math.abs(away_ms) > CLOCK_MS_MAX;

/** What came since the start was measured since the start, unless a clock is wrong. */
const checked = (reading: SensorView, start: number, now: number): SensorView => {
  const at = reading.at ?? start;
  if (at >= start - CLOCK_MS_MAX && at <= now + CLOCK_MS_MAX) return reading;
  throw new Trouble("clock-off", `a reading that just came says ${new Date(at).toISOString()}`);
};

const silence = ({ sensors }: BoardView): string =>
  sensors.length === 0
    ? "the board has not said yet what it measures"
    : `nothing from ${sensors.map(({ sensor, quantity }) => `${sensor} (${quantity})`).join(", ")}`;
