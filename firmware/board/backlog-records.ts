/**
 * Readings as text, the same in RAM and in flash, 7 to 20 bytes each:
 *
 * - `A15000,412.5;` is a reading: its source (`@` is the first of the list, `A` the second), the
 *   milliseconds since the record before it, its value. Its sequence number is the next one.
 * - `:41,86400000;` says the sequence number and the time from which the next reading counts.
 * - `!` says that the hub has everything before it.
 * - A line feed commits what was written before it. In flash it is a write of its own: what a power
 *   cut has torn lacks it and is never read. Half-programmed bytes have more bits set than they
 *   should; no other character used here can turn into a line feed that way.
 *
 * Times are milliseconds on the time axis of the backlog (backlog.ts).
 */

/** A place in such a text, behind the reading of this sequence number and time. */
export type Cursor = {
  /** Number of the segment of flash; 0 in RAM. */
  segment: number;
  at: number;
  sequence: number;
  time: number;
};

export const COMMIT = "\n";
export const ACKNOWLEDGED = "!";
const BASE = ":";
const END = ";";
const FIRST_SOURCE = 64;

/** Enough for nine digits and three decimals: what is longer are digits that nothing measures. */
const VALUE_LENGTH_MAX = 13;
const DECIMALS = 3;

export const startCursor = (segment: number): Cursor => ({
  segment: segment,
  at: 0,
  sequence: 0,
  time: 0,
});

export const moveTo = (cursor: Cursor, place: Cursor): void => {
  cursor.segment = place.segment;
  cursor.at = place.at;
  cursor.sequence = place.sequence;
  cursor.time = place.time;
};

export const encodeBase = (from: Cursor): string => BASE + from.sequence + "," + from.time + END;

export const encodeRecord = (source: number, delta: number, value: number): string => {
  let text = "" + value;
  if (text.length > VALUE_LENGTH_MAX) text = value.toFixed(DECIMALS);
  return String.fromCharCode(FIRST_SOURCE + source) + delta + "," + text + END;
};

/** Moves behind the next reading and says where it began; -1 when there is none before `end`. */
export const step = (text: string, end: number, cursor: Cursor): number => {
  while (cursor.at < end) {
    const start = cursor.at;
    const kind = text.charAt(start);
    if (kind === COMMIT || kind === ACKNOWLEDGED) {
      cursor.at++;
      continue;
    }
    const comma = text.indexOf(",", start);
    const close = text.indexOf(END, start);
    const number = +text.substring(start + 1, comma);
    if (comma < 0 || close < comma || close >= end || isNaN(number)) break;
    cursor.at = close + 1;
    if (kind !== BASE) {
      cursor.sequence++;
      cursor.time += number;
      return start;
    }
    cursor.sequence = number;
    cursor.time = +text.substring(comma + 1, close);
  }
  cursor.at = end;
  return -1;
};

export const sourceAt = (text: string, start: number): number =>
  text.charCodeAt(start) - FIRST_SOURCE;

export const valueAt = (text: string, start: number): number =>
  +text.substring(text.indexOf(",", start) + 1, text.indexOf(END, start));

/** How many readings there are behind `place`, which moves behind them. */
export const countOn = (text: string, end: number, place: Cursor): number => {
  let count = 0;
  while (step(text, end, place) >= 0) count++;
  return count;
};
