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
 * this start of the board, has not run out and is not too long; and by nothing while somebody's press
 * of the wall switch is obeyed.
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

const NEVER = milliseconds(0);

/** Safe at start: the light is available. */
export const STARTED: Control = {
  state: "available",
  reason: "start",
  lease: undefined,
  until: NEVER,
  heldUntil: NEVER,
  last: undefined,
};

export type Moment = {
  readonly boot: BootId;
  readonly now: Instant | undefined;
  readonly uptime: Milliseconds;
};

type Judgement =
  | { readonly ok: true; readonly remaining: Milliseconds }
  | { readonly ok: false; readonly problem: string };

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

const no = (problem: string): Judgement => ({ ok: false, problem: problem });

/** Overtaken by a newer one on the way. Much older means that the hub's clock was set back. */
const isLate = (lease: Lease, last: Lease | undefined): boolean =>
  last !== undefined && lease.issued < last.issued && last.issued - lease.issued <= LEASE_MAX;

const isRepeated = (lease: Lease, last: Lease | undefined): boolean =>
  last !== undefined && lease.id === last.id && lease.issued === last.issued;

/** How long, from now on, the light may be kept off. */
const judge = (control: Control, lease: Lease, moment: Moment): Judgement => {
  if (lease.boot !== moment.boot) return no(OTHER_START);
  if (moment.now === undefined) return no("the clock is unknown");
  if (moment.uptime < control.heldUntil) return no("the wall switch is obeyed");
  if (isLate(lease, control.last)) return no("older than one that was obeyed");
  const remaining = after(lease.issued, lease.duration) - moment.now;
  if (remaining <= 0) return no("it has run out");
  if (remaining > LEASE_MAX) return no("it ends too far ahead");
  // A clock that is behind must not stretch a lease beyond what was asked for.
  return { ok: true, remaining: milliseconds(Math.min(remaining, lease.duration)) };
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

/** A lease that arrives twice is answered twice and obeyed once. */
const repeat = (control: Control): Answer =>
  control.state === "inhibited"
    ? { control: control, reason: "lease" }
    : refuse(control, "it is over");

export const onLease = (control: Control, lease: Lease, moment: Moment): Answer => {
  if (lease.duration === 0) return end(control, lease, moment);
  if (isRepeated(lease, control.last)) return repeat(control);
  const judgement = judge(control, lease, moment);
  if (!judgement.ok) return refuse(control, judgement.problem);
  return {
    reason: "lease",
    control: {
      state: "inhibited",
      reason: "lease",
      lease: lease.id,
      until: milliseconds(moment.uptime + judgement.remaining),
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

export const hasExpired = (control: Control, uptime: Milliseconds): boolean =>
  control.state === "inhibited" && uptime >= control.until;

export const onExpiry = (control: Control, linkIsUp: boolean): Control =>
  released(
    control,
    { reason: linkIsUp ? "lease-expired" : "link-lost", lease: control.lease },
    control.last,
  );
