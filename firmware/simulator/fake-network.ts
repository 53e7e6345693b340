import { connect, type Socket as NodeSocket } from "node:net";
import type { Address, Socket, SocketHandlers } from "@battant/board/hardware";

/**
 * Real TCP in the manner of Espruino's `net`: binary strings in pieces of at most 536 bytes, and a
 * `write` that throws once the socket is closed.
 */
export type FakeSockets = {
  connect(address: Address, handlers: SocketHandlers): Socket;
  /** The power is gone: nothing more is said or heard, and the other end is not told. */
  freeze(): void;
  /** Every connection is broken, so that the other end knows. */
  reset(): void;
};

const CHUNK_BYTES = 536;

export const createFakeSockets = (run: (action: () => void) => void): FakeSockets => {
  const open = new Set<NodeSocket>();
  let frozen = false;

  const whileAlive = (action: () => void): void => {
    if (!frozen) run(action);
  };

  const listen = (socket: NodeSocket, handlers: SocketHandlers): void => {
    socket.setEncoding("latin1");
    socket.on("connect", () => whileAlive(() => handlers.open()));
    socket.on("data", (bytes: string) => {
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        whileAlive(() => handlers.data(bytes.substring(at, at + CHUNK_BYTES)));
      }
    });
    // `close` follows every `error`; the board hears of one of them.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      open.delete(socket);
      whileAlive(() => handlers.close());
    });
  };

  return {
    connect: (address, handlers) => {
      const socket = connect({ host: address.host, port: address.port, noDelay: true });
      open.add(socket);
      listen(socket, handlers);
      return {
        write: (bytes) => {
          if (frozen) return;
          if (socket.destroyed || socket.writableEnded) throw new Error("This socket is closed");
          socket.write(bytes, "latin1");
        },
        close: () => socket.destroy(),
      };
    },
    freeze: () => {
      frozen = true;
    },
    reset: () => {
      frozen = true;
      for (const socket of open) {
        if (socket.connecting) socket.destroy();
        else socket.resetAndDestroy();
      }
    },
  };
};
