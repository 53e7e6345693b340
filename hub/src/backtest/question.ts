import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Instant, Milliseconds, WattHours } from "@battant/protocol/vocabulary/units";
import type { Because } from "../domain/decision.ts";
import type { DaylightSettings, Site, ZonePlan } from "../domain/site.ts";
import type { Range } from "../ports.ts";

/**
 * What a manager asks before anything is switched, "what would this rule have done here last year?",
 * and the answer.
 */

export type Question = {
  readonly site: Pick<Site, "location" | "timezone">;
  readonly zones: readonly PastZone[];
  /** Side by side, over the same history, which is read once. */
  readonly settings: readonly Setting[];
  /** Without, the time between the first reading and the last. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly burns: Burns;
  readonly prices: readonly Price[];
};

export type PastZone = {
  readonly plan: ZonePlan;
  /** The sensors that told whether somebody was there. */
  readonly presence: readonly SensorName[];
};

export type SensorName = { readonly board: BoardId; readonly sensor: SensorId };

/** What is tried, as a difference from what each zone has now. */
export type Setting = { readonly name: string; readonly change: Partial<DaylightSettings> };

/**
 * When the pretend luminaires burn: whenever the circuit is available, which is the most that could
 * be avoided; or only when history says so too. Where history says nothing, they burn.
 */
export type Burns = "always" | "as-seen";

/** Euros per kWh, from a day on. */
export type Price = { readonly from: Instant; readonly perKWh: number };

/** The past, in order of measured time, a page at a time. */
export type History = AsyncIterable<readonly Reading[]>;

export type Answer = {
  readonly from: Instant;
  readonly to: Instant;
  readonly zones: readonly ZoneAnswer[];
};

export type ZoneAnswer = {
  readonly plan: ZonePlan;
  /** Readings of its light sensor that history holds. Without one, nothing is known of the zone. */
  readonly readings: number;
  /** One for each setting, in the order asked. */
  readonly results: readonly Result[];
};

export type Result = {
  readonly setting: string;
  readonly daylight: DaylightSettings;
  /** The light would have burned and was kept off. */
  readonly avoided: Milliseconds;
  /** Of that, while history saw the luminaires burn. The rest is assumed. */
  readonly avoidedSeen: Milliseconds;
  /** Of that, while somebody was known to be there; unknown without presence sensors. */
  readonly avoidedOccupied: Milliseconds | undefined;
  /** Off or back on. */
  readonly switchings: number;
  readonly switchingsMaxADay: number;
  /** Kept off with less than the target on the floor, unless nobody was there. */
  readonly tooDark: Milliseconds;
  readonly tooDarkLongest: Milliseconds;
  /** Of that, while somebody was known to be there; unknown without presence sensors. */
  readonly tooDarkOccupied: Milliseconds | undefined;
  /** By day, and history does not say how bright it was. */
  readonly unknown: Milliseconds;
  /** At the load that the building file declares. */
  readonly energy: WattHours | undefined;
  readonly euros: number | undefined;
  /** How long each reason was the one given. */
  readonly reasons: { readonly [because in Because]?: Milliseconds };
  readonly chart: Chart;
};

export type Chart = {
  /** In order of time; nothing if there are more than anybody could tell apart. */
  readonly keptOff: readonly KeptOff[] | undefined;
  /** Local days, in order of time. Where nothing was kept off and nothing unknown, there is none. */
  readonly days: readonly DaySum[];
};

export type KeptOff = Range & {
  /** The light would have burned otherwise. */
  readonly avoided: boolean;
};

export type DaySum = {
  readonly from: Instant;
  readonly keptOff: Milliseconds;
  readonly avoided: Milliseconds;
  readonly unknown: Milliseconds;
};
