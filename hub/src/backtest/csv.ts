import { isBoardId, isSensorId } from "@battant/protocol/vocabulary/ids";
import { isQuantity, QUANTITIES } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { Sentence } from "../../api/contract.ts";
import { columnsOf, type Columns, fieldsOf, linesOf } from "./csv-lines.ts";
import { asReading } from "./history.ts";
import type { History, SensorName } from "./question.ts";

/**
 * History from a table of readings: as `battant readings export` writes it, from a data logger, or
 * saved by a French Excel. Read as a stream: a year fits whatever the computer.
 */

export type CsvOptions = {
  /** A time as it stands in the file; without an offset, it is the building's own. */
  readonly timeOf: (text: string) => Instant | undefined;
  /** Whose readings these are, where the table has no columns that say so. */
  readonly sensor: SensorName | undefined;
};

export type CsvFacts = {
  rows: number;
  /** Rows that are left out. The first of them, with the reason. */
  wrong: number;
  readonly problems: { readonly line: number; readonly problem: Sentence }[];
  /** The first of those that the table names: `hall-1/light`. */
  readonly sensors: Set<string>;
};

export type CsvHistory = { readonly readings: History; readonly facts: CsvFacts };

/** No table of readings at all, or not in order. `sentence` says what to do. */
export class UnusableCsv extends Error {
  readonly sentence: Sentence;
  constructor(sentence: Sentence) {
    super(sentence.en);
    this.sentence = sentence;
  }
}

/** Spreadsheets save rows of nothing but separators. */
const EMPTY = /^[\s;,]*$/;

const PROBLEMS_MAX = 10;
const SENSORS_MAX = 20;
/** Late readings stand further down than they belong: so many rows are put in order. */
const ORDERED_MAX = 50_000;

export function readCsv(text: AsyncIterable<string>, options: CsvOptions): CsvHistory {
  const facts: CsvFacts = { rows: 0, wrong: 0, problems: [], sensors: new Set() };
  return { facts, readings: inOrder(rowsOf(text, options, facts)) };
}

type Row = { readonly line: number; readonly reading: Reading };

async function* rowsOf(
  text: AsyncIterable<string>,
  options: CsvOptions,
  facts: CsvFacts,
): AsyncGenerator<readonly Row[]> {
  let columns: Columns | undefined;
  for await (const lines of linesOf(text, tooLong)) {
    const rows: Row[] = [];
    for (const { number: line, text: written } of lines) {
      if (EMPTY.test(written)) continue;
      if (columns === undefined) {
        columns = columnsOf(written);
        const missing = whatIsMissing(columns, options);
        if (missing !== undefined) throw new UnusableCsv(missing);
        continue;
      }
      facts.rows += 1;
      const read = readRow(fieldsOf(written, columns.delimiter), columns, options);
      if (typeof read === "string") note(facts, line, PROBLEMS[read]);
      else if (read !== undefined) {
        if (facts.sensors.size < SENSORS_MAX) facts.sensors.add(`${read.board}/${read.sensor}`);
        rows.push({ line, reading: read });
      }
    }
    yield rows;
  }
}

function note(facts: CsvFacts, line: number, problem: Sentence): void {
  facts.wrong += 1;
  if (facts.problems.length < PROBLEMS_MAX) facts.problems.push({ line, problem });
}

/** The reading; or what is wrong with the row; or nothing, if no rule goes by its quantity. */
function readRow(
  fields: readonly string[],
  columns: Columns,
  { timeOf, sensor: only }: CsvOptions,
): Reading | keyof typeof PROBLEMS | undefined {
  const { time, board, sensor, quantity, value } = columns;
  const kind = quantity === undefined ? "illuminance" : (fields[quantity] ?? "");
  if (!isQuantity(kind)) return "quantity";
  if (!HEEDED.has(kind)) return undefined;
  const at = timeOf(isoOf(fields[time ?? -1] ?? ""));
  if (at === undefined) return "time";
  const amount = numberOf(fields[value ?? -1] ?? "");
  const { min, max } = QUANTITIES[kind];
  if (Number.isNaN(amount)) return "value";
  if (amount < min || amount > max) return "bounds";
  const named = {
    board: board === undefined ? only?.board : fields[board],
    sensor: sensor === undefined ? only?.sensor : fields[sensor],
  };
  if (!isBoardId(named.board) || !isSensorId(named.sensor)) return "name";
  return asReading(
    { board: named.board, sensor: named.sensor, quantity: kind },
    { at, value: amount },
  );
}

const HEEDED: ReadonlySet<string> = new Set(["illuminance", "occupancy", "lit", "inhibited"]);

/** `21/06/2026 14:30` as the ISO form that everything else reads. */
function isoOf(text: string): string {
  const french = /^(\d{2})\/(\d{2})\/(\d{4})(?:[ T](\d{1,2}:\d{2}(?::\d{2})?))?$/.exec(text);
  if (french === null) return text;
  const [, day, month, year, hour = "00:00"] = french;
  return `${year}-${month}-${day}T${hour.padStart(hour.length < 6 ? 5 : 8, "0")}`;
}

/** `1 234,5` and `1234.5`. */
const numberOf = (text: string): number => {
  const plain = text.replace(/[\s\u00a0\u202f]/g, "").replace(",", ".");
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
};

const PROBLEMS = {
  time: {
    fr: "l'heure n'est pas lisible ; écrivez 2026-06-21T14:30:00 ou 21/06/2026 14:30",
    en: "the time cannot be read; write 2026-06-21T14:30:00 or 21/06/2026 14:30",
  },
  value: {
    fr: "la valeur n'est pas un nombre",
    en: "the value is no number",
  },
  bounds: {
    fr: "la valeur est hors de ce qu'un capteur peut mesurer",
    en: "the value is outside of what a sensor can measure",
  },
  name: {
    fr: "la carte ou le capteur n'a pas de nom valable (a-z, 0-9 et -)",
    en: "the board or the sensor has no valid name (a-z, 0-9 and -)",
  },
  quantity: {
    fr: "grandeur inconnue ; pour la lumière, écrivez illuminance",
    en: "unknown quantity; for light, write illuminance",
  },
} satisfies { readonly [what: string]: Sentence };

function whatIsMissing(columns: Columns, { sensor }: CsvOptions): Sentence | undefined {
  const isNamed = columns.board !== undefined && columns.sensor !== undefined;
  if (columns.time !== undefined && columns.value !== undefined && (isNamed || sensor)) return;
  return {
    fr: "la première ligne doit nommer les colonnes time;board;sensor;value (ou heure;carte;capteur;valeur) ; sans board et sensor, dites la zone par --zone",
    en: "the first line must name the columns time,board,sensor,value; without board and sensor, name the zone with --zone",
  };
}

const tooLong = (line: number): Error =>
  new UnusableCsv({
    fr: `la ligne ${line} est trop longue pour une table de mesures`,
    en: `line ${line} is too long for a table of readings`,
  });

/** Puts a limited number of rows in order of time, and refuses what is further out of order. */
async function* inOrder(rows: AsyncIterable<readonly Row[]>): AsyncGenerator<readonly Reading[]> {
  let waiting: Row[] = [];
  let last = -Infinity;
  const release = (count: number): readonly Reading[] => {
    waiting.sort((a, b) => a.reading.at - b.reading.at || a.line - b.line);
    const ready = waiting.slice(0, count).map(({ reading }) => reading);
    waiting = waiting.slice(count);
    last = ready.at(-1)?.at ?? last;
    return ready;
  };
  for await (const some of rows) {
    for (const row of some) {
      if (row.reading.at < last) throw new UnusableCsv(outOfOrder(row.line));
      waiting.push(row);
    }
    if (waiting.length >= 2 * ORDERED_MAX) yield release(ORDERED_MAX);
  }
  yield release(waiting.length);
}

const outOfOrder = (line: number): Sentence => ({
  fr: `la ligne ${line} est d'une heure bien plus ancienne que celles d'avant ; triez la table par l'heure`,
  en: `line ${line} is of a much earlier time than those before it; sort the table by time`,
});
