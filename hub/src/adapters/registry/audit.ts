import type { DatabaseSync } from "node:sqlite";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { Clock } from "../../ports.ts";

/**
 * What was done to things that matter: who, what, when. Lines are added and never changed; they are
 * forgotten after a year, or beyond `LINES_MAX`, whichever comes first.
 */
export type AuditLog = {
  record(line: Omit<AuditLine, "at">): void;
  /** Latest first. */
  list(limit: number): readonly AuditLine[];
};

export type AuditLine = {
  readonly at: Instant;
  /** The name of an account, or `command line`. */
  readonly who: string;
  readonly action: string;
  readonly about: string;
};

const AGE_MS_MAX = 366 * 24 * 3_600_000;
const LINES_MAX = 20_000;
const TEXT_LENGTH_MAX = 200;

export const createAudit = (database: DatabaseSync, clock: Clock): AuditLog => {
  const insert = database.prepare("INSERT INTO audit (at, who, action, about) VALUES (?, ?, ?, ?)");
  // The key counts up by one, so the oldest lines are found without counting.
  const forget = database.prepare("DELETE FROM audit WHERE at < ? OR id <= ?");
  const latest = database.prepare(
    "SELECT at, who, action, about FROM audit ORDER BY id DESC LIMIT ?",
  );
  return {
    record: ({ who, action, about }) => {
      const now = clock.now();
      const { lastInsertRowid } = insert.run(now, clipped(who), clipped(action), clipped(about));
      if (Number(lastInsertRowid) % 100 === 0) {
        forget.run(now - AGE_MS_MAX, Number(lastInsertRowid) - LINES_MAX);
      }
    },
    list: (limit) =>
      latest.all(limit).map((row) => ({
        at: instant(Number(row["at"])),
        who: String(row["who"]),
        action: String(row["action"]),
        about: String(row["about"]),
      })),
  };
};

const clipped = (text: string): string => text.replace(/\p{Cc}+/gu, " ").slice(0, TEXT_LENGTH_MAX);
