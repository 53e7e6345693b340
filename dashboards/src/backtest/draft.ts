import type { BacktestRequest, BacktestSettingRequest } from "@battant/hub/api/backtest";
import { FIELDS, type FieldName } from "./words.ts";
import type { WallClock } from "./wall-clock.ts";
import { numberTyped } from "../typed.ts";

/** What somebody has typed, and the question it makes. Text, because half a number is none. */

export type Trial = { readonly [name in FieldName]: string };

export type Draft = {
  readonly range: "7" | "30" | "365" | "dates";
  /** `2026-03-29`, the last one included. */
  readonly from: string;
  readonly to: string;
  readonly always: boolean;
  readonly price: string;
  readonly trials: readonly Trial[];
};

export const TRIALS_MAX = 2;

export const NO_TRIAL: Trial = {
  target_lx: "",
  margin: "",
  off_delay_min: "",
  floor_factor: "",
  luminaire_contribution_lx: "",
};

export const FIRST_DRAFT: Draft = {
  range: "30",
  from: "",
  to: "",
  always: false,
  price: "",
  trials: [NO_TRIAL],
};

const DAY_MS = 86_400_000;

/** Nothing if the days that were chosen are no range. */
export const requestOf = (
  draft: Draft,
  now: number,
  clock: WallClock,
): BacktestRequest | undefined => {
  const range = rangeOf(draft, now, clock);
  if (range === undefined) return undefined;
  const price = numberIn(draft.price);
  return {
    ...range,
    settings: [{}, ...draft.trials.map(settingOf)],
    burns: draft.always ? "always" : "as-seen",
    ...(price !== undefined && { price_EURperkWh: price }),
  };
};

/** From the beginning of a day: a chart of whole days begins with one. */
const rangeOf = ({ range, from, to }: Draft, now: number, clock: WallClock) => {
  if (range !== "dates") {
    const begin = clock.startOf(clock.dayOf(now - Number(range) * DAY_MS));
    return begin === undefined ? undefined : { from: begin, to: now };
  }
  const [begin, last] = [clock.startOf(from), clock.startOf(to)];
  if (begin === undefined || last === undefined || begin > last) return undefined;
  // Half a day behind the next midnight is in the next day, however long this one is.
  const end = clock.startOf(clock.dayOf(last + 1.5 * DAY_MS));
  return end === undefined ? undefined : { from: begin, to: end };
};

const settingOf = (trial: Trial): BacktestSettingRequest =>
  Object.fromEntries(
    FIELDS.flatMap((name) => {
      const value = numberIn(trial[name]);
      return value === undefined ? [] : [[name, value]];
    }),
  );

const numberIn = (text: string): number | undefined => {
  const value = numberTyped(text);
  return text.trim() === "" || Number.isNaN(value) ? undefined : value;
};
