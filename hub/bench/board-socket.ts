import { createConnection } from "node:net";
import {
  CONNACK,
  connectPacket,
  createPacketReader,
  type Packet,
  SUBACK,
  subscribePacket,
  typeOf,
} from "./packets.ts";

/** One board's connection to whichever broker is measured: a bare socket that has said CONNECT. */

export type Board = {
  readonly id: string;
  /** `null` where the broker lets anybody in. */
  readonly password: string | null;
  /** Hexadecimal. Only Battant seals what it sends to a board. */
  readonly key?: string;
};

export type BoardSocket = {
  write(bytes: Buffer): void;
  /** Resolves when the broker has granted it. */
  subscribe(filter: string): Promise<void>;
  isOpen(): boolean;
  close(): void;
};

export type SocketOptions = {
  readonly port: number;
  readonly board: Board;
  /** What came together. CONNACK and SUBACK are not among them. */
  readonly onPackets: (packets: readonly Packet[]) => void;
};

const ANSWER_MS_MAX = 30_000;

export async function connectBoard({
  port,
  board,
  onPackets,
}: SocketOptions): Promise<BoardSocket> {
  const socket = createConnection({ host: "127.0.0.1", port, noDelay: true });
  const read = createPacketReader();
  let answered: ((packet: Packet) => void) | undefined;
  let failed: ((problem: Error) => void) | undefined;
  let problem = "closed by the broker";

  socket.on("data", (chunk) => {
    const packets = read(chunk);
    const answer = packets.find(isAnswer);
    if (answer !== undefined) answered?.(answer);
    const others = answer === undefined ? packets : packets.filter((it) => !isAnswer(it));
    if (others.length > 0) onPackets(others);
  });
  socket.on("error", (error) => {
    problem = error.message;
  });
  socket.on("close", () => failed?.(new Error(`${board.id}: ${problem}`)));

  const ask = (bytes: Buffer, what: string): Promise<Packet> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => failed?.(new Error(`${board.id}: no answer to ${what}`)),
        ANSWER_MS_MAX,
      );
      const settle = (): void => {
        clearTimeout(timer);
        answered = failed = undefined;
      };
      answered = (packet) => {
        settle();
        resolve(packet);
      };
      failed = (error) => {
        settle();
        reject(error);
      };
      socket.write(bytes);
    });

  const connack = await ask(connectPacket(board), "CONNECT");
  const returnCode = connack.body[1];
  if (returnCode !== 0) throw new Error(`${board.id}: refused with return code ${returnCode}`);

  return {
    write: (bytes) => void socket.write(bytes),
    subscribe: async (filter) => {
      const suback = await ask(subscribePacket(1, filter), "SUBSCRIBE");
      if (suback.body[2] === 0x80) throw new Error(`${board.id}: may not subscribe to ${filter}`);
    },
    isOpen: () => !socket.destroyed,
    close: () => socket.destroy(),
  };
}

const isAnswer = (packet: Packet): boolean =>
  typeOf(packet) === CONNACK || typeOf(packet) === SUBACK;
