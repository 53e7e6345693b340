import { spawn } from "node:child_process";
import { copyFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort } from "../ports.ts";
import type { Processes, Program } from "../processes.ts";
import { flowCredentialsOf, flowOf, type FlowPlan } from "./flow.ts";

/** Node-RED from npm, started as its manual says, with the one flow that does the hub's job. */

const HERE = import.meta.dirname;

/** On first use only, and never behind anybody's back. */
export async function installNodeRed(say: (text: string) => void): Promise<void> {
  const installed = join(HERE, "node_modules", ".package-lock.json");
  const [mine, theirs] = await Promise.all([age(installed), age(join(HERE, "package-lock.json"))]);
  if (mine >= theirs) return;
  say("installing Node-RED for the comparison (npm ci in hub/bench/ming, 123 MB, this once)");
  const npm = spawn("npm", ["ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: HERE,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((resolve) => npm.once("exit", resolve).once("error", resolve));
  if (code !== 0) throw new Error("npm ci in hub/bench/ming failed; run it by hand to see why");
}

const age = (path: string): Promise<number> =>
  stat(path).then(
    (it) => it.mtimeMs,
    () => 0,
  );

export async function startNodeRed(processes: Processes, plan: FlowPlan): Promise<Program> {
  const folder = await processes.folder("node-red");
  await copyFile(join(HERE, "settings.cjs"), join(folder, "settings.cjs"));
  await writeFile(join(folder, "flows.json"), JSON.stringify(flowOf(plan)));
  await writeFile(join(folder, "flows_cred.json"), JSON.stringify(flowCredentialsOf(plan)));
  const red = join(HERE, "node_modules", "node-red", "red.js");
  const args = [red, "--settings", join(folder, "settings.cjs"), "--userDir", folder];
  const env = { BENCH_NODE_RED_PORT: String(await freePort()) };
  return processes.start(process.execPath, args, { env });
}
