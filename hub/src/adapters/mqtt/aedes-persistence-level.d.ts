/** The package has no types of its own. Only what `persistence.ts` uses is declared. */
declare module "aedes-persistence-level/asyncPersistence.js" {
  import type { Readable } from "node:stream";
  import type { AedesPublishPacket, PublishPacket, Subscription } from "aedes";
  import type { Level } from "level";

  export type Session = { readonly id: string };

  export default class AsyncLevelPersistence {
    constructor(db: Level);
    setup(broker: unknown): Promise<void>;
    storeRetained(packet: PublishPacket): Promise<void>;
    createRetainedStream(filter: string): Readable;
    createRetainedStreamCombi(filters: readonly string[]): Readable;
    addSubscriptions(session: Session, subscriptions: readonly Subscription[]): Promise<void>;
    removeSubscriptions(session: Session, topics: readonly string[]): Promise<void>;
    cleanSubscriptions(session: Session): Promise<void>;
    outgoingEnqueue(to: { readonly clientId: string }, packet: AedesPublishPacket): Promise<void>;
    outgoingUpdate(session: Session, packet: AedesPublishPacket): Promise<void>;
    outgoingClearMessageId(
      session: Session,
      packet: { readonly messageId?: number },
    ): Promise<AedesPublishPacket | undefined>;
    cleanIncoming(session: Session): Promise<void>;
    putWill(session: Session, will: PublishPacket): Promise<void>;
    delWill(session: Session & { readonly brokerId?: string }): Promise<void>;
  }
}
