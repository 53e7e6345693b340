import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real InfluxDB 1.x of its own, on free ports of the loopback, in a folder that goes with it. */
export type Influxd = {
  readonly url: string;
  /** SIGKILL, as a power cut would end it. */
  kill(): Promise<void>;
  /** Again on the same port, with what it had. */
  restart(): Promise<void>;
  /** SIGSTOP and SIGCONT: it takes connections and says nothing. */
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
};

const PROGRAM = "/usr/bin/influxd";
const READY_MS_MAX = 25_000;

export async function startInfluxd(options: { readonly auth?: boolean } = {}): Promise<Influxd> {
  const folder = mkdtempSync(join(tmpdir(), "battant-influxd-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, "influxdb.conf");
  writeFileSync(config, configFor(folder, port, options.auth ?? false));
  let server = await launch(config, url);

  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  };
  return {
    url,
    kill,
    restart: async () => {
      server = await launch(config, url);
    },
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    remove: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(config: string, url: string): Promise<ChildProcess> {
  const server = spawn(PROGRAM, ["-config", config], { stdio: "ignore" });
  const failed = new Promise<never>((_, reject) => {
    server.once("error", (error) =>
      reject(new Error(`${PROGRAM}: ${error.message}; install Debian's package influxdb`)),
    );
    server.once("exit", (code) => reject(new Error(`influxd ended with ${code}`)));
  });
  await Promise.race([failed, answers(url)]);
  failed.catch(() => {}); // From here on, whoever kills it knows.
  return server;
}

async function answers(url: string): Promise<void> {
  const until = performance.now() + READY_MS_MAX;
  while (performance.now() < until) {
    const ready = await fetch(`${url}/ping`).then(
      (response) => response.status === 204,
      () => false,
    );
    if (ready) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`influxd was not ready after ${READY_MS_MAX} ms`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
}

/** `wal-fsync-delay` of zero: what it acknowledged survives a SIGKILL. */
const configFor = (folder: string, port: number, auth: boolean): string => `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  wal-fsync-delay = "0s"
  index-version = "tsi1"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${auth}
  log-enabled = false
[logging]
  level = "error"
`;
