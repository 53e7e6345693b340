import { Readable } from "node:stream";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { parseBoardTopic } from "@battant/protocol/wire/topics";
import type { AedesPublishPacket, PublishPacket, Subscription } from "aedes";
import AsyncLevelPersistence, { type Session } from "aedes-persistence-level/asyncPersistence.js";
import type { Level } from "level";
import { isOnlyFromHub, mayFilter } from "./filters.ts";
import type { BrokerLimits } from "./limits.ts";
import { createRetained, type Retained } from "./retained.ts";
import { boardOfSession, sessionId } from "./session-id.ts";
import { eraseBoard, openStore } from "./store.ts";

/**
 * What the broker remembers across a restart: retained messages, kept sessions, and the wills of
 * clients that were connected when the hub died.
 */
export type Memory = {
  readonly persistence: BoardPersistence;
  /** Boards whose own messages a kept session wants to have. */
  readonly overheard: ReadonlySet<BoardId>;
  close(): Promise<void>;
};

export type MemoryOptions = {
  readonly dir: string;
  readonly limits: BrokerLimits;
  readonly isKnown: (board: BoardId) => boolean;
  readonly isConnected: (session: string) => boolean;
  readonly refuse: (from: string, problem: string, where: string) => void;
};

export const openMemory = async (options: MemoryOptions): Promise<Memory> => {
  const { dir, limits, isKnown, isConnected, refuse } = options;
  const { db, inventory, startedAnew } = await openStore(dir, isKnown);
  const { queued, overheard } = inventory;
  if (startedAnew) refuse("hub", "was damaged and starts empty", "broker store");
  const persistence = new BoardPersistence(db, {
    limits,
    queued,
    isKnown,
    isConnected,
    onQueueFull: (session) => {
      const problem = "queue of a client that is away is full; messages for it were dropped";
      refuse(boardOfSession(session) ?? session, problem, "session");
    },
    onWriteFailed: (detail) =>
      refuse("hub", `cannot be written, check the disk: ${detail}`, "broker store"),
  });
  const close = async (): Promise<void> => {
    await persistence.settled();
    await db.close();
  };
  return { persistence, overheard, close };
};

export type PersistenceOptions = {
  readonly limits: BrokerLimits;
  /** How many messages waited for each session when the store was opened. */
  readonly queued: ReadonlyMap<string, number>;
  readonly isKnown: (board: BoardId) => boolean;
  readonly isConnected: (session: string) => boolean;
  readonly onQueueFull: (session: string) => void;
  readonly onWriteFailed: (detail: string) => void;
};

/**
 * Spares the SD card: an unchanged retained message is not written again, and leases and clock
 * answers are never written at all, because they are worth nothing later. Has bounds where the
 * library has none. And a disk that refuses a write ends no connection and no hub: the failure is
 * reported, and the broker goes on with what it has in memory.
 */
export class BoardPersistence extends AsyncLevelPersistence {
  readonly #db: Level;
  readonly #options: PersistenceOptions;
  readonly #retained: Retained;
  readonly #unwritten = new Map<string, PublishPacket>();
  #writing: Promise<void> | undefined;
  /** How many messages wait for each session. */
  readonly #queued: Map<string, number>;

  constructor(db: Level, options: PersistenceOptions) {
    super(db);
    this.#db = db;
    this.#options = options;
    this.#retained = createRetained(options.limits.retainedMax);
    this.#queued = new Map(options.queued);
  }

  override async setup(broker: unknown): Promise<void> {
    await super.setup(broker);
    const stored: AsyncIterable<PublishPacket> = super.createRetainedStream("#");
    for await (const packet of stored) this.#retained.keep(packet);
  }

  /** Memory first; then, in the background, the latest of each topic to the disk. */
  override async storeRetained({ topic, payload, qos }: PublishPacket): Promise<void> {
    const board = parseBoardTopic(topic)?.board;
    // The last word of a board that was removed: nobody would ever take it away again.
    if (board === undefined || !this.#options.isKnown(board)) return;
    const packet: PublishPacket = { cmd: "publish", topic, payload, qos, retain: true, dup: false };
    const change = this.#retained.keep(packet);
    if (change.kind === "unchanged") return;
    this.#unwritten.set(topic, packet);
    if (change.dropped !== undefined) this.#erase(change.dropped);
    this.#writing ??= this.#writeRetained();
  }

  /** An empty payload deletes (MQTT 3.1.1 §3.3.1.3). */
  #erase(packet: PublishPacket): void {
    this.#unwritten.set(packet.topic, { ...packet, payload: Buffer.alloc(0) });
  }

  /** Nothing of the board is left: no message, no session, no will. */
  async forget(board: BoardId): Promise<void> {
    for (const packet of this.#retained.forget(board)) this.#erase(packet);
    this.#writing ??= this.#writeRetained();
    await this.#writing;
    // No other session is ever kept (`sign-in.ts`).
    const session = sessionId(board, board);
    await this.#attempt(super.cleanSubscriptions({ id: session }));
    await this.#attempt(eraseBoard(this.#db, board));
    this.#queued.delete(session);
  }

  /** Resolves once the retained messages are on disk, or a disk that fails has been reported. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeRetained(): Promise<void> {
    let isWritable = true;
    while (isWritable && this.#unwritten.size > 0) {
      for (const packet of this.#unwritten.values()) {
        this.#unwritten.delete(packet.topic);
        const written = await this.#attempt(super.storeRetained(packet));
        if (written.ok) continue;
        // Tried again with the next change, unless that is a newer message of this topic.
        if (!this.#unwritten.has(packet.topic)) this.#unwritten.set(packet.topic, packet);
        isWritable = false;
        break;
      }
    }
    this.#writing = undefined;
  }

  override createRetainedStreamCombi(filters: readonly string[]): Readable {
    return Readable.from(filters.flatMap((filter) => this.#retained.matching(filter)));
  }

  /** Aedes hands in all filters of a SUBSCRIBE as soon as one of them was granted. */
  override async addSubscriptions(session: Session, all: readonly Subscription[]): Promise<void> {
    const board = boardOfSession(session.id);
    const granted = all.filter((it) => board !== undefined && mayFilter(board, it.topic));
    await this.#attempt(super.addSubscriptions(session, granted));
  }

  override async removeSubscriptions(session: Session, topics: readonly string[]): Promise<void> {
    await this.#attempt(super.removeSubscriptions(session, topics));
  }

  override async outgoingEnqueue(
    to: { readonly clientId: string },
    packet: AedesPublishPacket,
  ): Promise<void> {
    if (isOnlyFromHub(packet.topic)) return;
    const waiting = this.#queued.get(to.clientId) ?? 0;
    if (waiting >= this.#options.limits.queuedMax) {
      this.#options.onQueueFull(to.clientId);
      return;
    }
    this.#queued.set(to.clientId, waiting + 1);
    await this.#attempt(super.outgoingEnqueue(to, packet));
  }

  override async outgoingUpdate(session: Session, packet: AedesPublishPacket): Promise<void> {
    if (packet.cmd !== "publish" || isOnlyFromHub(packet.topic)) return;
    await this.#attempt(super.outgoingUpdate(session, packet));
  }

  override async outgoingClearMessageId(
    session: Session,
    packet: { readonly messageId?: number },
  ): Promise<AedesPublishPacket | undefined> {
    const cleared = await this.#attempt(super.outgoingClearMessageId(session, packet));
    if (!cleared.ok || cleared.value === undefined) return undefined;
    const waiting = this.#queued.get(session.id) ?? 0;
    if (waiting > 1) this.#queued.set(session.id, waiting - 1);
    else this.#queued.delete(session.id);
    return cleared.value;
  }

  /** Half-received QoS 2 messages: there are none, QoS 2 is refused. */
  override async cleanIncoming(): Promise<void> {}

  override async putWill(session: Session, will: PublishPacket): Promise<void> {
    await this.#attempt(super.putWill(session, will));
  }

  /**
   * When a connection ends, Aedes deletes its will: also when the board has already connected again,
   * and the will in the store is the new one. `brokerId` tells this from the other uses.
   */
  override async delWill(session: Session & { readonly brokerId?: string }): Promise<void> {
    if (session.brokerId !== undefined && this.#options.isConnected(session.id)) return;
    await this.#attempt(super.delWill(session));
  }

  async #attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
    try {
      return { ok: true, value: await work };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      // A message that found its queue full was not stored, and is sent all the same.
      if (detail !== "no such packet") this.#options.onWriteFailed(detail);
      return { ok: false };
    }
  }
}

type Attempt<T> = { readonly ok: true; readonly value: T } | { readonly ok: false };
