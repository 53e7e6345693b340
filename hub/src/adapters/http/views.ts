import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { BuildingView, DecisionView, HealthView } from "../../../api/contract.ts";

/** What the pages may see of the hub. */
export type Views = {
  /** Common areas only: anybody on the local network may read it, a display in the hall does. */
  building(): BuildingView;
  /** Who sends what and what is wrong: for the manager alone. */
  health(): HealthView;
  /** Decisions of `zone` with `from <= at < to`, newest first, at most `limit`. */
  decisions(
    zone: ZoneId,
    from: Instant,
    to: Instant,
    limit: number,
  ): Promise<readonly DecisionView[]>;
  /** Calls back whenever `building()` would answer something else, until the answer is called. */
  onChange(listener: () => void): () => void;
};
