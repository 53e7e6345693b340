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
  readonly messagesPerBoard: number;
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
  /** From the first byte to the last PUBACK. */
  readonly ms: number;
  readonly problems: readonly string[];
};

/** Without any PUBACK for so long, no more is to come. */
const PATIENCE_MS = 30_000;
const PACE_MS = 5;
const PROBLEMS_MAX = 5;

type Publisher = {
  /** Sends as many of the next messages as the window allows, at most `most`; returns how many. */
  publish(most: number): number;
  acknowledged(): number;
  isDone(): boolean;
  isOpen(): boolean;
  close(): void;
};

async function createPublisher(
  order: LoadOrder,
  board: Board,
  stream: ReadingStream,
  onAcknowledged: (publisher: Publisher) => void,
): Promise<Publisher> {
  const { window, messagesPerBoard } = order;
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
      const count = Math.min(most, window - (sent - acknowledged), messagesPerBoard - sent);
      if (count <= 0) return 0;
      for (let i = sent; i < sent + count; i++) waiting[packetId(i)] = 1;
      socket.write(stream.bytes.subarray(stream.offsets[sent], stream.offsets[sent + count]));
      sent += count;
      return count;
    },
    acknowledged: () => acknowledged,
    isDone: () => acknowledged === messagesPerBoard,
    isOpen: socket.isOpen,
    close: socket.close,
  };
  return publisher;
}

/** In turn, one message each, as many as are due by now. One that must wait holds up the others. */
function keepPace(publishers: readonly Publisher[], perSecond: number): () => void {
  const began = performance.now();
  let sent = 0;
  return () => {
    const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
    while (sent < due && publishers[sent % publishers.length]?.publish(1) === 1) sent += 1;
  };
}

async function run(order: LoadOrder, go: () => Promise<unknown>): Promise<LoadReport> {
  const endMs = Date.now();
  let lastHeard = performance.now();
  const flatOut = order.messagesPerSecond === null;
  const onAcknowledged = (publisher: Publisher): void => {
    lastHeard = performance.now();
    if (flatOut) publisher.publish(order.window);
  };
  const publishers: Publisher[] = [];
  for (const board of order.boards) {
    const { boot, messagesPerBoard: messages, batch, everyMs } = order;
    const stream = streamOf({ board: board.id, boot, messages, batch, endMs, everyMs });
    publishers.push(await createPublisher(order, board, stream, onAcknowledged));
  }
  await go();

  const began = performance.now();
  lastHeard = began;
  const pace = flatOut ? () => {} : keepPace(publishers, order.messagesPerSecond ?? 0);
  if (flatOut) for (const publisher of publishers) publisher.publish(order.window);
  while (publishers.some((it) => !it.isDone() && it.isOpen())) {
    pace();
    if (performance.now() - lastHeard > PATIENCE_MS) break;
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
  return reportOn(order, publishers, lastHeard - began);
}

function reportOn(order: LoadOrder, publishers: readonly Publisher[], ms: number): LoadReport {
  const acknowledged = publishers.reduce((sum, it) => sum + it.acknowledged(), 0);
  const problems = publishers.flatMap((it, index) => {
    if (it.isDone()) return [];
    const where = it.isOpen() ? "still connected" : "disconnected";
    return [`${order.boards[index]?.id}: ${it.acknowledged()} acknowledged, ${where}`];
  });
  for (const publisher of publishers) publisher.close();
  return {
    messages: order.messagesPerBoard * publishers.length,
    acknowledged,
    readingsAcknowledged: acknowledged * order.batch,
    ms,
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
