import type { BacktestSettingsView } from "../../api/backtest.ts";
import type { Sentence } from "../../api/contract.ts";
import { readConfiguration } from "../config/read.ts";
import type { DaylightSettings, ZoneKind } from "../domain/site.ts";

/** What may be tried, as it is written in a building file under `daylight:`, bounds and law included. */

/** What is not here changes nothing in a backtest. */
const SETTINGS = {
  target_lx: "target",
  margin: "margin",
  floor_factor: "floorFactor",
  luminaire_contribution_lx: "luminaireContribution",
  off_delay_min: "offDelay",
  on_delay_s: "onDelay",
  reading_age_max_min: "readingAgeMax",
} as const satisfies { readonly [key in keyof BacktestSettingsView]: keyof DaylightSettings };

export type TriedKey = keyof BacktestSettingsView;

export const TRIED_KEYS = Object.keys(SETTINGS) as readonly TriedKey[];

export const isTriedKey = (text: string): text is TriedKey => Object.hasOwn(SETTINGS, text);

export type Written = { readonly [key in TriedKey]?: number | undefined };

export type Change =
  | { readonly ok: true; readonly change: Partial<DaylightSettings> }
  | { readonly ok: false; readonly problems: readonly Faulty[] };

export type Faulty = { readonly key: string; readonly message: Sentence };

/** Read as the building file would be, so that bounds and the law are the same here and there. */
export function changeOf(kind: ZoneKind, written: Written): Change {
  const read = readConfiguration(
    JSON.stringify({
      building: "tried",
      name: "tried",
      location: { latitude_deg: 0, longitude_deg: 0 },
      timezone: "UTC",
      zones: { tried: { kind, daylight: written } },
    }),
  );
  if (!read.ok) {
    const problems = read.problems.map(({ path, message }) => ({
      key: path.split(".").at(-1) ?? path,
      message,
    }));
    return { ok: false, problems };
  }
  const [zone] = read.site.zones.values();
  if (zone === undefined) throw new Error("a building of one zone was read as one of none");
  const settings = TRIED_KEYS.filter((key) => written[key] !== undefined).map(
    (key) => SETTINGS[key],
  );
  const change = Object.fromEntries(settings.map((key) => [key, zone.daylight[key]]));
  return { ok: true, change };
}

/** As a building file has it; `null` where the zone was never calibrated. */
export const writtenOf = (daylight: DaylightSettings): BacktestSettingsView => ({
  target_lx: daylight.target,
  margin: daylight.margin,
  floor_factor: daylight.floorFactor,
  luminaire_contribution_lx: daylight.luminaireContribution ?? null,
  off_delay_min: daylight.offDelay / MINUTE_MS,
  on_delay_s: daylight.onDelay / SECOND_MS,
  reading_age_max_min: daylight.readingAgeMax / MINUTE_MS,
});

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;
