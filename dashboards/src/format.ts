import type { Language } from "./language.ts";

/**
 * The only place where a number with a unit becomes text for people. `null` is unknown, and is not
 * for this file to name: it takes numbers only.
 */

export type Format = {
  /** `310 lx`, `4.5 lx` */
  lux(value: number): string;
  /** `312 lx`, `0,43 A`, `12 345 678 Wh`: as many digits as anybody would write down. */
  measured(value: number, unit: string): string;
  /** `43 %` */
  percent(share: number): string;
  /** `0,94 %`: two digits, as many as a lux-meter is worth. */
  factor(share: number): string;
  /** `0,2516 €/kWh` */
  price(eurosPerKWh: number): string;
  /** `41 ko/s` */
  rate(bytesPerSecond: number): string;
  /** `jeudi 12 mars 2026` */
  day(at: number): string;
  /** `jeu. 12 mars` */
  date(at: number): string;
  /** `mars 2026` */
  month(at: number): string;
  /** `12 mars 14:05` */
  dateAndClock(at: number): string;
  /** `4 h 25`: hours are not broken into days, so that they compare. */
  length(durationMs: number): string;
  /** `14:05` */
  clock(at: number): string;
  /** `14:05:10` */
  clockSeconds(at: number): string;
  /** `14:05`, with the day before it if that is not the day of `now`. */
  moment(at: number, now: number): string;
  /** `12 min`, `1 h 05 min`, `3 j 2 h`. Never below zero. */
  span(durationMs: number): string;
  /** `1 min 12 s`: how long something took. */
  took(durationMs: number): string;
  /** `38°` */
  degrees(value: number): string;
  /** `12 345` */
  count(value: number): string;
  /** How many times faster than in life time passes: `60` */
  speed(value: number): string;
};

const LOCALES: { readonly [language in Language]: string } = { fr: "fr-FR", en: "en-GB" };
const DAY_LETTER: { readonly [language in Language]: string } = { fr: "j", en: "d" };
const BYTE_LETTER: { readonly [language in Language]: string } = { fr: "o", en: "B" };

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A number and its unit stay on one line. */
const GLUE = "\u00a0";

/** Without a time zone, times are those of the reader's own clock. */
export const createFormat = (language: Language, timeZone?: string): Format => {
  const locale = LOCALES[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const dates = (options: Intl.DateTimeFormatOptions): ((at: number) => string) => {
    const format = new Intl.DateTimeFormat(locale, { ...zone, ...options });
    return (at) => format.format(at);
  };
  const numbers = (digits: number): ((value: number) => string) => {
    const format = new Intl.NumberFormat(locale, { maximumFractionDigits: digits });
    return (value) => format.format(value);
  };

  const day = dates({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const dayShort = dates({ day: "numeric", month: "short" });
  const date = dates({ weekday: "short", day: "numeric", month: "short" });
  const month = dates({ month: "long", year: "numeric" });
  const clock = dates({ hour: "2-digit", minute: "2-digit" });
  const clockSeconds = dates({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const whole = numbers(0);
  const tenths = numbers(1);
  const hundredths = numbers(2);
  const exact = numbers(4);
  const factor = new Intl.NumberFormat(locale, { style: "percent", maximumSignificantDigits: 2 });
  const percent = new Intl.NumberFormat(locale, { style: "percent" });

  const digits = (value: number): ((value: number) => string) => {
    const size = Math.abs(value);
    if (size >= 100) return whole;
    return size >= 10 ? tenths : hundredths;
  };

  return {
    lux: (value) => `${(value < 10 ? tenths : whole)(value)}${GLUE}lx`,
    measured: (value, unit) => `${digits(value)(value)}${unit === "" ? "" : GLUE}${unit}`,
    factor: (share) => factor.format(share),
    price: (eurosPerKWh) => `${exact(eurosPerKWh)}${GLUE}€/kWh`,
    percent: (share) => percent.format(share),
    rate: (bytesPerSecond) => `${whole(bytesPerSecond / 1000)}${GLUE}k${BYTE_LETTER[language]}/s`,
    day,
    date,
    month,
    dateAndClock: (at) => `${dayShort(at).replaceAll(" ", GLUE)} ${clock(at)}`,
    length,
    clock,
    clockSeconds,
    moment: (at, now) =>
      day(at) === day(now) ? clock(at) : `${dayShort(at).replaceAll(" ", GLUE)} ${clock(at)}`,
    span: (durationMs) => span(Math.max(0, durationMs), DAY_LETTER[language]),
    took: (durationMs) => took(Math.max(0, durationMs)),
    degrees: (value) => `${whole(Math.abs(value))}°`,
    count: whole,
    speed: tenths,
  };
};

const span = (durationMs: number, dayLetter: string): string => {
  if (durationMs < MINUTE) return `${Math.floor(durationMs / SECOND)}${GLUE}s`;
  if (durationMs < HOUR) return `${Math.floor(durationMs / MINUTE)}${GLUE}min`;
  const hours = Math.floor(durationMs / HOUR);
  if (durationMs >= DAY) {
    return `${Math.floor(hours / 24)}${GLUE}${dayLetter}${GLUE}${hours % 24}${GLUE}h`;
  }
  const minutes = String(Math.floor((durationMs % HOUR) / MINUTE)).padStart(2, "0");
  return `${hours}${GLUE}h${GLUE}${minutes}${GLUE}min`;
};

const length = (durationMs: number): string => {
  const minutes = Math.round(durationMs / MINUTE);
  const rest = String(minutes % 60).padStart(2, "0");
  return `${Math.floor(minutes / 60)}${GLUE}h${GLUE}${rest}`;
};

const took = (durationMs: number): string => {
  const seconds = Math.round(durationMs / SECOND);
  const rest = `${seconds % 60}${GLUE}s`;
  return seconds < 60 ? rest : `${Math.floor(seconds / 60)}${GLUE}min${GLUE}${rest}`;
};
