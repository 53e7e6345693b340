import type { DatabaseSync } from "node:sqlite";
import { after, hours } from "@battant/protocol/vocabulary/units";
import type { Clock } from "../../ports.ts";
import { transaction } from "./database.ts";
import { hashToken, newToken } from "./tokens.ts";

/**
 * How the `battant` command comes through the hub's HTTP door: it writes a pass of its own into
 * `hub.db`. Whoever may write there owns the hub, and needs no password.
 */
export type Passes = {
  issue(): string;
  check(token: string): boolean;
};

/** As long as somebody may sit at the bench with one `battant flash` after the other. */
const LIFE = hours(12);
/** Each command draws one: a script that asks every few minutes ends no `boards log` beside it. */
const PASSES_MAX = 200;

export const createPasses = (database: DatabaseSync, clock: Clock): Passes => {
  const prune = database.prepare(
    `DELETE FROM pass WHERE expires <= ?1 OR hash IN (
       SELECT hash FROM pass ORDER BY expires DESC, hash LIMIT -1 OFFSET ?2)`,
  );
  const insert = database.prepare("INSERT INTO pass (hash, expires) VALUES (?, ?)");
  const find = database.prepare("SELECT 1 FROM pass WHERE hash = ? AND expires > ?");
  return {
    issue: () => {
      const token = newToken();
      const now = clock.now();
      transaction(database, () => {
        prune.run(now, PASSES_MAX - 1);
        insert.run(hashToken(token), after(now, LIFE));
      });
      return token;
    },
    check: (token) => find.get(hashToken(token), clock.now()) !== undefined,
  };
};
