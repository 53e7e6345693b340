import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { HealthView, Sentence } from "../../../api/contract.ts";
import type { Configuration } from "../../config/read.ts";
import type { BoardUpdate } from "../../domain/update.ts";
import type { RefusalCount } from "../../ports.ts";
import type { PortProblem } from "./survey.ts";

/** Everything `battant doctor` looks at before it judges. */

/** What the hub last said about itself. Times are real, but for `state.buildingNow`. */
export type RunInfo = {
  readonly pid: number;
  readonly version: string;
  readonly page: string;
  readonly demo: boolean;
  readonly speed: number;
  readonly started: number;
  readonly beat: number;
  readonly ended: number | undefined;
  readonly state: StateSeen | undefined;
};

export type StateSeen = {
  readonly buildingNow: number;
  readonly health: HealthView;
  readonly alarms?: readonly { readonly zone: string; readonly found: readonly Sentence[] }[];
};

export type Observed = {
  readonly now: Instant;
  readonly node: string;
  readonly dataDir: string;
  readonly isWritable: boolean;
  readonly freeBytes: number | undefined;
  readonly buildingFile: string;
  readonly configuration: Configuration | undefined;
  readonly run: RunInfo | undefined;
  readonly isAlive: boolean;
  /** Why nothing is known of the run, the boards and the refusals. */
  readonly registryProblem: string | undefined;
  readonly isClockSynchronised: boolean | undefined;
  readonly journal: JournalSeen;
  readonly influx: { readonly url: string; readonly problem: string | undefined } | undefined;
  readonly serial: readonly { readonly port: string; readonly problem: PortProblem | undefined }[];
  readonly registered: readonly {
    readonly id: BoardId;
    readonly flat: string | undefined;
    readonly hasKey: boolean;
  }[];
  /** Whose readings are kept under this name, also once it was removed. */
  readonly flatOf: (board: BoardId) => string | undefined;
  readonly updates: readonly BoardUpdate[];
  readonly refusals: readonly RefusalCount[];
};

export type JournalSeen =
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly problem: string }
  | {
      readonly kind: "read";
      readonly readings: number;
      readonly damage: string | undefined;
    };
