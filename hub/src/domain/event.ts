import type { Description } from "@battant/protocol/vocabulary/description";
import type { BoardId, RelayId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Lease, RelayReport } from "@battant/protocol/vocabulary/relay";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { CircuitState } from "./circuit.ts";
import type { Decision, OverrideSource } from "./decision.ts";

/** Everything that can happen to a hub. The list is closed; a trace is a list of these. */
export type HubEvent =
  | { readonly kind: "reading"; readonly reading: Reading }
  | {
      readonly kind: "relay-reported";
      readonly board: BoardId;
      readonly relay: RelayId;
      readonly report: RelayReport;
    }
  | { readonly kind: "availability"; readonly board: BoardId; readonly online: boolean }
  | { readonly kind: "described"; readonly board: BoardId; readonly description: Description }
  | { readonly kind: "clock-asked"; readonly board: BoardId }
  | {
      readonly kind: "override";
      readonly zone: ZoneId;
      readonly until: Instant | undefined;
      readonly by: OverrideSource;
    }
  | { readonly kind: "tick" };

/** What `step` asks the runtime to do. It does nothing itself. */
export type Effect =
  | {
      readonly kind: "lease";
      readonly board: BoardId;
      readonly relay: RelayId;
      readonly lease: Lease;
    }
  | { readonly kind: "set-clock"; readonly board: BoardId }
  | { readonly kind: "log-decision"; readonly zone: ZoneId; readonly decision: Decision }
  | { readonly kind: "log-circuit"; readonly zone: ZoneId; readonly state: CircuitState }
  /** The clock was set, or the computer slept: nobody saw what was between the two. */
  | { readonly kind: "log-break"; readonly from: Instant; readonly to: Instant };
