import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { daysOf, sum } from "./figure.ts";
import type { Load } from "./load.ts";
import type { Range } from "./records.ts";
import type { Savings } from "./savings.ts";
import { type Amount, type Terms, type Worth, worthOf } from "./worth.ts";

/**
 * What a building saved: its zones together, minus what the box itself used all that time, once and
 * not per zone. Below zero it stays below zero.
 */

export type Net = {
  readonly range: Range;
  readonly gross: Amount;
  /** The hub and its boards, over the whole range, whether they saved anything or not. */
  readonly own: Worth;
  readonly ownLoad: Load | undefined;
  readonly net: Amount;
  readonly days: readonly NetDay[];
  /** What these zones saved is not known in energy, and is missing from `gross`. */
  readonly without: readonly ZoneId[];
};

export type NetDay = {
  readonly day: Range;
  readonly gross: Amount;
  readonly own: Worth;
  readonly net: Amount;
};

/** All `zones` over the same `range`. The load in `terms` is the box's own. */
export function netOf(range: Range, zones: ReadonlyMap<ZoneId, Savings>, terms: Terms): Net {
  const counted: Savings[] = [];
  const without: ZoneId[] = [];
  for (const [zone, saved] of zones) {
    if (saved.range.from !== range.from || saved.range.to !== range.to) {
      throw new Error(`the savings of zone ${zone} are of another time than the building's`);
    }
    if (saved.avoided?.wattHours === undefined) without.push(zone);
    else counted.push(saved);
  }
  const own = worthOf([range], daysOf(range, terms.calendar), terms, 1);
  const gross = together(counted.map((saved) => saved.avoided));
  const days = own.parts.map(({ part: day, worth: used }, index) => {
    const saved = together(counted.map((it) => it.days[index]?.avoided));
    return { day, gross: saved, own: used, net: minus(saved, used) };
  });
  const net = minus(gross, own.total);
  return { range, gross, own: own.total, ownLoad: terms.load, net, days, without };
}

function together(amounts: readonly (Amount | undefined)[]): Amount {
  const added = (values: readonly (number | undefined)[]): number | undefined =>
    values.includes(undefined) ? undefined : sum(values.map((value) => value ?? 0));
  return {
    wattHours: added(amounts.map((amount) => amount?.wattHours)),
    cents: added(amounts.map((amount) => amount?.cents)),
  };
}

const minus = (saved: Amount, used: Amount): Amount => ({
  wattHours: difference(saved.wattHours, used.wattHours),
  cents: difference(saved.cents, used.cents),
});

const difference = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? undefined : a - b;
