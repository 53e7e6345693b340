import type { Because } from "./decision.ts";
import type { DaylightSettings } from "./site.ts";

/**
 * How a lighting circuit was, and whether daylight would have done without it: what the proof of
 * savings is made from (`evidence/`). It is written when it changes, and at least once an hour.
 */
export type CircuitState = {
  /** Whether the luminaires burn; `undefined` where nobody can tell. */
  readonly lit: boolean | undefined;
  /** Kept off by a lease, or by the board's own rule. */
  readonly inhibited: boolean;
  readonly daylight: Daylight;
  /** Why nobody can tell about daylight; `undefined` where somebody can. */
  readonly because: Because | undefined;
  readonly mode: DaylightSettings["mode"];
};

export type Daylight = "sufficient" | "insufficient" | "unknown";

export const isSameState = (one: CircuitState, other: CircuitState): boolean =>
  one.lit === other.lit &&
  one.inhibited === other.inhibited &&
  one.daylight === other.daylight &&
  one.because === other.because &&
  one.mode === other.mode;
