import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Language } from "../domain/sentence.ts";

/** Times as people say them, seen from a day: of that day the hour is enough. */
export type Moments = {
  /** `à 14:05`, `demain à 08:02`, `le jeudi 19 novembre à 08:00` */
  at(moment: Instant): string;
  /** Behind a word such as since or before: `14:05`, `demain à 08:02`. */
  bare(moment: Instant): string;
};

export type From = {
  readonly language: Language;
  readonly timezone: string;
  readonly day: Instant;
  readonly now: Instant;
};

const NEIGHBOURS = {
  fr: { today: ["hier", "demain"], thatDay: ["la veille", "le lendemain"] },
  en: { today: ["yesterday", "tomorrow"], thatDay: ["the day before", "the next day"] },
} as const;

const UTC_DAY_MS = 86_400_000;

export function createMoments({ language, timezone, day, now }: From): Moments {
  const locale = language === "fr" ? "fr-FR" : "en-GB";
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: timezone, ...options });
  const clock = dates({ hour: "2-digit", minute: "2-digit" });
  const date = dates({ weekday: "long", day: "numeric", month: "long" });
  const dateAndYear = dates({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const iso = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
  const [before, after] =
    NEIGHBOURS[language][iso.format(day) === iso.format(now) ? "today" : "thatDay"];
  const [the, on, hour] = language === "fr" ? ["le ", "", "à"] : ["", "on ", "at"];

  /** Days as the calendar on the wall counts them, whatever their length. */
  const daysTo = (moment: Instant): number =>
    (Date.parse(iso.format(moment)) - Date.parse(iso.format(day))) / UTC_DAY_MS;
  const dateOf = (moment: Instant): string => {
    const isSameYear = iso.format(moment).slice(0, 4) === iso.format(day).slice(0, 4);
    return (isSameYear ? date : dateAndYear).format(moment).replace(",", "");
  };
  const saidOf = (moment: Instant): readonly [before: string, day: string | undefined] => {
    const days = daysTo(moment);
    if (days === 0) return ["", undefined];
    if (days === -1) return ["", before];
    if (days === 1) return ["", after];
    return [on, `${the}${dateOf(moment)}`];
  };

  return {
    at: (moment) => {
      const [preposition, said] = saidOf(moment);
      const at = `${hour} ${clock.format(moment)}`;
      return said === undefined ? at : `${preposition}${said} ${at}`;
    },
    bare: (moment) => {
      const [, said] = saidOf(moment);
      return said === undefined ? clock.format(moment) : `${said} ${hour} ${clock.format(moment)}`;
    },
  };
}
