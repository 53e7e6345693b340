import type { SpanView } from "../../api/survey.ts";

/** How the figures of a survey are spelled: with no more digits than they are worth. */

export type SurveyWords = {
  /** `1 200 lx` */
  lux(value: number): string;
  /** `0,94 %` */
  factor(share: number): string;
  /** `900 à 2 750 h` */
  hours(span: SpanView): string;
  kWh(span: SpanView): string;
  euros(span: SpanView): string;
  years(value: number): string;
  number(value: number): string;
  price(eurosPerKWh: number): string;
};

const LOCALES = { fr: "fr-FR", en: "en-GB" } as const;
const TO = { fr: "à", en: "to" } as const;
const YEARS = { fr: "ans", en: "years" } as const;

/** A number and its unit stay on one line. */
const GLUE = "\u00a0";

export const wordsIn = (language: "fr" | "en"): SurveyWords => {
  const locale = LOCALES[language];
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const exact = new Intl.NumberFormat(locale, { maximumFractionDigits: 4 });
  const tenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, {
    style: "percent",
    maximumSignificantDigits: 2,
  });
  const span =
    (unit: string) =>
    ({ from, to }: SpanView): string => {
      // Never minus nothing.
      const [low, high] = [from, to].map((it) =>
        whole.format(Math.round(it) || 0).replace("-", "−"),
      );
      const numbers = low === high ? low : `${low} ${TO[language]} ${high}`;
      return `${numbers}${GLUE}${unit}`;
    };
  return {
    lux: (value) => `${tenths.format(value)}${GLUE}lx`,
    factor: (share) => percent.format(share),
    hours: span("h"),
    kWh: span("kWh"),
    euros: span("€"),
    years: (value) => `${tenths.format(value)}${GLUE}${YEARS[language]}`,
    number: (value) => exact.format(value),
    price: (eurosPerKWh) => `${exact.format(eurosPerKWh)}${GLUE}€/kWh`,
  };
};
