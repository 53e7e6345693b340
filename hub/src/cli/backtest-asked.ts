import type { Instant } from "@battant/protocol/vocabulary/units";
import { instant } from "@battant/protocol/vocabulary/units";
import type { Sentence } from "../../api/contract.ts";
import type { Price, Setting } from "../backtest/question.ts";
import { nearest } from "../config/nearest.ts";
import { readConfiguration } from "../config/read.ts";
import type { DaylightSettings, ZonePlan } from "../domain/site.ts";
import type { Asked } from "./asked.ts";

/** `--set` and `--price` of `battant backtest`, understood or refused with what to write instead. */

/** As in a building file, under `daylight:`. What is not here changes nothing in a backtest. */
const SETTINGS = {
  target_lx: "target",
  margin: "margin",
  floor_factor: "floorFactor",
  luminaire_contribution_lx: "luminaireContribution",
  off_delay_min: "offDelay",
  on_delay_s: "onDelay",
  reading_age_max_min: "readingAgeMax",
} as const satisfies { readonly [key: string]: keyof DaylightSettings };

type Key = keyof typeof SETTINGS;

const KEYS = Object.keys(SETTINGS);

const isKey = (text: string): text is Key => Object.hasOwn(SETTINGS, text);

/** `margin=1.3,off_delay_min=5`, for every zone that is asked about. */
export const settingAsked = (text: string, plans: readonly ZonePlan[]): Asked<Setting> => {
  const pairs = new Map<Key, number>();
  for (const part of text.split(",")) {
    const [key = "", value = "", ...rest] = part.split("=").map((it) => it.trim());
    if (!isKey(key)) return { ok: false, problem: unknownKey(key) };
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
  const meant = nearest(key, KEYS);
  const hint = meant === undefined ? `it takes ${KEYS.join(", ")}` : `did you mean ${meant}?`;
  return `--set knows no ${JSON.stringify(key)}; ${hint}`;
};

/** Read as the building file would be, so that bounds and the law are the same here and there. */
const tryIn = (
  { id, kind }: ZonePlan,
  pairs: ReadonlyMap<Key, number>,
): Asked<Partial<DaylightSettings>> => {
  const daylight = Object.fromEntries(pairs);
  const read = readConfiguration(
    JSON.stringify({
      building: "tried",
      name: "tried",
      location: { latitude_deg: 0, longitude_deg: 0 },
      timezone: "UTC",
      zones: { tried: { kind, daylight } },
    }),
  );
  if (!read.ok) {
    const told = read.problems.map(({ path, message }) => worded(path, message));
    return { ok: false, problem: `For the zone ${id}: ${told.join("; ")}` };
  }
  const [zone] = read.site.zones.values();
  if (zone === undefined) throw new Error("a building of one zone was read as one of none");
  const keys = [...pairs.keys()].map((key) => SETTINGS[key]);
  return {
    ok: true,
    value: Object.fromEntries(keys.map((key) => [key, zone.daylight[key]])),
  };
};

const worded = (path: string, { en }: Sentence): string => `${path.split(".").at(-1)}: ${en}`;

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
