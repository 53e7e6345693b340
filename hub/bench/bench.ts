import type { Processes } from "./processes.ts";
import type { Size } from "./size.ts";

/** What every stage of a run needs. */
export type Bench = {
  readonly processes: Processes;
  readonly size: Size;
  /** Battant, too, fills an InfluxDB, which then counts as a part of it. */
  readonly withInflux: boolean;
  /** Progress, for whoever waits. */
  say(text: string): void;
};
