import {
  BACKTEST_SETTINGS_MAX,
  type BacktestDaySumView,
  type BacktestDayView,
  type BacktestFactsView,
  type BacktestIntervalView,
  type BacktestProgressView,
  type BacktestRangeView,
  type BacktestRequest,
  type BacktestResultView,
  type BacktestSettingRequest,
  type BacktestSettingsView,
  type BacktestView,
} from "../../../api/backtest.ts";
import { LABEL_LENGTH_MAX } from "../../../api/contract.ts";
import {
  count,
  listOf,
  number,
  object,
  oneOf,
  orNothing,
  orUnknown,
  type Schema,
  text,
  time,
  timeParameter,
  view,
  withNames,
  yesNo,
} from "./schemas.ts";

/** Backtests as JSON Schema. */

export const BACKTEST_SCHEMAS = withNames({
  BacktestRangeView: object<BacktestRangeView>({ from: time, to: time }),
  BacktestSettingsView: object<BacktestSettingsView>({
    target_lx: number,
    margin: number,
    floor_factor: number,
    luminaire_contribution_lx: orUnknown(number),
    off_delay_min: number,
    on_delay_s: number,
    reading_age_max_min: number,
  }),
  BacktestFactsView: object<BacktestFactsView>({
    zone: text,
    timezone: text,
    settings: view("BacktestSettingsView"),
    floor_lx: number,
    load_W: orUnknown(number),
    price_EURperkWh: orUnknown(number),
    hasLightSensor: yesNo,
    hasPresence: yesNo,
    measured: orNothing(view("BacktestRangeView")),
  }),
  BacktestIntervalView: object<BacktestIntervalView>({ from: time, to: time, avoided: yesNo }),
  BacktestDaySumView: object<BacktestDaySumView>({
    keptOff_ms: count,
    avoided_ms: count,
    unknown_ms: count,
  }),
  BacktestDayView: object<BacktestDayView>({
    from: time,
    to: time,
    sun: listOf("BacktestRangeView"),
  }),
  BacktestResultView: object<BacktestResultView>({
    name: orUnknown(text),
    settings: view("BacktestSettingsView"),
    avoided_ms: count,
    avoidedSeen_ms: count,
    energy_Wh: orUnknown(number),
    cost_EURcents: orUnknown(number),
    switchings: count,
    switchingsMaxADay: count,
    below_ms: count,
    belowLongest_ms: count,
    belowOccupied_ms: orUnknown(count),
    unknown_ms: count,
    keptOff: orNothing(listOf("BacktestIntervalView")),
    days: listOf("BacktestDaySumView"),
  }),
  BacktestView: object<BacktestView>({
    zone: text,
    from: time,
    to: time,
    readings: count,
    measured: orNothing(view("BacktestRangeView")),
    notes: listOf("Sentence"),
    results: listOf("BacktestResultView"),
    days: listOf("BacktestDayView"),
  }),
  BacktestProgressView: object<BacktestProgressView>({ done: orUnknown(number) }),
});

const setting: Schema = {
  ...object<BacktestSettingRequest>({
    name: { type: "string", pattern: "\\S", maxLength: LABEL_LENGTH_MAX },
    target_lx: number,
    margin: number,
    floor_factor: number,
    luminaire_contribution_lx: number,
    off_delay_min: number,
    on_delay_s: number,
    reading_age_max_min: number,
  }),
  required: [],
};

export const backtestBody: Schema = {
  ...object<BacktestRequest>({
    from: timeParameter,
    to: timeParameter,
    settings: { type: "array", minItems: 1, maxItems: BACKTEST_SETTINGS_MAX, items: setting },
    burns: oneOf("as-seen", "always"),
    price_EURperkWh: { type: "number", minimum: 0, maximum: 10 },
  }),
  required: ["from", "to", "settings"],
};
