import type { BootId, LeaseId } from "./ids.ts";
import type { Instant, Milliseconds } from "./units.ts";

/**
 * The hub borrows a lighting circuit, it never owns it. A lease keeps the circuit off for a while
 * and ends by itself; the only other thing the hub can say is that it wants the lease no longer.
 */
export type Lease = {
  readonly id: LeaseId;
  /** The board's start this lease is meant for: after a restart it is void. */
  readonly boot: BootId;
  readonly issued: Instant;
  /** How long the circuit stays off, from `issued`. Zero ends the lease now. */
  readonly duration: Milliseconds;
  /**
   * Luminaires that burn blink twice first, and stay on for `WARNING`, so that whoever is there may
   * press the wall switch (arrêté du 1er août 2006, art. 10). Boards of before ignore it.
   */
  readonly warn?: true;
};

export const LEASE_MAX: Milliseconds = 300000 as Milliseconds;

/** How long a circuit stays available after a lease was granted that warns. */
export const WARNING: Milliseconds = 15000 as Milliseconds;

/** Of one board. */
export const RELAYS_MAX = 8;

/** `available`: but for a warning de-energised, the building's own switches decide. `inhibited`: kept off by a lease. */
export type RelayState = "available" | "inhibited";

/** Why the relay is as it is. */
export type RelayReason =
  | "start"
  | "lease"
  /** Still available: who is there is being warned, and then it is kept off. */
  | "warning"
  | "lease-ended"
  | "lease-expired"
  | "lease-refused"
  | "wall-switch"
  | "link-lost"
  /** The board's own daylight rule, while the hub is gone. */
  | "local-rule";

/** What the relay says it is: the only truth about it, and the acknowledgement of a lease. */
export type RelayReport = {
  readonly boot: BootId;
  readonly state: RelayState;
  readonly reason: RelayReason;
  /** The lease that this answers. */
  readonly lease?: LeaseId;
  /** Whether the luminaires burn, where the board can see it. */
  readonly lit?: boolean;
  /** The circuit is inhibited and its luminaires burn all the same: a welded or bridged contact. */
  readonly mismatch?: true;
};
