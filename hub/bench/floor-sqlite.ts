import { DatabaseSync } from "node:sqlite";
import { answer, listenForOrders } from "./instrument.ts";
import { usageOf } from "./usage.ts";

/**
 * A floor, in a process of its own: the same rows into SQLite and nothing else, each commit on disk
 * before the next begins. No names, no duplicates to recognise, no sums, no index.
 */
export type InsertOrder = {
  readonly path: string;
  readonly rows: number;
  readonly rowsPerCommit: number;
};

export type InsertReport = {
  readonly rows: number;
  readonly ms: number;
  readonly cpuSeconds: number;
  readonly writtenBytes: number;
};

function insert({ path, rows, rowsPerCommit }: InsertOrder): InsertReport {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL");
  db.exec("PRAGMA synchronous = FULL");
  db.exec(
    `CREATE TABLE reading (id INTEGER PRIMARY KEY, series INTEGER, boot INTEGER, sequence INTEGER,
       at INTEGER, delay INTEGER, value REAL) STRICT`,
  );
  const add = db.prepare(
    "INSERT INTO reading (series, boot, sequence, at, delay, value) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const at = Date.now();
  const before = usageOf([process.pid]);
  const began = performance.now();
  for (let row = 0; row < rows; row += rowsPerCommit) {
    db.exec("BEGIN");
    for (let i = row; i < Math.min(row + rowsPerCommit, rows); i++) {
      add.run(i % 1600, i % 400, Math.floor(i / 400), at + i, 12, 400 + (i % 997) / 10);
    }
    db.exec("COMMIT");
  }
  const ms = performance.now() - began;
  db.close();
  const after = usageOf([process.pid]);
  return {
    rows,
    ms,
    cpuSeconds: after.cpuSeconds - before.cpuSeconds,
    writtenBytes: after.writtenBytes - before.writtenBytes,
  };
}

const orders = listenForOrders();
for (;;) answer(insert(await orders.next<InsertOrder>()));
