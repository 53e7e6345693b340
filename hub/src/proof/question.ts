import type { BoardId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant, Watts } from "@battant/protocol/vocabulary/units";
import type { Baseline } from "../evidence/baseline.ts";
import type { Burning } from "../evidence/burning.ts";
import type { Net } from "../evidence/net.ts";
import type { Break, Price, Range } from "../evidence/records.ts";
import type { Savings } from "../evidence/savings.ts";
import type { Interval } from "../evidence/timeline.ts";
import type { Row } from "../evidence/worth.ts";
import type { CircuitState } from "../domain/circuit.ts";
import type { Series } from "../ports.ts";

/** What somebody asks about savings, what the journal is asked for it, and the answer. */

export type Question = {
  readonly zones: readonly ZoneQuestion[];
  readonly range: Range;
  readonly now: Instant;
  readonly timezone: string;
  readonly prices: readonly Price[];
  /** What Battant itself draws, to be subtracted; not asked for where only some zones are. */
  readonly box: { readonly power: Watts | undefined } | undefined;
  /** Every figure opened as its intervals, too. */
  readonly withRows: boolean;
};

export type ZoneQuestion = {
  readonly zone: ZoneId;
  readonly load: Watts | undefined;
  readonly meter: { readonly board: BoardId; readonly sensor: SensorId } | undefined;
};

/** What is asked of the journal's file. */
export type Records = {
  circuits(zone: ZoneId, range: Range): readonly CircuitRow[];
  /** All that touch `range`. */
  breaks(range: Range): readonly Break[];
  /** When what was written of `zone`, before `to`. */
  stretches(zone: ZoneId, to: Instant): Stretches;
  /** The last sample of each ten minutes. */
  standings(series: Series, range: Range): readonly Standing[];
};

export type CircuitRow = CircuitState & { readonly at: Instant; readonly written: number };

export type Standing = { readonly at: Instant; readonly value: number };

/** Nothing acts while the mode is not `act`. */
export type Stretches = {
  readonly first: Instant | undefined;
  readonly firstActing: Instant | undefined;
  /** The latest records in a row of which none was written in `act`. */
  readonly latestIdle: Range | undefined;
};

export type Proof =
  | { readonly ok: false; readonly first: Instant | undefined }
  | {
      readonly ok: true;
      /** As it was asked for, without the time before the first record and after now. */
      readonly range: Range;
      readonly zones: readonly ZoneProof[];
      readonly net: Net | undefined;
    };

export type ZoneProof = {
  readonly zone: ZoneId;
  readonly burning: Burning;
  readonly before: Baseline;
  readonly saved: Savings;
  /** False if the relay's board never said whether the luminaires burn: then nothing is proven. */
  readonly seesLight: boolean;
  readonly rows: ZoneRows | undefined;
};

export type ZoneRows = {
  readonly burning: readonly Row[];
  /** Worth what was avoided of each; nobody knows without a baseline. */
  readonly keptOff: readonly (Row | Interval)[];
  readonly unknown: readonly Interval[];
};
