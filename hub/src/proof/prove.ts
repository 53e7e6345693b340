import { hours, type Instant, instant, watts, wattHours } from "@battant/protocol/vocabulary/units";
import { type Calendar, createCalendar } from "../domain/calendar.ts";
import { baseline } from "../evidence/baseline.ts";
import { burningInDaylight } from "../evidence/burning.ts";
import { type Load, loadOf } from "../evidence/load.ts";
import { netOf } from "../evidence/net.ts";
import { type PowerEvidence, type Range, RECORD_HOLDS } from "../evidence/records.ts";
import { savings } from "../evidence/savings.ts";
import { type Timeline, timeline } from "../evidence/timeline.ts";
import { rowsOf, type Terms } from "../evidence/worth.ts";
import type {
  Proof,
  Question,
  Records,
  Standing,
  ZoneProof,
  ZoneQuestion,
  ZoneRows,
} from "./question.ts";

/** From the records of a building to its figures: reads what is needed, and hands it to `evidence/`. */
export function prove(question: Question, records: Records): Proof {
  const calendar = createCalendar(question.timezone);
  const first = firstOf(question, records);
  if (first === undefined) return { ok: false, first };
  const range = {
    from: instant(Math.max(question.range.from, first)),
    to: instant(Math.min(question.range.to, question.now)),
  };
  if (range.from >= range.to) return { ok: false, first };
  const zones = question.zones.map((zone) =>
    proveZone(zone, { question, records, calendar, range }),
  );
  const { box, prices } = question;
  const net =
    box === undefined
      ? undefined
      : netOf(range, new Map(zones.map(({ zone, saved }) => [zone, saved])), {
          calendar,
          prices,
          load: declared(box.power, range.from),
        });
  return { ok: true, range, zones, net };
}

function firstOf({ zones, range, now }: Question, records: Records): Instant | undefined {
  const before = instant(Math.max(range.to, now));
  const firsts = zones.flatMap(({ zone }) => records.stretches(zone, before).first ?? []);
  return firsts.length === 0 ? undefined : instant(Math.min(...firsts));
}

type Place = {
  readonly question: Question;
  readonly records: Records;
  readonly calendar: Calendar;
  readonly range: Range;
};

function proveZone(asked: ZoneQuestion, place: Place): ZoneProof {
  const { question, calendar, range } = place;
  const { prices } = question;
  const line = timelineOf(asked, range, place);
  const terms = (load: Load | undefined): Terms => ({ calendar, load, prices });
  const idle = idleStretches(asked, place).map((stretch) => timelineOf(asked, stretch, place));
  const proven = idle.find((it) => baseline(it, terms(undefined)).rate.ok);
  const known = proven ?? idle[0] ?? timeline(NOTHING, { from: range.from, to: range.from });
  const priced = terms(loadIn([line, known], asked, place));
  const before = baseline(known, priced);
  const burning = burningInDaylight(line, priced);
  const saved = savings(line, before, priced);
  const seesLight = [known, line].some(({ intervals }) =>
    intervals.some(({ light, inhibited }) => light !== "unknown" && inhibited !== true),
  );
  const rows = question.withRows ? rowsIn({ burning, saved, before }, priced) : undefined;
  return { zone: asked.zone, burning, before, saved, seesLight, rows };
}

const NOTHING = { circuit: [], verdicts: [], breaks: [] };

type Read<Name extends keyof Records> = { readonly records: Pick<Records, Name> };

export function timelineOf(
  { zone }: ZoneQuestion,
  range: Range,
  { records }: Read<"circuits" | "breaks">,
): Timeline {
  // What was written before the range may hold on into it.
  const read = { from: instant(range.from - RECORD_HOLDS), to: range.to };
  const rows = records.circuits(zone, read);
  return timeline({ circuit: rows, verdicts: rows, breaks: records.breaks(read) }, range);
}

/** Beyond a year the building was another one. */
const BASELINE_MAX = hours(366 * 24);

/**
 * Where a baseline may be found, the best first: the time before anything ever acted and, where that
 * is too short, the latest time that the zone went back to only observing.
 */
function idleStretches({ zone }: ZoneQuestion, { records, range }: Place): readonly Range[] {
  const { first, firstActing, latestIdle } = records.stretches(zone, range.to);
  const stretches: Range[] = [];
  if (first !== undefined) stretches.push({ from: first, to: firstActing ?? range.to });
  if (latestIdle !== undefined && firstActing !== undefined && latestIdle.from > firstActing) {
    stretches.push(latestIdle);
  }
  return stretches
    .filter(({ from, to }) => from < to)
    .map(({ from, to }) => ({ from: instant(Math.max(from, to - BASELINE_MAX)), to }));
}

const declared = (power: number | undefined, from: Instant): Load | undefined =>
  power === undefined ? undefined : { origin: "declared", rows: [{ from, power: watts(power) }] };

/** Measured in the first of some times where a meter saw the light burn, else as declared. */
export function loadIn(
  lines: readonly Timeline[],
  asked: ZoneQuestion,
  { records }: Read<"standings">,
): Load | undefined {
  const { meter, load } = asked;
  for (const line of meter === undefined ? [] : lines) {
    const of = (quantity: "energy" | "active-power"): readonly Standing[] =>
      meter === undefined ? [] : records.standings({ ...meter, quantity }, line.range);
    const evidence: PowerEvidence = {
      register: of("energy").map(({ at, value }, written) => ({
        at,
        written,
        energy: wattHours(value),
      })),
      samples: of("active-power").map(({ at, value }, written) => ({
        at,
        written,
        power: watts(value),
      })),
      declared: [],
    };
    const measured = loadOf(evidence, line);
    if (measured !== undefined) return measured;
  }
  return declared(load, instant(Math.min(...lines.map(({ range }) => range.from))));
}

type Figures = Pick<ZoneProof, "burning" | "saved" | "before">;

function rowsIn({ burning, saved, before }: Figures, terms: Terms): ZoneRows {
  const { rate } = before;
  return {
    burning: rowsOf(burning.burning, terms, 1),
    keptOff: rate.ok ? rowsOf(saved.keptOff, terms, rate.value) : saved.keptOff.intervals,
    unknown: burning.unknown.intervals,
  };
}
