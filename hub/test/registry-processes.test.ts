import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../src/adapters/clock/system.ts";
import type { BoardChange } from "../src/adapters/registry/boards.ts";
import { openRegistry } from "../src/adapters/registry/registry.ts";

// Goal: the hub and the `battant` command use one file at the same time, and each sees what the
// other did.
// Method: this process is the hub; others are real Node.js processes with a registry of their own.

const MODULES = ["registry/registry", "clock/system"].map(
  (name) => new URL(`../src/adapters/${name}.ts`, import.meta.url).href,
);

/** Runs `code` with an open `registry` in another process; its answer is what it prints. */
const elsewhere = async (dataDir: string, code: string): Promise<string> => {
  const script = `
    import { openRegistry } from ${JSON.stringify(MODULES[0])};
    import { systemClock } from ${JSON.stringify(MODULES[1])};
    const registry = openRegistry({ dataDir: ${JSON.stringify(dataDir)}, clock: systemClock });
    ${code}
    registry.close();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code_] = (await once(child, "close")) as [number];
  if (code_ !== 0 || err !== "") throw new Error(`exit ${code_}: ${err}`);
  return out.trim();
};

const hub = () => {
  const dataDir = mkdtempSync(join(tmpdir(), "battant-registry-"));
  const registry = openRegistry({ dataDir, clock: systemClock });
  onTestFinished(() => {
    registry.close();
    rmSync(dataDir, { recursive: true });
  });
  return { dataDir, registry };
};

test("a board added and removed by another process is let in and told to go", async () => {
  const { dataDir, registry } = hub();
  const told: BoardChange[] = [];
  onTestFinished(registry.boards.changes((change) => told.push(change)));
  const board = "hall-1" as BoardId;

  const password = await elsewhere(
    dataDir,
    'console.log(registry.boards.add({ id: "hall-1" }).password)',
  );
  expect(registry.boards.verify(board, password)).toBe(true); // At once, by the very next connection.
  await vi.waitFor(() => expect(told).toEqual([{ added: [board], removed: [] }]), 10_000);

  await elsewhere(dataDir, 'registry.boards.remove("hall-1")');
  expect(registry.boards.verify(board, password)).toBe(false);
  await vi.waitFor(() => expect(told.at(-1)).toEqual({ added: [], removed: [board] }), 10_000);
});

test("a session ended by another process is ended here", async () => {
  const { dataDir, registry } = hub();
  const { accounts } = registry;
  const signIn = await accounts.completeSetup(
    accounts.openSetup()!,
    "Marie",
    "quatre mots assez longs",
  );
  const token = signIn.ok ? signIn.token : "";
  expect(accounts.session(token)).toBeDefined();
  await elsewhere(dataDir, 'registry.accounts.signOutEverywhere("Marie")');
  expect(accounts.session(token)).toBeUndefined();
});

test("several processes that start and write at once lose nothing", async () => {
  const dataDir = join(mkdtempSync(join(tmpdir(), "battant-registry-")), "not-there-yet");
  const write = (name: string) =>
    elsewhere(
      dataDir,
      `for (let i = 0; i < 25; i++) {
         registry.boards.add({ id: \`${name}-\${i}\` });
         registry.boards.add({ id: \`shared-\${i}\` });
         registry.refusals.record({ from: "mad", where: "readings", problem: "not JSON" });
         registry.refusals.flush();
       }`,
    );
  await Promise.all([write("a"), write("b"), write("c")]);
  const registry = openRegistry({ dataDir, clock: systemClock });
  onTestFinished(() => registry.close());
  expect(registry.boards.list()).toHaveLength(100);
  expect(registry.refusals.list()).toMatchObject([{ from: "mad", count: 75 }]);
});

test("a file that another process is just making is waited for", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "battant-registry-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true }));
  const file = JSON.stringify(join(dataDir, "hub.db"));
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const database = new DatabaseSync(${file});
    database.exec("BEGIN IMMEDIATE; CREATE TABLE mine (x)");
    console.log("writing");
    setTimeout(() => database.exec("ROLLBACK"), 400);`;
  const child = spawn(process.execPath, ["-e", script]);
  await once(child.stdout, "data");
  const registry = openRegistry({ dataDir, clock: systemClock });
  expect(registry.boards.list()).toEqual([]);
  registry.close();
  await once(child, "close");
});
