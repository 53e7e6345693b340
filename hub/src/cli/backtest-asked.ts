import type { Instant } from "@battant/protocol/vocabulary/units";
import { instant } from "@battant/protocol/vocabulary/units";
import type { Price, Setting } from "../backtest/question.ts";
import { changeOf, isTriedKey, TRIED_KEYS, type TriedKey } from "../backtest/settings.ts";
import { nearest } from "../config/nearest.ts";
import type { DaylightSettings, ZonePlan } from "../domain/site.ts";
import type { Asked } from "./asked.ts";

/** `--set` and `--price` of `battant backtest`, understood or refused with what to write instead. */

/** `margin=1.3,off_delay_min=5`, for every zone that is asked about. */
export const settingAsked = (text: string, plans: readonly ZonePlan[]): Asked<Setting> => {
  const pairs = new Map<TriedKey, number>();
  for (const part of text.split(",")) {
    const [key = "", value = "", ...rest] = part.split("=").map((it) => it.trim());
    if (!isTriedKey(key)) return { ok: false, problem: unknownKey(key) };
    const amount = Number(value);
    if (value === "" || rest.length > 0 || Number.isNaN(amount)) {
      return { ok: false, problem: `--set ${key} takes a number, as in margin=1.3` };
    }
    pairs.set(key, amount);
  }
  let change: Partial<DaylightSettings> = {};
  for (const plan of plans) {
    const tried = tryIn(plan, pairs);
    if (!tried.ok) return tried;
    change = tried.value;
  }
  return { ok: true, value: { name: text, change } };
};

const unknownKey = (key: string): string => {
  const meant = nearest(key, TRIED_KEYS);
  const hint = meant === undefined ? `it takes ${TRIED_KEYS.join(", ")}` : `did you mean ${meant}?`;
  return `--set knows no ${JSON.stringify(key)}; ${hint}`;
};

const tryIn = (
  { id, kind }: ZonePlan,
  pairs: ReadonlyMap<TriedKey, number>,
): Asked<Partial<DaylightSettings>> => {
  const tried = changeOf(kind, Object.fromEntries(pairs));
  if (tried.ok) return { ok: true, value: tried.change };
  const told = tried.problems.map(({ key, message }) => `${key}: ${message.en}`);
  return { ok: false, problem: `For the zone ${id}: ${told.join("; ")}` };
};

/** `0.25`, or `2026-02-01:0.194` for what is paid from a day on. A decimal comma will do. */
export const priceAsked = (
  text: string,
  timeOf: (text: string) => Instant | undefined,
): Asked<Price> => {
  const [, day, amount = ""] =
    /^(?:(\d{4}-\d{2}-\d{2}):)?(\d{1,3}(?:[.,]\d{1,6})?)$/.exec(text) ?? [];
  const from = day === undefined ? instant(0) : timeOf(day);
  if (amount === "" || from === undefined) {
    const problem = `--price ${JSON.stringify(text)} is no price; write 0.25 (€ per kWh), or 2026-02-01:0.194`;
    return { ok: false, problem };
  }
  return { ok: true, value: { from, perKWh: Number(amount.replace(",", ".")) } };
};
