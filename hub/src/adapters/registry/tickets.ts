import type { DatabaseSync } from "node:sqlite";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { hours } from "@battant/protocol/vocabulary/units";
import type { Clock, FlashTickets } from "../../ports.ts";
import { drawCredentials } from "./credentials.ts";
import { transaction } from "./database.ts";
import { hashToken, newToken } from "./tokens.ts";

/** Credentials that lie ready for boards whose chips are being written. */

const LIFE = hours(1);
/** A classroom that flashes at the same time, a few times over: who comes last voids nobody's chip. */
const TICKETS_MAX = 100;

export const createTickets = (database: DatabaseSync, clock: Clock): FlashTickets => {
  const prune = database.prepare(
    `DELETE FROM flash_ticket WHERE created <= ?1 OR ticket IN (
       SELECT ticket FROM flash_ticket ORDER BY created DESC, rowid DESC LIMIT -1 OFFSET ?2)`,
  );
  const insert = database.prepare(
    `INSERT INTO flash_ticket (ticket, board, name, flat, mac, model, salt, hash, key, created)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const open = database.prepare(
    "SELECT board, confirmed FROM flash_ticket WHERE ticket = ? AND created > ?",
  );
  const letIn = createLetIn(database);

  return {
    prepare: ({ board, name, flat, mac, model }) => {
      const ticket = newToken();
      const { password, key, salt, hash } = drawCredentials();
      const order = [board, name, flat ?? null, mac, model] as const;
      const now = clock.now();
      transaction(database, () => {
        prune.run(now - LIFE, TICKETS_MAX - 1);
        insert.run(hashToken(ticket), ...order, salt, hash, key, now);
      });
      return { ticket, password, key: key.toString("hex") };
    },
    confirm: (ticket) =>
      transaction(database, () => {
        const hash = hashToken(ticket);
        const now = clock.now();
        const row = open.get(hash, now - LIFE);
        if (row === undefined) return undefined;
        // Asked once more because the answer got lost: all is done already.
        if (row["confirmed"] === 0) letIn(hash, now);
        return row["board"] as BoardId;
      }),
  };
};

const createLetIn = (database: DatabaseSync): ((ticket: Buffer, now: number) => void) => {
  const upsert = database.prepare(
    `INSERT INTO board (id, name, flat, salt, hash, key, added, mac, model, flashed)
     SELECT board, name, coalesce((SELECT flat FROM flat_board WHERE board = it.board), flat),
            salt, hash, key, ?2, mac, model, ?2
     FROM flash_ticket AS it WHERE ticket = ?1
     ON CONFLICT (id) DO UPDATE SET
       name = excluded.name, flat = coalesce(board.flat, excluded.flat),
       salt = excluded.salt, hash = excluded.hash, key = excluded.key,
       mac = excluded.mac, model = excluded.model, flashed = excluded.flashed, ignored = 0`,
  );
  /** What this chip was before, it is no longer; and what its board was to run has been written. */
  const forget = [
    `UPDATE board SET mac = NULL FROM flash_ticket AS it
       WHERE it.ticket = ?1 AND board.mac = it.mac AND board.id <> it.board`,
    "DELETE FROM board_update WHERE board = (SELECT board FROM flash_ticket WHERE ticket = ?1)",
    `DELETE FROM flash_ticket WHERE ticket <> ?1
       AND board = (SELECT board FROM flash_ticket WHERE ticket = ?1)`,
    "UPDATE flash_ticket SET confirmed = 1 WHERE ticket = ?1",
  ].map((text) => database.prepare(text));
  return (ticket, now) => {
    upsert.run(ticket, now);
    for (const statement of forget) statement.run(ticket);
  };
};
