import type { AliveView, BuildingView } from "@battant/hub/api/contract";

/** The live stream: the latest building, when it was heard of, and since when it no longer is. */

export type Live = {
  readonly view: BuildingView | undefined;
  /** By the reader's clock. */
  readonly heardAt: number;
  /** Nothing later than this was heard, and the stream is broken. */
  readonly lostSince: number | undefined;
};

/** The hub speaks every 15 s: two missed words and a margin. */
const SILENCE_MAX_MS = 40_000;
const WATCH_MS = 5000;
const RETRY_MS_MIN = 1000;
const RETRY_MS_MAX = 30_000;

export const followBuilding = (show: (live: Live) => void): (() => void) => {
  let live: Live = { view: undefined, heardAt: Date.now(), lostSince: undefined };
  let source: EventSource | undefined;
  let retry: number | undefined;
  let retryMs = RETRY_MS_MIN;
  let openedAt = 0;

  const hear = (view: BuildingView | undefined): void => {
    retryMs = RETRY_MS_MIN;
    live = { view, heardAt: Date.now(), lostSince: undefined };
    show(live);
  };

  const close = (): void => {
    source?.close();
    source = undefined;
    clearTimeout(retry);
  };

  const open = (): void => {
    close();
    openedAt = Date.now();
    source = new EventSource("/api/live");
    source.addEventListener("building", ({ data }: MessageEvent<string>) =>
      hear(JSON.parse(data) as BuildingView),
    );
    source.addEventListener("alive", ({ data }: MessageEvent<string>) => {
      const { now } = JSON.parse(data) as AliveView;
      hear(live.view && { ...live.view, now });
    });
    source.addEventListener("error", lose);
  };

  const mark = (): void => {
    live = { ...live, lostSince: live.lostSince ?? live.heardAt };
    show(live);
  };

  /** Comes back by itself, later each time and never at the same moment as all the other pages. */
  const lose = (): void => {
    close();
    mark();
    retry = setTimeout(open, retryMs * (0.5 + Math.random()));
    retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
  };

  const watch = setInterval(() => {
    const isSilentSince = (at: number): boolean => Date.now() - at > SILENCE_MAX_MS;
    if (source === undefined || !isSilentSince(live.heardAt)) return;
    // A stream that was opened lately may be slow to come; what is shown is old all the same.
    if (isSilentSince(openedAt)) lose();
    else mark();
  }, WATCH_MS);

  /** A browser opens six connections to one hub and no more: hidden pages leave theirs. */
  const look = (): void => (document.hidden ? close() : open());

  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    clearInterval(watch);
    close();
  };
};
