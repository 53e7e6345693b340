import type { DatabaseSync } from "node:sqlite";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import type { Calendar } from "../../domain/calendar.ts";
import type { DecisionRecord } from "../../ports.ts";
import { createWitness, type WrittenCircuit } from "./witness.ts";
import { createHeard } from "./heard.ts";
import { createNames } from "./names.ts";
import { createRollup } from "./rollup.ts";
import { inTransaction } from "./schema.ts";

/** What goes into the file together: all of it or nothing. */
export type Batch = {
  readonly appends: readonly (readonly Reading[])[];
  readonly decisions: readonly WrittenDecision[];
  /** Circuit records and breaks, in the order in which they came. */
  readonly circuits?: readonly WrittenCircuit[];
  readonly cursors: readonly { readonly store: string; readonly cursor: number }[];
};

/** A decision record, the decision itself as JSON. */
export type WrittenDecision = Omit<DecisionRecord, "decision"> & { readonly decision: string };

/** What became of one append. Conflicts are among the duplicates. */
export type Outcome = {
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: number;
};

/** Returns one outcome per append, after the fsync. Void once a commit has thrown. */
export type Commit = (batch: Batch) => readonly Outcome[];

export function createCommit(db: DatabaseSync, calendar: Calendar): Commit {
  const names = createNames(db);
  const rollup = createRollup(db, calendar);
  const heard = createHeard(db);
  const isConflict = createConflictCheck(db);
  const witness = createWitness(db, names);
  const addReading = db.prepare(
    `INSERT INTO reading (series, boot, sequence, at, delay, value) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const addDecision = db.prepare("INSERT INTO decision (zone, at, decision) VALUES (?, ?, ?)");
  const moveCursor = db.prepare(
    `INSERT INTO forwarded (store, cursor) VALUES (?, ?)
     ON CONFLICT (store) DO UPDATE SET cursor = excluded.cursor`,
  );

  const append = (readings: readonly Reading[], fresh: Fresh): Outcome => {
    let stored = 0;
    let conflicts = 0;
    for (const reading of readings) {
      const series = names.series(reading);
      const boot = names.boot(reading);
      const { sequence, at, received, value } = reading;
      if (fresh.get(boot)?.delete(sequence) === true) {
        addReading.run(series, boot, sequence, at, received - at, value);
        rollup.add(series, reading);
        stored += 1;
      } else if (isConflict(reading, series, boot)) {
        conflicts += 1;
      }
    }
    return { stored, duplicates: readings.length - stored, conflicts };
  };

  const freshIn = (appends: Batch["appends"]): Fresh => {
    const sequences = new Map<number, number[]>();
    for (const reading of appends.flat()) {
      const boot = names.boot(reading);
      const known = sequences.get(boot);
      if (known === undefined) sequences.set(boot, [reading.sequence]);
      else known.push(reading.sequence);
    }
    return new Map([...sequences].map(([boot, list]) => [boot, heard.hear(boot, list)]));
  };

  return (batch) =>
    inTransaction(db, () => {
      const fresh = freshIn(batch.appends);
      const outcomes = batch.appends.map((readings) => append(readings, fresh));
      rollup.save();
      for (const { zone, at, decision } of batch.decisions) {
        addDecision.run(names.zone(zone), at, decision);
      }
      for (const written of batch.circuits ?? []) witness(written);
      for (const { store, cursor } of batch.cursors) moveCursor.run(store, cursor);
      return outcomes;
    });
}

/** Sequence numbers, by boot, that the file does not have yet. */
type Fresh = ReadonlyMap<number, Set<number>>;

/**
 * Two boards that share credentials, or a board that draws the same boot twice, show in readings
 * that have a known name and other content. The first one stays.
 *
 * A board without a clock states an age, and the same packet delivered again is then placed later:
 * so the time may differ, within the ten minutes or the ten before. What may have been let go of since
 * cannot be compared.
 */
function createConflictCheck(db: DatabaseSync) {
  const original = db.prepare(
    `SELECT value FROM reading
     WHERE at / 600000 BETWEEN ?1 - 1 AND ?1 AND series = ?2 AND boot = ?3 AND sequence = ?4`,
  );
  const oldest = db.prepare("SELECT id, at + delay AS received FROM reading ORDER BY id LIMIT 1");

  return (reading: Reading, series: number, boot: number): boolean => {
    const tenMinutes = Math.floor(reading.at / 600_000);
    const known = original.get(tenMinutes, series, boot, reading.sequence);
    if (known !== undefined) return known["value"] !== reading.value;
    const kept = oldest.get() as { readonly id: number; readonly received: number } | undefined;
    return kept !== undefined && (kept.id === 1 || reading.at >= kept.received);
  };
}
