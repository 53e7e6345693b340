import type { DatabaseSync } from "node:sqlite";
import type { ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Reading } from "@battant/protocol/vocabulary/reading";

/** Series, boots and zones are named once in the file; everything else refers to them by number. */
export type Names = {
  series(reading: Pick<Reading, "board" | "sensor" | "quantity">): number;
  boot(reading: Pick<Reading, "board" | "boot">): number;
  zone(zone: ZoneId): number;
};

/** Beyond this a cache starts afresh: boards that restart for ever must not fill the memory. */
const REMEMBERED_MAX = 10_000;

/** Numbers that a rolled-back transaction gave are void: make new `Names` after one. */
export function createNames(db: DatabaseSync): Names {
  const series = numbered(db, "series", ["board", "sensor", "quantity"]);
  const boot = numbered(db, "boot", ["board", "name"]);
  const zone = numbered(db, "zone", ["name"]);
  return {
    series: (it) => series(it.board, it.sensor, it.quantity),
    boot: (it) => boot(it.board, it.boot),
    zone: (name) => zone(name),
  };
}

function numbered(db: DatabaseSync, table: string, columns: readonly string[]) {
  const condition = columns.map((column) => `${column} = ?`).join(" AND ");
  const find = db.prepare(`SELECT id FROM ${table} WHERE ${condition}`);
  const places = columns.map(() => "?").join(", ");
  const add = db.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`);
  const remembered = new Map<string, number>();

  return (...names: string[]): number => {
    // Ids hold no slash (`vocabulary/ids.ts`), so no two lists of names look alike.
    const key = names.join("/");
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const found = find.get(...names)?.["id"] ?? add.run(...names).lastInsertRowid;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(key, Number(found));
    return Number(found);
  };
}
