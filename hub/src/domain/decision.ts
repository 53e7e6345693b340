import type { Instant, Lux, Milliseconds } from "@battant/protocol/vocabulary/units";

/**
 * What a rule says about a lighting circuit, always with the reason. Leaving the light available is
 * a decision too. The sentence people read is made from this record (`sentence.ts`), and from
 * nothing else.
 */
export type Decision = {
  /** `inhibit` borrows the circuit; `allow` leaves it to the building's own switches. */
  readonly kind: "inhibit" | "allow";
  readonly because: Because;
  readonly evidence: Evidence;
};

/** How a person asks for light. */
export type OverrideSource = "wall-switch" | "page";

export type Because = "daylight-sufficient" | AllowReason;

/** In order of precedence: the first that holds is the reason given. */
export type AllowReason =
  | "no-circuit"
  | "no-light-sensor"
  | "rule-off"
  | "override"
  | "clock-unknown"
  | "sun-is-down"
  | "relay-offline"
  | "sensor-offline"
  | "sensor-silent"
  | "sensor-stuck"
  | "not-calibrated"
  | "too-dark"
  | "post-check-failed"
  | "not-bright-long-enough";

export type Evidence = {
  /** `E`: daylight on the floor, if it is known. */
  readonly daylight?: Lux;
  /** `T`: what the floor must get. */
  readonly target: Lux;
  /** `K·T`: what daylight must reach before the circuit is borrowed. */
  readonly threshold: Lux;
  /** Since when this has been so: daylight sufficient, sensor silent, override given. */
  readonly since?: Instant;
  /** When it ends or may change by itself. */
  readonly until?: Instant;
  /** Who asked for light. */
  readonly by?: OverrideSource;
  /** How long daylight must suffice today, longer than the setting after many switchings. */
  readonly offDelay?: Milliseconds;
  /** Only decided, nothing sent. */
  readonly observed?: true;
};
