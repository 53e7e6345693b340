import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { CHUNK_LENGTH_MAX, type UpdateReport } from "@battant/protocol/vocabulary/update";
import {
  beginUpdate,
  followUpdate,
  isOver,
  type Parcel,
  type Update,
  type UpdateEvent,
  type UpdateProgress,
} from "./domain/update.ts";
import type { HubEvent } from "./domain/event.ts";
import type { BoardLink, Clock, Programs } from "./ports.ts";

/**
 * Brings to boards the programs that somebody asked for. What becomes of each is kept beside the
 * request, so that a hub that is started again goes on where the board says it is.
 */
export type Updates = {
  start(link: BoardLink, describedAs: DescribedAs): void;
  stop(): void;
  see(event: HubEvent): void;
  reported(board: BoardId, report: UpdateReport): void;
};

/** What a board said of itself, if it is there. */
export type DescribedAs = (board: BoardId) => Description | undefined;

export type UpdatesParts = {
  readonly programs: Programs;
  /** Real time, also while a simulated building runs faster: flash and wire do not. */
  readonly clock: Clock;
};

const TICK_MS = 1000;
/** How far a board has come is news for people, not worth a write to the disk for each chunk. */
const NOTED_EVERY_MS = 5000;

export function createUpdates({ programs, clock }: UpdatesParts): Updates {
  /** Those that are not over: no more than there are boards. */
  const underWay = new Map<BoardId, Following>();
  let link: BoardLink | undefined;
  let stops: readonly (() => void)[] = [];
  let notedAt = clock.now();

  /** What could not be written now is written with a later tick. */
  const note = (board: BoardId, following: Following): void => {
    const { wanted, progress } = following.update;
    if (progress === following.noted || !programs.note(wanted, progress)) return;
    following.noted = progress;
    if (isOver(progress)) underWay.delete(board);
  };

  const deliver = ({ wanted }: Update, parcel: Parcel): void => {
    const { board, size, digest, program, downgrade } = wanted;
    if (parcel === "offer") return link?.offer(board, { size, digest, program, downgrade });
    const data = programs.part(digest, parcel.at, CHUNK_LENGTH_MAX);
    // Empty if somebody has just asked for another program.
    if (data !== "") link?.chunk(board, { at: parcel.at, data });
  };

  const follow = (board: BoardId, event: UpdateEvent): void => {
    const following = underWay.get(board);
    if (following === undefined) return;
    const before = following.update;
    const { update, send } = followUpdate(before, event, clock.now());
    following.update = update;
    if (update.progress.kind !== before.progress.kind) note(board, following);
    if (send !== undefined) deliver(update, send);
  };

  const tick = (): void => {
    const now = clock.now();
    const isNoting = Math.abs(now - notedAt) >= NOTED_EVERY_MS;
    if (isNoting) notedAt = now;
    for (const [board, following] of underWay) {
      follow(board, { kind: "tick" });
      if (isNoting) note(board, following);
    }
  };

  const lookAgain = (describedAs: DescribedAs): void => {
    const asked = programs.list().filter(({ progress }) => !isOver(progress));
    const boards = new Set(asked.map(({ wanted }) => wanted.board));
    for (const board of underWay.keys()) if (!boards.has(board)) underWay.delete(board);
    for (const { wanted, progress } of asked) {
      const { board } = wanted;
      if (underWay.get(board)?.update.wanted.asked === wanted.asked) continue;
      const update = beginUpdate({ wanted, progress }, clock.now());
      underWay.set(board, { update, noted: progress });
      const description = describedAs(board);
      if (description !== undefined) follow(board, { kind: "described", description });
    }
  };

  return {
    start: (to, describedAs) => {
      link = to;
      const look = (): void => lookAgain(describedAs);
      look();
      stops = [programs.changes(look), clock.every(TICK_MS, tick)];
    },
    stop: () => {
      for (const stop of stops) stop();
      for (const [board, following] of underWay) note(board, following);
    },
    see: (event) => {
      if (event.kind === "described") follow(event.board, event);
      if (event.kind === "availability" && !event.online) follow(event.board, { kind: "away" });
    },
    reported: (board, report) => follow(board, { kind: "reported", report }),
  };
}

type Following = { update: Update; noted: UpdateProgress };
