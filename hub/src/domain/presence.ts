import { hours, type Instant, minutes } from "@battant/protocol/vocabulary/units";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Presence } from "./decision.ts";
import type { PresencePlan, SensorAt } from "./site.ts";

/**
 * Whether somebody is in a zone. Nobody is there only if every detector says so, lately, and has
 * said so for longer than the hold; whatever else is the case, somebody is taken to be there.
 */
export type Detected = {
  readonly isOccupied: boolean;
  /** Since when it has said the same. */
  readonly since: Instant;
  /** When it last said anything. */
  readonly at: Instant;
};

/** What each detector of a zone last said, by `board/sensor`. */
export type Detections = ReadonlyMap<string, Detected>;

export const NOTHING_DETECTED: Detections = new Map();

/** Boards say every five minutes that nothing has changed. */
export const SILENT_AFTER = minutes(10);
/** Nobody stands in a stairwell for four hours: a radar that sees a fan, a detector in a draught. */
const STUCK_OCCUPIED_AFTER = hours(4);
/** In a common area somebody passes at least once a day; a detector that sees nobody sees nothing. */
const STUCK_EMPTY_AFTER = hours(24);

const keyOf = ({ board, sensor }: SensorAt): string => `${board}/${sensor}`;

/** Takes in what a detector says. What is late or out of order changes nothing. */
export function detect(
  detections: Detections,
  from: SensorAt,
  told: { readonly isOccupied: boolean; readonly at: Instant },
  now: Instant,
): Detections {
  const { isOccupied } = told;
  const at = told.at > now ? now : told.at;
  const before = detections.get(keyOf(from));
  if (now - at > SILENT_AFTER || (before !== undefined && at < before.at)) return detections;
  // What a clock that is ahead says in one breath comes at one time: somebody counts, then nobody.
  if (at === before?.at && !isOccupied) return detections;
  const isSame = before?.isOccupied === isOccupied && at - before.at <= SILENT_AFTER;
  const since = isSame ? before.since : at;
  return new Map(detections).set(keyOf(from), { isOccupied, since, at });
}

/** What is still believed when other detectors watch: one that comes back later starts anew. */
export const stillWatching = (
  detections: Detections,
  plan: PresencePlan | undefined,
): Detections => {
  const known = new Set(plan?.sensors.map(keyOf));
  const still = [...detections].filter(([key]) => known.has(key));
  return still.length === detections.size ? detections : new Map(still);
};

export type Watch = {
  readonly now: Instant;
  readonly isOnline: (board: BoardId) => boolean;
  /** When somebody last switched the luminaires on: no detector needs to have seen them. */
  readonly switchedOnAt: Instant | undefined;
};

/** In order of precedence: the first that holds is what is told. */
export function presenceIn(plan: PresencePlan, detections: Detections, watch: Watch): Presence {
  const { now, isOnline, switchedOnAt } = watch;
  const found = plan.sensors.map((at) => ({ at, detected: detections.get(keyOf(at)) }));
  const all = found.flatMap(({ at, detected }) => {
    const speaks =
      detected !== undefined && now - detected.at <= SILENT_AFTER && isOnline(at.board);
    return speaks ? [detected] : [];
  });
  const stuck = all.find((it) => now - it.since >= stuckAfter(it));
  const seen = all.find((it) => it.isOccupied && it !== stuck);
  if (seen !== undefined) return { kind: "seen", since: seen.since };
  if (all.length < found.length) return { kind: "silent", ...silentSince(found) };
  if (stuck !== undefined) return { kind: "stuck", since: stuck.since };
  const left = all.reduce((latest, { since }) => Math.max(latest, since), switchedOnAt ?? 0);
  const since = left as Instant;
  return { kind: now - since < plan.hold ? "seen" : "nobody", since };
}

export const stuckAfter = ({ isOccupied }: Detected): number =>
  isOccupied ? STUCK_OCCUPIED_AFTER : STUCK_EMPTY_AFTER;

function silentSince(
  found: readonly { readonly detected: Detected | undefined }[],
): Pick<Presence, "since"> {
  const heard = found.flatMap(({ detected }) => detected?.at ?? []);
  return heard.length < found.length ? {} : { since: Math.min(...heard) as Instant };
}
