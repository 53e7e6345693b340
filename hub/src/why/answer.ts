import { elapsed, hours, type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import type { Decision } from "../domain/decision.ts";
import { RECORD_HOLDS } from "../evidence/records.ts";
import type { Around, Sequel } from "./around.ts";
import { type Next, nextOf, type Outlook } from "./next.ts";

/** Why a light was as it was: what the records say, and what they do not. */
export type Answer =
  | Known
  /** The hub was not there then, and is not there since. */
  | (Stopped & { readonly at: Instant })
  /** No hub was there to decide; or nothing was written ever since, and `to` is unknown. */
  | {
      readonly kind: "silence";
      readonly at: Instant;
      readonly from: Instant;
      readonly to: Instant | undefined;
    }
  /** Nothing so old is kept, or nothing was decided for this zone yet. */
  | {
      readonly kind: "unwritten";
      readonly at: Instant;
      readonly first: Instant | undefined;
      /** How long decisions are kept, if that was longer ago. */
      readonly keptDays: number | undefined;
    };

export type Stopped = { readonly kind: "stopped"; readonly since: Instant };

export type Known = {
  readonly kind: "known";
  readonly at: Instant;
  readonly decision: Decision;
  /** When this was decided, as far as is known. */
  readonly began: Instant;
  /** When the evidence was written down. */
  readonly written: Instant;
  /** What comes, for an instant that is now and a plan that is known. */
  readonly next: Next | undefined;
  /** What came, for an instant that is past. */
  readonly sequel: Sequel | Stopped | undefined;
};

/** What the hub believes this moment, which is newer than any record. */
export type Live = { readonly decision: Decision; readonly since: Instant };

export const answerLive = (live: Live, outlook: Outlook | undefined, now: Instant): Known => ({
  kind: "known",
  at: now,
  decision: live.decision,
  began: live.since,
  written: now,
  next: outlook && nextOf(live.decision, outlook, now),
  sequel: undefined,
});

export type Asking = {
  readonly at: Instant;
  readonly now: Instant;
  /** What is so now; an instant of the past is told from its records alone. */
  readonly outlook: Outlook | undefined;
  /** When the hub that does not run was last there. */
  readonly stoppedAt: Instant | undefined;
  readonly keptDays: number;
};

export function answerFrom({ latest, began, first, sequel }: Around, asking: Asking): Answer {
  const { at, now, outlook, stoppedAt, keptDays } = asking;
  if (latest === undefined || began === undefined) {
    const oldest = instant(now - keptDays * hours(24) + RECORD_HOLDS);
    const isLetGo = at < oldest;
    return { kind: "unwritten", at, first: first?.at, keptDays: isLetGo ? keptDays : undefined };
  }
  if (stoppedAt !== undefined && at >= stoppedAt && first === undefined) {
    return { kind: "stopped", at, since: stoppedAt };
  }
  if (elapsed({ since: latest.at, now: at }) > RECORD_HOLDS) {
    return { kind: "silence", at, from: latest.at, to: first?.at };
  }
  const { decision } = latest;
  const known = { kind: "known" as const, at, decision, began, written: latest.at };
  return isNow(at, now)
    ? { ...known, next: outlook && nextOf(decision, outlook, at), sequel: undefined }
    : { ...known, next: undefined, sequel: endedBy(sequel, stoppedAt) };
}

/** Who asks about this minute asks what comes. */
export const isNow = (at: Instant, now: Instant): boolean =>
  elapsed({ since: at, now }) < minutes(1);

/** A hub that stopped said nothing any more, however little time ago that was. */
function endedBy(sequel: Sequel, stoppedAt: Instant | undefined): Sequel | Stopped {
  const isOpen = sequel.kind === "same" || (sequel.kind === "silence" && sequel.to === undefined);
  return stoppedAt !== undefined && isOpen ? { kind: "stopped", since: stoppedAt } : sequel;
}
