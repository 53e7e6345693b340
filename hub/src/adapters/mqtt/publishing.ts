import type { Client, PublishPacket } from "aedes";
import type { Appended, Clock, Inbox } from "../../ports.ts";
import type { Connection, Connections } from "./connections.ts";
import { type Arrival, ingest, type Message } from "./ingest.ts";
import { createRefused } from "./refused.ts";
import type { Sealing } from "./sealing.ts";
import { boardOfSession } from "./session-id.ts";

/**
 * What becomes of a message that a board publishes. Aedes asks here before it sends PUBACK, and
 * sends it when `done` is called: for readings that is after the journal has them on disk.
 */
export type AuthorizePublish = (client: Client | null, packet: PublishPacket, done: Done) => void;

export type PublishingOptions = {
  readonly inbox: Inbox;
  readonly clock: Clock;
  readonly connections: Connections;
  readonly sealing: Pick<Sealing, "learn">;
};

/** With an error, the connection ends and the message is not acknowledged. */
type Done = (error?: Error | null) => void;

type Arriving = {
  readonly connection: Connection;
  readonly packet: PublishPacket;
  readonly done: Done;
};

type Batch = Extract<Arrival, { kind: "readings" }>;

export const createPublishing = (options: PublishingOptions) => {
  const { inbox, clock, connections, sealing } = options;
  const append = async (batch: Batch): Promise<Appended> => {
    try {
      return await inbox.readings(batch.readings);
    } catch (failure) {
      return { ok: false, problem: "failed", detail: String(failure) };
    }
  };

  const acknowledgeStored = async (arriving: Arriving, batch: Batch): Promise<void> => {
    const { connection, packet, done } = arriving;
    connection.gate.entered();
    const outcome = await append(batch);
    connection.gate.left();
    if (outcome.ok) done();
    else done(createRefused(packet.topic, `not stored, ${outcome.problem}: ${outcome.detail}`));
  };

  /** PUBACKs go out in the order of the messages (MQTT 3.1.1 §4.6), as the journal keeps it. */
  const acknowledge = async ({ connection, done }: Arriving): Promise<void> => {
    await connection.waiting;
    done();
  };

  const receive = (arriving: Arriving): void => {
    const { connection, packet, done } = arriving;
    const { topic } = packet;
    const board = connection.owner?.board;
    if (board === undefined) return done(createRefused(topic, "published before CONNACK"));
    if (packet.qos === 2) return done(createRefused(topic, "QoS 2 is not offered; use QoS 1"));

    const refuse = (problem: string): void => inbox.refused({ from: board, where: topic, problem });
    const arrival = ingest(board, messageOf(packet), clock.now());
    if (packet.retain && !isRetainable(arrival)) {
      packet.retain = false;
      if (arrival.kind !== "malformed") refuse("is not retained; publish it without retain");
    }
    switch (arrival.kind) {
      case "forbidden":
        return done(createRefused(topic, arrival.problem));
      case "malformed":
        // Acknowledged all the same: it would be as malformed when it is sent again.
        refuse(arrival.problem);
        return void acknowledge(arriving);
      case "event":
        // First, since the hub may answer at once.
        if (arrival.start !== undefined) sealing.learn(board, arrival.start);
        inbox.event(arrival.event);
        return void acknowledge(arriving);
      case "update-report":
        inbox.updateReported(board, arrival.report);
        return void acknowledge(arriving);
      case "readings":
        arrival.problems.forEach(refuse);
        if (arrival.clockIsWrong) inbox.event({ kind: "clock-asked", board });
        if (arrival.readings.length === 0) return void acknowledge(arriving);
        connection.waiting = acknowledgeStored(arriving, arrival);
    }
  };

  /** Left by a client that was connected when the hub died, and checked when it signed in. */
  const receiveOldWill = (will: PublishPacket & { readonly clientId?: string }): void => {
    const board = boardOfSession(will.clientId ?? "");
    if (board === undefined) return;
    const arrival = ingest(board, messageOf(will), clock.now());
    if (arrival.kind === "event") inbox.event(arrival.event);
  };

  const authorizePublish: AuthorizePublish = (client, packet, done) => {
    const connection = client === null ? undefined : connections.of(client);
    if (connection !== undefined) return receive({ connection, packet, done });
    receiveOldWill(packet);
    // An error would keep the will in the store, and end the check of those behind it.
    done();
  };
  return authorizePublish;
};

const isRetainable = (arrival: Arrival): boolean => arrival.kind === "event" && arrival.retainable;

const messageOf = ({ topic, payload }: PublishPacket): Message => ({
  topic,
  payload: typeof payload === "string" ? Buffer.from(payload) : payload,
});
