import type { BootId, LeaseId } from "@battant/protocol/vocabulary/ids";
import {
  type Lease,
  LEASE_MAX,
  type RelayReason,
  type RelayState,
  WARNING,
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
 * Where people pass, burning luminaires give a warning first: timed lighting shall not go out without
 * notice (arrêté du 1er août 2006, art. 10). While it lasts the light is available, and whatever ends
 * the borrowing ends the warning.
 *
 * A lease is judged by the clock when it arrives; from then on only the uptime counts, so that no
 * jump of the clock can prolong it.
 */
export type Control = {
  readonly state: RelayState;
  readonly reason: RelayReason;
  /** The lease that brought the relay into this state; none when the board did so by itself. */
  readonly lease: LeaseId | undefined;
  /** Uptime at which the borrowing ends; 0 when there is none. */
  readonly until: Milliseconds;
  /** Uptime at which a warning is over and the light is kept off; 0 without one. */
  readonly warnedAt: Milliseconds;
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
  warnedAt: NEVER,
  heldUntil: NEVER,
  last: undefined,
});

/** The light is kept off, or about to be. */
const isBorrowed = (control: Control): boolean => control.until !== NEVER;

/** The light is about to be kept off, and whoever is there has been told. */
export const isWarning = (control: Control): boolean => control.reason === "warning";

export type Moment = {
  readonly boot: BootId;
  readonly now: Instant | undefined;
  readonly uptime: Milliseconds;
  /** The luminaires burn; `undefined` where the board cannot see it. */
  readonly lit: boolean | undefined;
};

/** What the relay does, and the reason it gives in its answer. */
export type Answer = {
  readonly control: Control;
  readonly reason: "lease" | "warning" | "lease-ended" | "lease-refused";
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

/** By the board, of what it had borrowed by itself. */
const GIVEN_BACK: Cause = { reason: "local-rule", lease: undefined };

const released = (control: Control, cause: Cause, last: Lease | undefined): Control => ({
  state: "available",
  reason: cause.reason,
  lease: cause.lease,
  until: NEVER,
  warnedAt: NEVER,
  heldUntil: control.heldUntil,
  last: last,
});

type Borrowing = Pick<Control, "lease" | "until" | "warnedAt">;

const borrowed = (control: Control, it: Borrowing, last: Lease | undefined): Control => {
  const warns = it.warnedAt !== NEVER;
  return {
    state: warns ? "available" : "inhibited",
    reason: warns ? "warning" : it.lease === undefined ? "local-rule" : "lease",
    lease: it.lease,
    until: it.until,
    warnedAt: it.warnedAt,
    heldUntil: control.heldUntil,
    last: last,
  };
};

/** When a warning is over. One that has begun goes on, and is not begun again. */
const warningFor = (control: Control, isAsked: boolean, uptime: Milliseconds): Milliseconds =>
  isAsked && !isBorrowed(control) ? milliseconds(uptime + WARNING) : control.warnedAt;

/** Giving the light back needs no clock and hurts nobody. */
const end = (control: Control, lease: Lease, moment: Moment): Answer => {
  if (lease.boot !== moment.boot) return refuse(control, OTHER_START);
  if (!isBorrowed(control)) return { control: control, reason: "lease-ended" };
  const last = isLate(lease, control.last) ? control.last : lease;
  const cause: Cause = { reason: "lease-ended", lease: lease.id };
  return { control: released(control, cause, last), reason: "lease-ended" };
};

const granted = (control: Control): Answer => ({
  control: control,
  reason: isWarning(control) ? "warning" : "lease",
});

export const onLease = (control: Control, lease: Lease, moment: Moment): Answer => {
  const last = control.last;
  if (lease.duration === 0) return end(control, lease, moment);
  if (last !== undefined && lease.id === last.id && lease.issued === last.issued) {
    // A lease that arrives twice is answered twice and obeyed once.
    if (control.lease !== lease.id || !isBorrowed(control)) return refuse(control, "it is over");
    return granted(control);
  }
  const remaining = judge(control, lease, moment);
  if (typeof remaining === "string") return refuse(control, remaining);
  const warn = lease.warn === true && moment.lit !== false;
  const borrowing: Borrowing = {
    lease: lease.id,
    until: milliseconds(moment.uptime + remaining),
    warnedAt: warningFor(control, warn, moment.uptime),
  };
  return granted(borrowed(control, borrowing, lease));
};

/** Whoever presses has the light at once, and keeps it for `hold`. */
export const onPress = (control: Control, uptime: Milliseconds, hold: Milliseconds): Control => ({
  state: "available",
  reason: "wall-switch",
  lease: undefined,
  until: NEVER,
  warnedAt: NEVER,
  heldUntil: milliseconds(uptime + Math.max(hold, HOLD_MIN)),
  last: control.last,
});

/** Uptime at which the relay is to move by itself, if it is. */
export const dueAt = (control: Control): Milliseconds | undefined => {
  if (!isBorrowed(control)) return undefined;
  return isWarning(control)
    ? milliseconds(Math.min(control.warnedAt, control.until))
    : control.until;
};

/** That time has come: a warning is over, or the borrowing. */
export const onDue = (control: Control, linkIsUp: boolean): Control => {
  const isLocal = control.lease === undefined;
  if (isWarning(control) && control.warnedAt < control.until) {
    // A hub that has gone since is not there to think again; one that is back knows better.
    if (linkIsUp !== isLocal) {
      const kept: Borrowing = { lease: control.lease, until: control.until, warnedAt: NEVER };
      return borrowed(control, kept, control.last);
    }
    if (isLocal) return released(control, GIVEN_BACK, control.last);
  }
  const reason = linkIsUp || isLocal ? "lease-expired" : "link-lost";
  return released(control, { reason: reason, lease: control.lease }, control.last);
};

export type LocalWish = {
  readonly wanted: boolean;
  readonly linkIsUp: boolean;
  readonly uptime: Milliseconds;
  /** A warning was asked for, and there are luminaires to give it. */
  readonly warn: boolean;
};

/**
 * What the board's own daylight rule wants, said again and again. It may give back what it borrowed
 * at any time; it borrows only while nobody better informed can. A hub that is back replaces its
 * borrowing by a lease, ends it, or lets it run out.
 */
export const onLocalRule = (control: Control, wish: LocalWish): Control => {
  if (!wish.wanted) {
    const isOurs = isBorrowed(control) && control.lease === undefined;
    return isOurs ? released(control, GIVEN_BACK, control.last) : control;
  }
  if (wish.linkIsUp || wish.uptime < control.heldUntil) return control;
  if (isBorrowed(control) && control.until - wish.uptime >= RENEWED_BELOW) return control;
  const borrowing: Borrowing = {
    lease: undefined,
    until: milliseconds(wish.uptime + LOCAL_LEASE),
    warnedAt: warningFor(control, wish.warn, wish.uptime),
  };
  return borrowed(control, borrowing, control.last);
};
