import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Inbox } from "../ports.ts";

/** The latest value of each sensor since the hub started, kept as readings pass. A flat's never are. */
export type Latest = {
  see(readings: readonly Reading[]): void;
  of(board: BoardId, sensor: SensorId, quantity: Quantity): Reading | undefined;
  forget(board: BoardId): void;
};

/** A three-phase meter with all its registers has about thirty. */
const SERIES_MAX = 40;
const BOARDS_MAX = 500;

export const createLatest = (isPrivate: (board: BoardId) => boolean): Latest => {
  const boards = new Map<BoardId, Map<string, Reading>>();

  const seriesOf = (board: BoardId): Map<string, Reading> | undefined => {
    const known = boards.get(board);
    if (known !== undefined || boards.size >= BOARDS_MAX) return known;
    const series = new Map<string, Reading>();
    boards.set(board, series);
    return series;
  };

  const keep = (series: Map<string, Reading>, reading: Reading): void => {
    const key = keyOf(reading.sensor, reading.quantity);
    const known = series.get(key);
    if (known === undefined && series.size >= SERIES_MAX) return;
    if (known === undefined || !isOld(reading, known)) series.set(key, reading);
  };

  return {
    see: (readings) => {
      const board = readings[0]?.board;
      if (board === undefined || isPrivate(board)) return;
      const series = seriesOf(board);
      if (series !== undefined) for (const reading of readings) keep(series, reading);
    },
    of: (board, sensor, quantity) => boards.get(board)?.get(keyOf(sensor, quantity)),
    forget: (board) => void boards.delete(board),
  };
};

/**
 * What was measured while the hub was away comes late, and is news no longer. But a time that the
 * hub's clock has not reached any more is of before the clock was set right.
 */
const isOld = ({ at, received }: Reading, known: Reading): boolean =>
  at < known.at && known.at <= received;

const keyOf = (sensor: SensorId, quantity: Quantity): string => `${sensor}/${quantity}`;

/** All of a batch is of one board. */
export const remembering = (inbox: Inbox, latest: Latest): Inbox => ({
  readings: (batch) => {
    latest.see(batch);
    return inbox.readings(batch);
  },
  event: (event) => inbox.event(event),
  updateReported: (board, report) => inbox.updateReported(board, report),
  refused: (refusal) => inbox.refused(refusal),
});
