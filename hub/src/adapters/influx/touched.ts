import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Calendar } from "../../domain/calendar.ts";
import type { Range, Series, WindowSize } from "../../ports.ts";

/** Which windows a batch of readings has changed, as few ranges to ask for as is sensible. */
export type Touched = { readonly series: Series; readonly size: WindowSize; readonly range: Range };

/** Windows closer than this are asked for together, with those between them. */
const GAP_MS_MAX: { readonly [size in WindowSize]: number } = {
  "10-minutes": 3 * 3_600_000,
  day: 15 * 86_400_000,
};

export function touchedBy(readings: readonly Reading[], calendar: Calendar): Touched[] {
  return [...groupBySeries(readings)].flatMap(([series, instants]) => {
    const tenMinutes = instants.map((at) => calendar.tenMinutesOf(at));
    const days = instants.map((at) => calendar.dayOf(at).start);
    return [...spans(series, "10-minutes", tenMinutes), ...spans(series, "day", days)];
  });
}

function groupBySeries(readings: readonly Reading[]): Map<Series, Instant[]> {
  const byName = new Map<string, Series>();
  const instants = new Map<Series, Instant[]>();
  for (const { board, sensor, quantity, at } of readings) {
    const name = `${board}/${sensor}/${quantity}`;
    const series = byName.get(name) ?? { board, sensor, quantity };
    byName.set(name, series);
    const known = instants.get(series);
    if (known === undefined) instants.set(series, [at]);
    else known.push(at);
  }
  return instants;
}

function spans(series: Series, size: WindowSize, starts: readonly Instant[]): Touched[] {
  const found: Touched[] = [];
  for (const start of starts.toSorted((a, b) => a - b)) {
    const span = found.at(-1);
    const to = instant(start + 1);
    if (span !== undefined && start - span.range.to < GAP_MS_MAX[size]) {
      found[found.length - 1] = { ...span, range: { from: span.range.from, to } };
    } else {
      found.push({ series, size, range: { from: start, to } });
    }
  }
  return found;
}
