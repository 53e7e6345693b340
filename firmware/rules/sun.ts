import type { Instant } from "@battant/protocol/vocabulary/units";
import { DAY } from "./figures.ts";

/**
 * Where the sun is. NOAA solar calculator equations (after Meeus, Astronomical Algorithms), good to
 * 0.01° between 1950 and 2050. The altitude is geometric: without refraction, which libraries add
 * even below the horizon and which would move every twilight threshold by half a degree.
 */

export type Location = { readonly latitudeDeg: number; readonly longitudeDeg: number };

/** Altitude of the sun's centre above the horizon, in degrees, without refraction. */
export const sunAltitudeDeg = (location: Location, at: Instant): number => {
  // In here, where it is needed now and then: a board's memory is for what is needed always.
  const radians = Math.PI / 180;
  const sin = (degrees: number): number => Math.sin(degrees * radians);
  const cos = (degrees: number): number => Math.cos(degrees * radians);

  const julianDay1970 = 2440587.5;
  const julianDay2000 = 2451545;
  const daysPerCentury = 36525;
  const t = (at / DAY + julianDay1970 - julianDay2000) / daysPerCentury;
  const meanLongitude = 280.46646 + t * (36000.76983 + t * 0.0003032);
  const meanAnomaly = 357.52911 + t * (35999.05029 - 0.0001537 * t);
  const eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t);
  const centre =
    sin(meanAnomaly) * (1.914602 - t * (0.004817 + 0.000014 * t)) +
    sin(2 * meanAnomaly) * (0.019993 - 0.000101 * t) +
    sin(3 * meanAnomaly) * 0.000289;
  const node = 125.04 - 1934.136 * t;
  const apparentLongitude = meanLongitude + centre - 0.00569 - 0.00478 * sin(node);
  const meanObliquity =
    23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60) / 60;
  const obliquity = meanObliquity + 0.00256 * cos(node);
  const y = Math.pow(Math.tan((obliquity / 2) * radians), 2);
  const equationOfTime =
    y * sin(2 * meanLongitude) -
    2 * eccentricity * sin(meanAnomaly) +
    4 * eccentricity * y * sin(meanAnomaly) * cos(2 * meanLongitude) -
    0.5 * y * y * sin(4 * meanLongitude) -
    1.25 * eccentricity * eccentricity * sin(2 * meanAnomaly);
  const declinationDeg = Math.asin(sin(obliquity) * sin(apparentLongitude)) / radians;

  const minutesUtc = (((at % DAY) + DAY) % DAY) / 60000;
  const solarMin = minutesUtc + (equationOfTime / radians) * 4 + 4 * location.longitudeDeg;
  const hourAngleDeg = solarMin / 4 - 180;
  const sine =
    sin(location.latitudeDeg) * sin(declinationDeg) +
    cos(location.latitudeDeg) * cos(declinationDeg) * cos(hourAngleDeg);
  return Math.asin(Math.min(1, Math.max(-1, sine))) / radians;
};
