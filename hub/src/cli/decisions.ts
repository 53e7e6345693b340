import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, instant } from "@battant/protocol/vocabulary/units";
import { type Language, sentenceOf } from "../domain/sentence.ts";
import type { DecisionRecord, Range } from "../ports.ts";
import { EXIT, type ExitCode, type Io } from "./io.ts";
import { table, wrapped } from "./table.ts";
import type { WallClock } from "./times.ts";

/** `battant decisions`: why each light was on or off. */

export type DecisionSource = (range: Range, zone: ZoneId | undefined) => readonly DecisionRecord[];

export type DecisionRequest = {
  readonly zone: ZoneId | undefined;
  readonly range: Range;
  readonly limit: number;
};

export type Telling = {
  readonly wallClock: WallClock;
  readonly timezone: string;
  readonly language: Language;
  readonly asJson: boolean;
};

export const showDecisions = async (
  request: DecisionRequest,
  { source, telling }: { readonly source: DecisionSource; readonly telling: Telling },
  io: Io,
): Promise<ExitCode> => {
  const { records, isCut } = latest(request, source);
  if (telling.asJson) {
    await io.out(records.map((record) => `${JSON.stringify(asData(record, telling))}\n`).join(""));
    return EXIT.ok;
  }
  if (records.length === 0) {
    await io.out(
      `No decision${request.zone === undefined ? "" : ` for the zone ${request.zone}`} in this time.\n`,
    );
    return EXIT.ok;
  }
  await io.out(asTable(records, telling));
  if (isCut) await io.err(`The latest ${request.limit}; --limit or --from shows more.\n`);
  return EXIT.ok;
};

/** No building file lets decisions be kept longer. */
const DAYS_BACK_MAX = 3660;

/** From the last day backwards, so that no more is read than is shown. */
const latest = ({ zone, range, limit }: DecisionRequest, source: DecisionSource) => {
  const start = Math.max(range.from, range.to - DAYS_BACK_MAX * hours(24));
  let records: readonly DecisionRecord[] = [];
  let end = range.to;
  while (end > start && records.length <= limit) {
    const from = instant(Math.max(start, end - hours(24)));
    records = [...source({ from, to: end }, zone), ...records];
    end = from;
  }
  return { records: records.slice(-limit), isCut: records.length > limit };
};

const asData = (
  { at, zone, decision }: DecisionRecord,
  { wallClock, timezone }: Telling,
): object => ({
  time: wallClock.iso(at),
  zone,
  decision: decision.kind,
  because: decision.because,
  evidence: decision.evidence,
  why: {
    fr: sentenceOf(decision, { language: "fr", at, timezone }),
    en: sentenceOf(decision, { language: "en", at, timezone }),
  },
});

const asTable = (records: readonly DecisionRecord[], telling: Telling): string => {
  const { wallClock, timezone, language } = telling;
  const zoneWidth = Math.max(4, ...records.map(({ zone }) => zone.length));
  const indent = 19 + 3 + zoneWidth + 3;
  return table(
    ["TIME", "ZONE", "WHY"],
    records.map(({ at, zone, decision }) => [
      wallClock.local(at),
      zone,
      wrapped(sentenceOf(decision, { language, at, timezone }), indent, 110),
    ]),
  );
};
