import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, seconds } from "@battant/protocol/vocabulary/units";
import { settingsFor } from "./board-settings.ts";
import { concernsZone, createBystanders, createReports } from "./bystanders.ts";
import type { Board, Building, Wiring } from "./domain/building.ts";
import type { HubEvent } from "./domain/event.ts";
import { createLine } from "./line.ts";
import type {
  Appended,
  BoardLink,
  CircuitLog,
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
  /** Goes by another plan from now on, and keeps what is known where it still holds. */
  reconfigure(wiring: Wiring): void;
  building(): Building;
  /** What is known of a board, whether a zone goes by it or not. */
  board(id: BoardId): Board | undefined;
  /** How often a board has started again in the last 24 hours. */
  restarts(board: BoardId): number;
  /** When each board was last heard, for those who look after them. */
  lastReading(board: BoardId): Instant | undefined;
  figures(): RuntimeFigures;
  /** Calls back after every event and every change of plan; returns how to stop that. */
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
  /** Without, nothing of it can be proven later. */
  readonly circuits?: CircuitLog | undefined;
  readonly trace: Trace;
  /** Without, boards keep the programs they have. */
  readonly updates?: Updates;
  readonly onRefused: (refusal: Refusal) => void;
  /** A name under which a flat was ever measured: nothing that is said under it serves a zone. */
  readonly isOfFlat?: (board: BoardId) => boolean;
};

/** Dwell times mature and sensors fall silent while nothing happens. */
export const TICK_EVERY = seconds(5);
/** Boards come and go; what is remembered about them does not grow for ever. */
const BOARDS_MAX = 2000;

export function createRuntime(parts: RuntimeParts): Runtime {
  const { clock, updates, onRefused } = parts;
  const line = createLine(parts);
  const keeper = createKeeper(parts.journal);
  const bystanders = createBystanders(BOARDS_MAX);
  const reports = createReports(BOARDS_MAX);
  const restarts = createRestarts(BOARDS_MAX);
  let stopTicking: (() => void) | undefined;

  const event = (it: HubEvent): void => {
    const now = clock.now();
    reports.see(it);
    if (concernsZone(it, line.wiring())) line.live(it, now);
    else if (bystanders.see(it)) line.link()?.clock(it.board, now);
    if (it.kind === "described") {
      restarts.see(it.board, it.description.boot, now);
      instruct(it.board, it.description);
    }
    updates?.see(it);
  };

  /** What a board keeps for the time without a hub decides nothing now: beside the line. */
  const instruct = (board: BoardId, { settings: kept }: Description): void => {
    line.link()?.settings(board, settingsFor(line.wiring().site, board), kept);
  };

  const reconfigure = (wiring: Wiring): void => {
    const known = new Map([...bystanders.all(), ...line.building().boards]);
    line.reconfigure(wiring, known);
    bystanders.set([...known].filter(([id]) => !line.building().boards.has(id)));
    // A relay that was beside the line has said how it is, and says so again only when it changes.
    for (const { circuit, id } of wiring.site.zones.values()) {
      const zone = line.building().zones.get(id);
      const reported = zone?.circuit.report === undefined ? reports.of(circuit) : undefined;
      if (reported !== undefined) line.live(reported, clock.now());
    }
    for (const [id, board] of known) {
      const description = presentAs(board);
      if (description !== undefined) instruct(id, description);
    }
  };

  const boardOf = (id: BoardId): Board | undefined =>
    line.building().boards.get(id) ?? bystanders.board(id);

  /** Only readings that some zone goes by become events: what a flat uses concerns no rule. */
  const heed = (reading: Reading): void => {
    const zones = line.wiring().zonesOfSensor(reading.board, reading.sensor);
    if (zones.length === 0 || parts.isOfFlat?.(reading.board) === true) return;
    event({ kind: "reading", reading });
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
      line.connect(to);
      stopTicking = clock.every(TICK_EVERY, () => event({ kind: "tick" }));
      updates?.start(to, (id) => presentAs(boardOf(id)));
    },
    stop: () => {
      stopTicking?.();
      updates?.stop();
    },
    reconfigure,
    building: line.building,
    board: boardOf,
    restarts: (board) => restarts.inADay(board, clock.now()),
    lastReading: keeper.lastReading,
    figures: () => ({ events: line.events(), ...keeper.figures() }),
    onChange: line.onChange,
  };
}

const presentAs = (board: Board | undefined): Description | undefined =>
  board?.online === true ? board.description : undefined;

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
