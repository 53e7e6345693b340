import type { FlashRequest, SensorView } from "@battant/hub/api/contract";
import type { Chip } from "./chip/session.ts";
import type { HubApi } from "./hub-api.ts";
import type { RegionName } from "./plan.ts";
import type { CablePort } from "./port.ts";
import type { SelfTest } from "./self-test.ts";

/** From a chip on the table to its first reading at the hub: the same walk in the terminal and on the page. */

export type WalkStep =
  | "connect"
  | "prepare"
  | "write"
  | "confirm"
  | "start"
  | "self-test"
  | "join"
  | "reading";

export type WalkEvent =
  | { readonly kind: "step"; readonly step: WalkStep }
  | { readonly kind: "chip"; readonly chip: Chip }
  | { readonly kind: "board"; readonly board: string; readonly isKnown: boolean }
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "retry"; readonly region: RegionName; readonly reason: string }
  | { readonly kind: "self-test"; readonly result: SelfTest };

/** Of the whole plan, in bytes as they will lie in flash. */
export type Progress = {
  readonly region: RegionName;
  readonly written: number;
  readonly total: number;
  readonly bytesPerSecond: number;
};

export type WalkParts = {
  readonly port: CablePort;
  readonly hub: HubApi;
  /** All but what only the chip knows. */
  readonly request: Omit<FlashRequest, "mac">;
  readonly tell: (event: WalkEvent) => void;
  /** Ms, monotonic. */
  readonly now: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly signal: AbortSignal;
};

export type Walked = {
  readonly board: string;
  /** The first value that came; absent for a board that only switches. */
  readonly reading: SensorView | undefined;
  readonly took_ms: number;
};

/** Throws `Trouble`. */
export type Walk = (parts: WalkParts) => Promise<Walked>;
