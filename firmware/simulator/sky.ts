import type { Random } from "./random.ts";
import { dayOfYear } from "./sun.ts";

/**
 * How bright it is outside: illuminance on unobstructed level ground, lx, from the true altitude of
 * the sun. Day formulas after IES, scaled by 0.94 to a measured clear day; twilight is a fit to a
 * measured week at 48.5 N, good to 12 %.
 */

const NIGHT_BELOW_DEG = -8;
const TWILIGHT_FIT_FROM_DEG = 3;
const TWILIGHT_FIT_TO_DEG = 8;
/** Beyond this the cubic of the fit turns up again. */
const FIT_VALID_TO_DEG = 6;

const sine = (altitude: number): number => Math.sin((altitude * Math.PI) / 180);

type Fit = readonly [number, number, number, number];

const CLEAR_FIT: Fit = [2.896, 0.2252, -0.0225, 0.0014];
const DULL_FIT: Fit = [2.635, 0.2437, -0.0253, 0.0014];

const twilight = (altitude: number, fit: Fit): number => {
  const h = Math.min(FIT_VALID_TO_DEG, Math.max(NIGHT_BELOW_DEG, altitude));
  const [a, b, c, d] = fit;
  const edge = 10 ** (a + h * (b + h * (c + h * d)));
  // A moonless night: a tenth for each degree further down, to starlight.
  return altitude >= NIGHT_BELOW_DEG
    ? edge
    : Math.max(0.001, edge * 10 ** (altitude - NIGHT_BELOW_DEG));
};

const clearDay = (altitude: number, day: number): number => {
  const s = sine(altitude);
  const distance = 1 + 0.034 * Math.cos((2 * Math.PI * (day - 2)) / 365);
  return 0.94 * (127_500 * distance * Math.exp(-0.21 / s) * s + 800 + 15_500 * Math.sqrt(s));
};

const overcastDay = (altitude: number): number => 300 + 21_000 * sine(altitude);

/** From the twilight fit to the day's formula between 3 and 8 degrees. */
const blended = (altitude: number, fit: Fit, day: () => number): number => {
  if (altitude <= TWILIGHT_FIT_FROM_DEG) return twilight(altitude, fit);
  if (altitude >= TWILIGHT_FIT_TO_DEG) return day();
  const share = (altitude - TWILIGHT_FIT_FROM_DEG) / (TWILIGHT_FIT_TO_DEG - TWILIGHT_FIT_FROM_DEG);
  return twilight(altitude, fit) * (1 - share) + day() * share;
};

export const clearSky = (altitude: number, at: number): number =>
  blended(altitude, CLEAR_FIT, () => clearDay(altitude, dayOfYear(at)));

export const overcastSky = (altitude: number): number =>
  blended(altitude, DULL_FIT, () => overcastDay(altitude));

export type Scene = "clear" | "overcast" | "clouds" | "evening";

export const SCENES: readonly Scene[] = ["clear", "overcast", "clouds", "evening"];

/** How much of the clear sky comes through passing clouds. */
export type Clouds = { step(): void; factor(): number };

export const CLOUD_STEP_MS = 10_000;
const CLOUD_MEMORY_MS = 7 * 60_000;
const THICKEST = 0.1;
/** At the edge of a cloud, its bright flank adds to the sun. */
const EDGE = 1.1;

export const createClouds = (random: Random): Clouds => {
  const memory = Math.exp(-CLOUD_STEP_MS / CLOUD_MEMORY_MS);
  const fresh = Math.sqrt(1 - memory * memory);
  let state = random.normal();
  return {
    step: () => {
      state = state * memory + fresh * random.normal();
    },
    factor: () => Math.min(EDGE, Math.max(THICKEST, 0.6 + 0.3 * state)),
  };
};

/** A thundercloud takes three quarters of what an overcast sky lets through. */
const HEAVY = 0.25;
const CLEARS_FROM_MS = 2 * 60_000;
const CLEARS_TO_MS = 5 * 60_000;

const clearing = (elapsed: number): number =>
  Math.min(1, Math.max(0, (elapsed - CLEARS_FROM_MS) / (CLEARS_TO_MS - CLEARS_FROM_MS)));

export type SkyMoment = {
  readonly at: number;
  readonly altitude: number;
  /** Since the scene began. */
  readonly elapsed: number;
  readonly cloudFactor: number;
};

export const skyIlluminance = (scene: Scene, moment: SkyMoment): number => {
  const clear = clearSky(moment.altitude, moment.at);
  switch (scene) {
    case "clear":
      return clear;
    case "overcast":
      return overcastSky(moment.altitude);
    case "clouds":
      return clear * moment.cloudFactor;
    case "evening": {
      const share = clearing(moment.elapsed);
      const heavy = overcastSky(moment.altitude) * HEAVY;
      // Geometric, because that is how eyes and thresholds see it brighten.
      return heavy ** (1 - share) * clear ** share;
    }
  }
};
