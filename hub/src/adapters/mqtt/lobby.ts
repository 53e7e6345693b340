import type { Socket } from "node:net";
import type { BrokerLimits } from "./limits.ts";

/** Counts the open sockets, in total and by address, before a byte of them has been read. */
export type Lobby = {
  /** The address it comes from; `undefined` when it was turned away. */
  admit(socket: Socket): string | undefined;
  closeAll(): void;
};

export type TurnedAway = (address: string, problem: string) => void;

export const createLobby = (limits: BrokerLimits, onTurnedAway: TurnedAway): Lobby => {
  const sockets = new Set<Socket>();
  const byAddress = new Map<string, number>();

  const leave = (socket: Socket, address: string): void => {
    sockets.delete(socket);
    const left = (byAddress.get(address) ?? 1) - 1;
    if (left > 0) byAddress.set(address, left);
    else byAddress.delete(address);
  };

  return {
    admit: (socket) => {
      const address = addressOf(socket);
      // It hung up before we could look.
      if (address === undefined) return void socket.destroy();
      const here = byAddress.get(address) ?? 0;
      if (sockets.size >= limits.connectionsMax || here >= limits.connectionsPerAddressMax) {
        onTurnedAway(address, "too many connections at once; close some, or raise the limit");
        return void socket.destroy();
      }
      sockets.add(socket);
      byAddress.set(address, here + 1);
      socket.once("close", () => leave(socket, address));
      return address;
    },
    closeAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** An IPv4 client of a dual-stack socket keeps its IPv4 name. */
export const addressOf = (socket: Socket): string | undefined =>
  socket.remoteAddress?.replace(/^::ffff:/, "");
