import { createServer, type Server } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import { answerGarbage, type Log } from "./errors.ts";

/** The same routes once more, over TLS, with the certificate that the box gives itself. */

export type Identity = { readonly cert: string; readonly key: string };

export type TlsListen = Identity & {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
};

export type Tls = {
  /** Undefined while nothing listens. */
  port(): number | undefined;
  /** Answers why not, if it cannot be opened. To be called once, when `app` is ready. */
  open(): Promise<string | undefined>;
  /** For connections that come from now on. */
  useIdentity(identity: Identity): void;
  close(): Promise<void>;
};

type Parts = {
  /** Nothing is opened without it. */
  readonly listen: TlsListen | undefined;
  readonly handshakeMsMax: number;
  readonly log: Log;
};

/** Whether it can be opened or not, `app` goes on over plain HTTP. */
export const createTls = (app: FastifyInstance, { listen, handshakeMsMax, log }: Parts): Tls => {
  const sockets = new Set<Socket>();
  let server: Server | undefined;

  const open = async (at: TlsListen): Promise<void> => {
    const opening = createDoor(app, at, handshakeMsMax);
    // The server itself knows no connection before its handshake, and would wait for it at the end.
    opening.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    await startListening(opening, at);
    // Out of file descriptors, for one: it passes, and an error that nobody hears would end the hub.
    opening.on("error", ({ message }) => log("HTTPS cannot accept", { problem: message }));
    server = opening;
  };

  return {
    port: () => (server?.address() as AddressInfo | null | undefined)?.port,
    open: async () => {
      if (listen === undefined) return undefined;
      return open(listen).then(
        () => undefined,
        (error: unknown) => problemOf(error, listen),
      );
    },
    useIdentity: ({ cert, key }) => server?.setSecureContext({ cert, key }),
    close: async () => {
      const closed = server && new Promise((resolve) => server?.close(resolve));
      for (const socket of sockets) socket.destroy(); // A live stream would never end.
      await closed;
    },
  };
};

const createDoor = (
  app: FastifyInstance,
  { cert, key }: Identity,
  handshakeTimeout: number,
): Server => {
  const server = createServer({ cert, key, handshakeTimeout }, (request, response) =>
    app.routing(request, response),
  );
  const { maxConnections, requestTimeout, headersTimeout, keepAliveTimeout } = app.server;
  Object.assign(server, { maxConnections, requestTimeout, headersTimeout, keepAliveTimeout });
  server.on("clientError", (error: Error & { code?: string }, socket: Socket) => {
    // A handshake that failed or took too long comes here too: nobody there could read an answer.
    if (/^(HPE|ERR_HTTP)_/.test(error.code ?? "")) answerGarbage(error, socket);
    else socket.destroy();
  });
  return server;
};

const startListening = (server: Server, { host, port }: TlsListen): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });

const problemOf = (error: unknown, { host, port }: TlsListen): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason =
    code === "EADDRINUSE"
      ? "another program uses it; choose another one as hub.http.tls_port, or --https"
      : message;
  return `HTTPS could not be opened on ${host}:${port}: ${reason}`;
};
