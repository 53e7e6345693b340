import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aedes, type Client } from "aedes";
import { connectAsync, type MqttClient } from "mqtt";

/** Real brokers for tests: Mosquitto as a process, Aedes in this one, and a bad network before them. */

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Waits until `holds`, for as long as a slow machine may need. */
export const until = async (what: string, holds: () => boolean, ms = 20_000): Promise<void> => {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`still not: ${what}`);
    await pause(20);
  }
};

const portOf = (server: Server): number => (server.address() as { readonly port: number }).port;

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });

export const freePort = async (): Promise<number> => {
  const server = createServer();
  await listening(server, 0);
  const port = portOf(server);
  await closed(server);
  return port;
};

export type Mosquitto = {
  readonly port: number;
  /** The hub's own connection, which may see everything. */
  hub(): Promise<MqttClient>;
  signal(signal: NodeJS.Signals): void;
  /** Kills it and starts it again on the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

const HUB = { username: "hub", password: "hub-secret" };

const launch = async (directory: string, port: number): Promise<ChildProcess> => {
  const broker = spawn("mosquitto", ["-c", join(directory, "mosquitto.conf")], { stdio: "ignore" });
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      const probe = await connectAsync({ host: "127.0.0.1", port, ...HUB });
      await probe.endAsync();
      return broker;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await pause(50);
    }
  }
};

/** Knows the hub and these users, each of whom sees only what is theirs. */
export const startMosquitto = async (passwords: {
  readonly [user: string]: string;
}): Promise<Mosquitto> => {
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "battant-mosquitto-"));
  // Mosquitto gives up root's rights and must still be able to read its files.
  chmodSync(directory, 0o755);
  const passwordFile = join(directory, "passwords");
  writeFileSync(passwordFile, "");
  const everybody = { ...passwords, [HUB.username]: HUB.password };
  for (const [user, password] of Object.entries(everybody)) {
    execFileSync("mosquitto_passwd", ["-b", passwordFile, user, password], { stdio: "ignore" });
  }
  const aclFile = join(directory, "acl");
  writeFileSync(aclFile, "user hub\ntopic readwrite #\npattern readwrite battant/1/%u/#\n");
  chmodSync(passwordFile, 0o644);
  writeFileSync(
    join(directory, "mosquitto.conf"),
    [
      `listener ${port} 127.0.0.1`,
      "allow_anonymous false",
      `password_file ${passwordFile}`,
      `acl_file ${aclFile}`,
      "persistence false",
    ].join("\n"),
  );
  let broker = await launch(directory, port);
  const kill = async (): Promise<void> => {
    const exited = new Promise((resolve) => broker.once("exit", resolve));
    broker.kill("SIGKILL");
    await exited;
  };
  return {
    port,
    hub: () => connectAsync({ host: "127.0.0.1", port, ...HUB, reconnectPeriod: 100 }),
    signal: (signal) => void broker.kill(signal),
    restart: async () => {
      await kill();
      broker = await launch(directory, port);
    },
    stop: async () => {
      await kill();
      rmSync(directory, { recursive: true });
    },
  };
};

export type Published = {
  readonly board: string;
  readonly topic: string;
  readonly payload: string;
};

/** A disk takes its time. */
const COMMIT_MS = 15;

export type AedesBroker = {
  readonly port: number;
  publish(topic: string, payload: string): void;
  /** All connections break at once and nobody answers, as when the hub is killed. */
  kill(): Promise<void>;
  start(): Promise<void>;
};

/**
 * Takes each message down, in `onPublished`, before it acknowledges it, as the hub's journal does.
 * Whoever knows the password of all boards is let in.
 */
export const createAedes = (
  port: number,
  password: string,
  onPublished: (published: Published) => void,
  commitMs = COMMIT_MS,
): AedesBroker => {
  let aedes: Aedes | undefined;
  let server: Server | undefined;
  const sockets = new Set<Socket>();

  const start = async (): Promise<void> => {
    const broker = await Aedes.createBroker({
      authenticate: (_client, _user, given, done) => done(null, given?.toString() === password),
      authorizePublish: (client: Client | null, packet, done) => {
        if (client !== null) {
          const { topic } = packet;
          onPublished({ board: client.id, topic, payload: packet.payload.toString() });
        }
        // What is cut off meanwhile was kept and not acknowledged.
        if (commitMs === 0) done(null);
        else setTimeout(() => done(null), commitMs);
      },
    });
    aedes = broker;
    server = createServer({ noDelay: true }, (socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      broker.handle(socket);
    });
    await listening(server, port);
  };

  return {
    port,
    start,
    publish: (topic, payload) =>
      aedes?.publish(
        { cmd: "publish", topic, payload, qos: 1, retain: false, dup: false },
        () => undefined,
      ),
    kill: async () => {
      const stopped = server === undefined ? Promise.resolve() : closed(server);
      for (const socket of sockets) socket.destroy();
      sockets.clear();
      await stopped;
      await new Promise<void>((resolve) => {
        if (aedes === undefined) resolve();
        else aedes.close(() => resolve());
      });
      aedes = undefined;
      server = undefined;
    },
  };
};

export type BadNetwork = { readonly port: number; cut(): void; stop(): Promise<void> };

/** Passes bytes on in pieces of one to a few bytes, in both directions, and cuts when told. */
export const startBadNetwork = async (to: number): Promise<BadNetwork> => {
  const sockets = new Set<Socket>();
  let turn = 0;
  const pass = (from: Socket, onto: Socket): void => {
    from.on("data", (bytes: Buffer) => {
      for (let at = 0; at < bytes.length;) {
        const piece = 1 + (turn++ % 7);
        onto.write(bytes.subarray(at, at + piece));
        at += piece;
      }
    });
    from.on("error", () => undefined);
    from.on("close", () => onto.destroy());
  };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ host: "127.0.0.1", port: to, noDelay: true });
    for (const socket of [near, far]) sockets.add(socket);
    pass(near, far);
    pass(far, near);
  });
  await listening(server, 0);
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: portOf(server),
    cut,
    stop: async () => {
      const stopped = closed(server);
      cut();
      await stopped;
    },
  };
};
