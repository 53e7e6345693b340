/**
 * Numbers that know their unit.
 *
 * The unit exists only in the type: on the board and on the wire a `Lux` is a plain number.
 * A label is not a check. Values are checked where they enter: in `wire/` and in configuration.
 */

declare const unit: unique symbol;

export type Measure<Unit extends string> = number & { readonly [unit]: Unit };

export type Lux = Measure<"lx">;
export type Watts = Measure<"W">;
export type WattHours = Measure<"Wh">;
export type Milliseconds = Measure<"ms">;

/** Milliseconds since 1970-01-01T00:00:00Z. A point in time; `Milliseconds` is a length of time. */
export type Instant = Measure<"instant">;

export const lux = (value: number): Lux => value as Lux;
export const watts = (value: number): Watts => value as Watts;
export const wattHours = (value: number): WattHours => value as WattHours;
export const milliseconds = (value: number): Milliseconds => value as Milliseconds;
export const seconds = (count: number): Milliseconds => milliseconds(count * 1000);
export const minutes = (count: number): Milliseconds => seconds(count * 60);
export const hours = (count: number): Milliseconds => minutes(count * 60);
export const instant = (value: number): Instant => value as Instant;

export const after = (at: Instant, span: Milliseconds): Instant => instant(at + span);

/** Both ends are named, because two `Instant`s are easily swapped. */
export const elapsed = (span: { since: Instant; now: Instant }): Milliseconds =>
  milliseconds(span.now - span.since);
