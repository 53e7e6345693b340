import type { DatabaseSync } from "node:sqlite";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Clock, Refusal, RefusalCount } from "../../ports.ts";
import { transaction, trying } from "./database.ts";

/**
 * What was turned away, counted by sender, place and problem.
 *
 * A board gone mad may send a thousand bad messages a second. They are counted in memory and written
 * together every few seconds; both the memory and the table have a maximum, and the longest silent
 * go first.
 */
export type RefusalLog = {
  record(refusal: Refusal): void;
  /** Latest first. */
  list(): readonly RefusalCount[];
  /** Writes what is only counted so far. */
  flush(): void;
};

export const REFUSALS_MAX = 1000;

const WRITE_MS = 5000;

const LENGTH_MAX = { from: 80, where: 160, problem: 240 } as const;

type Count = { readonly refusal: Refusal; count: number; first: Instant; last: Instant };

export const createRefusals = (
  database: DatabaseSync,
  clock: Clock,
): RefusalLog & { close(): void } => {
  const pending = new Map<string, Count>();
  const rows = createRows(database);

  const flush = () => {
    if (pending.size === 0) return;
    // When it cannot be written now, counting goes on and the next turn writes it all.
    if (trying(() => rows.add([...pending.values()]))) pending.clear();
  };
  const stop = clock.every(WRITE_MS, flush);

  return {
    record: (refusal) => {
      const clipped = clip(refusal);
      const key = JSON.stringify([clipped.from, clipped.where, clipped.problem]);
      const now = clock.now();
      const known = pending.get(key);
      // Put back at the end of the map, whose order is then that of the last time.
      pending.delete(key);
      pending.set(key, {
        refusal: clipped,
        count: (known?.count ?? 0) + 1,
        first: known?.first ?? now,
        last: now,
      });
      const [oldest] = pending.keys();
      if (pending.size > REFUSALS_MAX && oldest !== undefined) pending.delete(oldest);
    },
    list: () => {
      flush();
      return rows.list();
    },
    flush,
    close: () => {
      stop();
      flush();
    },
  };
};

const createRows = (database: DatabaseSync) => {
  const upsert = database.prepare(
    `INSERT INTO refusal (sender, place, problem, count, first, last) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + excluded.count, last = max(last, excluded.last)`,
  );
  const forget = database.prepare(
    `DELETE FROM refusal WHERE (sender, place, problem) IN (
       SELECT sender, place, problem FROM refusal ORDER BY last DESC LIMIT -1 OFFSET ?)`,
  );
  const all = database.prepare(
    "SELECT sender, place, problem, count, first, last FROM refusal ORDER BY last DESC, count DESC",
  );
  return {
    add: (counts: readonly Count[]): void =>
      transaction(database, () => {
        for (const { refusal, count, first, last } of counts) {
          upsert.run(refusal.from, refusal.where, refusal.problem, count, first, last);
        }
        forget.run(REFUSALS_MAX);
      }),
    list: (): RefusalCount[] =>
      all.all().map((row) => ({
        from: String(row["sender"]),
        where: String(row["place"]),
        problem: String(row["problem"]),
        count: Number(row["count"]),
        first: instant(Number(row["first"])),
        last: instant(Number(row["last"])),
      })),
  };
};

const clip = ({ from, where, problem }: Refusal): Refusal => ({
  from: onOneLine(from, LENGTH_MAX.from),
  where: onOneLine(where, LENGTH_MAX.where),
  problem: onOneLine(problem, LENGTH_MAX.problem),
});

/** A stranger chose some of these words: no control sign of theirs reaches a terminal. */
const onOneLine = (text: string, lengthMax: number): string =>
  text.slice(0, lengthMax).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
