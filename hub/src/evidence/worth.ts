import { hours, type Milliseconds, milliseconds } from "@battant/protocol/vocabulary/units";
import type { Calendar } from "../domain/calendar.ts";
import { apportion, type Figure, piecesWithin, sum } from "./figure.ts";
import { type Load, powerAt } from "./load.ts";
import { type Price, type Range, validAt } from "./records.ts";
import type { Interval } from "./timeline.ts";

/** What burning for some time takes and costs, in all and in parts that add up to the whole. */

export type Terms = {
  readonly calendar: Calendar;
  readonly load: Load | undefined;
  readonly prices: readonly Price[];
};

export type Amount = {
  /** `undefined` if no power is known for some of the time. */
  readonly wattHours: number | undefined;
  /** Euro cents. `undefined` if, besides, no price is known for some of it. */
  readonly cents: number | undefined;
};

/** Whole milliseconds, watt-hours and cents. */
export type Worth = Amount & { readonly time: Milliseconds };

export type WorthInParts<Part> = {
  readonly total: Worth;
  readonly parts: readonly { readonly part: Part; readonly worth: Worth }[];
};

/** `parts` cover the ranges: days, or the ranges themselves. `share` of the time counts; 1 is all. */
export function worthOf<Part extends Range>(
  ranges: readonly Range[],
  parts: readonly Part[],
  terms: Terms,
  share: number,
): WorthInParts<Part> {
  const pieces = cutAtNewRows(ranges, terms);
  const exact = parts.map((part) => exactWorth(piecesWithin(part, pieces), terms, share));
  const time = apportion(exact.map((worth) => worth.time));
  const wattHours = addedUp(exact.map((worth) => worth.wattHours));
  const cents = addedUp(exact.map((worth) => worth.cents));
  return {
    total: {
      time: milliseconds(sum(time)),
      wattHours: wattHours.total,
      cents: cents.total,
    },
    parts: parts.map((part, index) => ({
      part,
      worth: {
        time: milliseconds(time[index] ?? 0),
        wattHours: wattHours.rows[index],
        cents: cents.rows[index],
      },
    })),
  };
}

/** A figure opened: its intervals with what each is worth, adding up to what the figure is worth. */
export type Row = Interval & Worth;

/** `share` as in the figure's own worth: the rate for `avoided`, 1 for the rest. */
export const rowsOf = ({ intervals }: Figure, terms: Terms, share: number): readonly Row[] =>
  worthOf(intervals, intervals, terms, share).parts.map(({ part, worth }) => ({
    ...part,
    ...worth,
  }));

/** So that one power and one price hold throughout each piece. */
function cutAtNewRows(ranges: readonly Range[], { load, prices }: Terms): readonly Range[] {
  const rows = load?.origin === "declared" ? [...load.rows, ...prices] : prices;
  let pieces = ranges;
  for (const { from: border } of rows) {
    pieces = pieces.flatMap((piece) =>
      piece.from < border && border < piece.to
        ? [
            { from: piece.from, to: border },
            { from: border, to: piece.to },
          ]
        : [piece],
    );
  }
  return pieces;
}

function exactWorth(pieces: readonly Range[], { load, prices }: Terms, share: number) {
  let time = 0;
  let wattHours: number | undefined = 0;
  let cents: number | undefined = 0;
  for (const { from, to } of pieces) {
    const counted = (to - from) * share;
    const energy = times(powerAt(load, from), counted / hours(1));
    // Euros per kWh are tenths of a cent per Wh.
    const cost = times(energy, times(validAt(prices, from)?.eurosPerKWh, 0.1));
    time += counted;
    wattHours = plus(wattHours, energy);
    cents = plus(cents, cost);
  }
  return { time, wattHours, cents };
}

const plus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a + b;

const times = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a * b;

type Column = {
  readonly rows: readonly (number | undefined)[];
  readonly total: number | undefined;
};

/** Unknown rows stay so, and make the total unknown: zero would be a claim. */
function addedUp(exact: readonly (number | undefined)[]): Column {
  const whole = apportion(exact.filter((value) => value !== undefined)).values();
  const rows = exact.map((value) => (value === undefined ? undefined : whole.next().value));
  return { rows, total: rows.includes(undefined) ? undefined : sum(rows.map((it) => it ?? 0)) };
}
