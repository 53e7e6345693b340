import { milliseconds } from "@battant/protocol/vocabulary/units";
import type {
  ObservationDayView,
  ObservationFiguresView,
  ObservationView,
} from "../../api/observation.ts";
import type { Language } from "../domain/sentence.ts";
import { wordsIn } from "../evidence/words.ts";
import { printable, table, wrapped } from "./table.ts";

/** An observation as the terminal shows it: a sentence, then a row per day, then how that is known. */
export const observationText = (view: ObservationView, language: Language): string => {
  const { name, zone, figures, headline, method } = view;
  // A zone that acts, or was given up, waits for nothing.
  const missing = view.mode === "observe" ? view.missing : [];
  const words = WORDS[language];
  const title = name === zone ? name : `${name} (${zone})`;
  const head = `${printable(title)} · ${progressOf(view, language)}\n`;
  const told = [headline, ...missing].map((it) => line(it[language])).join("");
  if (figures === null) return head + told;
  const how = method.map((it) => line(it[language])).join("");
  const starred = figures.days.some((it) => !it.isKnown) ? line(words.starred) : "";
  return `${head}${told}\n${daysTable(figures, view.timezone, language)}${starred}\n${how}`;
};

const line = (text: string): string => `  ${wrapped(text, 2)}\n`;

const WORDS = {
  fr: {
    modes: { act: "agit", observe: "observe", off: "règle arrêtée" },
    day: (day: number, of: number) => (day <= of ? `jour ${day} sur ${of}` : `jour ${day}`),
    known: (known: number, needed: number) =>
      `${known} ${known > 1 ? "jours connus" : "jour connu"} sur ${needed}`,
    over: "observation finie",
    head: ["JOUR", "AURAIT ÉTEINT", "FOIS", "BRÛLAIT", "INCONNU"],
    starred: "* trop peu connu pour compter",
  },
  en: {
    modes: { act: "acts", observe: "observes", off: "rule off" },
    day: (day: number, of: number) => (day <= of ? `day ${day} of ${of}` : `day ${day}`),
    known: (known: number, needed: number) =>
      `${known} known ${known === 1 ? "day" : "days"} of ${needed}`,
    over: "observation over",
    head: ["DAY", "KEPT OFF", "TIMES", "BURNED", "UNKNOWN"],
    starred: "* too little is known for it to count",
  },
} as const;

const progressOf = ({ mode, figures }: ObservationView, language: Language): string => {
  const words = WORDS[language];
  if (figures === null) return words.modes[mode];
  const { day, daysKnown, daysNeeded, ended } = figures;
  const at = ended === null ? words.day(day, daysNeeded) : words.over;
  return [words.modes[mode], at, words.known(daysKnown, daysNeeded)].join(", ");
};

const daysTable = (
  { days }: ObservationFiguresView,
  timezone: string,
  language: Language,
): string => {
  const { time } = wordsIn(language, timezone);
  const date = new Intl.DateTimeFormat("en-CA", { timeZone: timezone, dateStyle: "short" });
  const length = (ms: number): string => time(milliseconds(ms));
  const rows = days.map((day) => [
    `${date.format(day.from)}${day.isKnown ? "" : " *"}`,
    isUnknown(day) ? UNKNOWN : length(day.would_ms),
    isUnknown(day) ? UNKNOWN : String(day.switchings),
    isUnknown(day) || isUnseen(day) ? UNKNOWN : length(day.burned_ms),
    length(day.wouldUnknown_ms + day.lightUnknown_ms),
  ]);
  return table(WORDS[language].head, rows).replaceAll(/^(?=.)/gm, "  ");
};

/** What nobody knows is no zero. */
const UNKNOWN = "?";

/** Nobody knows of any of the day what would have been done. */
const isUnknown = ({ spans }: ObservationDayView): boolean =>
  spans.every(({ would }) => would === "unknown");

/** It would have been kept off, and nobody saw whether it burned. */
const isUnseen = ({ would_ms, lightUnknown_ms }: ObservationDayView): boolean =>
  would_ms > 0 && lightUnknown_ms === would_ms;
