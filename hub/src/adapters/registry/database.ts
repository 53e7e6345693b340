import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Clock } from "../../ports.ts";

/**
 * `hub.db`: who may connect, who may sign in, what was refused, what was done. Small and seldom
 * written, so every commit is on the disk before it is believed (synchronous=FULL).
 *
 * Several processes use it at once: the hub, and the `battant` command beside it. Each waits a while
 * for the other's write to end.
 */

export const REGISTRY_FILE_NAME = "hub.db";

/** A write takes one fsync. On a worn SD card that has been seen to take a second. */
const BUSY_MS_MAX = 5000;

export const openDatabase = (dataDir: string): DatabaseSync => {
  const path = join(dataDir, REGISTRY_FILE_NAME);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  // SQLite gives its -wal and -shm files the mode of the main file, which must be right before them.
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  let database: DatabaseSync | undefined;
  try {
    database = connect(path);
    migrate(database, path);
    return database;
  } catch (problem) {
    database?.close();
    throw isDamaged(problem) ? damaged(path) : problem;
  }
};

const isDamaged = (problem: unknown): boolean =>
  problem instanceof Error && "errcode" in problem && DAMAGED.includes(Number(problem.errcode));

/** SQLITE_CORRUPT and SQLITE_NOTADB (sqlite.org/rescode.html). */
const DAMAGED: readonly number[] = [11, 26];

const damaged = (path: string): Error =>
  new Error(
    `${path} is damaged. Stop the hub and restore this file from a backup. Without one, move the ` +
      "file away: readings are kept, but every board must be added again and accounts made anew.",
  );

export type Watching = { readonly dataDir: string; readonly clock: Clock };

const WATCH_MS = 1000;

/**
 * Has another look each time any process, this one too, has written, until the returned function is
 * called. `look` prepares itself on a connection of its own, because SQLite counts for each
 * connection the commits of the others; what it returns is then called within about a second.
 */
export const watch = (
  { dataDir, clock }: Watching,
  look: (database: DatabaseSync) => () => void,
): (() => void) => {
  const database = connect(join(dataDir, REGISTRY_FILE_NAME));
  const version = database.prepare("PRAGMA data_version");
  const versionNow = () => version.get()?.["data_version"];
  let seen = versionNow();
  const compare = look(database);
  const stop = clock.every(WATCH_MS, () =>
    trying(() => {
      const now = versionNow();
      if (now === seen) return;
      compare();
      seen = now;
    }),
  );
  return () => {
    stop();
    database.close();
  };
};

const connect = (path: string): DatabaseSync => {
  const database = new DatabaseSync(path, { timeout: BUSY_MS_MAX });
  try {
    patiently(() => database.exec("PRAGMA journal_mode = WAL"));
    database.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;");
    return database;
  } catch (problem) {
    database.close();
    throw problem;
  }
};

const BUSY_PAUSE_MS = 20;

/** A new file becomes a WAL one only while nobody writes it, and SQLite does not wait for that. */
const patiently = (action: () => void): void => {
  for (let left = BUSY_MS_MAX; ; left -= BUSY_PAUSE_MS) {
    try {
      return action();
    } catch (problem) {
      if (!isBusy(problem) || left <= 0) throw problem;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
};

/** SQLITE_BUSY (sqlite.org/rescode.html). */
const isBusy = (problem: unknown): boolean =>
  problem instanceof Error && "errcode" in problem && problem.errcode === 5;

/** Everything or nothing. Takes the write lock at once, so that what is read inside stays true. */
export const transaction = <Result>(database: DatabaseSync, action: () => Result): Result => {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = action();
    database.exec("COMMIT");
    return result;
  } catch (problem) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw problem;
  }
};

/**
 * For what is done again soon anyway: a disk that is full or a file that is busy just now must not
 * stop the hub. True if it was done.
 */
export const trying = (action: () => void): boolean => {
  try {
    action();
    return true;
  } catch {
    return false;
  }
};

/** Each step brings the file from the version of its index to the next. Steps are never changed. */
const STEPS: readonly string[] = [
  `CREATE TABLE board (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     flat TEXT,
     salt BLOB NOT NULL,
     hash BLOB NOT NULL,
     added INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE account (
     key TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     role TEXT NOT NULL,
     password TEXT NOT NULL,
     created INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE session (
     hash BLOB PRIMARY KEY,
     account TEXT NOT NULL REFERENCES account (key) ON DELETE CASCADE,
     created INTEGER NOT NULL,
     expires INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX session_account ON session (account, created);
   CREATE TABLE setup (one INTEGER PRIMARY KEY CHECK (one = 1), hash BLOB NOT NULL) STRICT;
   CREATE TABLE refusal (
     sender TEXT NOT NULL,
     place TEXT NOT NULL,
     problem TEXT NOT NULL,
     count INTEGER NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL,
     PRIMARY KEY (sender, place, problem)
   ) STRICT, WITHOUT ROWID;
   CREATE INDEX refusal_last ON refusal (last);
   CREATE TABLE audit (
     id INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     who TEXT NOT NULL,
     action TEXT NOT NULL,
     about TEXT NOT NULL
   ) STRICT;
   CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON audit
     BEGIN SELECT raise(ABORT, 'the audit log is append-only'); END;
   CREATE TABLE run (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
  // A board added before has no key, and gets none here: it would not know it.
  `ALTER TABLE board ADD COLUMN key BLOB;
   CREATE TABLE program (digest TEXT PRIMARY KEY, bundle TEXT NOT NULL) STRICT;
   CREATE TABLE board_update (
     board TEXT PRIMARY KEY REFERENCES board (id) ON DELETE CASCADE,
     asked INTEGER NOT NULL,
     digest TEXT NOT NULL,
     size INTEGER NOT NULL,
     version TEXT NOT NULL,
     model TEXT NOT NULL,
     downgrade INTEGER NOT NULL,
     progress TEXT NOT NULL
   ) STRICT;`,
  // A board that is removed takes its update along, and the bundle that nobody else waits for.
  `CREATE TRIGGER program_is_wanted AFTER DELETE ON board_update
     BEGIN
       DELETE FROM program WHERE digest NOT IN (
         SELECT digest FROM board_update WHERE progress ->> 'kind' NOT IN ('done', 'failed'));
     END;`,
  // A name under which a flat was measured stays that flat's: its readings are kept under it.
  `ALTER TABLE board ADD COLUMN mac TEXT;
   ALTER TABLE board ADD COLUMN model TEXT;
   ALTER TABLE board ADD COLUMN flashed INTEGER;
   ALTER TABLE board ADD COLUMN ignored INTEGER NOT NULL DEFAULT 0;
   CREATE TABLE flash_ticket (
     ticket BLOB PRIMARY KEY,
     board TEXT NOT NULL,
     name TEXT NOT NULL,
     flat TEXT,
     mac TEXT NOT NULL,
     model TEXT NOT NULL,
     salt BLOB NOT NULL,
     hash BLOB NOT NULL,
     key BLOB NOT NULL,
     created INTEGER NOT NULL,
     confirmed INTEGER NOT NULL DEFAULT 0
   ) STRICT;
   CREATE TABLE flat_board (board TEXT PRIMARY KEY, flat TEXT NOT NULL) STRICT, WITHOUT ROWID;
   CREATE TRIGGER board_leaves AFTER DELETE ON board
     BEGIN
       DELETE FROM flash_ticket WHERE board = OLD.id;
       INSERT OR REPLACE INTO flat_board (board, flat)
         SELECT OLD.id, OLD.flat WHERE OLD.flat IS NOT NULL;
     END;
   CREATE TABLE wifi (
     one INTEGER PRIMARY KEY CHECK (one = 1),
     ssid TEXT NOT NULL,
     password TEXT NOT NULL
   ) STRICT;
   CREATE TABLE pass (hash BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  // What the sign in a stairwell opens: light in that zone; and until when somebody asked for it.
  `CREATE TABLE light_link (
     zone TEXT PRIMARY KEY,
     token TEXT NOT NULL UNIQUE,
     made INTEGER NOT NULL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE light_asked (zone TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;`,
  // What was measured and learned of the light of each zone, as JSON.
  "CREATE TABLE calibration (zone TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;",
];

const migrate = (database: DatabaseSync, path: string): void => {
  if (versionOf(database) === STEPS.length) return;
  transaction(database, () => {
    const version = versionOf(database); // Another process may have come first.
    if (version > STEPS.length) {
      throw new Error(
        `${path} was written by a newer Battant (format ${version}, this one knows ${STEPS.length}): ` +
          "install that version again, or restore the backup made before it.",
      );
    }
    for (const step of STEPS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${STEPS.length}`);
  });
};

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
