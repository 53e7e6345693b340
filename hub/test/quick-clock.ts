/**
 * Lets a whole process live faster than life: loaded before anything else, it makes the clock show
 * `origin` at the real instant `since` and run `speed` times as fast from there, and timers with it.
 *
 *     node --import './quick-clock.ts?origin=1782000000000&since=1795000000000&speed=60' …
 *
 * The hub itself has such a clock for its demonstration alone, where each start is another evening;
 * here a hub that is killed and started again finds that time has gone on without it.
 */

const asked = new URL(import.meta.url).searchParams;
const [origin, since, speed] = ["origin", "since", "speed"].map((it) => Number(asked.get(it))) as [
  number,
  number,
  number,
];

const RealDate = Date;

const now = (): number => Math.round(origin + (RealDate.now() - since) * speed);

class QuickDate extends RealDate {
  constructor(...parts: readonly never[]) {
    super(...((parts.length === 0 ? [now()] : parts) as [number]));
  }
  static override now = now;
}

globalThis.Date = QuickDate as typeof Date;

type Timer = (action: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) => unknown;

const quick =
  (timer: Timer): Timer =>
  (action, delay = 0, ...args) =>
    timer(action, delay / speed, ...args);

globalThis.setTimeout = quick(setTimeout) as typeof setTimeout;
globalThis.setInterval = quick(setInterval) as typeof setInterval;
