import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { expect, test } from "vitest";
import { openReader } from "../src/adapters/sqlite/reader.ts";
import { battant, dataFolder, startHub } from "./hub-process.ts";

// Goal: what a whole hub has acknowledged is on its disk, whenever it is killed.
// Method: a board publishes without pause over real TCP; the hub is killed with SIGKILL at a moment
// nobody chose, fifty times; what was not acknowledged is sent again, as a board does. At the end
// the readings on the disk are exactly the acknowledged ones, each once.

const KILLS = 50;
const BATCH = 20;
const IN_FLIGHT = 24;

test(
  `${KILLS} times SIGKILL: every acknowledged reading is there exactly once`,
  { timeout: 600_000 },
  async () => {
    const data = dataFolder();
    const { out } = await battant("boards", "add", "hand", "--data", data, "--json");
    const { password } = JSON.parse(out) as { password: string };
    const acknowledged = new Set<number>();
    const unacknowledged: number[] = [];
    let next = 1;

    const publishUntilKilled = async (client: MqttClient): Promise<void> => {
      const one = async (): Promise<void> => {
        while (client.connected) {
          const numbers = unacknowledged.splice(0, BATCH);
          while (numbers.length < BATCH) numbers.push(next++);
          const r = numbers.map((n) => ({
            n,
            s: "light",
            q: "illuminance",
            v: n % 1000,
            t: 1_790_000_000_000 + n,
          }));
          const kept = await client
            .publishAsync("battant/1/hand/readings", JSON.stringify({ boot: "b1", r }), { qos: 1 })
            .then(
              () => true,
              () => false,
            );
          if (!kept) unacknowledged.push(...numbers);
          else for (const n of numbers) acknowledged.add(n);
        }
      };
      await Promise.all(Array.from({ length: IN_FLIGHT }, one));
    };

    for (let kill = 0; kill < KILLS; kill++) {
      const hub = await startHub(data, "--no-demo");
      const client = await connectAsync(`mqtt://127.0.0.1:${hub.mqtt}`, {
        clientId: "hand",
        username: "hand",
        password,
        reconnectPeriod: 0,
        keepalive: 30,
      });
      client.on("error", () => {});
      const publishing = publishUntilKilled(client);
      // A commit leaves at 256 readings or after two seconds: these moments fall before, in and after.
      const moment = 20 + ((kill * 37) % 180);
      setTimeout(() => void hub.kill("SIGKILL"), moment);
      await new Promise<void>((done) => client.once("close", () => done()));
      await client.endAsync(true);
      await publishing;
      await hub.kill("SIGKILL");
    }

    const stored = sequencesIn(join(data, "journal.db"));
    expect(acknowledged.size).toBeGreaterThan(KILLS * BATCH);
    expect(new Set(stored).size).toBe(stored.length);
    const kept = new Set(stored);
    expect([...acknowledged].filter((n) => !kept.has(n))).toEqual([]);
    // What was on disk when the hub died before it could say so, and was not sent again since.
    const untold = stored.filter((n) => !acknowledged.has(n));
    expect(untold.filter((n) => !unacknowledged.includes(n))).toEqual([]);
  },
);

function sequencesIn(path: string): number[] {
  const opened = openReader(path);
  if (!opened.ok) throw new Error(opened.problem);
  const { reader, close } = opened;
  const sequences: number[] = [];
  for (let cursor = 0, more = true; more;) {
    const page = reader.after(cursor, 5000);
    sequences.push(...page.readings.map((reading) => reading.sequence));
    more = page.readings.length > 0;
    cursor = page.cursor;
  }
  close();
  return sequences;
}
