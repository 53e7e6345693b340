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

/**
 * `seen`: now, or within the hold. `silent`, `stuck`: a detector does not answer, or answers always
 * the same, and somebody is taken to be there. `nobody`: all of them agree, for longer than the hold.
 */
export type Presence = {
  readonly kind: "seen" | "silent" | "stuck" | "nobody";
  readonly since?: Instant;
};

/** How a person asks for light. */
export type OverrideSource = "wall-switch" | "page";

export type Because = InhibitReason | AllowReason;

export type InhibitReason = "daylight-sufficient" | "vacant";

/** In order of precedence: the first that holds is the reason given. */
export type AllowReason =
  | "no-circuit"
  | "no-light-sensor"
  | "rule-off"
  | "override"
  | "clock-unknown"
  | "sun-is-down"
  | "relay-offline"
  | "occupied"
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
  /** Above it a circuit stays kept off; absent in records of before this was told. */
  readonly release?: Lux;
  /** Since when this has been so: daylight sufficient, sensor silent, override given. */
  readonly since?: Instant;
  /** When it ends or may change by itself. */
  readonly until?: Instant;
  /** Who asked for light. */
  readonly by?: OverrideSource;
  /** Whether somebody is there; absent where nothing watches. */
  readonly presence?: Presence;
  /** How long daylight must suffice today, longer than the setting after many switchings. */
  readonly offDelay?: Milliseconds;
  /** Only decided, nothing sent. */
  readonly observed?: true;
};
