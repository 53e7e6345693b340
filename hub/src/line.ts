import type { BoardId } from "@battant/protocol/vocabulary/ids";
import type { Instant } from "@battant/protocol/vocabulary/units";
import {
  type Board,
  type Building,
  replan,
  unknownBuilding,
  type Wiring,
} from "./domain/building.ts";
import type { Effect, HubEvent } from "./domain/event.ts";
import { step } from "./pipeline.ts";
import type { BoardLink, CircuitLog, DecisionLog, Trace } from "./ports.ts";

/**
 * What the hub believes, in the one place where that changes: by an event that goes through `step`,
 * or by another plan. Whoever looks on is told after each.
 */
export type Line = {
  building(): Building;
  wiring(): Wiring;
  link(): BoardLink | undefined;
  events(): number;
  connect(link: BoardLink): void;
  live(event: HubEvent, now: Instant): void;
  /** `known`: every board that has said something, whether a zone went by it or not. */
  reconfigure(wiring: Wiring, known: ReadonlyMap<BoardId, Board>): void;
  onChange(listener: () => void): () => void;
};

export type LineParts = {
  readonly wiring: Wiring;
  readonly trace: Trace;
  readonly decisions: DecisionLog;
  /** Without, nothing of it can be proven later. */
  readonly circuits?: CircuitLog | undefined;
};

export function createLine(parts: LineParts): Line {
  const listeners = new Set<() => void>();
  let { wiring } = parts;
  let building = unknownBuilding(wiring.site);
  let link: BoardLink | undefined;
  let events = 0;

  const tell = (): void => {
    for (const listener of listeners) listener();
  };

  return {
    building: () => building,
    wiring: () => wiring,
    link: () => link,
    events: () => events,
    connect: (to) => {
      link = to;
    },
    live: (event, now) => {
      const before = building;
      const { building: next, effects } = step(before, event, wiring, now);
      building = next;
      events += 1;
      parts.trace.record({ now, event, effects, site: wiring.site, before });
      for (const effect of effects) perform(effect, { ...parts, now, link });
      tell();
    },
    reconfigure: (next, known) => {
      building = replan({ ...building, boards: known }, wiring.site, next);
      wiring = next;
      tell();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

type Means = {
  readonly now: Instant;
  readonly link: BoardLink | undefined;
  readonly decisions: DecisionLog;
  readonly circuits?: CircuitLog | undefined;
};

function perform(effect: Effect, { now, link, decisions, circuits }: Means): void {
  switch (effect.kind) {
    case "lease":
      link?.lease(effect.board, effect.relay, effect.lease);
      return;
    case "set-clock":
      link?.clock(effect.board, now);
      return;
    case "log-decision":
      decisions.append({ at: now, zone: effect.zone, decision: effect.decision });
      return;
    case "log-circuit":
      circuits?.append({ at: now, zone: effect.zone, state: effect.state });
      return;
    case "log-break":
      circuits?.brokeOff({ from: effect.from, to: effect.to });
      return;
  }
}
