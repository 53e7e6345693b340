import type { DatabaseSync } from "node:sqlite";

/** Which readings of a boot are already known, kept as ranges of their sequence numbers. */
export type Heard = {
  /** Marks `sequences` as heard and returns those that were not before. */
  hear(boot: number, sequences: readonly number[]): Set<number>;
};

type Range = { readonly first: number; readonly last: number };

export function createHeard(db: DatabaseSync): Heard {
  const startingUpTo = db.prepare(
    "SELECT first, last FROM heard WHERE boot = ? AND first <= ? ORDER BY first DESC",
  );
  const insert = db.prepare("INSERT INTO heard (boot, first, last) VALUES (?, ?, ?)");
  const extend = db.prepare("UPDATE heard SET last = ? WHERE boot = ? AND first = ?");
  const remove = db.prepare("DELETE FROM heard WHERE boot = ? AND first = ?");

  /** The ranges that overlap `run` or are next to it, latest first. */
  const around = (boot: number, run: Range): Range[] => {
    const found: Range[] = [];
    for (const row of startingUpTo.iterate(boot, run.last + 1)) {
      const range = row as Range;
      if (range.last < run.first - 1) break;
      found.push(range);
    }
    return found;
  };

  /** Once a run is in, it is one range with everything it touches. */
  const join = (boot: number, run: Range, touching: readonly Range[]): void => {
    const first = Math.min(run.first, ...touching.map((it) => it.first));
    const last = Math.max(run.last, ...touching.map((it) => it.last));
    for (const range of touching) if (range.first !== first) remove.run(boot, range.first);
    const kept = touching.find((it) => it.first === first);
    if (kept === undefined) insert.run(boot, first, last);
    else if (kept.last !== last) extend.run(last, boot, first);
  };

  return {
    hear: (boot, sequences) => {
      const fresh = new Set<number>();
      for (const run of runsOf(sequences)) {
        const touching = around(boot, run);
        for (let sequence = run.first; sequence <= run.last; sequence += 1) {
          if (!touching.some((it) => it.first <= sequence && sequence <= it.last)) {
            fresh.add(sequence);
          }
        }
        join(boot, run, touching);
      }
      return fresh;
    },
  };
}

/** Neighbouring numbers together, each once: 7 3 4 3 → 3…4, 7…7. */
function runsOf(sequences: readonly number[]): Range[] {
  const runs: Range[] = [];
  for (const sequence of sequences.toSorted((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run !== undefined && sequence <= run.last + 1) {
      runs[runs.length - 1] = { first: run.first, last: sequence };
    } else {
      runs.push({ first: sequence, last: sequence });
    }
  }
  return runs;
}
