import { rm } from "node:fs/promises";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { parseBoardTopic } from "@battant/protocol/wire/topics";
import { Level } from "level";
import { isOnlyFromHub } from "./filters.ts";
import { boardOfSession } from "./session-id.ts";

/** The broker's database on disk: opened, mended if need be, and read through once at the start. */

export type Store = {
  readonly db: Level;
  readonly inventory: Inventory;
  /** True if it was damaged and had to be started anew. */
  readonly startedAnew: boolean;
};

export type Inventory = {
  /** How many messages wait for each session. */
  readonly queued: ReadonlyMap<string, number>;
  /** Boards whose own messages a kept session wants to have. */
  readonly overheard: ReadonlySet<BoardId>;
};

type IsKnown = (board: BoardId) => boolean;

/**
 * What is in here, boards say again when they connect. So a store that a power cut has damaged is no
 * reason not to start.
 */
export const openStore = async (dir: string, isKnown: IsKnown): Promise<Store> => {
  try {
    return { ...(await open(dir, isKnown)), startedAnew: false };
  } catch (error) {
    const code = codeOf(error);
    if (NOT_MENDED_BY_STARTING_ANEW.has(String(code)))
      throw new Error(hintFor(dir, code), { cause: error });
  }
  await rm(dir, { recursive: true, force: true });
  return { ...(await open(dir, isKnown)), startedAnew: true };
};

const NOT_MENDED_BY_STARTING_ANEW = new Set(["LEVEL_LOCKED", "EACCES", "EPERM", "EROFS", "ENOSPC"]);

const open = async (dir: string, isKnown: IsKnown) => {
  // It holds some hundred short records; the defaults are meant for millions.
  const db = new Level(dir, { cacheSize: 1024 ** 2, writeBufferSize: 1024 ** 2 });
  await db.open();
  try {
    return { db, inventory: await takeInventory(db, isKnown) };
  } catch (error) {
    await db.close();
    throw error;
  }
};

const hintFor = (dir: string, code: unknown): string =>
  code === "LEVEL_LOCKED"
    ? `${dir} is in use: another hub runs on this data directory; stop it first`
    : `cannot open ${dir}: check that the disk works and may be written`;

/** Level wraps what went wrong when opening, and does not when reading. */
const codeOf = (error: unknown): unknown => {
  if (!(error instanceof Error)) return undefined;
  if (error.cause !== undefined) return codeOf(error.cause);
  return "code" in error ? error.code : undefined;
};

/** Counts what is there, and deletes what belongs to boards that have been removed. */
const takeInventory = async (db: Level, isKnown: IsKnown): Promise<Inventory> => {
  const queued = new Map<string, number>();
  const overheard = new Set<BoardId>();
  const orphans: string[] = [];
  for await (const key of db.keys()) {
    const { kind, session, topic } = parseKey(key);
    const board = ownerOf(key);
    if (board === undefined || !isKnown(board)) orphans.push(key);
    else if (kind === "outgoing") queued.set(session, (queued.get(session) ?? 0) + 1);
    else if (kind === "subscriptions" && !isOnlyFromHub(topic)) overheard.add(board);
  }
  await db.batch(orphans.map((key) => ({ type: "del", key })));
  return { queued, overheard };
};

/** Deletes all that is kept of a board: messages, sessions and wills. */
export const eraseBoard = async (db: Level, board: BoardId): Promise<void> => {
  const keys = await db.keys().all();
  const its = keys.filter((key) => ownerOf(key) === board);
  await db.batch(its.map((key) => ({ type: "del", key })));
};

const ownerOf = (key: string): BoardId | undefined => {
  const { kind, session, topic } = parseKey(key);
  return kind === "retained" ? parseBoardTopic(topic)?.board : boardOfSession(session);
};

/** Keys of aedes-persistence-level: `retained:TOPIC`, and `KIND:SESSION:REST` for all others. */
const parseKey = (key: string): { kind: string; session: string; topic: string } => {
  const [kind = "", second = "", ...rest] = key.split(":");
  if (kind === "retained") return { kind, session: "", topic: key.slice("retained:".length) };
  return { kind, session: decodeURIComponent(second), topic: rest.join(":") };
};
