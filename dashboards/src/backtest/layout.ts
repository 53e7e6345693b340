import type {
  BacktestDayView,
  BacktestIntervalView,
  BacktestRangeView,
  BacktestView,
} from "@battant/hub/api/backtest";
import type { WallClock } from "./wall-clock.ts";

/**
 * Where the parts of the chart stand: one row for each local day, hours of the building's clock from
 * left to right. The hour that clocks leave out in spring is empty; the one they repeat in autumn is
 * drawn once, and what is written beside the row counts it twice.
 */

export type Bar = BacktestRangeView & {
  /** Hours of the clock, 0 to 24. */
  readonly x: number;
  readonly width: number;
};

export type KeptBar = Bar & { readonly avoided: boolean; readonly setting: number };

export type Row = {
  readonly day: BacktestDayView;
  readonly hours: number;
  readonly nights: readonly Bar[];
  /** One list for each setting. */
  readonly kept: readonly (readonly KeptBar[])[];
};

export const rowsOf = (view: BacktestView, clock: WallClock): readonly Row[] => {
  const lanes = view.results.map(({ keptOff }) => keptOff ?? []);
  const next = lanes.map(() => 0);
  return view.days.map((day) => ({
    day,
    hours: Math.round((day.to - day.from) / HOUR_MS),
    nights: nightsOf(day).map((it) => barOf(it, day, clock)),
    kept: lanes.map((lane, setting) => {
      // Both are in order of time: each interval is looked at once, and once more across midnight.
      let index = next[setting] ?? 0;
      while (index < lane.length && lane[index]!.to <= day.from) index += 1;
      next[setting] = index;
      const bars: KeptBar[] = [];
      for (; index < lane.length && lane[index]!.from < day.to; index += 1) {
        const { avoided, ...it }: BacktestIntervalView = lane[index]!;
        bars.push({ ...barOf(it, day, clock), avoided, setting });
      }
      return bars;
    }),
  }));
};

const HOUR_MS = 3_600_000;

const nightsOf = ({ from, to, sun }: BacktestDayView): readonly BacktestRangeView[] => {
  const borders = [from, ...sun.flatMap((it) => [it.from, it.to]), to];
  const nights: BacktestRangeView[] = [];
  for (let index = 0; index + 1 < borders.length; index += 2) {
    const night = { from: borders[index]!, to: borders[index + 1]! };
    if (night.from < night.to) nights.push(night);
  }
  return nights;
};

/** `from` and `to` stay those of the whole interval, which may have begun the day before. */
const barOf = ({ from, to }: BacktestRangeView, day: BacktestDayView, clock: WallClock): Bar => {
  const left = from <= day.from ? 0 : clock.hourOf(from);
  const right = to >= day.to ? 24 : clock.hourOf(to);
  return { from, to, x: Math.min(left, right), width: Math.abs(right - left) };
};

/** Whole months, for years: which rows, and what each setting avoided in them. */
export type Month = {
  readonly from: number;
  readonly rows: readonly Row[];
  readonly avoided_ms: readonly number[];
};

export const monthsOf = (
  rows: readonly Row[],
  view: BacktestView,
  clock: WallClock,
): readonly Month[] => {
  const months: { from: number; rows: Row[]; avoided_ms: number[] }[] = [];
  let name = "";
  for (const [index, row] of rows.entries()) {
    const month = clock.dayOf(row.day.from).slice(0, 7);
    if (month !== name) {
      name = month;
      months.push({ from: row.day.from, rows: [], avoided_ms: view.results.map(() => 0) });
    }
    const last = months.at(-1)!;
    last.rows.push(row);
    for (const [setting, { days }] of view.results.entries()) {
      last.avoided_ms[setting]! += days[index]?.avoided_ms ?? 0;
    }
  }
  return months;
};
