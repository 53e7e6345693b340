#!/usr/bin/env node
// The door: makes sure a new enough Node.js runs the hub, then opens. Plain JavaScript, because an
// old Node.js must still be able to read the message.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [major, minor] = process.versions.node.split(".").map(Number);
const isNewEnough = major > 24 || (major === 24 && minor >= 7);

if (isNewEnough) {
  // The second start is three times as fast: types are stripped once.
  const cache = join(root, "node_modules", ".cache", "battant");
  module.enableCompileCache(cache);
  // For the journal's threads, which would otherwise strip their types again, each for itself.
  process.env.NODE_COMPILE_CACHE = cache;
  const { main } = await import("./src/cli/main.ts");
  await main(process.argv.slice(2));
} else {
  const own = join(root, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(own)) {
    const child = spawn(own, process.argv.slice(1), { stdio: "inherit" });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
      process.on(signal, () => child.kill(signal));
    child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
  } else {
    process.stderr.write(
      `Battant needs Node.js 24.7 or newer; this is ${process.versions.node}.\n` +
        `Run "npm install" in ${root} (it brings Node.js 24 along on Linux x64 and arm64),\n` +
        "or install Node.js 24 on this machine.\n",
    );
    process.exit(1);
  }
}
