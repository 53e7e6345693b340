import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { BoardId, BootId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type {
  DecisionRecord,
  JournalPage,
  Range,
  Sample,
  Series,
  Window,
  WindowSize,
} from "../../ports.ts";
import { type Around, recordsAround } from "../../why/around.ts";
import { type ProofReads, proofReads } from "./circuits.ts";
import { type ObservationReads, observationReads } from "./observation.ts";
import { type PastReads, pastReads } from "./past.ts";
import { openForReading } from "./schema.ts";
import { troubleWith } from "./trouble.ts";

/**
 * Everything one may ask the journal's file, over a connection that cannot write: from the hub's
 * reading thread, or from another process while the hub runs. No question holds the file for long.
 */
export type Reader = PastReads &
  ProofReads &
  ObservationReads & {
    after(cursor: number, limit: number): JournalPage;
    /** Among the `span` readings that arrived after `cursor`, those the filter lets through. */
    page(cursor: number, span: number, filter: ExportFilter): JournalPage;
    /** The cursor of the newest reading. */
    newest(): number;
    cursor(store: string): number;
    raw(series: Series, range: Range, limit?: number): readonly Sample[];
    /** Windows that begin within `range`. */
    windows(series: Series, range: Range, size: WindowSize): readonly Window[];
    /** Latest sample of each series, even if the reading itself was let go of. */
    latest(): readonly LatestSample[];
    countByBoard(): readonly BoardCount[];
    decisions(range: Range, filter?: DecisionFilter): readonly DecisionRecord[];
    /** What was decided for a zone at an instant, since when, and what followed. */
    decisionsAround(zone: ZoneId, at: Instant, now: Instant): Around;
    /** What is wrong inside the file. Reads all of it: seconds per 100 MB. */
    damage(): string | undefined;
  };

export type ExportFilter = { readonly board?: BoardId; readonly range?: Range };
export type DecisionFilter = { readonly zone?: ZoneId; readonly limit?: number };
export type LatestSample = Series & Sample;
export type BoardCount = { readonly board: BoardId; readonly readings: number };

export const ROWS_MAX = 10_000;

export type OpenedReader =
  | { readonly ok: true; readonly reader: Reader; close(): void }
  | { readonly ok: false; readonly problem: string };

export function openReader(path: string): OpenedReader {
  try {
    const db = openForReading(path);
    return { ok: true, reader: createReader(db), close: () => db.close() };
  } catch (error) {
    return { ok: false, problem: troubleWith(path, error).detail };
  }
}

export function createReader(db: DatabaseSync): Reader {
  return {
    ...journalReads(db),
    ...seriesReads(db),
    ...pastReads(db),
    ...proofReads(db),
    ...observationReads(db),
    ...decisionReads(db),
    ...wholeReads(db),
  };
}

type ReadingRow = {
  readonly id: number;
  readonly series: number;
  readonly boot: number;
  readonly sequence: number;
  readonly at: Instant;
  readonly delay: number;
  readonly value: number;
};

function journalReads(db: DatabaseSync): Pick<Reader, "after" | "page" | "newest" | "cursor"> {
  const after = db.prepare("SELECT * FROM reading WHERE id > ? ORDER BY id LIMIT ?");
  const page = db.prepare(
    `SELECT * FROM reading WHERE id > ?1 AND id <= ?2 AND at >= ?3 AND at < ?4
       AND (?5 IS NULL OR boot IN (SELECT id FROM boot WHERE board = ?5)) ORDER BY id`,
  );
  const newest = db.prepare("SELECT max(id) AS id FROM reading");
  const cursor = db.prepare("SELECT cursor FROM forwarded WHERE store = ?");
  const read = createDecoder(db);

  return {
    after: (from, limit) => {
      const rows = after.all(from, limit) as ReadingRow[];
      return { readings: rows.map(read), cursor: rows.at(-1)?.id ?? from };
    },
    page: (from, span, { board, range }) => {
      const to = from + span;
      const rows = page.all(from, to, range?.from ?? 0, range?.to ?? Infinity, board ?? null);
      return { readings: (rows as ReadingRow[]).map(read), cursor: to };
    },
    newest: () => Number(newest.get()?.["id"] ?? 0),
    cursor: (store) => Number(cursor.get(store)?.["cursor"] ?? 0),
  };
}

/** Numbers back to names. Names are never renumbered, so they are read again only for new ones. */
function createDecoder(db: DatabaseSync) {
  const findSeries = db.prepare("SELECT board, sensor, quantity FROM series WHERE id = ?");
  const findBoot = db.prepare("SELECT name FROM boot WHERE id = ?");
  const series = new Map<number, Series>();
  const boots = new Map<number, BootId>();

  return (row: ReadingRow): Reading => {
    let line = series.get(row.series);
    if (line === undefined) {
      line = findSeries.get(row.series) as Series;
      series.set(row.series, line);
    }
    let boot = boots.get(row.boot);
    if (boot === undefined) {
      if (boots.size >= ROWS_MAX) boots.clear();
      boot = findBoot.get(row.boot)?.["name"] as BootId;
      boots.set(row.boot, boot);
    }
    const { sequence, at, delay, value } = row;
    const { board, sensor, quantity } = line;
    const received = instant(at + delay);
    return { board, boot, sequence, sensor, quantity, value, at, received };
  };
}

const TABLES: { readonly [size in WindowSize]: string } = {
  "10-minutes": "ten_minutes",
  day: "day",
};

function seriesReads(db: DatabaseSync): Pick<Reader, "raw" | "windows"> {
  const find = db.prepare("SELECT id FROM series WHERE board = ? AND sensor = ? AND quantity = ?");
  const numberOf = ({ board, sensor, quantity }: Series) =>
    find.get(board, sensor, quantity)?.["id"];
  // Time comes first in every index: so step from one ten minutes that has anything to the next.
  const raw = db.prepare(
    `WITH RECURSIVE part (n) AS (
       SELECT min(at / 600000) FROM reading WHERE at / 600000 >= ?1 / 600000
       UNION ALL
       SELECT (SELECT min(at / 600000) FROM reading WHERE at / 600000 > n) FROM part
       WHERE n < ?2 / 600000
     )
     SELECT at, value FROM part CROSS JOIN reading ON at / 600000 = n AND series = ?3
     WHERE at >= ?1 AND at < ?2 ORDER BY at, sequence LIMIT ?4`,
  );
  const windowsIn = (table: string) =>
    db.prepare(
      `WITH RECURSIVE part (n) AS (
         SELECT min(start) FROM ${table} WHERE start >= ?1
         UNION ALL
         SELECT (SELECT min(start) FROM ${table} WHERE start > n) FROM part WHERE n < ?2
       )
       SELECT start, count, sum, low AS min, high AS max, last
       FROM part CROSS JOIN ${table} ON start = n AND series = ?3 WHERE start < ?2 ORDER BY start`,
    );
  const windows = {
    "10-minutes": windowsIn(TABLES["10-minutes"]),
    day: windowsIn(TABLES.day),
  };

  return {
    raw: (series, { from, to }, limit = ROWS_MAX) => {
      const number = numberOf(series);
      if (number === undefined) return [];
      return raw.all(whole(from), whole(to), number, limit) as Sample[];
    },
    windows: (series, { from, to }, size) => {
      const number = numberOf(series);
      if (number === undefined) return [];
      return windows[size].all(whole(from), whole(to), number) as Window[];
    },
  };
}

/** Bound as an integer, so that SQLite divides it as one. */
const whole = (at: Instant): bigint =>
  BigInt(Math.ceil(Math.min(Math.max(at, 0), Number.MAX_SAFE_INTEGER)));

function decisionReads(db: DatabaseSync): Pick<Reader, "decisions" | "decisionsAround"> {
  const decisions = db.prepare(
    `SELECT at, name AS zone, decision FROM zone CROSS JOIN decision ON decision.zone = zone.id
     WHERE at >= ?1 AND at < ?2 AND (?3 IS NULL OR name = ?3) ORDER BY at, decision.id LIMIT ?4`,
  );
  const ofZone =
    "SELECT at, decision FROM decision WHERE zone = (SELECT id FROM zone WHERE name = ?)";
  const before = db.prepare(`${ofZone} AND at <= ? ORDER BY at DESC, id DESC`);
  const after = db.prepare(`${ofZone} AND at > ? ORDER BY at, id`);
  type Row = { readonly at: Instant; readonly zone: ZoneId; readonly decision: string };
  const read = (row: Row): DecisionRecord => ({ ...row, decision: JSON.parse(row.decision) });
  return {
    decisions: ({ from, to }, { zone, limit } = {}) => {
      const rows = decisions.all(from, to, zone ?? null, limit ?? ROWS_MAX) as Row[];
      return rows.map(read);
    },
    decisionsAround: (zone, at, now) => {
      const records = function* (statement: StatementSync) {
        for (const row of statement.iterate(zone, at)) yield read({ ...(row as Row), zone });
      };
      return recordsAround({ before: records(before), after: records(after) }, now);
    },
  };
}

function wholeReads(db: DatabaseSync): Pick<Reader, "latest" | "countByBoard" | "damage"> {
  // With one max() and nothing else, SQLite takes the other columns from the row of the maximum
  // (sqlite.org/lang_select.html §2.5).
  const latest = db.prepare(
    `SELECT board, sensor, quantity, at, value
     FROM (SELECT series, max(last_at) AS at, last AS value FROM day GROUP BY series)
     JOIN series ON series.id = series ORDER BY board, sensor, quantity`,
  );
  const count = db.prepare(
    `SELECT board, sum(count) AS readings
     FROM (SELECT series, count(*) AS count FROM reading GROUP BY series)
     JOIN series ON series.id = series GROUP BY board ORDER BY board`,
  );
  return {
    latest: () => latest.all() as LatestSample[],
    countByBoard: () => count.all() as BoardCount[],
    damage: () => {
      const found = db.prepare("PRAGMA quick_check(1)").get()?.["quick_check"];
      return found === "ok" ? undefined : String(found);
    },
  };
}
