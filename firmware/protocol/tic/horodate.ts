import { type Instant, instant } from "../vocabulary/units.ts";
import { decimal, NO_DIGIT } from "./digits.ts";

/**
 * The time as a standard-mode meter writes it: `SAAMMJJhhmmss` (Enedis-NOI-CPT_54E §6.2.1.1).
 *
 * `S` is the season: `H` winter (UTC+1), `E` summer (UTC+2), so that even the hour that happens
 * twice in October is one instant. In lower case the meter doubts its own clock; a space means that
 * the season does not apply.
 */
export type Horodate = {
  readonly at: Instant;
  /** The meter does not trust its clock, and neither should anybody else. */
  readonly degraded: boolean;
};

const HORODATE_LENGTH = 13;
const SEASONS = "HEhe ";
const DAYS_BEFORE_2000 = 10957;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365];

/** Whether the text has the form of a horodate; the date in it may still be no date. */
export const isHorodate = (text: string): boolean =>
  text.length === HORODATE_LENGTH &&
  SEASONS.indexOf(text.charAt(0)) >= 0 &&
  !NO_DIGIT.test(text.substring(1));

const isLeap = (year: number): boolean => year % 4 === 0; // True from 2000 to 2099.

/** Days from 2000-01-01, or `undefined` if there is no such day. */
const dayNumber = (year: number, month: number, day: number): number | undefined => {
  const before = DAYS_BEFORE_MONTH[month - 1];
  const next = DAYS_BEFORE_MONTH[month];
  if (before === undefined || next === undefined || day < 1) return undefined;
  const leapDay = isLeap(year) ? 1 : 0;
  if (day > next - before + (month === 2 ? leapDay : 0)) return undefined;
  const leapDaysBefore = Math.floor((year + 3) / 4) + (month > 2 ? leapDay : 0);
  return year * 365 + leapDaysBefore + before + day - 1;
};

/** `undefined` for what is no horodate, no date, or has no season. */
export const readHorodate = (text: string): Horodate | undefined => {
  if (!isHorodate(text)) return undefined;
  const season = text.charAt(0);
  if (season === " ") return undefined;
  const field = (index: number): number => decimal(text.substring(1 + 2 * index, 3 + 2 * index));
  const days = dayNumber(field(0), field(1), field(2));
  const hour = field(3);
  const minute = field(4);
  const second = field(5);
  if (days === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const aheadOfUtc = season === "H" || season === "h" ? 1 : 2;
  const hours = (DAYS_BEFORE_2000 + days) * 24 + hour - aheadOfUtc;
  return {
    at: instant(((hours * 60 + minute) * 60 + second) * 1000),
    degraded: season === "h" || season === "e",
  };
};
