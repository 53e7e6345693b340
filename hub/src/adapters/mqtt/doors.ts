import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type Server as TlsServer } from "node:tls";
import type { BrokerLimits } from "./limits.ts";
import { addressOf, createLobby, type Lobby, type TurnedAway } from "./lobby.ts";

/** The listeners for MQTT and for MQTT over TLS. */

export type Endpoint = { readonly host: string; readonly port: number };

export type Identity = { readonly cert: string; readonly key: string };

export type Listen = { readonly mqtt: Endpoint; readonly mqtts?: Endpoint & Identity };

export type DoorsOptions = {
  readonly listen: Listen;
  readonly limits: BrokerLimits;
  readonly onConnection: (socket: Socket, address: string) => void;
  readonly onTurnedAway: TurnedAway;
};

export type Doors = {
  readonly port: number;
  readonly tlsPort: number | undefined;
  /** For connections that come from now on. */
  useIdentity(identity: Identity): void;
  /** Lets nobody in and everybody out. */
  close(): Promise<void>;
};

type TlsError = Error & { readonly code?: string; readonly reason?: string };

const TLS_HINT = "the client must speak TLS 1.2 and trust the hub's CA";

/** A small buffer, because a socket may fill it before anybody knows who it is. */
const SOCKET = { highWaterMark: 16 * 1024, noDelay: true };

export const openDoors = async (options: DoorsOptions): Promise<Doors> => {
  const { mqtt, mqtts } = options.listen;
  const lobby = createLobby(options.limits, options.onTurnedAway);
  const plain = createPlainDoor(options, lobby);
  const tls = mqtts && createTlsDoor(mqtts, options, lobby);

  const close = async (): Promise<void> => {
    const closed = (tls === undefined ? [plain] : [plain, tls]).map(stopListening);
    lobby.closeAll();
    await Promise.all(closed);
  };

  try {
    const port = await startListening(plain, mqtt, "MQTT");
    const tlsPort = tls && mqtts && (await startListening(tls, mqtts, "MQTTS"));
    return { port, tlsPort, useIdentity: (identity) => tls?.setSecureContext(identity), close };
  } catch (error) {
    await close();
    throw error;
  }
};

const createPlainDoor = (options: DoorsOptions, lobby: Lobby): Server => {
  const server = createServer(SOCKET, (socket) => {
    const address = lobby.admit(socket);
    if (address !== undefined) options.onConnection(socket, address);
  });
  return reportErrors(server, options);
};

const createTlsDoor = (identity: Identity, options: DoorsOptions, lobby: Lobby): TlsServer => {
  const { limits, onConnection, onTurnedAway } = options;
  const { cert, key } = identity;
  const handshakeTimeout = limits.connectMsMax;
  const settings = { ...SOCKET, cert, key, minVersion: "TLSv1.2", handshakeTimeout } as const;
  const server = createTlsServer(settings);
  server.on("connection", (socket: Socket) => lobby.admit(socket));
  server.on("secureConnection", (socket) =>
    onConnection(socket, addressOf(socket) ?? "TLS client"),
  );
  server.on("tlsClientError", (error: TlsError, socket) => {
    const address = addressOf(socket) ?? "TLS client";
    // A handshake that takes too long is only announced; to end it is left to us.
    socket.destroy();
    if (error.code === "ECONNRESET") return;
    // The message holds addresses in memory; the reason is the same for the same mistake.
    onTurnedAway(address, `TLS handshake failed: ${error.reason ?? error.code}; ${TLS_HINT}`);
  });
  reportErrors(server, options);
  return server;
};

/** Out of file descriptors, for one: it passes, and an error that nobody hears would end the hub. */
const reportErrors = (server: Server, { onTurnedAway }: DoorsOptions): Server =>
  server.on("error", ({ message }) => onTurnedAway("hub", `cannot accept: ${message}`));

const startListening = (server: Server, { host, port }: Endpoint, name: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", (error: Error & { code?: string }) => {
      const hint =
        error.code === "EADDRINUSE"
          ? "another program uses it; choose another port"
          : `${error.message}; choose another address or port`;
      reject(new Error(`cannot listen for ${name} on ${host}:${port}: ${hint}`, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });

const stopListening = (server: Server): Promise<void> =>
  new Promise((resolve) => server.close(() => resolve()));
