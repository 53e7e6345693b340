import type { BootId, LeaseId } from "@battant/protocol/vocabulary/ids";
import type { Lease, RelayReport } from "@battant/protocol/vocabulary/relay";
import {
  after,
  elapsed,
  type Instant,
  milliseconds,
  seconds,
} from "@battant/protocol/vocabulary/units";
import { SETTLING } from "@battant/rules/figures";
import type { Circuit, LeaseState } from "./zone.ts";

/**
 * Borrowing a circuit and giving it back.
 *
 * The hub never switches a light off; it asks the relay board to keep the circuit off for a while,
 * and asks again before that while is over. If the hub, the broker, the network or the clock fails,
 * nobody asks again, and the board gives the light back by itself.
 */

export const LEASE_DURATION = seconds(120);
export const LEASE_RENEWED_EVERY = seconds(60);
/** A board answers within milliseconds; a lost request is repeated this soon, so many times. */
const ANSWER_WITHIN = seconds(5);
const ATTEMPTS_MAX = 3;
/** After a refusal, or a lease that ended by itself, the relay is left alone for so long. */
const REFUSED_REST = seconds(60);

export type LeaseStep = {
  readonly lease: LeaseState | undefined;
  /** What to send to the board, if anything. */
  readonly send: Lease | undefined;
};

export type Wish = {
  /** The circuit is wanted off now. */
  readonly wanted: boolean;
  /** Its luminaires give a warning first. */
  readonly warn: boolean;
};

/** What the lease becomes. */
export function arrangeLease(
  circuit: Circuit,
  { wanted, warn }: Wish,
  boot: BootId | undefined,
  now: Instant,
): LeaseStep {
  if (boot === undefined) return { lease: undefined, send: undefined };
  if (!wanted) return giveBack(circuit, boot, now);
  const { lease, send } = borrow(circuit.lease, boot, now);
  // Said each time: only the board knows whether the light is on, and so whether this is a renewal.
  return { lease, send: warn && send !== undefined ? { ...send, warn } : send };
}

function borrow(lease: LeaseState | undefined, boot: BootId, now: Instant): LeaseStep {
  if (lease === undefined || lease.wanted === "end") return ask({ boot, now, attempts: 1 });
  const waited = elapsed({ since: lease.sentAt, now });
  if (now >= lease.until && lease.answer !== "refused") return ask({ boot, now, attempts: 1 });
  switch (lease.answer) {
    case "granted":
      if (waited >= LEASE_RENEWED_EVERY) return ask({ boot, now, attempts: 1 });
      return { lease, send: undefined };
    case "refused":
      if (waited >= REFUSED_REST) return ask({ boot, now, attempts: 1 });
      return { lease, send: undefined };
    case "none":
      if (waited >= LEASE_RENEWED_EVERY) return ask({ boot, now, attempts: 1 });
      if (waited >= ANSWER_WITHIN && lease.attempts < ATTEMPTS_MAX) {
        return ask({ boot, now, attempts: lease.attempts + 1 });
      }
      return { lease, send: undefined };
  }
}

function giveBack(circuit: Circuit, boot: BootId, now: Instant): LeaseStep {
  const { lease, report } = circuit;
  if (lease === undefined) {
    // A relay still held by a lease of an earlier hub: end it rather than wait for it to run out.
    const isHeld = report?.state === "inhibited" || report?.reason === "warning";
    if (!isHeld) return { lease: undefined, send: undefined };
    return end({ boot, now, attempts: 1, until: after(now, LEASE_DURATION) });
  }
  if (now >= lease.until || lease.answer === "refused")
    return { lease: undefined, send: undefined };
  if (lease.wanted === "inhibit") return end({ boot, now, attempts: 1, until: lease.until });
  const waited = elapsed({ since: lease.sentAt, now });
  if (waited >= ANSWER_WITHIN && lease.attempts < ATTEMPTS_MAX) {
    return end({ boot, now, attempts: lease.attempts + 1, until: lease.until });
  }
  return { lease, send: undefined };
}

type Request = { readonly boot: BootId; readonly now: Instant; readonly attempts: number };

function ask({ boot, now, attempts }: Request): LeaseStep {
  const id = leaseId("l", now);
  return {
    lease: {
      id,
      wanted: "inhibit",
      sentAt: now,
      until: after(now, LEASE_DURATION),
      answer: "none",
      attempts,
    },
    send: { id, boot, issued: now, duration: LEASE_DURATION },
  };
}

function end({ boot, now, attempts, until }: Request & { readonly until: Instant }): LeaseStep {
  const id = leaseId("e", now);
  return {
    lease: { id, wanted: "end", sentAt: now, until, answer: "none", attempts },
    send: { id, boot, issued: now, duration: milliseconds(0) },
  };
}

/** Made from the time, so that a replay gives the same names and a restarted hub never repeats one. */
const leaseId = (prefix: string, now: Instant): LeaseId =>
  `${prefix}${Math.round(now).toString(36)}` as LeaseId;

/** What a sensor sees of luminaires that give a warning, until they have settled, is neither nor. */
export const isBlinking = ({ report, litChanged }: Circuit, at: Instant): boolean =>
  report?.reason === "warning" && litChanged !== undefined && at - litChanged < SETTLING;

/** What a relay's report says about the lease the hub believes in. */
export function readReport(
  lease: LeaseState | undefined,
  report: RelayReport,
  now: Instant,
): LeaseState | undefined {
  if (lease === undefined) return undefined;
  const answersThis = report.lease === lease.id;
  if (report.reason === "lease-refused")
    return answersThis ? { ...lease, answer: "refused" } : lease;
  // Luminaires that give a warning still burn, by a lease that was granted.
  const isHeld = report.state === "inhibited" || report.reason === "warning";
  if (isHeld) return answersThis ? { ...lease, answer: "granted" } : lease;
  switch (report.reason) {
    case "lease-ended":
      return lease.wanted === "end" ? undefined : lease;
    case "lease-expired":
    case "link-lost":
      // It ended before its time: the two clocks disagree, or the link failed. Asking again at once
      // would make the relay chatter.
      return { ...lease, answer: "refused", sentAt: now };
    case "start":
    case "wall-switch":
      return undefined;
    case "lease":
    case "local-rule":
      return lease;
  }
}
