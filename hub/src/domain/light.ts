import {
  elapsed,
  type Instant,
  type Lux,
  lux,
  minutes,
  seconds,
} from "@battant/protocol/vocabulary/units";
import type { DaylightSettings } from "./site.ts";

/**
 * What a zone's light sensor has told, and since when it was bright or dark.
 *
 * A ceiling sensor sees the zone's own luminaires as well as the sky. `daylight` takes out what the
 * luminaires add, so it stays continuous when they are switched: a loop closed on the raw value
 * would switch a hundred times a day.
 */
export type LightState = {
  /** The latest sample, luminaires included. */
  readonly seen: { readonly illuminance: Lux; readonly at: Instant } | undefined;
  /** `D`: daylight at the sensor in the latest sample; unknown while the luminaires' share is. */
  readonly daylight: Lux | undefined;
  /** `D` smoothed, so that a ray of sun between two clouds borrows nothing. */
  readonly smooth: Lux | undefined;
  /** `E >= K·T` without a gap since then. */
  readonly brightSince: Instant | undefined;
  /** `E < T` since then. */
  readonly darkSince: Instant | undefined;
  /** Since when, and around which value, the sensor has answered always the same. */
  readonly same: { readonly since: Instant; readonly illuminance: Lux } | undefined;
};

export const NOTHING_SEEN: LightState = {
  seen: undefined,
  daylight: undefined,
  smooth: undefined,
  brightSince: undefined,
  darkSince: undefined,
  same: undefined,
};

/** Exponential smoothing of daylight, time constant. */
const SMOOTHING = seconds(60);
/** LED luminaires are at full output within this; what is seen meanwhile is neither nor. */
const SETTLING = seconds(5);
/** Daylight is never the same for an hour, but for the sensor's own noise; a broken sensor is. */
export const STUCK_AFTER = minutes(60);

export type Seen = {
  readonly illuminance: Lux;
  readonly at: Instant;
  /** The luminaires burn, or are taken to because nobody can tell. */
  readonly lit: boolean;
  readonly litChanged: Instant | undefined;
};

/** Takes in one sample. Samples out of order, too old, or taken while lamps settle change nothing. */
export function seeLight(
  light: LightState,
  told: Seen,
  settings: DaylightSettings,
  now: Instant,
): LightState {
  // A board whose clock is a little ahead must not make its evidence last longer.
  const seen = told.at > now ? { ...told, at: now } : told;
  const previous = light.seen;
  if (previous !== undefined && seen.at <= previous.at) return light;
  if (elapsed({ since: seen.at, now }) > settings.readingAgeMax) return light;
  if (settling(seen) && !isDarkEvenSo(seen, settings)) return light;

  const daylight = daylightIn(seen, settings);
  const gap =
    previous === undefined ||
    elapsed({ since: previous.at, now: seen.at }) > settings.readingAgeMax;
  const before = gap ? NOTHING_SEEN : light;
  const smooth = smoothed(before, daylight, seen.at);
  const bright =
    daylight !== undefined &&
    smooth !== undefined &&
    onFloor(lux(Math.min(daylight, smooth)), settings) >= thresholdOf(settings);
  const dark = daylight !== undefined && onFloor(daylight, settings) < settings.target;
  return {
    seen: { illuminance: seen.illuminance, at: seen.at },
    daylight,
    smooth,
    brightSince: bright ? (before.brightSince ?? now) : undefined,
    darkSince: dark ? (before.darkSince ?? now) : undefined,
    same: isSame(light, seen.illuminance)
      ? light.same
      : { since: seen.at, illuminance: seen.illuminance },
  };
}

/** `E = k·D`: daylight on the floor. */
export const onFloor = (atSensor: Lux, settings: DaylightSettings): Lux =>
  lux(atSensor * settings.floorFactor);

/** `K·T`: what daylight on the floor must reach before a circuit is borrowed. */
export const thresholdOf = (settings: DaylightSettings): Lux =>
  lux(settings.target * settings.margin);

const NOISE_LX = 0.5;

const isSame = ({ same }: LightState, illuminance: Lux): boolean =>
  same !== undefined && Math.abs(illuminance - same.illuminance) <= NOISE_LX;

function settling({ at, litChanged }: Seen): boolean {
  if (litChanged === undefined) return false;
  const since = elapsed({ since: litChanged, now: at });
  return since >= 0 && since < SETTLING;
}

/** Lamps that fade out only add light: too dark while they do is too dark without them. */
const isDarkEvenSo = (seen: Seen, settings: DaylightSettings): boolean =>
  !seen.lit && onFloor(seen.illuminance, settings) < settings.target;

function daylightIn(seen: Seen, settings: DaylightSettings): Lux | undefined {
  if (!seen.lit) return seen.illuminance;
  if (settings.luminaireContribution === undefined) return undefined;
  return lux(Math.max(0, seen.illuminance - settings.luminaireContribution));
}

function smoothed(before: LightState, daylight: Lux | undefined, at: Instant): Lux | undefined {
  if (daylight === undefined) return undefined;
  if (before.smooth === undefined || before.seen === undefined) return daylight;
  const weight = 1 - Math.exp((before.seen.at - at) / SMOOTHING);
  return lux(before.smooth + weight * (daylight - before.smooth));
}
