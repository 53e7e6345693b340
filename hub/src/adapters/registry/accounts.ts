import type { DatabaseSync } from "node:sqlite";
import { after, hours } from "@battant/protocol/vocabulary/units";
import type { Account, Accounts, Clock, Role, SignIn } from "../../ports.ts";
import { createAttempts } from "./attempts.ts";
import type { AuditLog } from "./audit.ts";
import { transaction } from "./database.ts";
import { hashPassword, verifyPassword } from "./passwords.ts";
import { hashToken, newToken } from "./tokens.ts";

/**
 * People who may sign in. There is no default password: while nobody has an account, each start of
 * the hub draws a one-time token, and whoever holds it makes the first account.
 */
export type AccountRegistry = Accounts & {
  /** A new set-up token that voids the one before; `undefined` once there is an account. */
  openSetup(): string | undefined;
  /** Ends every session of `name`, on every screen. */
  signOutEverywhere(name: string): void;
};

const SESSION = hours(30 * 24);
const SESSIONS_PER_ACCOUNT_MAX = 20;

/** Each hash takes 19 MiB for as long as it runs: more at once is refused. */
const HASHES_AT_ONCE_MAX = 4;

const WRONG: SignIn = { ok: false, problem: "wrong" };
const TOO_MANY: SignIn = { ok: false, problem: "too-many" };

type Parts = { readonly clock: Clock; readonly audit: AuditLog };

export const createAccounts = (database: DatabaseSync, parts: Parts): AccountRegistry => {
  const { clock, audit } = parts;
  const attempts = createAttempts(() => clock.now());
  const hashing = limited(HASHES_AT_ONCE_MAX);
  const sessions = createSessions(database, clock);
  const count = database.prepare("SELECT count(*) AS count FROM account");
  const byKey = database.prepare("SELECT key, name, role, password FROM account WHERE key = ?");
  const setup = createSetup(database);

  const isEmpty = () => count.get()?.["count"] === 0;

  return {
    setupOpen: isEmpty,
    openSetup: () => (isEmpty() ? setup.draw() : undefined),

    completeSetup: async (token, name, password) => {
      if (!isEmpty() || !setup.accepts(token)) return WRONG;
      const hash = await hashing(() => hashPassword(password));
      if (hash === undefined) return TOO_MANY;
      const account: Account = { name: name.trim(), role: "manager" };
      // Looked at again: another request with the same token may have been faster.
      const created = transaction(database, () => {
        if (!isEmpty() || !setup.accepts(token)) return false;
        insertAccount(database, account, { hash, at: clock.now() });
        setup.close();
        return true;
      });
      if (!created) return WRONG;
      audit.record({ who: account.name, action: "set-up completed", about: "first account" });
      return { ok: true, token: sessions.open(keyOf(name)), account };
    },

    signIn: async (name, password, from) => {
      const key = keyOf(name);
      if (!attempts.allow(key, from)) return TOO_MANY;
      const row = byKey.get(key) as AccountRow | undefined;
      const stored = row?.password ?? NOBODY; // An unknown name must take as long as a known one.
      const matches = await hashing(() => verifyPassword(password, stored));
      if (matches === undefined) return TOO_MANY;
      if (!matches || row === undefined) {
        audit.record({ who: row?.name ?? "unknown", action: "sign-in refused", about: from });
        return WRONG;
      }
      attempts.forgive(key, from);
      audit.record({ who: row.name, action: "signed in", about: from });
      const account: Account = { name: row.name, role: row.role };
      return { ok: true, token: sessions.open(key), account };
    },

    session: sessions.find,
    signOut: sessions.close,
    signOutEverywhere: (name) => {
      sessions.closeAll(keyOf(name));
      audit.record({ who: name.trim(), action: "signed out everywhere", about: "" });
    },
  };
};

type AccountRow = {
  readonly key: string;
  readonly name: string;
  readonly role: Role;
  readonly password: string;
};

/** `Marie`, `marie` and ` MARIE` are one person. */
const keyOf = (name: string): string => name.normalize("NFKC").trim().toLowerCase();

/** Of the form and cost of a real one, and no password gives it. */
const NOBODY = `$argon2id$v=19$m=19456,t=2,p=1$${"A".repeat(22)}$${"A".repeat(43)}`;

const insertAccount = (
  database: DatabaseSync,
  account: Account,
  { hash, at }: { readonly hash: string; readonly at: number },
): void => {
  database
    .prepare("INSERT INTO account (key, name, role, password, created) VALUES (?, ?, ?, ?, ?)")
    .run(keyOf(account.name), account.name, account.role, hash, at);
};

const createSetup = (database: DatabaseSync) => ({
  draw: (): string => {
    const token = newToken();
    database
      .prepare(
        "INSERT INTO setup (one, hash) VALUES (1, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash",
      )
      .run(hashToken(token));
    return token;
  },
  accepts: (token: string): boolean =>
    database.prepare("SELECT 1 FROM setup WHERE hash = ?").get(hashToken(token)) !== undefined,
  close: (): void => database.exec("DELETE FROM setup"),
});

/** Tokens are looked up by their hash, so how long the look-up takes tells nothing about them. */
const createSessions = (database: DatabaseSync, clock: Clock) => {
  const find = database.prepare(
    "SELECT name, role FROM session JOIN account ON key = account WHERE hash = ? AND expires > ?",
  );
  const insert = database.prepare(
    "INSERT INTO session (hash, account, created, expires) VALUES (?, ?, ?, ?)",
  );
  const prune = database.prepare(
    `DELETE FROM session WHERE expires <= ?1 OR hash IN (
       SELECT hash FROM session WHERE account = ?2 ORDER BY created DESC, hash LIMIT -1 OFFSET ?3)`,
  );
  const drop = database.prepare("DELETE FROM session WHERE hash = ?");
  const dropAll = database.prepare("DELETE FROM session WHERE account = ?");

  return {
    open: (account: string): string => {
      const token = newToken();
      const now = clock.now();
      transaction(database, () => {
        prune.run(now, account, SESSIONS_PER_ACCOUNT_MAX - 1);
        insert.run(hashToken(token), account, now, after(now, SESSION));
      });
      return token;
    },
    find: (token: string): Account | undefined => {
      const row = find.get(hashToken(token), clock.now());
      return row === undefined
        ? undefined
        : { name: String(row["name"]), role: row["role"] as Role };
    },
    close: (token: string): void => void drop.run(hashToken(token)),
    closeAll: (account: string): void => void dropAll.run(account),
  };
};

/** Runs at most `max` at once; one more is not run at all and gives `undefined`. */
const limited = (max: number) => {
  let running = 0;
  return async <Result>(action: () => Promise<Result>): Promise<Result | undefined> => {
    if (running >= max) return undefined;
    running += 1;
    try {
      return await action();
    } finally {
      running -= 1;
    }
  };
};
