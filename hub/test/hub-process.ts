import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A whole hub, started as people start it, in a process of its own. */

const START = fileURLToPath(new URL("../start.mjs", import.meta.url));
const READY_MS_MAX = 60_000;

export type Ready = {
  readonly http: string;
  readonly mqtt: number;
  readonly mqtts: number;
  readonly setup: string | null;
  readonly data: string;
};

export type HubProcess = Ready & {
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  kill(signal: NodeJS.Signals): Promise<{ code: number | null; signal: string | null }>;
};

export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "battant-hub-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/**
 * A hub whose clock shows `origin` now and runs `speed` times as fast, in its own process and threads;
 * here time goes on as ever.
 */
export const startQuickHub = (
  { origin, speed }: { readonly origin: number; readonly speed: number },
  data: string,
  ...more: string[]
): Promise<HubProcess> => {
  const clock = new URL("./quick-clock.ts", import.meta.url);
  clock.search = `?origin=${origin}&since=${Date.now()}&speed=${speed}`;
  const before = process.env["NODE_OPTIONS"];
  process.env["NODE_OPTIONS"] = `${before ?? ""} --import ${clock.href}`;
  try {
    return startHub(data, ...more);
  } finally {
    if (before === undefined) delete process.env["NODE_OPTIONS"];
    else process.env["NODE_OPTIONS"] = before;
  }
};

export async function startHub(data: string, ...more: string[]): Promise<HubProcess> {
  const args = [START, "start", "--json", "--data", data, "--http", "0", "--mqtt", "0", ...more];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stderr.on("data", (text: Buffer) => (output += text.toString()));
  const ready = await new Promise<Ready>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not ready: ${output}`)), READY_MS_MAX);
    createInterface({ input: child.stdout }).on("line", (line) => {
      output += `${line}\n`;
      const said = JSON.parse(line) as { ready?: boolean };
      if (said.ready === true) resolve(said as unknown as Ready);
    });
    child.once("exit", (code) => reject(new Error(`ended with ${code}: ${output}`)));
    child.once("error", reject);
    void child.once("exit", () => clearTimeout(timer));
  });
  return {
    ...ready,
    pid: child.pid!,
    output: () => output,
    kill: (signal) => ended(child, signal),
  };
}

async function ended(child: ChildProcess, signal: NodeJS.Signals) {
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill(signal);
  if (child.exitCode === null && child.signalCode === null) await gone;
  return { code: child.exitCode, signal: child.signalCode };
}

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

/** The `battant` command, as people run it. */
export function battant(...args: string[]): Promise<Ran> {
  return run(process.execPath, [START, ...args]);
}

export type Credentials = { readonly password: string; readonly key: string };

/** Lets a board connect, as a person would. */
export async function addBoard(id: string, data: string): Promise<Credentials> {
  const { code, out, err } = await battant("boards", "add", id, "--data", data, "--json");
  if (code !== 0) throw new Error(`board ${id} was not added: ${err}`);
  return JSON.parse(out) as Credentials;
}

export function run(program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    let err = "";
    child.stdout.on("data", (text: Buffer) => (out += text.toString()));
    child.stderr.on("data", (text: Buffer) => (err += text.toString()));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
  });
}
