import type { Milliseconds } from "@battant/protocol/vocabulary/units";
import type { CsvFacts } from "../backtest/csv.ts";
import type { Facts } from "../backtest/history.ts";
import { notesOn } from "../backtest/notes.ts";
import type { Answer, Question, Result, ZoneAnswer } from "../backtest/question.ts";
import type { Language } from "../domain/sentence.ts";
import { printable, table, wrapped } from "./table.ts";
import type { WallClock } from "./times.ts";

/** What a backtest found, as people read it and as programs do. */

export type Told = {
  readonly answer: Answer;
  readonly request: Pick<Question, "burns" | "prices" | "settings">;
  /** Of the journal; a CSV has none. */
  readonly facts: Facts | undefined;
  readonly language: Language;
  readonly wallClock: WallClock;
};

export const asText = (told: Told): string =>
  `${headOf(told)}\n${told.answer.zones.map((zone) => zoneText(zone, told)).join("\n")}` +
  `\n${notesOf(told)
    .map((note) => `· ${wrapped(note[told.language], 2)}\n`)
    .join("")}`;

const notesOf = ({ answer, request: { burns }, facts, wallClock }: Told) =>
  notesOn({ answer, burns, facts, day: (at) => wallClock.local(at).slice(0, 10) });

const headOf = ({ answer, language, wallClock }: Told): string => {
  const from = wallClock.local(answer.from).slice(0, 16);
  const to = wallClock.local(answer.to).slice(0, 16);
  return language === "fr"
    ? `Essai sur le passé, du ${from} au ${to}. Rien n'a été commandé.\n`
    : `Tried on the past, from ${from} to ${to}. Nothing was switched.\n`;
};

const zoneText = (zone: ZoneAnswer, told: Told): string => {
  const { plan, readings, results } = zone;
  const name = printable(plan.name);
  const title = name === plan.id ? name : `${name} (${plan.id})`;
  if (readings === 0) return `${title}\n  ${ROWS[told.language].nothing}\n`;
  return table([title, ...results.map(({ setting }) => setting)], rowsOf(results, told));
};

const rowsOf = (results: readonly Result[], { language }: Told): string[][] => {
  const words = ROWS[language];
  const number = numbersIn(language);
  const row = (name: string, tell: (it: Result) => string): string[] => [
    `  ${name}`,
    ...results.map(tell),
  ];
  const isKnown = (pick: (it: Result) => unknown): boolean =>
    results.some((it) => pick(it) !== undefined);
  return [
    row(words.avoided, (it) => number.hours(it.avoided)),
    row(words.seen, (it) => number.hours(it.avoidedSeen)),
    ...(isKnown((it) => it.avoidedOccupied)
      ? [row(words.occupied, (it) => number.hours(it.avoidedOccupied))]
      : []),
    ...(isKnown((it) => it.energy) ? [row(words.energy, (it) => number.kWh(it.energy))] : []),
    ...(isKnown((it) => it.euros) ? [row(words.money, (it) => number.euros(it.euros))] : []),
    row(words.switchings, (it) => number.whole(it.switchings)),
    row(words.switchingsMax, (it) => number.whole(it.switchingsMaxADay)),
    row(words.tooDark, (it) => number.minutes(it.tooDark)),
    row(words.longest, (it) => number.seconds(it.tooDarkLongest)),
    ...(isKnown((it) => it.tooDarkOccupied)
      ? [row(words.darkOccupied, (it) => number.minutes(it.tooDarkOccupied))]
      : []),
    row(words.unknown, (it) => number.hours(it.unknown)),
  ];
};

const ROWS = {
  fr: {
    avoided: "lumière évitée",
    seen: "dont allumage constaté",
    occupied: "dont en présence",
    energy: "énergie évitée",
    money: "argent évité",
    switchings: "commutations en tout",
    switchingsMax: "commutations, jour le plus chargé",
    tooDark: "éteint sous la consigne",
    longest: "éteint sous la consigne, au plus long",
    darkOccupied: "dont en présence",
    unknown: "de jour, on ne sait pas",
    nothing: "Aucune mesure de son capteur de lumière dans ce temps.",
  },
  en: {
    avoided: "light avoided",
    seen: "of which it was seen to burn",
    occupied: "of which somebody was there",
    energy: "energy avoided",
    money: "money avoided",
    switchings: "switchings in all",
    switchingsMax: "switchings, busiest day",
    tooDark: "off below the target",
    longest: "off below the target, longest",
    darkOccupied: "of which somebody was there",
    unknown: "by day, nobody knows",
    nothing: "No reading of its light sensor in this time.",
  },
} as const satisfies { readonly [language in Language]: object };

const LOCALES = { fr: "fr-FR", en: "en-GB" } as const;

const numbersIn = (language: Language) => {
  const amount = (digits: number, unit: string) => {
    const format = new Intl.NumberFormat(LOCALES[language], {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return (value: number | undefined): string =>
      value === undefined ? "–" : `${format.format(value)}${unit}`;
  };
  const scaled =
    (tell: (value: number | undefined) => string, divisor: number) =>
    (value: Milliseconds | number | undefined): string =>
      tell(value === undefined ? undefined : value / divisor);
  return {
    hours: scaled(amount(1, " h"), 3_600_000),
    minutes: scaled(amount(1, " min"), 60_000),
    seconds: scaled(amount(0, " s"), 1000),
    kWh: scaled(amount(1, " kWh"), 1000),
    euros: amount(2, " €"),
    whole: amount(0, ""),
  };
};

export const asData = ({ answer, request, facts, wallClock }: Told): object => ({
  from: wallClock.iso(answer.from),
  to: wallClock.iso(answer.to),
  burns: request.burns,
  history:
    facts === undefined
      ? null
      : {
          readings: facts.readings,
          late: facts.late,
          ten_minute_windows: facts.windows,
        },
  zones: answer.zones.map(({ plan, readings, results }) => ({
    zone: plan.id,
    readings,
    results: results.map((it) => ({
      setting: it.setting,
      avoided_h: hoursOf(it.avoided),
      avoided_seen_h: hoursOf(it.avoidedSeen),
      avoided_occupied_h: it.avoidedOccupied === undefined ? null : hoursOf(it.avoidedOccupied),
      energy_Wh: it.energy ?? null,
      euros: it.euros ?? null,
      switchings: it.switchings,
      switchings_max_a_day: it.switchingsMaxADay,
      below_target_s: it.tooDark / 1000,
      below_target_longest_s: it.tooDarkLongest / 1000,
      below_target_occupied_s: it.tooDarkOccupied === undefined ? null : it.tooDarkOccupied / 1000,
      unknown_h: hoursOf(it.unknown),
      reasons_h: Object.fromEntries(
        Object.entries(it.reasons).map(([because, length]) => [because, hoursOf(length)]),
      ),
    })),
  })),
});

const hoursOf = (length: number): number => length / 3_600_000;

/** What was left out of a table that was imported. Empty if nothing was. */
export const csvProblems = ({ wrong, problems }: CsvFacts, language: Language): string => {
  if (wrong === 0) return "";
  const french = language === "fr";
  const head = french
    ? `${wrong} ligne${wrong > 1 ? "s" : ""} laissée${wrong > 1 ? "s" : ""} de côté :\n`
    : `${wrong} line${wrong > 1 ? "s" : ""} left out:\n`;
  const lines = problems.map(
    ({ line, problem }) => `  ${french ? "ligne" : "line"} ${line}: ${problem[language]}\n`,
  );
  const rest = wrong - problems.length;
  const more = french ? `  … et ${rest} de plus\n` : `  … and ${rest} more\n`;
  return head + lines.join("") + (rest > 0 ? more : "");
};

export const nothingOf = ({ answer, language }: Told, csv: CsvFacts | undefined): string => {
  const wanted = answer.zones
    .flatMap(({ plan: { lightSensor: it } }) =>
      it === undefined ? [] : [`${it.board}/${it.sensor}`],
    )
    .join(", ");
  const there = csv === undefined ? "" : [...csv.sensors].map(printable).join(", ");
  const french = language === "fr";
  if (wanted === "") {
    return french
      ? "Aucune de ces zones n'a de capteur de lumière dans le fichier de l'immeuble.\n"
      : "None of these zones has a light sensor in the building file.\n";
  }
  const head = french
    ? `Aucune mesure de ${wanted} dans ce temps.`
    : `No reading of ${wanted} in this time.`;
  if (there === "") return `${head}\n`;
  return french
    ? `${head} La table parle de ${there}.\n`
    : `${head} The table tells of ${there}.\n`;
};
