import { timingSafeEqual } from "node:crypto";
import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { instant } from "@battant/protocol/vocabulary/units";
import type { BoardAccess, BoardBook, RegisteredBoard } from "../../ports.ts";
import { drawCredentials, hashOf, type Secret } from "./credentials.ts";
import { transaction, watch, type Watching } from "./database.ts";

/** Which boards may connect, each with a password and a key of its own, and what is known of each. */

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

export type BoardRegistry = BoardAccess &
  BoardBook & {
    /**
     * This once; `undefined` if there is a board of this name already. A name under which a flat was
     * measured comes back as that flat's.
     */
    add(board: NewBoard): Credentials | undefined;
    /**
     * Tells within about a second what any process changed, until the returned function is called. A
     * board that came and went between two looks is in neither list: then both may be empty.
     */
    changes(onBoardsChanged: (change: BoardChange) => void): () => void;
  };

const COLUMNS = "id, name, flat, added, key IS NOT NULL AS has_key, mac, model, flashed, ignored";

export const createBoards = (database: DatabaseSync, watching: Watching): BoardRegistry => {
  const one = database.prepare("SELECT salt, hash FROM board WHERE id = ?");
  const keyOf = database.prepare("SELECT key FROM board WHERE id = ?");
  const all = database.prepare(`SELECT ${COLUMNS} FROM board ORDER BY id`);
  const found = database.prepare(`SELECT ${COLUMNS} FROM board WHERE id = ?`);
  const insert = database.prepare(
    `INSERT INTO board (id, name, flat, salt, hash, key, added)
     VALUES (?1, ?2, coalesce((SELECT flat FROM flat_board WHERE board = ?1), ?3), ?4, ?5, ?6, ?7)
     ON CONFLICT DO NOTHING`,
  );
  const rename = database.prepare(
    "UPDATE board SET name = ?, flat = coalesce(flat, ?), ignored = 0 WHERE id = ?",
  );
  const homeOf = database.prepare(
    `SELECT coalesce((SELECT flat FROM board WHERE id = ?1),
                     (SELECT flat FROM flat_board WHERE board = ?1)) AS flat`,
  );
  const settle = database.prepare(
    "INSERT INTO flat_board (board, flat) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const ignore = database.prepare("UPDATE board SET ignored = ? WHERE id = ?");
  const drop = database.prepare("DELETE FROM board WHERE id = ?");

  const flatOf = (board: BoardId): string | undefined => textOf(homeOf.get(board)?.["flat"]);

  return {
    verify: (board, password) => {
      const row = one.get(board) as Secret | undefined;
      const { salt, hash } = row ?? NOBODY; // An unknown name must take as long as a known one.
      return timingSafeEqual(hashOf(salt, password), hash) && row !== undefined;
    },
    isKnown: (board) => one.get(board) !== undefined,
    key: (board) => (keyOf.get(board)?.["key"] as Uint8Array | null | undefined) ?? undefined,
    add: ({ id, name, flat }) => {
      const { password, key, salt, hash } = drawCredentials();
      const now = watching.clock.now();
      const { changes } = insert.run(id, name ?? id, flat ?? null, salt, hash, key, now);
      return Number(changes) === 0 ? undefined : { password, key: key.toString("hex") };
    },
    remove: (board) => Number(drop.run(board).changes) > 0,
    list: () => all.all().map(asBoard),
    find: (board) => {
      const row = found.get(board);
      return row === undefined ? undefined : asBoard(row);
    },
    flatOf,
    describe: (board, { name, flat }) =>
      transaction(database, () => {
        rename.run(name, flat ?? null, board);
        const home = flatOf(board) ?? flat;
        if (home !== undefined) settle.run(board, home);
      }),
    setIgnored: (board, isIgnored) => void ignore.run(Number(isIgnored), board),
    changes: (onBoardsChanged) => watch(watching, (watcher) => comparing(watcher, onBoardsChanged)),
  };
};

const NOBODY: Secret = { salt: new Uint8Array(16), hash: new Uint8Array(32) };

const asBoard = (row: Readonly<Record<string, SQLOutputValue>>): RegisteredBoard => ({
  id: row["id"] as BoardId,
  name: String(row["name"]),
  flat: textOf(row["flat"]),
  added: instant(Number(row["added"])),
  hasKey: row["has_key"] === 1,
  mac: textOf(row["mac"]),
  model: textOf(row["model"]),
  flashed: typeof row["flashed"] === "number" ? instant(row["flashed"]) : undefined,
  isIgnored: row["ignored"] === 1,
});

const textOf = (value: SQLOutputValue | undefined): string | undefined =>
  typeof value === "string" ? value : undefined;

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
