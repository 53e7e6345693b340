import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BoardId } from "@battant/protocol/vocabulary/ids";
import { expect, onTestFinished, test, vi } from "vitest";
import { folder, inRegistry, measured, reading } from "./cli-place.ts";

// Goal: the command beside a running hub does what a newcomer reads on the screen, by the very lines
// that are printed.
// Method: a real hub and real `battant` processes; mosquitto_pub is the board.

const START = fileURLToPath(new URL("../start.mjs", import.meta.url));

type Ended = { readonly code: number | null; readonly out: string; readonly err: string };

const ended = async (child: ChildProcess): Promise<Ended> => {
  let out = "";
  let err = "";
  child.stdout!.on("data", (chunk: Buffer) => (out += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, out, err };
};

const env = { ...process.env, LC_ALL: "C.UTF-8" };

const battant = (...args: string[]): Promise<Ended> =>
  ended(spawn(process.execPath, [START, ...args], { env }));

const shell = (command: string): Promise<Ended> => ended(spawn("sh", ["-c", command], { env }));

/** A real, empty hub on free ports. */
const startHub = async (dataDir: string): Promise<{ mqtt: number }> => {
  const ports = ["--http", "0", "--mqtt", "0", "--mqtts", "0", "--host", "127.0.0.1"];
  const args = [START, "--no-demo", "--json", "--data", dataDir, ...ports];
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill("SIGTERM");
    await once(child, "close");
  });
  for await (const line of createInterface(child.stdout)) {
    const said = JSON.parse(line) as { readonly ready?: true; readonly mqtt: number };
    if (said.ready === true) return said;
  }
  throw new Error("the hub ended before it was ready");
};

test("a board added beside a running hub is let in, its mistakes are explained, and it is put out", async () => {
  const dir = join(folder(), "data");
  const { mqtt } = await startHub(dir);

  const added = await battant("boards", "add", "try-1", "--data", dir);
  expect([added.code, added.err]).toEqual([0, ""]);
  expect(added.out).toContain(`-p ${mqtt} `);

  // The printed example, pasted as it stands.
  const pasted = await shell(/ {2}mosquitto_pub[\s\S]*?'\n/.exec(added.out)![0]);
  expect(pasted).toEqual({ code: 0, out: "", err: "" });
  await vi.waitFor(async () => {
    const { out } = await battant("readings", "count", "--data", dir, "--json");
    expect(JSON.parse(out)).toMatchObject({ boards: [{ board: "try-1", readings: 1 }] });
  }, 20_000);

  const password = /-P (\S+)/.exec(added.out)![1]!;
  const publish = (secret: string, payload: string) =>
    shell(
      `mosquitto_pub -h 127.0.0.1 -p ${mqtt} -i try-1 -u try-1 -P ${secret} -q 1 ` +
        `-t battant/1/try-1/readings -m '${payload}'`,
    );
  expect((await publish("wrong", "{}")).code).not.toBe(0);
  expect((await publish(password, "no JSON")).code).toBe(0); // Acknowledged, counted, dropped.

  await vi.waitFor(async () => {
    const { code, out } = await battant("doctor", "--data", dir);
    expect(code).toBe(1);
    expect(out).toMatch(/ok +hub +running for /);
    expect(out).toMatch(/try-1, \S+readings: .*JSON.*\(1 time/);
    expect(out).toMatch(/→ update the program of try-1/);
    expect(out).toMatch(/wrong user name or password/);
  }, 20_000);

  const removed = await battant("boards", "remove", "try-1", "--data", dir);
  expect([removed.code, removed.out]).toEqual([
    0,
    "Board try-1 may no longer connect; the hub ends its connection within a second or two.\n" +
      "Its readings are kept.\n",
  ]);
  expect((await publish(password, "{}")).code).not.toBe(0);
});

test("a process prints the same and ends with the same code", async () => {
  const dir = folder();
  const good = await battant("check-config", join(dir, "building.yaml"));
  expect(good).toMatchObject({ code: 0, err: "" });
  expect(good.out).toContain("is good");
  expect((await battant("boards", "lst")).code).toBe(2);
  expect((await battant("boards", "list", "--data", join(dir, "nowhere"))).code).toBe(1);
  expect((await battant("--help")).out).toContain("check-config");
});

test("a reader that closes the pipe early is no failure", async () => {
  const dir = folder();
  inRegistry(dir, ({ boards }) => boards.add({ id: "hall-1" as BoardId }));
  // More than any pipe holds, so that the command is still writing when the pipe is closed.
  await measured(dir, {
    readings: Array.from({ length: 8000 }, (_, i) => reading("hall-1", i + 1)),
  });
  const command = `"${process.execPath}" "${START}" readings export --data "${dir}"`;
  const { code, out, err } = await shell(`{ ${command}; echo "exit $?" >&2; } | head -n 1`);
  expect([code, out, err]).toEqual([0, "time,board,sensor,quantity,value,unit\n", "exit 0\n"]);
});
