import type { Instant, Milliseconds, Watts, WattHours } from "@battant/protocol/vocabulary/units";
import { hours, minutes } from "@battant/protocol/vocabulary/units";
import type { CircuitState } from "../domain/circuit.ts";

/**
 * What the proof of savings is made from: what the journal says about one zone, and what its
 * electricity draws and costs. Records come in any order and more than once.
 */

/** `from` belongs to it, `to` does not. */
export type Range = { readonly from: Instant; readonly to: Instant };

/** How a circuit was. Written at each change, and at least once an hour. */
export type CircuitRecord = Written & {
  /** Whether the luminaires burn; `undefined` where nobody can tell. */
  readonly lit: boolean | undefined;
  /** Kept off by a lease. */
  readonly inhibited: boolean;
};

/** What the rule said; in observation, what it would have done. Written like a circuit's record. */
export type VerdictRecord = Written & {
  readonly daylight: Daylight;
  /** Why it could not tell about daylight. */
  readonly because: CircuitState["because"];
  readonly mode: Mode;
};

export type Written = {
  readonly at: Instant;
  /** Its place in the journal, which no other record shares. Of one instant, the last one counts. */
  readonly written: number;
};

export type Daylight = CircuitState["daylight"];

export type Mode = CircuitState["mode"];

/**
 * The writing broke off: the hub stopped and started again, or its clock was set, forwards or back.
 * Without these a record would seem to hold on through a time that nobody lived, or saw.
 */
export type Break = {
  /** The last instant the clock showed before; nothing was written later by it. */
  readonly from: Instant;
  /** The first it showed after. Earlier than `from` if the clock was put back. */
  readonly to: Instant;
  /** Its place in the journal. */
  readonly written: number;
};

export type History = {
  readonly circuit: readonly CircuitRecord[];
  readonly verdicts: readonly VerdictRecord[];
  readonly breaks: readonly Break[];
};

/** The hourly record and some delay. After that nobody knows. */
export const RECORD_HOLDS: Milliseconds = minutes(65);

/** What is known of what the circuit draws. The best of it is used, and named. */
export type PowerEvidence = {
  /** What a meter of this circuit alone stood at. */
  readonly register: readonly RegisterReading[];
  readonly samples: readonly PowerSample[];
  /** Somebody added up the luminaires. */
  readonly declared: readonly DeclaredPower[];
};

export type RegisterReading = Written & { readonly energy: WattHours };
export type PowerSample = Written & { readonly power: Watts };
export type DeclaredPower = ValidFrom & { readonly power: Watts };

export const SAMPLE_HOLDS: Milliseconds = minutes(15);
/** Less burning than this under a meter is no evidence of what the circuit draws. */
export const MEASURED_MIN: Milliseconds = hours(1);

export type Price = ValidFrom & { readonly eurosPerKWh: number };

/** A row holds until the next one: a new price never rewrites the past. */
export type ValidFrom = { readonly from: Instant };

export function validAt<Row extends ValidFrom>(rows: readonly Row[], at: Instant): Row | undefined {
  let valid: Row | undefined;
  for (const row of rows) {
    if (row.from <= at && (valid === undefined || row.from >= valid.from)) valid = row;
  }
  return valid;
}
