import type { DatabaseSync } from "node:sqlite";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { CircuitState } from "../../domain/circuit.ts";
import type { Series } from "../../ports.ts";
import { prove } from "../../proof/prove.ts";
import type { CircuitRow, Proof, Question, Records, Standing } from "../../proof/question.ts";

/** The proof of savings, made beside the file: its records are many, its figures few. */
export type ProofReads = { proof(question: Question): Proof };

/** In the order of the columns asked for: a year of many zones is a million of these. */
type Row = readonly [
  id: number,
  at: Instant,
  lit: number | null,
  inhibited: number,
  daylight: CircuitState["daylight"],
  because: NonNullable<CircuitState["because"]> | null,
  mode: CircuitState["mode"],
];

const IDLE = ["observe", "off"] as const satisfies readonly CircuitState["mode"][];

export function proofReads(db: DatabaseSync): ProofReads {
  const records = recordsIn(db);
  return { proof: (question) => prove(question, records) };
}

export function recordsIn(db: DatabaseSync): Records {
  const ofZone = "zone = (SELECT id FROM zone WHERE name = ?1)";
  const circuits = db.prepare(
    `SELECT id, at, lit, inhibited, daylight, because, mode FROM circuit
     WHERE ${ofZone} AND mode IN ('act', 'observe', 'off') AND at >= ?2 AND at < ?3`,
  );
  circuits.setReturnArrays(true);
  const breaks = db.prepare(
    `SELECT begins, ends, written_after FROM break
     WHERE min(begins, ends) < ?2 AND max(begins, ends) >= ?1`,
  );
  const first = db.prepare(
    `SELECT min(at) AS at FROM circuit WHERE ${ofZone} AND mode = ?2 AND at > ?3 AND at < ?4`,
  );
  const last = db.prepare(
    `SELECT max(at) AS at FROM circuit WHERE ${ofZone} AND mode = ?2 AND at < ?3`,
  );
  const firstIn = (zone: ZoneId, mode: string, after: number, before: number) =>
    numberIn(first.get(zone, mode, after, before));
  const lastIn = (zone: ZoneId, mode: string, before: number) =>
    numberIn(last.get(zone, mode, before));

  return {
    circuits: (zone, { from, to }) => (circuits.all(zone, from, to) as unknown as Row[]).map(rowOf),
    breaks: ({ from, to }) =>
      breaks.all(from, to).map((row) => ({
        from: instant(Number(row["begins"])),
        to: instant(Number(row["ends"])),
        // Between two records of circuits.
        written: Number(row["written_after"]) + 0.5,
      })),
    stretches: (zone, to) => {
      const firstActing = firstIn(zone, "act", -1, to);
      const firstIdle = least(IDLE.map((mode) => firstIn(zone, mode, -1, to)));
      const lastIdle = greatest(IDLE.map((mode) => lastIn(zone, mode, to)));
      const acted = lastIdle === undefined ? undefined : lastIn(zone, "act", lastIdle);
      const idleFrom = least(IDLE.map((mode) => firstIn(zone, mode, acted ?? -1, to)));
      const actsAgain = lastIdle === undefined ? undefined : firstIn(zone, "act", lastIdle, to);
      return {
        first: least([firstActing, firstIdle]),
        firstActing,
        latestIdle: idleFrom === undefined ? undefined : { from: idleFrom, to: actsAgain ?? to },
      };
    },
    standings: standingsIn(db),
  };
}

const rowOf = ([id, at, lit, inhibited, daylight, because, mode]: Row): CircuitRow => ({
  at,
  written: id,
  lit: lit === null ? undefined : lit === 1,
  inhibited: inhibited === 1,
  daylight,
  because: because ?? undefined,
  mode,
});

const numberIn = (row: { readonly [column: string]: unknown } | undefined) =>
  typeof row?.["at"] === "number" ? instant(row["at"]) : undefined;

const known = (times: readonly (Instant | undefined)[]): Instant[] =>
  times.filter((it) => it !== undefined);

const least = (times: readonly (Instant | undefined)[]): Instant | undefined =>
  known(times).toSorted((a, b) => a - b)[0];

const greatest = (times: readonly (Instant | undefined)[]): Instant | undefined =>
  known(times).toSorted((a, b) => b - a)[0];

/** Time comes first in the windows' key: so step from one ten minutes that has anything to the next. */
function standingsIn(db: DatabaseSync): Records["standings"] {
  const find = db.prepare("SELECT id FROM series WHERE board = ? AND sensor = ? AND quantity = ?");
  const lasts = db.prepare(
    `WITH RECURSIVE part (n) AS (
       SELECT min(start) FROM ten_minutes WHERE start >= ?1
       UNION ALL
       SELECT (SELECT min(start) FROM ten_minutes WHERE start > n) FROM part WHERE n < ?2
     )
     SELECT last_at AS at, last AS value
     FROM part CROSS JOIN ten_minutes ON start = n AND series = ?3 WHERE start < ?2 ORDER BY start`,
  );
  return ({ board, sensor, quantity }: Series, { from, to }) => {
    const id = find.get(board, sensor, quantity)?.["id"];
    if (id === undefined) return [];
    return lasts.all(Math.ceil(from), Math.ceil(to), id) as Standing[];
  };
}
