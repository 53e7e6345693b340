import type { Sentence } from "./contract.ts";

/** Other settings tried on the past: the part of the API that is about them. Units and times as in `contract.ts`. */

/** What a zone has now, and what there is to try other settings on. */
export type BacktestFactsView = {
  readonly zone: string;
  readonly timezone: string;
  readonly settings: BacktestSettingsView;
  /** The least that the law asks of the floor. */
  readonly floor_lx: number;
  readonly load_W: number | null;
  /** What the building file says a kWh costs today. */
  readonly price_EURperkWh: number | null;
  readonly hasLightSensor: boolean;
  readonly hasPresence: boolean;
  /** Days of which readings of its light sensor are kept. */
  readonly measured: BacktestRangeView | null;
};

export type BacktestRangeView = { readonly from: number; readonly to: number };

/** As in a building file, under `daylight:`. `null` where a zone was never calibrated. */
export type BacktestSettingsView = {
  readonly target_lx: number;
  readonly margin: number;
  readonly floor_factor: number;
  readonly luminaire_contribution_lx: number | null;
  readonly off_delay_min: number;
  readonly on_delay_s: number;
  readonly reading_age_max_min: number;
};

export const BACKTEST_SETTINGS_MAX = 4;

/** What other settings would have done. A setting that names nothing is what the zone has now. */
export type BacktestRequest = {
  readonly from: number;
  readonly to: number;
  readonly settings: readonly BacktestSettingRequest[];
  /** `always`: as if the light burned whenever it was available, the most that could be avoided. */
  readonly burns?: "as-seen" | "always";
  /** The building file's prices without it. */
  readonly price_EURperkWh?: number;
};

export type BacktestSettingRequest = { readonly name?: string } & {
  readonly [key in keyof BacktestSettingsView]?: number;
};

export type BacktestView = {
  readonly zone: string;
  readonly from: number;
  readonly to: number;
  /** Readings of its light sensor in this time. Without one, nothing is known. */
  readonly readings: number;
  /** Days of which readings are kept, where this time has none. */
  readonly measured: BacktestRangeView | null;
  /** What to know before one goes by the figures. */
  readonly notes: readonly Sentence[];
  /** In the order asked. */
  readonly results: readonly BacktestResultView[];
  /** Whole local days, of 23 to 25 hours. */
  readonly days: readonly BacktestDayView[];
};

export type BacktestResultView = {
  readonly name: string | null;
  readonly settings: BacktestSettingsView;
  readonly avoided_ms: number;
  /** Of that, while the luminaires were seen to burn. The rest is assumed. */
  readonly avoidedSeen_ms: number;
  readonly energy_Wh: number | null;
  readonly cost_EURcents: number | null;
  readonly switchings: number;
  readonly switchingsMaxADay: number;
  /** Kept off below the target, unless nobody was there. */
  readonly below_ms: number;
  readonly belowLongest_ms: number;
  /** Of that, while somebody was known to be there. */
  readonly belowOccupied_ms: number | null;
  readonly unknown_ms: number;
  /** In order of time. `null` if there are too many to be told apart: then days alone tell. */
  readonly keptOff: readonly BacktestIntervalView[] | null;
  /** As many as the answer has days. */
  readonly days: readonly BacktestDaySumView[];
};

export type BacktestIntervalView = {
  readonly from: number;
  readonly to: number;
  /** The light would have burned otherwise. */
  readonly avoided: boolean;
};

export type BacktestDaySumView = {
  readonly keptOff_ms: number;
  readonly avoided_ms: number;
  readonly unknown_ms: number;
};

/** `sun`: when it is high enough for the rule to act. */
export type BacktestDayView = {
  readonly from: number;
  readonly to: number;
  readonly sun: readonly BacktestRangeView[];
};

/** How far the one that is under way has come, from 0 to 1; `null` while there is none. */
export type BacktestProgressView = { readonly done: number | null };
