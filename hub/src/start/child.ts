import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { DemoWorld } from "./demo-world.ts";

/** The simulated boards run in a process of their own, as strangers on the network do. */
export type Simulator = { stop(): Promise<void> };

const PROGRAM = fileURLToPath(import.meta.resolve("@battant/simulator/main"));
const STOP_MS_MAX = 3000;

/** Starts it and resolves when every board is connected, or rejects with what it said. */
export function startSimulator(
  world: DemoWorld,
  onDeath: (code: string) => void,
): Promise<Simulator> {
  // In a group of its own: Ctrl-C is for the hub, which then stops its boards.
  const child = spawn(process.execPath, [PROGRAM], { stdio: "pipe", detached: true });
  return new Promise((resolve, reject) => {
    let said = "";
    let complained = "";
    let stopping = false;
    child.stderr.on("data", (text: Buffer) => {
      complained = (complained + text.toString()).slice(-2000);
    });
    child.stdout.on("data", (text: Buffer) => {
      if (said.includes("\n")) return;
      said = (said + text.toString()).slice(0, 4096);
      if (said.includes("\n")) resolve({ stop: () => end(child, () => (stopping = true)) });
    });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      const how = complained.trim() === "" ? String(signal ?? code) : complained.trim();
      if (!said.includes("\n")) reject(new Error(`the simulated boards did not start: ${how}`));
      else if (!stopping) onDeath(how);
    });
    // Its input stays open as long as the hub lives: when it closes, the boards stop too.
    child.stdin.on("error", () => {});
    child.stdin.write(`${JSON.stringify(world)}\n`);
  });
}

async function end(child: ChildProcess, announce: () => void): Promise<void> {
  announce();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill("SIGTERM");
  const impatience = setTimeout(() => child.kill("SIGKILL"), STOP_MS_MAX);
  await gone;
  clearTimeout(impatience);
}
