import type { BoardId, BootId, RelayId } from "@battant/protocol/vocabulary/ids";
import { type Lease, type RelayReport, WARNING } from "@battant/protocol/vocabulary/relay";
import { after, type Instant, instant } from "@battant/protocol/vocabulary/units";
import { SETTLING } from "@battant/rules/figures";
import type { HubEvent } from "../domain/event.ts";

/**
 * A circuit that exists nowhere: it grants every lease at once, says so, and gives the light back
 * when the lease is over. Where a lease asks for a warning, its luminaires burn on for as long as
 * that takes. What it is told and what it tells never leaves the backtest.
 */
export type Circuit = {
  /** What its relay says now, as the hub would hear it. */
  report(): HubEvent;
  isKeptOff(): boolean;
  isLit(): boolean;
  /** Its luminaires were switched a moment ago. */
  isSettling(at: Instant): boolean;
  /** When it next does something by itself: a warning is over, or the lease. */
  dueAt(): Instant;
  /** `burns`: how its luminaires are while the circuit is available. */
  answer(lease: Lease, at: Instant, burns: boolean): void;
  /** What was due has come. */
  onDue(at: Instant, burns: boolean): void;
  /** Somebody, or a detector, switches an available circuit. False if it was so already. */
  light(at: Instant, burns: boolean): boolean;
};

export const PRETEND_BOARD = "pretend-relay" as BoardId;
export const PRETEND_RELAY = "main" as RelayId;
const BOOT = "pretend" as BootId;

const NEVER = Infinity as Instant;

const KEPT_OFF = { state: "inhibited", reason: "lease", lit: false } as const;

export function createCircuit(burns: boolean): Circuit {
  let said: RelayReport = { boot: BOOT, state: "available", reason: "start", lit: burns };
  let litChanged: Instant | undefined;
  let leaseEnds = NEVER;
  let warnedAt = NEVER;

  const say = (next: RelayReport, at: Instant): void => {
    if (next.lit !== said.lit) litChanged = at;
    said = next;
  };

  return {
    report: () => ({
      kind: "relay-reported",
      board: PRETEND_BOARD,
      relay: PRETEND_RELAY,
      report: said,
    }),
    isKeptOff: () => said.state === "inhibited",
    isLit: () => said.lit === true,
    isSettling: (at) => litChanged !== undefined && at - litChanged < SETTLING,
    dueAt: () => instant(Math.min(leaseEnds, warnedAt)),
    answer: ({ id: lease, duration, warn }, at, lit) => {
      if (duration === 0) {
        leaseEnds = warnedAt = NEVER;
        say({ boot: BOOT, state: "available", reason: "lease-ended", lease, lit }, at);
        return;
      }
      const isFree = leaseEnds === NEVER;
      leaseEnds = after(at, duration);
      if (isFree && warn === true && lit) warnedAt = after(at, WARNING);
      if (warnedAt === NEVER) say({ ...said, ...KEPT_OFF, lease }, at);
      else say({ boot: BOOT, state: "available", reason: "warning", lease, lit }, at);
    },
    onDue: (at, lit) => {
      if (warnedAt < leaseEnds) {
        warnedAt = NEVER;
        say({ ...said, ...KEPT_OFF }, at);
        return;
      }
      leaseEnds = warnedAt = NEVER;
      say({ ...said, state: "available", reason: "lease-expired", lit }, at);
    },
    light: (at, lit) => {
      if (said.state === "inhibited" || said.lit === lit) return false;
      say({ ...said, lit }, at);
      return true;
    },
  };
}
