import type { Milliseconds } from "@battant/protocol/vocabulary/units";
import { instant } from "@battant/protocol/vocabulary/units";
import type { Language } from "../domain/sentence.ts";
import type { Load } from "./load.ts";
import type { Range } from "./records.ts";
import type { Amount } from "./worth.ts";

/** How figures are spelled in the sentences of the method, in one language. */
export type Words = {
  period(range: Range): string;
  time(length: Milliseconds): string;
  share(value: number): string;
  amount(amount: Amount): string;
  load(load: Load): string;
};

/** A number and its unit stay on one line. */
const GLUE = "\u00a0";

const LOCALES = { fr: "fr-FR", en: "en-GB" } as const;

export function wordsIn(language: Language, timezone: string): Words {
  const locale = LOCALES[language];
  const dates = new Intl.DateTimeFormat(locale, { timeZone: timezone, dateStyle: "long" });
  const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const kWh = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const euros = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" });
  const unknown =
    language === "fr"
      ? { energy: "énergie inconnue", cost: "prix inconnu" }
      : { energy: "energy unknown", cost: "price unknown" };
  const declared = language === "fr" ? "déclarés" : "declared";
  const measured = language === "fr" ? "mesurés pendant" : "measured for";
  const since = language === "fr" ? "à partir du" : "from";
  const watts = (value: number): string => `${decimal.format(value)}${GLUE}W`;

  return {
    period: ({ from, to }) => dates.formatRange(from, instant(Math.max(from, to - 1))),
    time: timeOf,
    share: (value) => percent.format(value),
    amount: ({ wattHours, cents }) => {
      if (wattHours === undefined) return unknown.energy;
      const cost = cents === undefined ? unknown.cost : euros.format(cents / 100);
      return `${kWh.format(wattHours / 1000)}${GLUE}kWh, ${cost}`;
    },
    load: (load) =>
      load.origin === "measured"
        ? `${watts(load.power)} ${measured} ${timeOf(load.burning)}`
        : load.rows
            .toSorted((one, other) => one.from - other.from)
            .map(({ from, power }) => `${watts(power)} ${declared} ${since} ${dates.format(from)}`)
            .join(", "),
  };
}

/** Rounded to the minute, half a minute up; hours are not broken into days, so that they compare. */
function timeOf(length: Milliseconds): string {
  const minutes = Math.round(length / 60_000);
  return [Math.floor(minutes / 60), "h", String(minutes % 60).padStart(2, "0")].join(GLUE);
}
