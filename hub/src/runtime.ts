import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, seconds } from "@battant/protocol/vocabulary/units";
import { settingsFor } from "./board-settings.ts";
import {
  type Board,
  type Building,
  UNKNOWN_BOARD,
  unknownBuilding,
  type Wiring,
} from "./domain/building.ts";
import type { Effect, HubEvent } from "./domain/event.ts";
import { step } from "./pipeline.ts";
import type {
  Appended,
  BoardLink,
  Clock,
  DecisionLog,
  Inbox,
  Journal,
  Refusal,
  Trace,
} from "./ports.ts";
import { createRestarts } from "./restarts.ts";
import type { Updates } from "./updates.ts";

/**
 * Where the plain function meets time: events go through `step` one after the other, its effects
 * are performed, and readings go to the journal beside it, because a slow disk must not delay a lamp.
 */

export type Runtime = Inbox & {
  /** Begins to tick and to speak to boards. */
  start(link: BoardLink): void;
  stop(): void;
  building(): Building;
  /** What is known of a board, whether a zone goes by it or not. */
  board(id: BoardId): Board | undefined;
  /** How often a board has started again in the last 24 hours. */
  restarts(board: BoardId): number;
  /** When each board was last heard, for those who look after them. */
  lastReading(board: BoardId): Instant | undefined;
  figures(): RuntimeFigures;
  /** Calls back after every event; returns how to stop that. */
  onChange(listener: () => void): () => void;
};

export type RuntimeFigures = {
  readonly events: number;
  readonly stored: number;
  readonly duplicates: number;
  /** Why readings last could not be kept, until one could again. */
  readonly journalProblem: string | null;
};

export type RuntimeParts = {
  readonly wiring: Wiring;
  readonly clock: Clock;
  readonly journal: Pick<Journal, "append">;
  readonly decisions: DecisionLog;
  readonly trace: Trace;
  /** Without, boards keep the programs they have. */
  readonly updates?: Updates;
  readonly onRefused: (refusal: Refusal) => void;
};

/** Dwell times mature and sensors fall silent while nothing happens. */
export const TICK_EVERY = seconds(5);
/** Boards come and go; what is remembered about them does not grow for ever. */
const BOARDS_MAX = 2000;

export function createRuntime(parts: RuntimeParts): Runtime {
  const { wiring, clock, trace, updates, onRefused } = parts;
  const listeners = new Set<() => void>();
  const keeper = createKeeper(parts.journal);
  const bystanders = createBystanders();
  const restarts = createRestarts(BOARDS_MAX);
  let building = unknownBuilding(wiring.site);
  let link: BoardLink | undefined;
  let stopTicking: (() => void) | undefined;
  let events = 0;

  const event = (it: HubEvent): void => {
    const now = clock.now();
    if (concernsZone(it, wiring)) live(it, now);
    else if (bystanders.see(it)) link?.clock(it.board, now);
    if (it.kind === "described") lookAfter(it, now);
    updates?.see(it);
  };

  /** What a board keeps and how it does decides nothing about a light: beside the line. */
  const lookAfter = ({ board, description }: Described, now: Instant): void => {
    restarts.see(board, description.boot, now);
    link?.settings(board, settingsFor(wiring.site, board), description.settings);
  };

  const live = (it: HubEvent, now: Instant): void => {
    const before = building;
    const { building: next, effects } = step(before, it, wiring, now);
    building = next;
    events += 1;
    trace.record({ now, event: it, effects, before });
    for (const effect of effects) perform(effect, { now, link, decisions: parts.decisions });
    for (const listener of listeners) listener();
  };

  const boardOf = (id: BoardId): Board | undefined =>
    building.boards.get(id) ?? bystanders.board(id);

  /** Only readings that some zone goes by become events: what a flat uses concerns no rule. */
  const heed = (reading: Reading): void => {
    const zones = wiring.zonesOfSensor(reading.board, reading.sensor);
    if (zones.length > 0) event({ kind: "reading", reading });
  };

  return {
    readings: (batch) => {
      const appended = keeper.keep(batch);
      for (const reading of batch) heed(reading);
      return appended;
    },
    event,
    updateReported: (board, report) => updates?.reported(board, report),
    refused: onRefused,
    start: (to) => {
      link = to;
      stopTicking = clock.every(TICK_EVERY, () => event({ kind: "tick" }));
      updates?.start(to, (id) => {
        const board = boardOf(id);
        return board?.online === true ? board.description : undefined;
      });
    },
    stop: () => {
      stopTicking?.();
      updates?.stop();
    },
    building: () => building,
    board: boardOf,
    restarts: (board) => restarts.inADay(board, clock.now()),
    lastReading: keeper.lastReading,
    figures: () => ({ events, ...keeper.figures() }),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Described = Extract<HubEvent, { readonly kind: "described" }>;

type BystanderEvent = Extract<HubEvent, { readonly board: BoardId }>;

/**
 * Rules and traces are about zones. When a flat's meter comes and goes is as private as what it
 * counts, so it never becomes part of what the hub believes about the building.
 */
function concernsZone(event: HubEvent, wiring: Wiring): event is Exclude<HubEvent, BystanderEvent> {
  switch (event.kind) {
    case "availability":
    case "described":
    case "clock-asked":
    case "relay-reported":
      return wiring.zonesOfBoard(event.board).length > 0;
    case "reading":
    case "override":
    case "tick":
      return true;
  }
}

/** Boards that no zone goes by: whether they are there, and for how long they have been. */
function createBystanders() {
  const boards = new Map<BoardId, Board>();
  const note = (id: BoardId, change: Partial<Board>): void => {
    const known = boards.get(id);
    if (known === undefined && boards.size >= BOARDS_MAX) return;
    boards.set(id, { ...(known ?? UNKNOWN_BOARD), ...change });
  };
  return {
    board: (id: BoardId): Board | undefined => boards.get(id),
    /** Returns whether the board needs to be told the time. */
    see: (event: BystanderEvent): boolean => {
      switch (event.kind) {
        case "availability":
          note(event.board, { online: event.online });
          return false;
        case "described": {
          const { description } = event;
          note(event.board, { online: true, description });
          return true;
        }
        case "clock-asked":
          return true;
        case "relay-reported":
          return false;
      }
    },
  };
}

type Means = {
  readonly now: Instant;
  readonly link: BoardLink | undefined;
  readonly decisions: DecisionLog;
};

function perform(effect: Effect, { now, link, decisions }: Means): void {
  switch (effect.kind) {
    case "lease":
      link?.lease(effect.board, effect.relay, effect.lease);
      return;
    case "set-clock":
      link?.clock(effect.board, now);
      return;
    case "log-decision":
      decisions.append({ at: now, zone: effect.zone, decision: effect.decision });
      return;
  }
}

/** Sees readings to the journal, and remembers how that went. */
function createKeeper(journal: Pick<Journal, "append">) {
  const heard = new Map<BoardId, Instant>();
  let stored = 0;
  let duplicates = 0;
  let journalProblem: string | null = null;

  const note = (appended: Appended): Appended => {
    journalProblem = appended.ok ? null : appended.detail;
    if (appended.ok) {
      stored += appended.stored;
      duplicates += appended.duplicates;
    }
    return appended;
  };
  return {
    keep: (batch: readonly Reading[]): Promise<Appended> => {
      const first = batch[0];
      if (first !== undefined && (heard.has(first.board) || heard.size < BOARDS_MAX)) {
        heard.set(first.board, first.received);
      }
      return journal.append(batch).then(note);
    },
    lastReading: (board: BoardId): Instant | undefined => heard.get(board),
    figures: () => ({ stored, duplicates, journalProblem }),
  };
}
