import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import type { BacktestFactsView, BacktestView } from "../api/backtest.ts";
import { BUILDING, inRegistry, measured, NOON, reading } from "./cli-place.ts";
import { addBoard, dataFolder, startHub } from "./hub-process.ts";
import { ask, cookieOf } from "./http-start.ts";
import { PASSWORD } from "./http-fakes.ts";

// Goal: in a whole hub, somebody who signed in tries settings on its own journal, and no board hears of it.
// Method: the real hub on a journal with a bright hour in it; a board on its broker that listens.

const ACTING = BUILDING.replace(
  "    kind: hall\n",
  "    kind: hall\n    daylight: { mode: act, luminaire_contribution_lx: 0 }\n",
).replace(
  "    circuits:",
  "    presence: { sensors: { door: { board: hall-1, sensor: motion } } }\n    circuits:",
);

const PRICES = 'energy: { prices: [{ from: "2026-01-01", eur_per_kWh: 0.25 }] }\n';

const ONCE_A_FLATS = `  stairs:
    kind: stairwell
    light_sensor: { board: once, sensor: light }
`;

test("the hub's own past answers, and no board hears of it", { timeout: 120_000 }, async () => {
  const data = dataFolder();
  writeFileSync(
    join(data, "building.yaml"),
    ACTING.replace("zones:", "  once: {}\nzones:") + ONCE_A_FLATS + PRICES,
  );
  const readings = Array.from({ length: 100 }, (_, n) =>
    reading("hall-1", n, { value: (n < 60 ? 400 : 50) + (n % 2) }),
  );
  await measured(data, { readings: [...readings, reading("once", 0)] });

  inRegistry(data, ({ boards }) => {
    boards.add({ id: "once" as never, flat: "flat-7" });
    boards.remove("once" as never);
  });

  const hub = await startHub(data, "--no-demo");
  const { password } = await addBoard("hall-2", data);
  const board = await connectAsync(`mqtt://127.0.0.1:${hub.mqtt}`, {
    clientId: "hall-2",
    username: "hall-2",
    password,
    reconnectPeriod: 0,
  });
  onTestFinished(() => board.endAsync());
  const heard: string[] = [];
  board.on("message", (topic) => void heard.push(topic));
  const topics = ["relay/main/lease", "clock", "settings", "update", "update/chunk"];
  await board.subscribeAsync(
    topics.map((topic) => `battant/1/hall-2/${topic}`),
    { qos: 1 },
  );
  const say = (topic: string, text: object) =>
    board.publishAsync(`battant/1/hall-2/${topic}`, JSON.stringify(text), { qos: 1 });
  // The clock is asked for, to hear that the hub can be heard.
  await say("clock/get", { boot: "hand-1", c: 0 });
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(0);
  const before = [...heard];

  const token = new URL(hub.setup!).searchParams.get("token");
  const account = { token, name: "claire", password: PASSWORD };
  const cookie = cookieOf(await ask(`${hub.http}/api/setup`, { method: "POST", body: account }));
  const path = `${hub.http}/api/zones/hall/backtest`;
  const facts = (await ask(path, { headers: { cookie } })).body as BacktestFactsView;
  expect(facts).toMatchObject({ load_W: 108, price_EURperkWh: 0.25, hasPresence: true });
  expect(facts.measured!.from).toBeLessThanOrEqual(NOON);

  const body = { from: NOON, to: NOON + 100 * 60_000, settings: [{}, { target_lx: 300 }] };
  const answer = await ask(path, { method: "POST", body, headers: { cookie } });
  expect(answer.code).toBe(200);
  const { readings: count, results, days } = answer.body as BacktestView;
  expect(count).toBe(100);
  expect(days).toHaveLength(1);
  const [now, strict] = results;
  // Off after ten bright minutes, after a warning of 15 s; given back as soon as it is too dark.
  expect(now).toMatchObject({ avoided_ms: 50 * 60_000 - 15_000, switchings: 2, below_ms: 0 });
  expect(now!.keptOff).toEqual([
    { from: NOON + 10 * 60_000 + 15_000, to: NOON + 60 * 60_000, avoided: true },
  ]);
  expect(now!.cost_EURcents).toBeCloseTo((now!.energy_Wh! / 1000) * 25, 9);
  expect(strict!.avoided_ms).toBe(0);
  expect((await ask(`${hub.http}/api/backtest`, { headers: { cookie } })).body).toEqual({
    done: null,
  });

  // Under a name that was a flat's before, the journal keeps what that flat's board has seen.
  const flats = `${hub.http}/api/zones/stairs/backtest`;
  expect((await ask(flats, { headers: { cookie } })).body).toMatchObject({ measured: null });
  const refused = await ask(flats, { method: "POST", body, headers: { cookie } });
  expect([refused.code, JSON.stringify(refused.body)]).toEqual([
    400,
    expect.stringContaining("readings of a flat"),
  ]);

  // Whatever the hub had to say, it would have said before it answered once more.
  await say("clock/get", { boot: "hand-1", c: 1 });
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(before.length);
  expect(new Set(heard)).toEqual(new Set(before));
});
