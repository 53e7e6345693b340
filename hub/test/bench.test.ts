import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { median, percentile } from "../bench/figures.ts";
import { createPacketReader, published, publishPacket } from "../bench/packets.ts";
import { sizeOf } from "../bench/size.ts";
import { BROKER_LIMITS } from "../src/adapters/mqtt/limits.ts";
import type { LoaderFigures } from "../bench/loader.ts";

// Goal: the bench may be slow or fast, but it must count truthfully and leave nothing behind.
// Method: the real loader against a real, bare Aedes, in processes of their own.

const MAIN = new URL("../bench/main.ts", import.meta.url).pathname;

async function loadBareBroker(...options: string[]): Promise<LoaderFigures> {
  const args = [MAIN, "load", "--quick", "--json", ...options];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as LoaderFigures;
}

test("every message the loader counts as acknowledged was received by the broker, once", async () => {
  const counted = await loadBareBroker("--connections", "10");
  expect(counted).toMatchObject({ messages: 2000, acknowledged: 2000, received: 2000 });
  expect(counted.readingsAcknowledged).toBe(2000);
  expect(counted.problems).toEqual([]);
});

test("a batch counts as many readings as it holds", async () => {
  const counted = await loadBareBroker("--batch", "4", "--window", "1");
  expect(counted).toMatchObject({ acknowledged: 2000, received: 2000, readingsAcknowledged: 8000 });
});

test("a batch longer than the wire allows is refused in words", async () => {
  await expect(loadBareBroker("--batch", "33")).rejects.toThrow(/1 to 32/u);
});

const childrenOf = (pid: number): number[] => {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return listed === "" ? [] : listed.split(" ").map(Number);
};

async function untilItHasChildren(bench: ChildProcess): Promise<number[]> {
  for (;;) {
    const children = childrenOf(bench.pid!);
    // The bare broker, and then the loader.
    if (children.length >= 2) return children;
    if (bench.exitCode !== null) throw new Error("the bench ended before it could be interrupted");
    await sleep(10);
  }
}

test.each(["SIGINT", "SIGTERM"] as const)("%s ends everything it started", async (signal) => {
  const bench = spawn(process.execPath, [MAIN, "load"], { stdio: "ignore" });
  const ended = once(bench, "exit");
  const children = await untilItHasChildren(bench);
  bench.kill(signal);
  expect((await ended)[0]).toBe(signal === "SIGINT" ? 130 : 143);
  expect(children.filter((pid) => existsSync(`/proc/${pid}`))).toEqual([]);
});

test("packets are the same however the network cuts them", () => {
  const message = fc.record({
    id: fc.integer({ min: 1, max: 65_535 }),
    topic: fc.string({ minLength: 1, maxLength: 40 }),
    payload: fc.string({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 5 }),
      fc.integer({ min: 1, max: 50 }),
      (all, cut) => {
        const bytes = Buffer.concat(all.map(publishPacket));
        const read = createPacketReader();
        const seen = [];
        for (let at = 0; at < bytes.length; at += cut) {
          seen.push(...read(bytes.subarray(at, at + cut)).map(published));
        }
        expect(seen).toEqual(all);
      },
    ),
  );
});

test("a percentile is a value that was measured, a median may lie between two", () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(hundred, 50), percentile(hundred, 99), percentile(hundred, 100)]).toEqual([
    50, 99, 100,
  ]);
  expect([median([3, 1, 2]), median([4, 1]), median([7])]).toEqual([2, 2.5, 7]);
});

test("no board of a bench has more to say than the hub lets it say at once", () => {
  const longest = sizeOf({ quick: false, seconds: 3600, batch: 1 });
  expect(longest.messagesPerBoardMax).toBeLessThanOrEqual(BROKER_LIMITS.messagesBurst);
  expect(longest.boards).toBeLessThanOrEqual(BROKER_LIMITS.connectionsPerAddressMax);
});
