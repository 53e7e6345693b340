import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openReader } from "../src/adapters/sqlite/reader.ts";
import { readings } from "./journal-readings.ts";
import { open, temporaryFolder } from "./journal-scene.ts";

// Goal: PUBACK means on disk. Whatever was acknowledged is there after SIGKILL, exactly once.
// Method: another process appends and says what was acknowledged; it is killed at random moments
// and started again, sending once more from the first number that was not acknowledged, and the
// few before it, as a board does that is not sure.

const KILLS = 30;
const LIVES_MS_MAX = 120;
const RESENT = 10;
const CHILD = fileURLToPath(new URL("journal-child.ts", import.meta.url));

/** Lets the child live a random while after its first word; returns the numbers it printed. */
async function runAndKill(path: string, first: number, windowMs: number): Promise<number[]> {
  const child = spawn(process.execPath, [CHILD, path, String(first), String(windowMs)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const closed = once(child, "close");
  await Promise.race([once(child.stdout, "data"), closed]);
  await new Promise((done) => setTimeout(done, Math.random() * LIVES_MS_MAX));
  child.kill("SIGKILL");
  expect(await closed).toEqual([null, "SIGKILL"]);

  const lines = said.split("\n").slice(0, -1); // Half a line is no word.
  return lines.flatMap((line) => {
    const [from, to] = line.split(" ").map(Number);
    return readings(from!, to!).map((it) => it.sequence); // Two numbers a line.
  });
}

function sequencesIn(path: string): number[] {
  const opened = openReader(path);
  if (!opened.ok) throw new Error(opened.problem);
  const { readings: all } = opened.reader.after(0, 10_000_000);
  opened.close();
  return all.map((it) => it.sequence);
}

const firstMissing = (acknowledged: ReadonlySet<number>): number => {
  let number = 1;
  while (acknowledged.has(number)) number += 1;
  return number;
};

for (const windowMs of [0, 5]) {
  test(
    `${KILLS} times SIGKILL with a commit window of ${windowMs} ms: nothing acknowledged is lost`,
    { timeout: 120_000 },
    async () => {
      const path = join(temporaryFolder(), "journal.db");
      const acknowledged = new Set<number>();

      for (let kill = 0; kill < KILLS; kill += 1) {
        const first = Math.max(1, firstMissing(acknowledged) - RESENT);
        for (const number of await runAndKill(path, first, windowMs)) acknowledged.add(number);

        const stored = sequencesIn(path);
        const there = new Set(stored);
        expect(there.size).toBe(stored.length);
        expect([...acknowledged].filter((it) => !there.has(it))).toEqual([]);
      }
      expect(acknowledged.size).toBeGreaterThan(KILLS * 10);

      const { journal } = await open({ path, pendingMax: 10_000_000 });
      const again = [...acknowledged].flatMap((it) => readings(it, it));
      expect(await journal.append(again)).toEqual({
        ok: true,
        stored: 0,
        duplicates: acknowledged.size,
      });
    },
  );
}
