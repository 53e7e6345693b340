import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import { elapsed, hours, type Instant } from "@battant/protocol/vocabulary/units";

/** How often each board has started again lately. One that does so often has something wrong. */
export type Restarts = {
  /** A board says which start it is in. */
  see(board: BoardId, boot: BootId, now: Instant): void;
  /** In the last 24 hours, as far as this hub has seen. */
  inADay(board: BoardId, now: Instant): number;
};

const DAY = hours(24);
/** Whoever restarts more often than this in a day is no better known by counting on. */
const REMEMBERED_MAX = 100;

type Starts = { readonly boot: BootId; readonly at: readonly Instant[] };

export function createRestarts(boardsMax: number): Restarts {
  const known = new Map<BoardId, Starts>();
  return {
    see: (board, boot, now) => {
      const before = known.get(board);
      if (before?.boot === boot || (before === undefined && known.size >= boardsMax)) return;
      // The first start that is seen is not one more.
      const at = before === undefined ? [] : [...before.at, now].slice(-REMEMBERED_MAX);
      known.set(board, { boot, at });
    },
    inADay: (board, now) =>
      (known.get(board)?.at ?? []).filter((at) => elapsed({ since: at, now }) < DAY).length,
  };
}
