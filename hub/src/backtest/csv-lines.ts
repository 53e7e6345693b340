/** Lines and fields of a table as spreadsheets save it, whatever their manners. */

export type Line = { readonly number: number; readonly text: string };

/** A table of readings has a few short columns. */
const LENGTH_MAX = 2000;

/** A part of a file may end in the middle of a line; a byte order mark belongs to no line. */
export async function* linesOf(
  text: AsyncIterable<string>,
  tooLong: (line: number) => Error,
): AsyncGenerator<readonly Line[]> {
  let rest = "";
  let number = 0;
  for await (const part of text) {
    const pieces = (rest + part).split("\n");
    rest = pieces.pop() ?? "";
    const lines = pieces.map((piece) => ({ number: ++number, text: trimmed(piece) }));
    const long = lines.find((line) => line.text.length > LENGTH_MAX);
    if (long !== undefined) throw tooLong(long.number);
    if (rest.length > LENGTH_MAX) throw tooLong(number + 1);
    yield lines;
  }
  yield [{ number: number + 1, text: trimmed(rest) }];
}

const trimmed = (line: string): string => line.replace(/^\ufeff/, "").replace(/\r$/, "");

export type Columns = {
  readonly delimiter: string;
  readonly time: number | undefined;
  readonly board: number | undefined;
  readonly sensor: number | undefined;
  readonly quantity: number | undefined;
  readonly value: number | undefined;
};

const NAMES = {
  time: ["time", "heure", "date", "horodatage", "timestamp", "utc"],
  board: ["board", "carte"],
  sensor: ["sensor", "capteur"],
  quantity: ["quantity", "grandeur"],
  value: ["value", "valeur", "lux", "lx"],
} as const;

export function columnsOf(head: string): Columns {
  const delimiter = [";", "\t", ","].find((it) => head.includes(it)) ?? ";";
  const names = fieldsOf(head, delimiter).map((it) => it.toLowerCase());
  const find = (wanted: readonly string[]): number | undefined => {
    const found = names.findIndex((name) => wanted.includes(name));
    return found < 0 ? undefined : found;
  };
  return {
    delimiter,
    time: find(NAMES.time),
    board: find(NAMES.board),
    sensor: find(NAMES.sensor),
    quantity: find(NAMES.quantity),
    value: find(NAMES.value),
  };
}

/** RFC 4180 §2.5-2.7: quotes may surround a field, and are doubled within one. */
export function fieldsOf(line: string, delimiter: string): readonly string[] {
  if (!line.includes('"')) return line.split(delimiter).map((it) => it.trim());
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const sign = line[at];
    if (sign === '"' && quoted && line[at + 1] === '"') {
      field += '"';
      at += 1;
    } else if (sign === '"') quoted = !quoted;
    else if (sign === delimiter && !quoted) {
      fields.push(field.trim());
      field = "";
    } else field += sign;
  }
  return [...fields, field.trim()];
}
