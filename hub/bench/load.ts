import { type Board, type BoardSocket, connectBoard } from "./board-socket.ts";
import { answer, type GO, listenForOrders } from "./instrument.ts";
import { acknowledgedId, PUBACK, type Packet, typeOf } from "./packets.ts";
import { packetId, type ReadingStream, streamOf } from "./reading-stream.ts";

/**
 * The loader, a process of its own: boards that publish readings with QoS 1, flat out or at a fixed
 * rate, and count every PUBACK. It says `ready` when all are connected, and begins when told to go.
 */

export type LoadOrder = {
  readonly port: number;
  readonly boards: readonly Board[];
  readonly boot: string;
  /** Of all boards together. */
  readonly messages: number;
  readonly messagesPerBoardMax: number;
  /** Readings in a message. */
  readonly batch: number;
  /** Messages of one board that may wait for their PUBACK. */
  readonly window: number;
  /** Of all boards together; `null` is flat out. */
  readonly messagesPerSecond: number | null;
  /** Time from one message of a board to its next, as the readings tell it. */
  readonly everyMs: number;
};

export type LoadReport = {
  readonly messages: number;
  /** Those that got their one PUBACK. */
  readonly acknowledged: number;
  readonly readingsAcknowledged: number;
  /**
   * Acknowledged until the last message was sent, and how long that took. What then remains under
   * way is no measure of speed: a hub that gathers readings for a second waits for more of them.
   */
  readonly whileSending: { readonly acknowledged: number; readonly ms: number };
  readonly problems: readonly string[];
};

/** Without any PUBACK for so long, no more is to come. */
const PATIENCE_MS = 30_000;
const PACE_MS = 5;
const PROBLEMS_MAX = 5;

type Publisher = {
  /** Sends as many of the next messages as the window allows, at most `most`; returns how many. */
  publish(most: number): number;
  sent(): number;
  acknowledged(): number;
  isOpen(): boolean;
  close(): void;
};

async function createPublisher(
  order: LoadOrder,
  board: Board,
  stream: ReadingStream,
  onAcknowledged: (publisher: Publisher) => void,
): Promise<Publisher> {
  const { window, messagesPerBoardMax } = order;
  const waiting = new Uint8Array(65_536);
  let sent = 0;
  let acknowledged = 0;

  const onPackets = (packets: readonly Packet[]): void => {
    for (const packet of packets) {
      if (typeOf(packet) !== PUBACK) continue;
      const id = acknowledgedId(packet);
      if (waiting[id] !== 1) throw new Error(`${board.id}: PUBACK for ${id}, which nobody awaits`);
      waiting[id] = 0;
      acknowledged += 1;
    }
    onAcknowledged(publisher);
  };
  const socket: BoardSocket = await connectBoard({ port: order.port, board, onPackets });

  const publisher: Publisher = {
    publish: (most) => {
      const count = Math.min(most, window - (sent - acknowledged), messagesPerBoardMax - sent);
      if (count <= 0) return 0;
      for (let i = sent; i < sent + count; i++) waiting[packetId(i)] = 1;
      socket.write(stream.bytes.subarray(stream.offsets[sent], stream.offsets[sent + count]));
      sent += count;
      return count;
    },
    sent: () => sent,
    acknowledged: () => acknowledged,
    isOpen: socket.isOpen,
    close: socket.close,
  };
  return publisher;
}

const total = (publishers: readonly Publisher[], what: "sent" | "acknowledged"): number =>
  publishers.reduce((sum, it) => sum + it[what](), 0);

async function run(order: LoadOrder, go: () => Promise<unknown>): Promise<LoadReport> {
  const { messages, messagesPerSecond, window } = order;
  const publishers: Publisher[] = [];
  let left = messages;
  let began = 0;
  let lastHeard = 0;
  let whileSending: LoadReport["whileSending"] | undefined;

  const send = (publisher: Publisher, most: number): number => {
    const count = publisher.publish(Math.min(most, left));
    left -= count;
    if (left === 0) {
      const acknowledged = total(publishers, "acknowledged");
      whileSending ??= { acknowledged, ms: performance.now() - began };
    }
    return count;
  };
  const onAcknowledged = (publisher: Publisher): void => {
    lastHeard = performance.now();
    if (messagesPerSecond === null && left > 0) send(publisher, window);
  };
  /** In turn, one message each, as many as are due. One that must wait holds up the others. */
  const keepPace = (perSecond: number): void => {
    const due = Math.min(((performance.now() - began) * perSecond) / 1000, messages);
    for (let next = messages - left; next < due; next++) {
      if (send(publishers[next % publishers.length]!, 1) === 0) return;
    }
  };
  const isUnderWay = (it: Publisher): boolean => it.isOpen() && it.sent() > it.acknowledged();

  await connectAll(order, publishers, onAcknowledged);
  await go();
  began = lastHeard = performance.now();
  if (messagesPerSecond === null) for (const publisher of publishers) send(publisher, window);
  while (left > 0 || publishers.some(isUnderWay)) {
    if (messagesPerSecond !== null) keepPace(messagesPerSecond);
    if (performance.now() - lastHeard > PATIENCE_MS) break;
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
  const acknowledged = total(publishers, "acknowledged");
  whileSending ??= { acknowledged, ms: lastHeard - began };
  return reportOn(order, publishers, whileSending);
}

async function connectAll(
  order: LoadOrder,
  publishers: Publisher[],
  onAcknowledged: (publisher: Publisher) => void,
): Promise<void> {
  const endMs = Date.now();
  const { boot, messagesPerBoardMax: messages, batch, everyMs } = order;
  for (const board of order.boards) {
    const stream = streamOf({ board: board.id, boot, messages, batch, endMs, everyMs });
    publishers.push(await createPublisher(order, board, stream, onAcknowledged));
  }
}

function reportOn(
  { boards, batch, messages }: LoadOrder,
  publishers: readonly Publisher[],
  whileSending: LoadReport["whileSending"],
): LoadReport {
  const acknowledged = total(publishers, "acknowledged");
  const problems = publishers.flatMap((it, index) => {
    const missing = it.sent() - it.acknowledged();
    if (missing === 0 && it.isOpen()) return [];
    const where = it.isOpen() ? "still connected" : "disconnected";
    return [`${missing} of ${boards[index]?.id}, ${where}`];
  });
  for (const publisher of publishers) publisher.close();
  return {
    messages,
    acknowledged,
    readingsAcknowledged: acknowledged * batch,
    whileSending,
    problems: problems.slice(0, PROBLEMS_MAX),
  };
}

const orders = listenForOrders();
const order = await orders.next<LoadOrder>();
answer(
  await run(order, async () => {
    answer("ready");
    await orders.next<typeof GO>();
  }),
);
process.exit(0);
