import type { DatabaseSync } from "node:sqlite";
import { instant } from "@battant/protocol/vocabulary/units";
import type { Calendar } from "../../domain/calendar.ts";
import { upsertInto } from "./rollup.ts";
import { inTransaction } from "./schema.ts";

/** No local day is longer, clock changes included. */
const DAY_MS_MAX = 27 * 3_600_000;

/**
 * Days are cut in the building's time zone. When the building file names another zone than the one
 * the days were cut in, they are made again from the windows of ten minutes. Days older than those
 * windows keep their borders. (A zone a quarter of an hour off the ten minutes, such as Nepal's, is
 * then cut five minutes off; readings that come in from now on are exact everywhere.)
 */
export function keepDaysIn(timezone: string, db: DatabaseSync, calendar: Calendar): void {
  const known = db.prepare("SELECT value FROM setting WHERE name = 'timezone'").get()?.["value"];
  if (known === timezone) return;
  inTransaction(db, () => {
    db.prepare("REPLACE INTO setting (name, value) VALUES ('timezone', ?)").run(timezone);
    if (known !== undefined) makeDaysAgain(db, calendar);
  });
}

function makeDaysAgain(db: DatabaseSync, calendar: Calendar): void {
  const oldest = db.prepare("SELECT min(start) AS start FROM ten_minutes").get()?.["start"];
  if (typeof oldest !== "number") return;
  db.prepare("DELETE FROM day WHERE start > ?").run(oldest - DAY_MS_MAX);
  const add = db.prepare(upsertInto("day"));
  const windows = db.prepare("SELECT * FROM ten_minutes ORDER BY start, series");
  for (const row of windows.iterate()) {
    const window = row as { readonly [column: string]: number };
    const day = calendar.dayOf(instant(window["start"]!)); // Never null, by the schema.
    add.run(
      day.start,
      ...["series", "count", "sum", "low", "high", "last", "last_at", "last_sequence"].map(
        (column) => window[column]!,
      ),
    );
  }
}
