import { type Instant, type Milliseconds, wattHours } from "@battant/protocol/vocabulary/units";
import type { Watts } from "@battant/protocol/vocabulary/units";
import type { Calendar } from "../domain/calendar.ts";
import type { Because } from "../domain/decision.ts";
import { createChart } from "./chart.ts";
import type { Price, Result } from "./question.ts";

/** Adds up what a rule would have done, stretch by stretch. */
export type Account = {
  /** So it was between the two. */
  add(from: Instant, to: Instant, state: State): void;
  switched(at: Instant): void;
  total(): Omit<Result, "setting" | "daylight">;
};

export type State = {
  readonly because: Because;
  readonly keptOff: boolean;
  /** The luminaires would burn if they were not kept off. */
  readonly wouldBurn: boolean;
  /** History saw them burn. */
  readonly seenLit: boolean;
  readonly occupied: boolean | undefined;
  /** The floor has less daylight than its target. */
  readonly dark: boolean;
};

export type Terms = {
  readonly calendar: Calendar;
  readonly load: Watts | undefined;
  /** The latest that is valid counts. */
  readonly prices: readonly Price[];
};

const HOUR_MS = 3_600_000;

const NOBODY_KNOWS: ReadonlySet<Because> = new Set(["sensor-silent", "sensor-offline"]);

export function createAccount({ calendar, load, prices }: Terms): Account {
  const sum = { avoided: 0, seen: 0, occupied: 0, unknown: 0 };
  const dark = { all: 0, longest: 0, now: 0, occupied: 0 };
  const chart = createChart(calendar);
  const reasons: { [because in Because]?: number } = {};
  const switchings = new Map<Instant, number>();
  const paid = new Map<Price | undefined, number>();
  let presenceKnown = false;

  const addKeptOff = (from: Instant, length: number, state: State): void => {
    if (state.wouldBurn) {
      sum.avoided += length;
      if (state.seenLit) sum.seen += length;
      if (state.occupied === true) sum.occupied += length;
      const price = prices.findLast((it) => it.from <= from);
      paid.set(price, (paid.get(price) ?? 0) + length);
    }
    if (!state.dark || state.occupied === false) {
      dark.now = 0;
      return;
    }
    dark.all += length;
    dark.now += length;
    dark.longest = Math.max(dark.longest, dark.now);
    if (state.occupied === true) dark.occupied += length;
  };

  return {
    add: (from, to, state) => {
      const length = to - from;
      if (length <= 0) return;
      const { because, keptOff } = state;
      const unknown = NOBODY_KNOWS.has(because);
      reasons[because] = (reasons[because] ?? 0) + length;
      if (unknown) sum.unknown += length;
      if (keptOff || unknown) {
        chart.add(from, to, { keptOff, unknown, avoided: keptOff && state.wouldBurn });
      }
      if (state.occupied !== undefined) presenceKnown = true;
      if (keptOff) addKeptOff(from, length, state);
      else dark.now = 0;
    },
    switched: (at) => {
      const day = calendar.dayOf(at).start;
      switchings.set(day, (switchings.get(day) ?? 0) + 1);
    },
    total: () => {
      const kWhPerMs = load === undefined ? undefined : load / 1000 / HOUR_MS;
      return {
        avoided: ms(sum.avoided),
        avoidedSeen: ms(sum.seen),
        avoidedOccupied: presenceKnown ? ms(sum.occupied) : undefined,
        switchings: [...switchings.values()].reduce((all, count) => all + count, 0),
        switchingsMaxADay: Math.max(0, ...switchings.values()),
        tooDark: ms(dark.all),
        tooDarkLongest: ms(dark.longest),
        tooDarkOccupied: presenceKnown ? ms(dark.occupied) : undefined,
        unknown: ms(sum.unknown),
        energy: kWhPerMs === undefined ? undefined : wattHours(sum.avoided * kWhPerMs * 1000),
        euros: kWhPerMs === undefined ? undefined : eurosOf(paid, kWhPerMs),
        reasons: reasons as Result["reasons"],
        chart: chart.total(),
      };
    },
  };
}

const ms = (length: number): Milliseconds => length as Milliseconds;

/** Unknown if some of it was avoided at a time that no price is given for. */
function eurosOf(
  paid: ReadonlyMap<Price | undefined, number>,
  kWhPerMs: number,
): number | undefined {
  let euros = 0;
  for (const [price, length] of paid) {
    if (price === undefined) return undefined;
    euros += length * kWhPerMs * price.perKWh;
  }
  return euros;
}
