import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import type { CalibrationSessionView } from "../../api/calibration.ts";
import { SESSION, SESSION_IDLE } from "./figures.ts";

/**
 * Who is calibrating a zone. Two people at once would take each other's lamps for their own; whoever
 * forgets to come back has left after an hour, and may be followed by others well before.
 */
export type Sessions = {
  of(zone: ZoneId): CalibrationSessionView | undefined;
  /** Undefined, or who is there and from when on somebody else may be. */
  enter(zone: ZoneId, who: string): Busy | undefined;
};

export type Busy = { readonly who: string; readonly freeFrom: number };

type Session = { readonly who: string; readonly lastAct: number };

export function createSessions(now: () => Instant): Sessions {
  // As many as there are zones.
  const sessions = new Map<ZoneId, Session>();
  const present = (zone: ZoneId): Session | undefined => {
    const session = sessions.get(zone);
    if (session === undefined || Math.abs(now() - session.lastAct) < SESSION) return session;
    sessions.delete(zone);
    return undefined;
  };
  return {
    of: (zone) => {
      const session = present(zone);
      return session === undefined
        ? undefined
        : { who: session.who, until: session.lastAct + SESSION };
    },
    enter: (zone, who) => {
      const session = present(zone);
      const freeFrom = session === undefined ? 0 : session.lastAct + SESSION_IDLE;
      if (session !== undefined && session.who !== who && now() < freeFrom) {
        return { who: session.who, freeFrom };
      }
      sessions.set(zone, { who, lastAct: now() });
      return undefined;
    },
  };
}
