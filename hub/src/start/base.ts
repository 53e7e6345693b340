import type { ScaledTime } from "../adapters/clock/system.ts";
import type { Registry } from "../adapters/registry/registry.ts";
import type { Settings } from "../config/settings.ts";
import type { Language } from "../domain/sentence.ts";
import type { Clock } from "../ports.ts";
import type { Announcer } from "./announce.ts";
import type { StartOptions } from "./options.ts";
import type { Plan } from "./plan.ts";

/** What was asked, and how to answer. */
export type Start = {
  readonly options: StartOptions;
  readonly announce: Announcer;
  readonly language: Language;
};

/** What every part needs to know. */
export type Base = Start & {
  /** Changes while the hub runs, as `settings` do not. */
  readonly plan: Plan;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly time: ScaledTime;
  readonly registry: Registry;
};

/** Parts are closed in the reverse order of their opening. */
export type Closings = { add(close: () => Promise<void> | void): void };
