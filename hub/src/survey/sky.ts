import type { Milliseconds } from "@battant/protocol/vocabulary/units";
import { hours, instant, milliseconds, minutes } from "@battant/protocol/vocabulary/units";
import { type Location, sunAltitudeDeg } from "@battant/rules/sun";

/**
 * How long a year it is bright enough outside.
 *
 * The sky: illuminance of level ground from the sky alone, without the sun, is `A + B·sin h` lx for a
 * sun at the altitude `h` (IES Lighting Handbook, daylight availability, after Gillette and Kusuda). No
 * year is overcast throughout nor partly cloudy throughout: the truth lies between the two.
 */
export type Sky = "overcast" | "partly";

const COEFFICIENTS: { readonly [sky in Sky]: readonly [number, number] } = {
  overcast: [300, 21_000],
  partly: [300, 45_000],
};

/** For each day, the sine of the sun's altitude, every ten minutes. */
export type Year = readonly (readonly number[])[];

const STEP = minutes(10);
/** The sun's path changes little from day to day; 73 times five days are a year. */
const DAYS_APART = 5;
const DAYS = 365;
/** Any year will do: for the sun they differ by a quarter of a day. */
const FIRST_DAY = Date.UTC(2026, 0, 1);

export const yearOf = (location: Location): Year => {
  const year: number[][] = [];
  for (let day = 0; day < DAYS; day += DAYS_APART) {
    const sines: number[] = [];
    for (let time = STEP / 2; time < hours(24); time += STEP) {
      const at = instant(FIRST_DAY + day * hours(24) + time);
      sines.push(Math.sin((sunAltitudeDeg(location, at) * Math.PI) / 180));
    }
    year.push(sines);
  }
  return year;
};

export type Wanted = {
  /** At least so much outside, lx. */
  readonly outdoor: number;
  /** Lost on each day on which there is as much. */
  readonly lost: Milliseconds;
};

/** Hours of a year with the sun up and as much light as is wanted. */
export const brightHours = (year: Year, sky: Sky, { outdoor, lost }: Wanted): number => {
  const [base, rise] = COEFFICIENTS[sky];
  let total = 0;
  for (const sines of year) {
    let bright = 0;
    for (const sine of sines) if (sine > 0 && base + rise * sine >= outdoor) bright += STEP;
    total += Math.max(0, bright - lost);
  }
  return (total * DAYS_APART) / hours(1);
};

export const hoursSunUp = (year: Year): number =>
  brightHours(year, "overcast", { outdoor: 0, lost: milliseconds(0) });
