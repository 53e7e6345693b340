import type { BootId, LeaseId } from "@battant/protocol/vocabulary/ids";
import {
  type Lease,
  LEASE_MAX,
  type RelayReason,
  type RelayState,
} from "@battant/protocol/vocabulary/relay";
import {
  after,
  type Instant,
  type Milliseconds,
  milliseconds,
  seconds,
} from "@battant/protocol/vocabulary/units";

/**
 * What a relay does with what it is told. A light is only ever kept off by a lease that is meant for
 * this start of the board, has not run out and is not too long; while the hub is gone, for as short
 * a time, by the board's own daylight rule; and by nothing while somebody's press of the wall switch
 * is obeyed.
 *
 * A lease is judged by the clock when it arrives; from then on only the uptime counts, so that no
 * jump of the clock can prolong it.
 */
export type Control = {
  readonly state: RelayState;
  readonly reason: RelayReason;
  /** The lease that brought the relay into this state. */
  readonly lease: LeaseId | undefined;
  /** Uptime at which an inhibited light is given back. */
  readonly until: Milliseconds;
  /** Uptime until which leases are refused. */
  readonly heldUntil: Milliseconds;
  /** The newest lease that was obeyed. */
  readonly last: Lease | undefined;
};

const HOLD_MIN: Milliseconds = seconds(60);

/** How long the board's own rule borrows at a time, and when it does so again: as the hub does. */
export const LOCAL_LEASE: Milliseconds = seconds(120);
const RENEWED_BELOW: Milliseconds = seconds(60);

const NEVER = milliseconds(0);

/** Safe at start: the light is available. */
export const started = (): Control => ({
  state: "available",
  reason: "start",
  lease: undefined,
  until: NEVER,
  heldUntil: NEVER,
  last: undefined,
});

export type Moment = {
  readonly boot: BootId;
  readonly now: Instant | undefined;
  readonly uptime: Milliseconds;
};

/** What the relay does, and the reason it gives in its answer. */
export type Answer = {
  readonly control: Control;
  readonly reason: "lease" | "lease-ended" | "lease-refused";
  /** Why it was refused. */
  readonly problem?: string;
};

const refuse = (control: Control, problem: string): Answer => ({
  control: control,
  reason: "lease-refused",
  problem: problem,
});

const OTHER_START = "meant for another start of the board";

/** Overtaken by a newer one on the way. Much older means that the hub's clock was set back. */
const isLate = (lease: Lease, last: Lease | undefined): boolean =>
  last !== undefined && lease.issued < last.issued && last.issued - lease.issued <= LEASE_MAX;

/** How long, from now on, the light may be kept off; or why not. */
const judge = (control: Control, lease: Lease, moment: Moment): Milliseconds | string => {
  if (lease.boot !== moment.boot) return OTHER_START;
  if (moment.now === undefined) return "the clock is unknown";
  if (moment.uptime < control.heldUntil) return "the wall switch is obeyed";
  if (isLate(lease, control.last)) return "older than one that was obeyed";
  const remaining = after(lease.issued, lease.duration) - moment.now;
  if (remaining <= 0) return "it has run out";
  if (remaining > LEASE_MAX) return "it ends too far ahead";
  // A clock that is behind must not stretch a lease beyond what was asked for.
  return milliseconds(Math.min(remaining, lease.duration));
};

type Cause = { readonly reason: RelayReason; readonly lease: LeaseId | undefined };

const released = (control: Control, cause: Cause, last: Lease | undefined): Control => ({
  state: "available",
  reason: cause.reason,
  lease: cause.lease,
  until: NEVER,
  heldUntil: control.heldUntil,
  last: last,
});

/** Giving the light back needs no clock and hurts nobody. */
const end = (control: Control, lease: Lease, moment: Moment): Answer => {
  if (lease.boot !== moment.boot) return refuse(control, OTHER_START);
  if (control.state === "available") return { control: control, reason: "lease-ended" };
  const last = isLate(lease, control.last) ? control.last : lease;
  const cause: Cause = { reason: "lease-ended", lease: lease.id };
  return { control: released(control, cause, last), reason: "lease-ended" };
};

export const onLease = (control: Control, lease: Lease, moment: Moment): Answer => {
  const last = control.last;
  if (lease.duration === 0) return end(control, lease, moment);
  if (last !== undefined && lease.id === last.id && lease.issued === last.issued) {
    // A lease that arrives twice is answered twice and obeyed once.
    return control.lease === lease.id && control.state === "inhibited"
      ? { control: control, reason: "lease" }
      : refuse(control, "it is over");
  }
  const remaining = judge(control, lease, moment);
  if (typeof remaining === "string") return refuse(control, remaining);
  return {
    reason: "lease",
    control: {
      state: "inhibited",
      reason: "lease",
      lease: lease.id,
      until: milliseconds(moment.uptime + remaining),
      heldUntil: control.heldUntil,
      last: lease,
    },
  };
};

/** Whoever presses has the light at once, and keeps it for `hold`. */
export const onPress = (control: Control, uptime: Milliseconds, hold: Milliseconds): Control => ({
  state: "available",
  reason: "wall-switch",
  lease: undefined,
  until: NEVER,
  heldUntil: milliseconds(uptime + Math.max(hold, HOLD_MIN)),
  last: control.last,
});

export const onExpiry = (control: Control, linkIsUp: boolean): Control => {
  const expired = linkIsUp || control.reason === "local-rule";
  const cause: Cause = { reason: expired ? "lease-expired" : "link-lost", lease: control.lease };
  return released(control, cause, control.last);
};

export type LocalWish = {
  readonly wanted: boolean;
  readonly linkIsUp: boolean;
  readonly uptime: Milliseconds;
};

/**
 * What the board's own daylight rule wants, said again and again. It may give back what it borrowed
 * at any time; it borrows only while nobody better informed can. A hub that is back replaces its
 * borrowing by a lease, ends it, or lets it run out.
 */
export const onLocalRule = (control: Control, wish: LocalWish): Control => {
  const isOurs = control.state === "inhibited" && control.reason === "local-rule";
  if (!wish.wanted) {
    const cause: Cause = { reason: "local-rule", lease: undefined };
    return isOurs ? released(control, cause, control.last) : control;
  }
  if (wish.linkIsUp || wish.uptime < control.heldUntil) return control;
  if (control.state === "inhibited" && control.until - wish.uptime >= RENEWED_BELOW) return control;
  return {
    state: "inhibited",
    reason: "local-rule",
    lease: undefined,
    until: milliseconds(wish.uptime + LOCAL_LEASE),
    heldUntil: control.heldUntil,
    last: control.last,
  };
};
