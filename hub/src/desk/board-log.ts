import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { BoardLogLine, BoardLogView } from "../../api/contract.ts";
import type { Clock } from "../ports.ts";
import type { Waiting } from "./desks.ts";

/**
 * The conversation with each board as lines, in memory, for whoever looks after it. The lines
 * themselves are made in `board-words.ts`.
 */
export type BoardLog = {
  /** The same again only counts: what a board gone mad says must not push out all the rest. */
  note(board: BoardId, from: BoardLogLine["from"], text: string): void;
  /** Lines after the one with that number; waits for one if there is none. */
  read(board: BoardId, after: number, waiting: Waiting): Promise<BoardLogView>;
  forget(board: BoardId): void;
  /** A flat's board: what it measures is not told, nor when. */
  isPrivate(board: BoardId): boolean;
};

export type BoardLogParts = {
  /** Real time, also while a simulated building runs faster. */
  readonly clock: Clock;
  /** Anybody may try to connect under any name. */
  readonly isKnown: (board: BoardId) => boolean;
  readonly isPrivate: (board: BoardId) => boolean;
};

const LINES_MAX = 200;
const BOARDS_MAX = 100;
const PATIENT_READERS_MAX = 50;
/** More wait but briefly, as connections are few; answered at once they would ask again at once. */
const CROWDED_WAIT_MS = 1000;
const TEXT_LENGTH_MAX = 240;

type Entry = BoardLogLine & { readonly said: string; readonly times: number };

export const createBoardLog = ({ clock, isKnown, isPrivate }: BoardLogParts): BoardLog => {
  /** In the order in which they were last heard. */
  const boards = new Map<BoardId, Entry[]>();
  const readers = new Set<{ readonly board: BoardId; readonly wake: () => void }>();
  /** One count for all: a board that is forgotten and comes back does not count from the start. */
  let number = 0;

  const note: BoardLog["note"] = (board, from, text) => {
    if (!isKnown(board)) return;
    const lines = boards.get(board) ?? [];
    boards.delete(board);
    boards.set(board, lines);
    const said = text.slice(0, TEXT_LENGTH_MAX);
    const last = lines.at(-1);
    const isAgain = last?.from === from && last.said === said;
    const times = isAgain ? last.times + 1 : 1;
    if (isAgain) lines.pop();
    number += 1;
    const shown = times === 1 ? said : `${said} (${times} times)`;
    lines.push({ number, at: clock.now(), from, text: shown, said, times });
    if (lines.length > LINES_MAX) lines.shift();
    const [longestSilent] = boards.keys();
    if (boards.size > BOARDS_MAX && longestSilent !== undefined) boards.delete(longestSilent);
    for (const reader of readers) if (reader.board === board) reader.wake();
  };

  const view = (board: BoardId, after: number): BoardLogView => {
    // A number of before the hub was started again: all of it is new.
    const since = after > number ? 0 : after;
    const fresh = (boards.get(board) ?? []).filter((line) => line.number > since);
    const lines = fresh.map(({ number: count, at, from, text }) => ({
      number: count,
      at,
      from,
      text,
    }));
    return { next: lines.at(-1)?.number ?? since, lines };
  };

  const newsOf = (board: BoardId, { waitMs, signal }: Waiting): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        stopWaiting();
        readers.delete(reader);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const stopWaiting = clock.every(waitMs, done);
      const reader = { board, wake: done };
      readers.add(reader);
      signal.addEventListener("abort", done);
    });

  return {
    note,
    read: async (board, after, waiting) => {
      const now = view(board, after);
      const isOver = waiting.waitMs <= 0 || waiting.signal.aborted;
      if (now.lines.length > 0 || isOver) return now;
      const isCrowded = readers.size >= PATIENT_READERS_MAX;
      const waitMs = isCrowded ? Math.min(waiting.waitMs, CROWDED_WAIT_MS) : waiting.waitMs;
      await newsOf(board, { ...waiting, waitMs });
      return view(board, after);
    },
    forget: (board) => void boards.delete(board),
    isPrivate,
  };
};
