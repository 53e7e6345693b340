import { isBootId, isLeaseId } from "../vocabulary/ids.ts";
import {
  type Lease,
  LEASE_MAX,
  type RelayReason,
  type RelayReport,
  type RelayState,
} from "../vocabulary/relay.ts";
import { instant, milliseconds } from "../vocabulary/units.ts";
import { type Decoded, isCount, parseObject, refused } from "./decoded.ts";

/**
 * The lease, hub to board, sealed: `{"id":"l8x2","boot":"k3f9","t":1771234567000,"for":120000}`,
 * with `"warn":true` when luminaires that burn are to give a warning first.
 * The report, board to hub and kept by the broker: `{"boot":"k3f9","state":"inhibited",
 * "why":"lease","lease":"l8x2","lit":false}`, with `"mismatch":true` when the luminaires burn
 * although the circuit is kept off. Durations are in ms.
 */

const REASONS: { readonly [reason in RelayReason]: true } = {
  start: true,
  lease: true,
  warning: true,
  "lease-ended": true,
  "lease-expired": true,
  "lease-refused": true,
  "wall-switch": true,
  "link-lost": true,
  "local-rule": true,
};

const isReason = (text: unknown): text is RelayReason =>
  typeof text === "string" && REASONS.hasOwnProperty(text);

const isState = (text: unknown): text is RelayState => text === "available" || text === "inhibited";

export const encodeLease = (lease: Lease): string =>
  JSON.stringify(
    lease.warn === true
      ? { id: lease.id, boot: lease.boot, t: lease.issued, for: lease.duration, warn: true }
      : { id: lease.id, boot: lease.boot, t: lease.issued, for: lease.duration },
  );

export const decodeLease = (payload: string): Decoded<Lease> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const id = parsed.value["id"];
  const boot = parsed.value["boot"];
  const issued = parsed.value["t"];
  const duration = parsed.value["for"];
  if (!isLeaseId(id)) return refused("id is not the name of a lease");
  if (!isBootId(boot)) return refused("boot is not the name of a start");
  if (!isCount(issued)) return refused("t is not a time in whole milliseconds");
  if (!isCount(duration)) return refused("for is not a number of milliseconds");
  if (duration > LEASE_MAX) return refused("for is longer than " + LEASE_MAX + " ms");
  const lease: { -readonly [key in keyof Lease]: Lease[key] } = {
    id: id,
    boot: boot,
    issued: instant(issued),
    duration: milliseconds(duration),
  };
  if (parsed.value["warn"] === true) lease.warn = true;
  return { ok: true, value: lease };
};

export const encodeRelayReport = (report: RelayReport): string => {
  const fields: { [key: string]: string | boolean } = {
    boot: report.boot,
    state: report.state,
    why: report.reason,
  };
  if (report.lease !== undefined) fields["lease"] = report.lease;
  if (report.lit !== undefined) fields["lit"] = report.lit;
  if (report.mismatch === true) fields["mismatch"] = true;
  return JSON.stringify(fields);
};

export const decodeRelayReport = (payload: string): Decoded<RelayReport> => {
  const parsed = parseObject(payload);
  if (!parsed.ok) return parsed;
  const boot = parsed.value["boot"];
  const state = parsed.value["state"];
  const reason = parsed.value["why"];
  const lease = parsed.value["lease"];
  const lit = parsed.value["lit"];
  if (!isBootId(boot)) return refused("boot is not the name of a start");
  if (!isState(state)) return refused("state is neither available nor inhibited");
  if (!isReason(reason)) return refused("why is not a known reason");
  if (lease !== undefined && !isLeaseId(lease)) return refused("lease is not the name of a lease");
  if (lit !== undefined && typeof lit !== "boolean")
    return refused("lit is neither true nor false");
  const report: { -readonly [key in keyof RelayReport]: RelayReport[key] } = {
    boot: boot,
    state: state,
    reason: reason,
  };
  if (lease !== undefined) report.lease = lease;
  if (lit !== undefined) report.lit = lit;
  if (parsed.value["mismatch"] === true) report.mismatch = true;
  return { ok: true, value: report };
};
