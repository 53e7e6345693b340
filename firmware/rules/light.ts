import { type Instant, type Lux, lux, type Milliseconds } from "@battant/protocol/vocabulary/units";
import { KEPT_OFF_MARGIN, NOISE_LX, SETTLING, SMOOTHING } from "./figures.ts";

/**
 * What a zone's light sensor has told, and since when it was bright or dark.
 *
 * A ceiling sensor sees the zone's own luminaires as well as the sky. `daylight` takes out what the
 * luminaires add, so it stays continuous when they are switched: a loop closed on the raw value
 * would switch a hundred times a day.
 *
 * Only differences between instants count: the hub passes its clock, a board its uptime.
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
  /** Darker than what a circuit is kept off for (`releaseOf`) since then. */
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

/** What must be known of a zone to read its sensor. */
export type LightSettings = {
  /** `T`: what the floor must get. */
  readonly target: Lux;
  /** `K`: daylight must exceed the target by this factor before the circuit is borrowed. */
  readonly margin: number;
  /** `k`: illuminance on the floor divided by illuminance at the sensor. */
  readonly floorFactor: number;
  /** `L`: what the zone's own luminaires add at the sensor. Unknown until it was calibrated. */
  readonly luminaireContribution: Lux | undefined;
  /** An older reading is no evidence. */
  readonly readingAgeMax: Milliseconds;
};

export type Seen = {
  readonly illuminance: Lux;
  readonly at: Instant;
  /** The luminaires burn, or are taken to because nobody can tell. */
  readonly lit: boolean;
  readonly litChanged: Instant | undefined;
};

/** `E = k·D`: daylight on the floor. */
export const onFloor = (atSensor: Lux, settings: LightSettings): Lux =>
  lux(atSensor * settings.floorFactor);

/** `K·T`: what daylight on the floor must reach before a circuit is borrowed. */
export const thresholdOf = (settings: LightSettings): Lux => lux(settings.target * settings.margin);

/**
 * Below, daylight that is fading has `t_on` to come back. It lies above the target, so that nobody
 * stands below the target meanwhile.
 */
export const releaseOf = (settings: LightSettings): Lux => lux(settings.target * KEPT_OFF_MARGIN);

/** Takes in one sample. Samples out of order, too old, or taken while lamps settle change nothing. */
export const seeLight = (
  light: LightState,
  told: Seen,
  settings: LightSettings,
  now: Instant,
): LightState => {
  const seen = told.illuminance;
  // A board whose clock is a little ahead must not make its evidence last longer.
  const at = told.at > now ? now : told.at;
  const last = light.seen;
  if (last !== undefined && at <= last.at) return light;
  if (now - at > settings.readingAgeMax) return light;
  const changed = told.litChanged;
  if (changed !== undefined && at >= changed && at - changed < SETTLING) {
    // Lamps that fade out only add light: too dark while they do is too dark without them. Of lamps
    // that come on, all they will add is taken out: at worst it seems darker than it is.
    if (!told.lit && onFloor(seen, settings) >= releaseOf(settings)) return light;
  }

  const share = told.lit ? settings.luminaireContribution : 0;
  const daylight = share === undefined ? undefined : lux(Math.max(0, seen - share));
  const gap = last === undefined || at - last.at > settings.readingAgeMax;
  let smooth = daylight;
  if (daylight !== undefined && !gap && light.smooth !== undefined) {
    const weight = 1 - Math.exp((last.at - at) / SMOOTHING);
    smooth = lux(light.smooth + weight * (daylight - light.smooth));
  }
  const bright =
    daylight !== undefined &&
    smooth !== undefined &&
    onFloor(lux(Math.min(daylight, smooth)), settings) >= thresholdOf(settings);
  const dark = daylight !== undefined && onFloor(daylight, settings) < releaseOf(settings);
  let brightSince: Instant | undefined;
  let darkSince: Instant | undefined;
  if (bright) brightSince = gap || light.brightSince === undefined ? now : light.brightSince;
  if (dark) darkSince = gap || light.darkSince === undefined ? now : light.darkSince;
  const same = light.same;
  const isSame = same !== undefined && Math.abs(seen - same.illuminance) <= NOISE_LX;
  return {
    seen: { illuminance: seen, at: at },
    daylight: daylight,
    smooth: smooth,
    brightSince: brightSince,
    darkSince: darkSince,
    same: isSame ? same : { since: at, illuminance: seen },
  };
};
