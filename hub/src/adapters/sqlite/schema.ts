import { chmodSync, closeSync, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * The journal's file: its tables, how older files become newer ones, and how it is opened.
 *
 * Everything that grows is ordered by time first and by series second. What is written now is
 * therefore on a few neighbouring pages, whatever the number of boards, and a commit touches few of
 * them: memory cards wear out by pages written.
 */

/** Each entry makes the next version; `user_version` counts those a file has gone through. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE series (
    id INTEGER PRIMARY KEY, board TEXT NOT NULL, sensor TEXT NOT NULL, quantity TEXT NOT NULL,
    UNIQUE (board, sensor, quantity)
  ) STRICT;

  CREATE TABLE boot (
    id INTEGER PRIMARY KEY, board TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (board, name)
  ) STRICT;

  -- Which sequence numbers of a boot were ever stored. They come one after the other, so a few
  -- ranges say what an index over every reading would say, and go on saying it when the readings
  -- themselves were let go.
  CREATE TABLE heard (
    boot INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (boot, first)
  ) STRICT, WITHOUT ROWID;

  -- In order of arrival. \`delay\` is how long after \`at\` it reached the hub.
  CREATE TABLE reading (
    id INTEGER PRIMARY KEY, series INTEGER NOT NULL, boot INTEGER NOT NULL,
    sequence INTEGER NOT NULL, at INTEGER NOT NULL, delay INTEGER NOT NULL, value REAL NOT NULL
  ) STRICT;
  CREATE INDEX reading_by_time ON reading (at / 600000, series);

  CREATE TABLE ten_minutes (
    start INTEGER NOT NULL, series INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL,
    low REAL NOT NULL, high REAL NOT NULL, last REAL NOT NULL,
    last_at INTEGER NOT NULL, last_sequence INTEGER NOT NULL, PRIMARY KEY (start, series)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE day (
    start INTEGER NOT NULL, series INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL,
    low REAL NOT NULL, high REAL NOT NULL, last REAL NOT NULL,
    last_at INTEGER NOT NULL, last_sequence INTEGER NOT NULL, PRIMARY KEY (start, series)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE forwarded (store TEXT PRIMARY KEY, cursor INTEGER NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE zone (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

  CREATE TABLE decision (
    id INTEGER PRIMARY KEY, zone INTEGER NOT NULL, at INTEGER NOT NULL, decision TEXT NOT NULL
  ) STRICT;
  CREATE INDEX decision_by_zone ON decision (zone, at);
  `,
  `
  -- How circuits were, in the order of writing: at each change, and at least once an hour.
  -- \`lit\` is null where nobody can tell; \`because\` says why, where daylight is unknown.
  CREATE TABLE circuit (
    id INTEGER PRIMARY KEY, zone INTEGER NOT NULL, at INTEGER NOT NULL, lit INTEGER,
    inhibited INTEGER NOT NULL, daylight TEXT NOT NULL, because TEXT, mode TEXT NOT NULL
  ) STRICT;
  CREATE INDEX circuit_by_zone ON circuit (zone, mode, at);

  -- Between the two the hub was not there, or its clock was set. Written after the circuit record
  -- \`written_after\`.
  CREATE TABLE break (
    id INTEGER PRIMARY KEY, begins INTEGER NOT NULL, ends INTEGER NOT NULL,
    written_after INTEGER NOT NULL
  ) STRICT;
  `,
];

/** Written into the file's header: "Btnt". Says whose file it is. */
const APPLICATION_ID = 0x42746e74;
/** A commit of a few readings touches five or six pages, and each is written whole. */
const PAGE_BYTES = 1024;
/** After a burst the log shrinks to this again. */
const LOG_BYTES_MAX = 4 * 1024 * 1024;
/** How long to wait while another process holds the file, such as a backup being taken. */
const BUSY_MS_MAX = 5000;

/** The file is not one this program can use. `message` says what to do. */
export class UnusableFile extends Error {}

export type WritingOptions = {
  readonly path: string;
  /** The file grows no larger than this, so that what else lives on the card has room. */
  readonly fileBytesMax?: number | undefined;
};

/** One connection per file writes. */
export function openForWriting({ path, fileBytesMax }: WritingOptions): DatabaseSync {
  // Flats' readings are in here. SQLite gives its other files the mode of this one.
  if (existsSync(dirname(path))) {
    closeSync(openSync(path, "a", 0o600));
    chmodSync(path, 0o600);
  }
  const db = new DatabaseSync(path, { timeout: BUSY_MS_MAX });
  try {
    db.exec(`PRAGMA page_size = ${PAGE_BYTES}`);
    db.exec("PRAGMA journal_mode = WAL");
    // FULL: a commit returns after its fsync, so a power cut takes nothing that was acknowledged.
    db.exec("PRAGMA synchronous = FULL");
    db.exec(`PRAGMA journal_size_limit = ${LOG_BYTES_MAX}`);
    if (fileBytesMax !== undefined) {
      db.exec(`PRAGMA max_page_count = ${Math.floor(fileBytesMax / PAGE_BYTES)}`);
    }
    migrate(db, path);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** For queries and exports, in any process, while the hub writes or while it is stopped. */
export function openForReading(path: string): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MS_MAX });
  try {
    const version = versionOf(db, path);
    if (version < MIGRATIONS.length) {
      throw new UnusableFile(`${path} is from an older Battant; start the hub once to bring it up`);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function migrate(db: DatabaseSync, path: string): void {
  const version = versionOf(db, path);
  if (version === MIGRATIONS.length) return;
  inTransaction(db, () => {
    for (const migration of MIGRATIONS.slice(version)) db.exec(migration);
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}

function versionOf(db: DatabaseSync, path: string): number {
  const tables = Number(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.["n"]);
  const owner = db.prepare("PRAGMA application_id").get()?.["application_id"];
  if (tables > 0 && owner !== APPLICATION_ID) {
    throw new UnusableFile(`${path} is a database of another program; name another file`);
  }
  const version = Number(db.prepare("PRAGMA user_version").get()?.["user_version"]);
  if (version > MIGRATIONS.length) {
    throw new UnusableFile(
      `${path} was written by a newer Battant (format ${version}, this one knows ` +
        `${MIGRATIONS.length}); start that version, or restore a backup made by this one`,
    );
  }
  return version;
}

export function inTransaction<T>(db: DatabaseSync, action: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    // On a full disk SQLite may have rolled back by itself (sqlite.org/lang_transaction.html §3).
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}
