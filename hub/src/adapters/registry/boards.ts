import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { BoardAccess } from "../../ports.ts";
import { watch, type Watching } from "./database.ts";

/**
 * Which boards may connect, each with a password and a key of its own, drawn here and shown once.
 *
 * The password, 128 random bits, is what a board shows the broker; over plain MQTT anybody on the
 * same Wi-Fi can read it. Nobody can try so many, so a salted SHA-256 protects it as well as a slow
 * hash would, and two hundred boards that reconnect together after a power cut are not kept waiting.
 *
 * The key, 256 random bits, never travels: the hub seals with it what it sends to the board. It is
 * kept as it is, since the hub has to use it; `hub.db` may be read by its owner alone.
 */

export type RegisteredBoard = {
  readonly id: BoardId;
  readonly name: string;
  readonly flat: string | undefined;
  readonly added: Instant;
  /** False for a board added when boards had no keys: nothing can be sent to it. */
  readonly hasKey: boolean;
};

/** What has to be written into the board. Both are hexadecimal. */
export type Credentials = { readonly password: string; readonly key: string };

export type NewBoard = {
  readonly id: BoardId;
  readonly name?: string | undefined;
  readonly flat?: string | undefined;
};

export type BoardChange = {
  readonly added: readonly BoardId[];
  /** Removed, or given another password: whoever is connected under this name must go. */
  readonly removed: readonly BoardId[];
};

export type BoardRegistry = BoardAccess & {
  /** This once; `undefined` if there is a board of this name already. */
  add(board: NewBoard): Credentials | undefined;
  /** False if there was none. */
  remove(board: BoardId): boolean;
  list(): readonly RegisteredBoard[];
  /**
   * Tells within about a second what any process changed, until the returned function is called. A
   * board that came and went between two looks is in neither list: then both may be empty.
   */
  changes(onBoardsChanged: (change: BoardChange) => void): () => void;
};

const PASSWORD_BYTES = 16;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

export const createBoards = (database: DatabaseSync, watching: Watching): BoardRegistry => {
  const one = database.prepare("SELECT salt, hash FROM board WHERE id = ?");
  const keyOf = database.prepare("SELECT key FROM board WHERE id = ?");
  const all = database.prepare(
    "SELECT id, name, flat, added, key IS NOT NULL AS has_key FROM board ORDER BY id",
  );
  const insert = database.prepare(
    `INSERT INTO board (id, name, flat, salt, hash, key, added) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const drop = database.prepare("DELETE FROM board WHERE id = ?");

  return {
    verify: (board, password) => {
      const row = one.get(board) as Secret | undefined;
      const { salt, hash } = row ?? NOBODY; // An unknown name must take as long as a known one.
      return timingSafeEqual(hashOf(salt, password), hash) && row !== undefined;
    },
    isKnown: (board) => one.get(board) !== undefined,
    key: (board) => (keyOf.get(board)?.["key"] as Uint8Array | null | undefined) ?? undefined,
    add: ({ id, name, flat }) => {
      const password = randomBytes(PASSWORD_BYTES).toString("hex");
      const key = randomBytes(KEY_BYTES);
      const salt = randomBytes(SALT_BYTES);
      const hash = hashOf(salt, password);
      const now = watching.clock.now();
      const { changes } = insert.run(id, name ?? id, flat ?? null, salt, hash, key, now);
      return Number(changes) === 0 ? undefined : { password, key: key.toString("hex") };
    },
    remove: (board) => Number(drop.run(board).changes) > 0,
    list: () =>
      all.all().map((row) => ({
        id: row["id"] as BoardId,
        name: String(row["name"]),
        flat: row["flat"] === null ? undefined : String(row["flat"]),
        added: instant(Number(row["added"])),
        hasKey: row["has_key"] === 1,
      })),
    changes: (onBoardsChanged) => watch(watching, (watcher) => comparing(watcher, onBoardsChanged)),
  };
};

type Secret = { readonly salt: Uint8Array; readonly hash: Uint8Array };

const NOBODY: Secret = { salt: new Uint8Array(SALT_BYTES), hash: new Uint8Array(32) };

const hashOf = (salt: Uint8Array, password: string): Buffer =>
  createHash("sha256").update(salt).update(password, "utf8").digest();

/** A board that is given another password counts as one that went and another that came. */
const comparing = (
  watcher: DatabaseSync,
  onBoardsChanged: (change: BoardChange) => void,
): (() => void) => {
  const hashes = watcher.prepare("SELECT id, hash FROM board");
  const look = () =>
    new Map(
      hashes
        .all()
        .map((row) => [
          row["id"] as BoardId,
          Buffer.from(row["hash"] as Uint8Array).toString("hex"),
        ]),
    );
  let seen = look();
  return () => {
    const now = look();
    const added = onlyIn(now, seen);
    const removed = onlyIn(seen, now);
    seen = now;
    onBoardsChanged({ added, removed });
  };
};

const onlyIn = (
  one: ReadonlyMap<BoardId, string>,
  other: ReadonlyMap<BoardId, string>,
): BoardId[] => [...one].filter(([id, hash]) => other.get(id) !== hash).map(([id]) => id);
