import type {
  BacktestDaySumView,
  BacktestDayView,
  BacktestRangeView,
  BacktestResultView,
  BacktestView,
} from "../../api/backtest.ts";
import type { Sentence } from "../../api/contract.ts";
import { daysIn, type Place } from "./days.ts";
import type { Answer, DaySum, Result, Setting, ZoneAnswer } from "./question.ts";
import { writtenOf } from "./settings.ts";

/** What a backtest of one zone found, in the words of the public API. */

export type Around = {
  readonly place: Place;
  readonly settings: readonly Setting[];
  readonly measured: BacktestRangeView | null;
  readonly notes: readonly Sentence[];
};

export function backtestView(
  { from, to }: Answer,
  { plan, readings, results }: ZoneAnswer,
  { place, settings, measured, notes }: Around,
): BacktestView {
  const days = daysIn({ from, to }, place);
  return {
    zone: plan.id,
    from,
    to,
    readings,
    measured,
    notes,
    results: results.map((it, index) => resultView(it, settings[index]?.name ?? "", days)),
    days,
  };
}

function resultView(
  result: Result,
  name: string,
  days: readonly BacktestDayView[],
): BacktestResultView {
  const { chart, energy, euros } = result;
  return {
    name: name === "" ? null : name,
    settings: writtenOf(result.daylight),
    avoided_ms: result.avoided,
    avoidedSeen_ms: result.avoidedSeen,
    energy_Wh: energy ?? null,
    cost_EURcents: euros === undefined ? null : euros * 100,
    switchings: result.switchings,
    switchingsMaxADay: result.switchingsMaxADay,
    below_ms: result.tooDark,
    belowLongest_ms: result.tooDarkLongest,
    belowOccupied_ms: result.tooDarkOccupied ?? null,
    unknown_ms: result.unknown,
    keptOff: chart.keptOff ?? null,
    days: daySums(chart.days, days),
  };
}

/** Days on which nothing was kept off and nothing unknown are in no sum. */
function daySums(
  sums: readonly DaySum[],
  days: readonly BacktestDayView[],
): readonly BacktestDaySumView[] {
  const known = new Map<number, DaySum>(sums.map((it) => [it.from, it]));
  return days.map(({ from }) => {
    const sum = known.get(from);
    return {
      keptOff_ms: sum?.keptOff ?? 0,
      avoided_ms: sum?.avoided ?? 0,
      unknown_ms: sum?.unknown ?? 0,
    };
  });
}
