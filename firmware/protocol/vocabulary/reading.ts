import type { BoardId, BootId, SensorId } from "./ids.ts";
import type { Quantity } from "./quantity.ts";
import type { Instant, Milliseconds } from "./units.ts";

/** A sample worth reporting, as its board states it. */
export type ReportedReading = {
  /** Counts up by one per reading from the board's start. */
  readonly sequence: number;
  readonly sensor: SensorId;
  readonly quantity: Quantity;
  readonly value: number;
  readonly time: ReportedTime;
};

/** When it was measured: by the board's clock, or how long ago if the board has no clock yet. */
export type ReportedTime =
  | { readonly kind: "at"; readonly at: Instant }
  | { readonly kind: "age"; readonly age: Milliseconds };

/**
 * A reading as the hub keeps it. `board`, `boot` and `sequence` name it for ever: whatever is
 * delivered twice is stored once.
 */
export type Reading = {
  readonly board: BoardId;
  readonly boot: BootId;
  readonly sequence: number;
  readonly sensor: SensorId;
  readonly quantity: Quantity;
  readonly value: number;
  /** When it was measured. */
  readonly at: Instant;
  /** When it reached the hub. */
  readonly received: Instant;
};
