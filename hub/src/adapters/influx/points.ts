import type { IPoint } from "influx";
import type { BoardId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Series, Window } from "../../ports.ts";

/** How readings and windows look in InfluxDB: measurement = quantity, values in the base unit. */

export type Place = {
  readonly building: string;
  /** A sensor that moves to another zone goes on in another InfluxDB series; queries see both. */
  readonly zoneOf: (board: BoardId, sensor: SensorId) => ZoneId | undefined;
};

const NANOSECONDS_PER_MS = 1_000_000n;

/**
 * InfluxDB keeps one point per series and nanosecond. The sequence number fills the nanoseconds, so
 * that two readings of one millisecond stay two, and one that is sent again overwrites itself.
 */
export const readingPoint = (reading: Reading, place: Place): IPoint => ({
  measurement: reading.quantity,
  tags: tagsOf(reading, place),
  fields: { value: reading.value },
  timestamp: nanoseconds(reading.at, BigInt(reading.sequence) % NANOSECONDS_PER_MS),
});

export const windowPoint = (series: Series, window: Window, place: Place): IPoint => {
  const { start, count, sum, min, max, last } = window;
  return {
    measurement: series.quantity,
    tags: tagsOf(series, place),
    fields: { count, sum, min, max, last },
    timestamp: nanoseconds(start, 0n),
  };
};

const nanoseconds = (at: number, more: bigint): string =>
  String(BigInt(at) * NANOSECONDS_PER_MS + more);

function tagsOf({ board, sensor }: Pick<Series, "board" | "sensor">, place: Place) {
  const zone = place.zoneOf(board, sensor);
  const tags = { building: place.building, board, sensor };
  return zone === undefined ? tags : { ...tags, zone };
}
