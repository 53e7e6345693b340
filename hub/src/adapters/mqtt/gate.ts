import type { Duplex } from "node:stream";
import type { Bucket } from "./bucket.ts";
import { createFraming } from "./framing.ts";
import type { BrokerLimits } from "./limits.ts";
import { createRefused } from "./refused.ts";

/**
 * Stands between a socket and Aedes, which has no limit of its own on the size of a packet, on the
 * rate of packets, or on how many of them wait for the journal. Aedes reads when the socket says it
 * is readable; while the gate is closed it gets nothing, the bytes stay where they are, and TCP
 * slows the sender down. So nothing is lost.
 */
export type Gate = {
  /** A message now waits for the journal. */
  entered(): void;
  left(): void;
  /** From now on the packets count for the board, whichever connection they come by. */
  spendFrom(bucket: Bucket): void;
};

export type GateOptions = {
  readonly limits: BrokerLimits;
  readonly bucket: Bucket;
  readonly onTooFast: () => void;
};

export const createGate = (socket: Duplex, options: GateOptions): Gate => {
  const { limits, onTooFast } = options;
  const framing = createFraming(limits.packetBytesMax);
  const read = socket.read.bind(socket);
  let bucket = options.bucket;
  let inFlight = 0;
  let timer: NodeJS.Timeout | undefined;

  const readAgain = (): void => {
    timer = undefined;
    if (!socket.destroyed) socket.emit("readable");
  };

  const isClosed = (): boolean => {
    // Aedes reads again by itself when it has finished a message; for a timer we must wake it.
    if (timer !== undefined || inFlight >= limits.inFlightMax) return true;
    const waitMs = bucket.waitMs();
    if (waitMs === 0) return false;
    timer = setTimeout(readAgain, waitMs);
    onTooFast();
    return true;
  };

  socket.read = (size?: number): unknown => {
    // Asking for nothing is how a stream tells itself to fill its own small buffer.
    if (size === 0) return read(0);
    if (isClosed()) return null;
    const chunk = read(size) as Buffer | null;
    if (chunk === null) return null;
    const packets = framing.packetsIn(chunk);
    if (packets === undefined) {
      const problem = `packet longer than ${limits.packetBytesMax} bytes; send smaller batches`;
      socket.destroy(createRefused("connection", problem));
      return null;
    }
    bucket.spend(packets);
    return chunk;
  };
  socket.once("close", () => clearTimeout(timer));

  return {
    entered: () => {
      inFlight++;
    },
    left: () => {
      inFlight--;
    },
    spendFrom: (other) => {
      bucket = other;
    },
  };
};
