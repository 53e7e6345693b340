import { instant } from "@battant/protocol/vocabulary/units";
import type { SavingsAmountView, SavingsView } from "../../api/contract.ts";
import type { Language } from "../domain/sentence.ts";
import { table } from "./table.ts";
import type { WallClock } from "./times.ts";

/** The figures opened: a row per day, or per interval, that add up to what is said above them. */

type Row = SavingsAmountView & {
  readonly figure: "burning" | "unknown" | "kept-off";
  readonly from: number;
  readonly to: number;
  readonly because: string | null;
};

const rowsOf = (view: SavingsView, withRows: boolean): readonly Row[] => {
  if (withRows) return view.intervals;
  return view.days.flatMap(({ from, to, burning, burningUnknown_ms, keptOff_ms, avoided }) => {
    const day = { from, to, because: null };
    const rows: Row[] = [{ ...day, figure: "burning", ...burning }];
    if (burningUnknown_ms > 0) rows.push({ ...day, figure: "unknown", ...only(burningUnknown_ms) });
    if (keptOff_ms > 0) rows.push({ ...day, figure: "kept-off", ...(avoided ?? only(keptOff_ms)) });
    return rows;
  });
};

const only = (time_ms: number): SavingsAmountView => ({
  time_ms,
  energy_Wh: null,
  cost_EURcents: null,
});

export type TableFormat = {
  readonly format: "csv" | "excel";
  readonly clock: WallClock;
  readonly withRows: boolean;
};

const COLUMNS = [
  "zone",
  "figure",
  "from",
  "to",
  "counted_s",
  "energy_Wh",
  "cost_EURcents",
  "because",
];

/** As `readings export` writes tables. Nothing in a cell needs quotes: names, numbers, times. */
export const writeTable = (
  views: readonly SavingsView[],
  { format, clock, withRows }: TableFormat,
): string => {
  const isExcel = format === "excel";
  const [separator, end] = isExcel ? [";", "\r\n"] : [",", "\n"];
  const time = (at: number): string => (isExcel ? clock.local : clock.iso)(instant(at));
  const number = (value: number | null): string => {
    const text = value === null ? "" : String(value);
    return isExcel ? text.replace(".", ",") : text;
  };
  const lines = views.flatMap((view) =>
    rowsOf(view, withRows).map((row) =>
      [
        view.zone,
        row.figure,
        time(row.from),
        time(row.to),
        number(row.time_ms / 1000),
        number(row.energy_Wh),
        number(row.cost_EURcents),
        row.because ?? "",
      ].join(separator),
    ),
  );
  return `${isExcel ? "\ufeff" : ""}${[COLUMNS.join(separator), ...lines].join(end)}${end}`;
};

const WORDS = {
  fr: {
    head: ["DE", "À", "QUOI", "COMPTÉ", "Wh", "CENTIMES"],
    burning: "allumé en plein jour",
    unknown: "inconnu",
    "kept-off": "gardé éteint",
  },
  en: {
    head: ["FROM", "TO", "WHAT", "COUNTED", "Wh", "CENTS"],
    burning: "lit in daylight",
    unknown: "unknown",
    "kept-off": "kept off",
  },
} as const;

export const openedTable = (
  view: SavingsView,
  { clock, language }: { readonly clock: WallClock; readonly language: Language },
): string => {
  const words = WORDS[language];
  const lines = table(
    words.head,
    rowsOf(view, true).map((row) => [
      clock.local(instant(row.from)),
      clock.local(instant(row.to)),
      row.because === null ? words[row.figure] : `${words[row.figure]} (${row.because})`,
      duration(row.time_ms),
      numberOrGap(row.energy_Wh),
      numberOrGap(row.cost_EURcents),
    ]),
  );
  return lines.replaceAll(/^(?=.)/gm, "  ");
};

const numberOrGap = (value: number | null): string => (value === null ? "-" : String(value));

/** To the second, so that a reader can add them up. */
const duration = (ms: number): string => {
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
};
