import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import { filePrices, flatsPast, pastZoneOf, privateIn } from "../backtest/ask.ts";
import type { Setting } from "../backtest/question.ts";
import type { ZonePlan } from "../domain/site.ts";
import { anyZoneAsked, type Asked, rangeAsked, type Times } from "./asked.ts";
import { runBacktest } from "./backtest.ts";
import { priceAsked, settingAsked } from "./backtest-asked.ts";
import type { Common } from "./command.ts";
import { type ExitCode, type Io, languageOf } from "./io.ts";
import { buildingClock, siteOf, type WithPlace } from "./place.ts";
import { misunderstood, noPlan, unreadable } from "./replies.ts";

/** From the words of `battant backtest` to its question. */

export type BacktestOptions = Common &
  Times & {
    zone?: string;
    csv?: string;
    set?: readonly string[];
    price?: readonly string[];
    alwaysLit?: boolean;
  };

export type BacktestHandlers = { backtest(options: BacktestOptions): Promise<ExitCode> };

/** More columns than fit on a screen help nobody. */
const SETTINGS_MAX = 6;

export const createBacktestHandler = (io: Io, withPlace: WithPlace): BacktestHandlers => ({
  backtest: (options) =>
    withPlace({ data: options.data }, async (place) => {
      const site = siteOf(place);
      if (site === undefined) return noPlan(place, "where the sensors hang", io);
      const zone = anyZoneAsked(options.zone, place);
      const range = rangeAsked(options, place);
      if (!zone.ok) return misunderstood(zone.problem, io);
      if (!range.ok) return misunderstood(range.problem, io);
      const plans = [...site.zones.values()].filter(({ id }) => (zone.value ?? id) === id);
      const settings = settingsAsked(options.set ?? [], plans, io);
      if (!settings.ok) return misunderstood(settings.problem, io);
      const wallClock = buildingClock(place);
      const timeOf = (text: string) => wallClock.read(text, place.buildingNow);
      const prices = allOf((options.price ?? []).map((text) => priceAsked(text, timeOf)));
      if (!prices.ok) return misunderstood(prices.problem, io);
      const { journal } = place;
      if (options.csv === undefined && journal.kind === "unreadable") {
        return unreadable(journal, io);
      }
      const zones = plans.map(pastZoneOf);
      const isFlats = (board: BoardId): boolean => place.boards.flatOf(board) !== undefined;
      const theirs = options.csv === undefined ? privateIn(zones, isFlats) : undefined;
      if (theirs !== undefined) {
        return misunderstood(`No backtest: ${flatsPast(theirs)[languageOf(io)]}.`, io);
      }
      const request = {
        site,
        zones,
        settings: settings.value,
        from: options.from === undefined ? undefined : range.value.from,
        to: options.to === undefined ? undefined : instant(range.value.to),
        burns: options.alwaysLit === true ? ("always" as const) : ("as-seen" as const),
        prices:
          prices.value.length === 0
            ? filePrices(site, place.buildingNow)
            : prices.value.toSorted((one, other) => one.from - other.from),
        csv: options.csv,
        asJson: options.json === true,
      };
      const past = journal.kind === "open" ? journal.past : undefined;
      return runBacktest(request, { past, wallClock, language: languageOf(io) }, io);
    }),
});

const NOW: { readonly [language in ReturnType<typeof languageOf>]: string } = {
  fr: "aujourd'hui",
  en: "as it is",
};

/** What the zones have now comes first, to compare with. */
const settingsAsked = (
  asked: readonly string[],
  plans: readonly ZonePlan[],
  io: Io,
): Asked<readonly Setting[]> => {
  if (asked.length > SETTINGS_MAX) {
    return { ok: false, problem: `At most ${SETTINGS_MAX} times --set, to be read side by side.` };
  }
  const tried = allOf(asked.map((text) => settingAsked(text, plans)));
  if (!tried.ok) return tried;
  return { ok: true, value: [{ name: NOW[languageOf(io)], change: {} }, ...tried.value] };
};

/** All of them, or the first that is wrong. */
const allOf = <Value>(asked: readonly Asked<Value>[]): Asked<readonly Value[]> => {
  const values: Value[] = [];
  for (const it of asked) {
    if (!it.ok) return it;
    values.push(it.value);
  }
  return { ok: true, value: values };
};
