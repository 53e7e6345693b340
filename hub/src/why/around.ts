import { elapsed, type Instant } from "@battant/protocol/vocabulary/units";
import { RECORD_HOLDS } from "../evidence/records.ts";
import type { DecisionRecord } from "../ports.ts";

/**
 * What the decision log says around an instant. A decision is written when its reason changes and
 * once an hour if it does not, so silence for longer means that no hub was there to decide.
 */
export type Around = {
  /** The latest record at that instant or before. */
  readonly latest: DecisionRecord | undefined;
  /** Since when its reason had been given without a break, as far as the log goes back. */
  readonly began: Instant | undefined;
  /** The first record after that instant. */
  readonly first: DecisionRecord | undefined;
  readonly sequel: Sequel;
};

/** How it went on from the latest record. */
export type Sequel =
  | { readonly kind: "changed"; readonly record: DecisionRecord }
  /** Nothing was written in between; `to` is unknown where nothing was written ever since. */
  | { readonly kind: "silence"; readonly from: Instant; readonly to: Instant | undefined }
  /** The same reason to this day. */
  | { readonly kind: "same" };

export type Records = {
  /** From the instant backwards. */
  readonly before: Iterable<DecisionRecord>;
  /** After it, forwards. */
  readonly after: Iterable<DecisionRecord>;
};

/** Takes no more records than it needs. */
export function recordsAround({ before, after }: Records, now: Instant): Around {
  let latest: DecisionRecord | undefined;
  let began: Instant | undefined;
  for (const record of before) {
    if (latest !== undefined && began !== undefined) {
      if (isSilence(record.at, began) || !isSameReason(record, latest)) break;
    }
    latest ??= record;
    began = record.at;
  }
  return { latest, began, ...whatFollowed(latest, after, now) };
}

function whatFollowed(
  latest: DecisionRecord | undefined,
  after: Iterable<DecisionRecord>,
  now: Instant,
): Pick<Around, "first" | "sequel"> {
  let first: DecisionRecord | undefined;
  let last = latest;
  for (const record of after) {
    first ??= record;
    if (last !== undefined && isSilence(last.at, record.at)) {
      return { first, sequel: { kind: "silence", from: last.at, to: record.at } };
    }
    if (last === undefined || !isSameReason(record, last)) {
      return { first, sequel: { kind: "changed", record } };
    }
    last = record;
  }
  if (last === undefined || !isSilence(last.at, now)) return { first, sequel: { kind: "same" } };
  return { first, sequel: { kind: "silence", from: last.at, to: undefined } };
}

const isSilence = (since: Instant, now: Instant): boolean => elapsed({ since, now }) > RECORD_HOLDS;

const isSameReason = ({ decision: one }: DecisionRecord, { decision: other }: DecisionRecord) =>
  one.kind === other.kind &&
  one.because === other.because &&
  one.evidence.observed === other.evidence.observed;
