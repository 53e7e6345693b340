import type { DatabaseSync } from "node:sqlite";
import type { Instant } from "@battant/protocol/vocabulary/units";
import { inTransaction } from "./schema.ts";

/** Lets go of what is older than its time, a small step at once, so that no commit waits for long. */

/** Days are kept for ever. */
export type Retention = {
  readonly rawDays: number;
  readonly tenMinutesDays: number;
  readonly decisionsDays: number;
  /** How circuits were before anything acted is what savings are measured against for years. */
  readonly circuitsDays?: number;
};

export const DEFAULT_RETENTION = {
  rawDays: 90,
  tenMinutesDays: 3 * 365,
  decisionsDays: 90,
  circuitsDays: 3650,
} satisfies Retention;

export type SweepOrder = {
  readonly now: Instant;
  readonly retention: Retention;
  /** Stores that must have got a reading before it may go. */
  readonly forwardTo: readonly string[];
};

const ROWS_PER_STEP = 2000;
const DAY_MS = 86_400_000;

/** Returns whether there is more to let go of. */
export function sweep(db: DatabaseSync, { now, retention, forwardTo }: SweepOrder): boolean {
  const before = (days: number): number => now - days * DAY_MS;
  return inTransaction(db, () => {
    const removed = [
      sweepReadings(db, before(retention.rawDays), forwardTo),
      sweepTenMinutes(db, before(retention.tenMinutesDays)),
      sweepDecisions(db, before(retention.decisionsDays)),
      sweepCircuits(db, before(retention.circuitsDays ?? DEFAULT_RETENTION.circuitsDays)),
    ];
    return removed.some((count) => count >= ROWS_PER_STEP);
  });
}

/**
 * By order of arrival, so that what is deleted lies together. A late reading stays as long after
 * its arrival as any other. The newest is never deleted: ids follow it, and cursors rely on them.
 */
function sweepReadings(db: DatabaseSync, before: number, forwardTo: readonly string[]): number {
  const expired = db
    .prepare(
      `SELECT max(id) AS id FROM (SELECT id, at + delay AS received FROM reading ORDER BY id LIMIT ?)
       WHERE received < ?`,
    )
    .get(ROWS_PER_STEP, before)?.["id"];
  if (typeof expired !== "number") return 0;
  const newest = Number(db.prepare("SELECT max(id) AS id FROM reading").get()?.["id"]);
  const cursor = db.prepare("SELECT cursor FROM forwarded WHERE store = ?");
  const passed = forwardTo.map((store) => Number(cursor.get(store)?.["cursor"] ?? 0));
  const last = Math.min(expired, newest - 1, ...passed);
  return Number(db.prepare("DELETE FROM reading WHERE id <= ?").run(last).changes);
}

function sweepTenMinutes(db: DatabaseSync, before: number): number {
  const step = `SELECT start, series FROM ten_minutes WHERE start < ? ORDER BY start, series LIMIT ?`;
  const remove = db.prepare(`DELETE FROM ten_minutes WHERE (start, series) IN (${step})`);
  return Number(remove.run(before, ROWS_PER_STEP).changes);
}

const sweepDecisions = (db: DatabaseSync, before: number): number =>
  sweepInOrder(db, "decision", before);

/** The newest stays, so that a break is still written after it and before what comes next. */
function sweepCircuits(db: DatabaseSync, before: number): number {
  db.prepare("DELETE FROM break WHERE max(begins, ends) < ?").run(before);
  return sweepInOrder(db, "circuit", before);
}

function sweepInOrder(db: DatabaseSync, table: "decision" | "circuit", before: number): number {
  const last = table === "circuit" ? "AND id < (SELECT max(id) FROM circuit)" : "";
  const remove = db.prepare(
    `DELETE FROM ${table} WHERE id <=
       (SELECT max(id) FROM (SELECT id, at FROM ${table} ORDER BY id LIMIT ?) WHERE at < ?) ${last}`,
  );
  return Number(remove.run(ROWS_PER_STEP, before).changes);
}
