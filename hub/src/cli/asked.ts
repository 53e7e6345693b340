import { isZoneId, type ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import { nearest } from "../config/nearest.ts";
import type { Range } from "../ports.ts";
import { buildingClock, type Place, siteOf } from "./place.ts";
import { TIME_FORMS } from "./times.ts";

/** What somebody typed, understood in the building it is about, or told why not. */
export type Asked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: string };

export type Times = {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
};

const BEGINNING = instant(0);

/** A simulated clock may be a little ahead of what is known of it here. */
const AHEAD_MS_MAX = 86_400_000;

export const rangeAsked = (times: Times, place: Place): Asked<Range> => {
  const from = timeAsked(times.from, place);
  const to = timeAsked(times.to, place);
  if (!from.ok) return from;
  if (!to.ok) return to;
  const range = {
    from: from.value ?? BEGINNING,
    to: to.value ?? instant(place.buildingNow + AHEAD_MS_MAX),
  };
  if (range.from >= range.to)
    return { ok: false, problem: "--from must be before --to, and before now." };
  return { ok: true, value: range };
};

const timeAsked = (text: string | undefined, place: Place): Asked<Instant | undefined> => {
  if (text === undefined) return { ok: true, value: undefined };
  const value = buildingClock(place).read(text, place.buildingNow);
  if (value !== undefined) return { ok: true, value };
  return { ok: false, problem: `${JSON.stringify(text)} is no time. Write ${TIME_FORMS}.` };
};

export const anyZoneAsked = (zone: string | undefined, place: Place): Asked<ZoneId | undefined> =>
  zone === undefined ? { ok: true, value: undefined } : zoneAsked(zone, place);

export const zoneAsked = (zone: string, place: Place): Asked<ZoneId> => {
  const site = siteOf(place);
  if (isZoneId(zone) && (site === undefined || site.zones.has(zone))) {
    return { ok: true, value: zone };
  }
  const zones = [...(site?.zones.keys() ?? [])].map(String);
  const meant = nearest(zone, zones);
  const hint = meant === undefined ? `the zones are ${zones.join(", ")}` : `did you mean ${meant}?`;
  return { ok: false, problem: `There is no zone ${JSON.stringify(zone)}; ${hint}` };
};
