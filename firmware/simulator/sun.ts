/**
 * Where the sun is, after NOAA's solar calculator (Meeus, "Astronomical Algorithms", chapter 25).
 * Altitude is the true one, without refraction: this is what twilight is defined by.
 */

export type Location = { readonly latitude_deg: number; readonly longitude_deg: number };

const DAY_MS = 86_400_000;
const RADIANS = Math.PI / 180;

const sin = (degrees: number): number => Math.sin(degrees * RADIANS);
const cos = (degrees: number): number => Math.cos(degrees * RADIANS);
const tan = (degrees: number): number => Math.tan(degrees * RADIANS);
const asin = (value: number): number => Math.asin(value) / RADIANS;

/** Julian centuries since 2000-01-01T12:00Z; 2440587.5 is the Julian day of 1970-01-01. */
const centuries = (at: number): number => (at / DAY_MS + 2440587.5 - 2451545) / 36525;

type Sun = { readonly declination: number; readonly equationOfTime_min: number };

const sunAt = (at: number): Sun => {
  const t = centuries(at);
  const longitude = 280.46646 + t * (36000.76983 + t * 0.0003032);
  const anomaly = 357.52911 + t * (35999.05029 - t * 0.0001537);
  const eccentricity = 0.016708634 - t * (0.000042037 + t * 0.0000001267);
  const centre =
    sin(anomaly) * (1.914602 - t * (0.004817 + t * 0.000014)) +
    sin(2 * anomaly) * (0.019993 - t * 0.000101) +
    sin(3 * anomaly) * 0.000289;
  const moonNode = 125.04 - 1934.136 * t;
  const apparent = longitude + centre - 0.00569 - 0.00478 * sin(moonNode);
  const seconds = 21.448 - t * (46.815 + t * (0.00059 - t * 0.001813));
  const obliquity = 23 + (26 + seconds / 60) / 60 + 0.00256 * cos(moonNode);
  const y = tan(obliquity / 2) ** 2;
  const equation =
    y * sin(2 * longitude) -
    2 * eccentricity * sin(anomaly) +
    4 * eccentricity * y * sin(anomaly) * cos(2 * longitude) -
    0.5 * y * y * sin(4 * longitude) -
    1.25 * eccentricity * eccentricity * sin(2 * anomaly);
  return {
    declination: asin(sin(obliquity) * sin(apparent)),
    equationOfTime_min: (4 * equation) / RADIANS,
  };
};

/** Degrees above the true horizon at `at`, ms since 1970 (UTC). */
export const sunAltitude = (at: number, location: Location): number => {
  const sun = sunAt(at);
  const minutes = (((at % DAY_MS) + DAY_MS) % DAY_MS) / 60_000;
  const solarMinutes = minutes + sun.equationOfTime_min + 4 * location.longitude_deg;
  const hourAngle = solarMinutes / 4 - 180;
  return asin(
    sin(location.latitude_deg) * sin(sun.declination) +
      cos(location.latitude_deg) * cos(sun.declination) * cos(hourAngle),
  );
};

/** 1 on the first of January. */
export const dayOfYear = (at: number): number => {
  const year = new Date(at).getUTCFullYear();
  return Math.floor((at - Date.UTC(year, 0, 1)) / DAY_MS) + 1;
};
