import type { DatabaseSync } from "node:sqlite";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { hours, type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { CircuitState } from "../../domain/circuit.ts";
import type { Decision } from "../../domain/decision.ts";
import {
  type Observation,
  type ObservationQuestion,
  type ObservationRecords,
  review,
} from "../../observation/review.ts";
import { recordsIn } from "./circuits.ts";

/** What a zone would have done, looked up beside the file: its records are many, its figures few. */
export type ObservationReads = {
  observation(question: ObservationQuestion): Observation | undefined;
};

/** One in two minutes, for four weeks. Of a zone that decides more often the earliest are unknown. */
const DECISIONS_MAX = 20_000;

const OTHERS = ["act", "off"] as const satisfies readonly CircuitState["mode"][];

export function observationReads(db: DatabaseSync): ObservationReads {
  const records = { ...recordsIn(db), ...stretchIn(db), ...decisionsIn(db) };
  return { observation: (question) => review(question, records) };
}

/** Who lets a zone act for an hour, to see, has not begun a new observation: that time is unknown. */
const INTERRUPTED_MAX = hours(24);
const INTERRUPTIONS_MAX = 1000;

function stretchIn(db: DatabaseSync): Pick<ObservationRecords, "stretch"> {
  const found = "FROM circuit WHERE zone = (SELECT id FROM zone WHERE name = ?1) AND mode = ?2";
  const first = db.prepare(`SELECT min(at) AS at ${found} AND at > ?3`);
  const last = db.prepare(`SELECT max(at) AS at ${found} AND at < ?3`);
  const firstAfter = (zone: ZoneId, mode: CircuitState["mode"], at: number): number =>
    timeIn(first.get(zone, mode, at)) ?? Infinity;
  const lastBefore = (zone: ZoneId, mode: CircuitState["mode"], at: number): number =>
    timeIn(last.get(zone, mode, at)) ?? -1;
  const lastOtherBefore = (zone: ZoneId, at: number): number =>
    Math.max(...OTHERS.map((mode) => lastBefore(zone, mode, at)));
  const firstOtherAfter = (zone: ZoneId, at: number): number =>
    Math.min(...OTHERS.map((mode) => firstAfter(zone, mode, at)));

  const begun = (zone: ZoneId, latest: number): number => {
    let observed = latest;
    for (let interruptions = 0; ; interruptions++) {
      const other = lastOtherBefore(zone, observed);
      const began = firstAfter(zone, "observe", other);
      const before = lastBefore(zone, "observe", other);
      if (before < 0 || interruptions >= INTERRUPTIONS_MAX) return began;
      if (began - firstOtherAfter(zone, before) >= INTERRUPTED_MAX) return began;
      observed = before;
    }
  };

  return {
    stretch: (zone, until) => {
      const latest = lastBefore(zone, "observe", until);
      if (latest < 0) return undefined;
      const after = firstOtherAfter(zone, latest);
      return {
        began: instant(begun(zone, latest)),
        ended: after < until ? instant(after) : undefined,
      };
    },
  };
}

const timeIn = (row: { readonly [column: string]: unknown } | undefined): number | undefined =>
  typeof row?.["at"] === "number" ? row["at"] : undefined;

function decisionsIn(db: DatabaseSync): Pick<ObservationRecords, "decisions"> {
  const latest = db.prepare(
    `SELECT at, decision FROM decision WHERE zone = (SELECT id FROM zone WHERE name = ?)
     AND at >= ? AND at < ? ORDER BY at DESC, id DESC LIMIT ?`,
  );
  type Row = { readonly at: Instant; readonly decision: string };
  return {
    decisions: (zone, { from, to }) => {
      const rows = latest.all(zone, from, to, DECISIONS_MAX) as Row[];
      return rows.reverse().map(({ at, decision }) => ({ at, decision: readDecision(decision) }));
    },
  };
}

/** Written by this program alone. */
const readDecision = (text: string): Decision => JSON.parse(text) as Decision;
