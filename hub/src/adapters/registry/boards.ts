import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant } from "@battant/protocol/vocabulary/units";
import type { BoardAccess, Clock } from "../../ports.ts";
import { openWatcher, trying } from "./database.ts";

/**
 * Which boards may connect, each with a password of its own.
 *
 * The password is drawn here, 128 random bits, and shown once. Nobody can try so many, so a salted
 * SHA-256 protects it as well as a slow hash would, and two hundred boards that reconnect together
 * after a power cut are not kept waiting.
 */

export type RegisteredBoard = {
  readonly id: BoardId;
  readonly name: string;
  readonly flat: string | undefined;
  readonly added: Instant;
};

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
  /** The password, this once; `undefined` if there is a board of this name already. */
  add(board: NewBoard): string | undefined;
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
const SALT_BYTES = 16;
const WATCH_MS = 1000;

export const createBoards = (
  database: DatabaseSync,
  { dataDir, clock }: { readonly dataDir: string; readonly clock: Clock },
): BoardRegistry => {
  const one = database.prepare("SELECT salt, hash FROM board WHERE id = ?");
  const all = database.prepare("SELECT id, name, flat, added FROM board ORDER BY id");
  const insert = database.prepare(
    "INSERT INTO board (id, name, flat, salt, hash, added) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const drop = database.prepare("DELETE FROM board WHERE id = ?");

  return {
    verify: (board, password) => {
      const row = one.get(board) as Secret | undefined;
      const { salt, hash } = row ?? NOBODY; // An unknown name must take as long as a known one.
      return timingSafeEqual(hashOf(salt, password), hash) && row !== undefined;
    },
    isKnown: (board) => one.get(board) !== undefined,
    add: ({ id, name, flat }) => {
      const password = randomBytes(PASSWORD_BYTES).toString("hex");
      const salt = randomBytes(SALT_BYTES);
      const hash = hashOf(salt, password);
      const { changes } = insert.run(id, name ?? id, flat ?? null, salt, hash, clock.now());
      return Number(changes) === 0 ? undefined : password;
    },
    remove: (board) => Number(drop.run(board).changes) > 0,
    list: () =>
      all.all().map((row) => ({
        id: row["id"] as BoardId,
        name: String(row["name"]),
        flat: row["flat"] === null ? undefined : String(row["flat"]),
        added: instant(Number(row["added"])),
      })),
    changes: (onBoardsChanged) => watch(openWatcher(dataDir), clock, onBoardsChanged),
  };
};

type Secret = { readonly salt: Uint8Array; readonly hash: Uint8Array };

const NOBODY: Secret = { salt: new Uint8Array(SALT_BYTES), hash: new Uint8Array(32) };

const hashOf = (salt: Uint8Array, password: string): Buffer =>
  createHash("sha256").update(salt).update(password, "utf8").digest();

/** SQLite counts the commits of the other connections; only when it moved is the list read. */
const watch = (
  watcher: DatabaseSync,
  clock: Clock,
  onBoardsChanged: (change: BoardChange) => void,
): (() => void) => {
  const version = watcher.prepare("PRAGMA data_version");
  const hashes = watcher.prepare("SELECT id, hash FROM board");
  const look = () => ({
    version: version.get()?.["data_version"],
    boards: new Map(
      hashes
        .all()
        .map((row) => [
          row["id"] as BoardId,
          Buffer.from(row["hash"] as Uint8Array).toString("hex"),
        ]),
    ),
  });
  let seen = look();
  const compare = () => {
    if (version.get()?.["data_version"] === seen.version) return;
    const now = look();
    const added = onlyIn(now.boards, seen.boards);
    const removed = onlyIn(seen.boards, now.boards);
    seen = now;
    onBoardsChanged({ added, removed });
  };
  const stop = clock.every(WATCH_MS, () => trying(compare));
  return () => {
    stop();
    watcher.close();
  };
};

const onlyIn = (
  one: ReadonlyMap<BoardId, string>,
  other: ReadonlyMap<BoardId, string>,
): BoardId[] => [...one].filter(([id, hash]) => other.get(id) !== hash).map(([id]) => id);
