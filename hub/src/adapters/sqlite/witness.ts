import type { DatabaseSync } from "node:sqlite";
import type { CircuitRecord, Range } from "../../ports.ts";
import type { Names } from "./names.ts";

/** How circuits were, for the proof of savings: what is written of it. */

export type WrittenCircuit =
  | (CircuitRecord & {
      readonly kind: "circuit";
      /** The first of this run of the hub: nobody saw what was before it. */
      readonly isFirst: boolean;
    })
  | (Range & { readonly kind: "break" });

export function createWitness(db: DatabaseSync, names: Pick<Names, "zone">) {
  const add = db.prepare(
    `INSERT INTO circuit (zone, at, lit, inhibited, daylight, because, mode)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const breakOff = db.prepare(
    `INSERT INTO break (begins, ends, written_after)
     VALUES (?, ?, (SELECT ifnull(max(id), 0) FROM circuit))`,
  );
  const lastSign = signOfLife(db);

  return (written: WrittenCircuit): void => {
    if (written.kind === "break") {
      breakOff.run(written.from, written.to);
      return;
    }
    const { zone, at, state, isFirst } = written;
    if (isFirst && lastSign !== undefined) breakOff.run(lastSign, at);
    const { lit, inhibited, daylight, because, mode } = state;
    const isLit = lit === undefined ? null : Number(lit);
    add.run(names.zone(zone), at, isLit, Number(inhibited), daylight, because ?? null, mode);
  };
}

/**
 * A hub that was killed said nothing of its end. It lived until the last record it wrote or the last
 * reading it took in, and boards send readings every few minutes or more often. To be asked before
 * this run takes in any.
 */
function signOfLife(db: DatabaseSync): number | undefined {
  const written = db.prepare("SELECT at FROM circuit ORDER BY id DESC LIMIT 1").get()?.["at"];
  if (typeof written !== "number") return undefined;
  const reading = db.prepare("SELECT at + delay AS at FROM reading ORDER BY id DESC LIMIT 1").get();
  return Math.max(written, Number(reading?.["at"] ?? written));
}
