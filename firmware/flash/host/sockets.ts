import { connect, type Socket } from "node:net";

/**
 * Espruino's `net` over the real one: bytes as binary strings, at most 536 in one `data`; writing
 * after the end throws; `close` comes once. One thing differs: Espruino's `connect` blocks, and
 * throws when nobody listens. Here that shows a moment later, as a `close`.
 */
export type Sockets = {
  /** What `require("net")` gives. */
  readonly net: object;
  /** As when the board's power goes. */
  closeAll(): void;
};

/** `libs/network/socketserver.c`: what fits one Ethernet frame on the smallest chip. */
const CHUNK = 536;

type Handlers = { data?: (bytes: string) => void; close?: (hadError: boolean) => void };

/** `run` calls into the board: what throws there is printed and ends nothing else. */
export const createSockets = (run: (action: () => void) => void): Sockets => {
  const open = new Set<Socket>();

  const wire = (socket: Socket, connected: () => void, handlers: Handlers): void => {
    let failed = false;
    socket.on("connect", () => run(connected));
    socket.on("data", (bytes) => {
      const text = bytes.toString("latin1");
      for (let at = 0; at < text.length; at += CHUNK) {
        const piece = text.slice(at, at + CHUNK);
        run(() => handlers.data?.(piece));
      }
    });
    socket.on("error", () => {
      failed = true;
    });
    socket.on("close", () => {
      open.delete(socket);
      run(() => handlers.close?.(failed));
    });
  };

  const dial = (options: { host: string; port: number }, connected: () => void): object => {
    const socket = connect({ host: options.host, port: options.port, noDelay: true });
    const handlers: Handlers = {};
    let ended = false;
    open.add(socket);
    wire(socket, connected, handlers);
    socket.on("close", () => {
      ended = true;
    });
    return {
      write: (bytes: unknown) => {
        if (ended) throw new Error("This socket is closed");
        socket.write(Buffer.from(String(bytes), "latin1"));
        return false;
      },
      end: () => {
        ended = true;
        socket.end();
      },
      on: (event: keyof Handlers, handler: never) => {
        handlers[event] = handler;
      },
    };
  };

  return {
    net: { connect: dial },
    closeAll: () => {
      for (const socket of open) {
        socket.removeAllListeners();
        socket.on("error", () => undefined);
        socket.resetAndDestroy();
      }
      open.clear();
    },
  };
};
