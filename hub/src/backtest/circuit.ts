import type { BoardId, BootId, RelayId } from "@battant/protocol/vocabulary/ids";
import type { Lease, RelayReport } from "@battant/protocol/vocabulary/relay";
import { after, type Instant } from "@battant/protocol/vocabulary/units";
import { SETTLING } from "@battant/rules/figures";
import type { HubEvent } from "../domain/event.ts";

/**
 * A circuit that exists nowhere: it grants every lease at once, says so, and gives the light back
 * when the lease is over. What it is told and what it tells never leaves the backtest.
 */
export type Circuit = {
  /** What its relay says now, as the hub would hear it. */
  report(): HubEvent;
  isKeptOff(): boolean;
  isLit(): boolean;
  /** Its luminaires were switched a moment ago. */
  isSettling(at: Instant): boolean;
  /** When it gives the light back by itself. */
  leaseEnds(): Instant;
  /** `burns`: how its luminaires are while the circuit is available. */
  answer(lease: Lease, at: Instant, burns: boolean): void;
  expire(at: Instant, burns: boolean): void;
  /** Somebody, or a detector, switches an available circuit. False if it was so already. */
  light(at: Instant, burns: boolean): boolean;
};

export const PRETEND_BOARD = "pretend-relay" as BoardId;
export const PRETEND_RELAY = "main" as RelayId;
const BOOT = "pretend" as BootId;

const NEVER = Infinity as Instant;

export function createCircuit(burns: boolean): Circuit {
  let said: RelayReport = { boot: BOOT, state: "available", reason: "start", lit: burns };
  let litChanged: Instant | undefined;
  let leaseEnds = NEVER;

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
    leaseEnds: () => leaseEnds,
    answer: ({ id: lease, duration }, at, lit) => {
      const isGranted = duration > 0;
      leaseEnds = isGranted ? after(at, duration) : NEVER;
      if (isGranted) {
        say({ boot: BOOT, state: "inhibited", reason: "lease", lease, lit: false }, at);
      } else say({ boot: BOOT, state: "available", reason: "lease-ended", lease, lit }, at);
    },
    expire: (at, lit) => {
      leaseEnds = NEVER;
      say({ ...said, state: "available", reason: "lease-expired", lit }, at);
    },
    light: (at, lit) => {
      if (said.state === "inhibited" || said.lit === lit) return false;
      say({ ...said, lit }, at);
      return true;
    },
  };
}
