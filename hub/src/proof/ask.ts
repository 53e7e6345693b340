import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import { createWallClock } from "../cli/times.ts";
import type { Site } from "../domain/site.ts";
import type { Price, Range } from "../evidence/records.ts";
import type { Question } from "./question.ts";

/** From what somebody asks to a whole question, with what the building file says of it. */

export type Asked = {
  /** One zone; all that have a circuit, and the box itself, without. */
  readonly zone: ZoneId | undefined;
  readonly range: Range;
  readonly now: Instant;
  readonly withRows: boolean;
};

export function questionOf(site: Site, { zone, range, now, withRows }: Asked): Question {
  const zones = [...site.zones.values()].flatMap(({ id, circuit }) =>
    circuit === undefined || (zone !== undefined && zone !== id)
      ? []
      : [{ zone: id, load: circuit.load, meter: circuit.meter }],
  );
  return {
    zones,
    range,
    now,
    timezone: site.timezone,
    prices: pricesOf(site, now),
    box: zone === undefined ? { power: site.energy?.box } : undefined,
    withRows,
  };
}

/** A price begins with the first moment of its day, by the building's clock. */
export function pricesOf({ timezone, energy }: Site, now: Instant): readonly Price[] {
  const clock = createWallClock(timezone);
  return (energy?.prices ?? []).map(({ from, eurosPerKWh }) => {
    const begins = clock.read(from, now);
    if (begins === undefined) throw new Error(`${from} is no day; the building file was checked`);
    return { from: begins, eurosPerKWh };
  });
}
