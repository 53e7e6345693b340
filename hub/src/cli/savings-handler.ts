import { hours, type Instant, instant } from "@battant/protocol/vocabulary/units";
import { questionOf } from "../proof/ask.ts";
import type { Proof } from "../proof/question.ts";
import type { Range } from "../ports.ts";
import { anyZoneAsked, type Asked, rangeAsked, type Times } from "./asked.ts";
import type { Common } from "./command.ts";
import { type ExitCode, type Io, languageOf } from "./io.ts";
import { buildingClock, type Place, siteOf, type WithPlace } from "./place.ts";
import { misunderstood, noPlan, unreadable } from "./replies.ts";
import { showSavings } from "./savings.ts";
import type { WallClock } from "./times.ts";

/** From the words of `battant savings` to its question. */

export type SavingsOptions = Common &
  Times & { zone?: string; intervals?: boolean; csv?: boolean; excel?: boolean };

export type SavingsHandlers = { showSavings(options: SavingsOptions): Promise<ExitCode> };

const RANGE_MAX = hours(400 * 24);
const MONTH = hours(31 * 24);

export const createSavingsHandler = (io: Io, withPlace: WithPlace): SavingsHandlers => ({
  showSavings: (options) =>
    withPlace({ data: options.data }, async (place) => {
      const site = siteOf(place);
      if (site === undefined) return noPlan(place, "what the circuits draw", io);
      const zone = anyZoneAsked(options.zone, place);
      const ranges = rangesAsked(options, place);
      if (!zone.ok) return misunderstood(zone.problem, io);
      if (!ranges.ok) return misunderstood(ranges.problem, io);
      const { journal } = place;
      if (journal.kind === "unreadable") return unreadable(journal, io);
      const withRows = options.intervals === true;
      const ask = (range: Range): Proof =>
        journal.kind === "open"
          ? journal.proof(
              questionOf(site, { zone: zone.value, range, now: place.buildingNow, withRows }),
            )
          : { ok: false, first: undefined };
      const format = options.json ? "json" : options.excel ? "excel" : options.csv ? "csv" : "text";
      const telling = { site, clock: buildingClock(place), language: languageOf(io) };
      return showSavings(proofOf(ranges.value, ask), { ...telling, format, withRows }, io);
    }),
});

/** Where the first range asked for has nothing, the next is tried. */
const proofOf = (ranges: readonly Range[], ask: (range: Range) => Proof): Proof => {
  let proof: Proof = { ok: false, first: undefined };
  for (const range of ranges) {
    proof = ask(range);
    if (proof.ok) return proof;
  }
  return proof;
};

/** The last calendar month, or this one in a building that began in it. */
const rangesAsked = (times: Times, place: Place): Asked<readonly Range[]> => {
  const { buildingNow: now } = place;
  if (times.from === undefined && times.to === undefined) {
    return { ok: true, value: lastMonths(buildingClock(place), now) };
  }
  const asked = rangeAsked(times, place);
  if (!asked.ok) return asked;
  const { to } = asked.value;
  const from = times.from === undefined ? instant(to - MONTH) : asked.value.from;
  if (Math.min(to, now) - from > RANGE_MAX) {
    return { ok: false, problem: "--from and --to are at most 400 days apart." };
  }
  return { ok: true, value: [{ from, to }] };
};

const lastMonths = (clock: WallClock, now: Instant): readonly Range[] => {
  const [year = 0, month = 0] = clock.local(now).split("-").map(Number);
  const startOf = (months: number): Instant => {
    const day = new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
    const start = clock.read(day, now);
    if (start === undefined) throw new Error(`${day} is no day`);
    return start;
  };
  return [
    { from: startOf(-1), to: startOf(0) },
    { from: startOf(0), to: startOf(1) },
  ];
};
