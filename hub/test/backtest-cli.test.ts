import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { expect, onTestFinished, test } from "vitest";
import { battant, BUILDING, folder, inRegistry, measured, reading } from "./cli-place.ts";
import { addBoard, battant as command, dataFolder, startHub } from "./hub-process.ts";

// Goal: whoever types `battant backtest` gets a table to decide by, or the next step to take; and no
// hub says a word to a board because of it.
// Method: the real command on a real journal; once beside a real hub with a board on its broker.

const CALIBRATED = BUILDING.replace(
  "    kind: hall\n",
  "    kind: hall\n    daylight: { luminaire_contribution_lx: 0 }\n",
);

/** A hall without a name of its own: 60 bright minutes from noon on, 20 of 120 lx, and dusk. */
const lived = async (building = CALIBRATED): Promise<string> => {
  const dir = folder(building);
  inRegistry(dir, () => {});
  const sky = (n: number): number => (n < 60 ? 400 : n < 80 ? 120 : 50) + (n % 2);
  const readings = Array.from({ length: 100 }, (_, n) => reading("hall-1", n, { value: sky(n) }));
  await measured(dir, { readings });
  return dir;
};

test("a table, one column for what is and one for each that is tried, in the language of the shell", async () => {
  const data = await lived();
  const args = ["backtest", "--data", data, "--set", "target_lx=200", "--price", "0,25"];
  const { code, out, err } = await battant(args);
  expect([code, err]).toEqual([0, ""]);
  expect(out)
    .toBe(`Tried on the past, from 2026-06-21 12:00 to 2026-06-21 13:39. Nothing was switched.

hall                              as it is   target_lx=200
  light avoided                   1.2 h      0.8 h
  of which it was seen to burn    0.0 h      0.0 h
  energy avoided                  0.1 kWh    0.1 kWh
  money avoided                   0.03 €     0.02 €
  switchings in all               2          2
  switchings, busiest day         2          2
  off below the target            0.0 min    0.0 min
  off below the target, longest   0 s        0 s
  by day, nobody knows            0.0 h      0.0 h

· Where history does not say whether the light burned, it is taken to: the most that could be
  avoided there.
· Energy: declared load × hours avoided; what the box itself uses is not taken off.
· “Below the target” counts every second; the rule gives light back at the first reading below it.
`);
  const french = await battant(args, { LANG: "fr_FR.UTF-8" });
  expect(french.out).toContain("Rien n'a été commandé.");
  expect(french.out).toMatch(/lumière évitée +1,2 h +0,8 h/);
});

test("a name that was a flat's before is refused: what is kept under it is that flat's", async () => {
  const data = await lived();
  inRegistry(data, ({ boards }) => {
    boards.add({ id: "hall-1" as never, flat: "flat-7" });
    boards.remove("hall-1" as never);
  });
  const { code, out, err } = await battant(["backtest", "--data", data]);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("hall-1 are readings of a flat");
});

test("--json tells programs every figure, with its unit", async () => {
  const data = await lived();
  const { code, out } = await battant(["backtest", "--data", data, "--json", "--zone", "hall"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    from: "2026-06-21T12:00:00.000+02:00",
    burns: "as-seen",
    history: { readings: 100, late: 0, ten_minute_windows: 0 },
    zones: [
      {
        zone: "hall",
        readings: 100,
        results: [
          {
            setting: "as it is",
            // The hall blinks before it goes out, and burns on for 15 s.
            avoided_h: (70 * 60 - 15) / 3600,
            avoided_occupied_h: null,
            switchings: 2,
            below_target_s: 0,
            unknown_h: 0,
            euros: null,
          },
        ],
      },
    ],
  });
});

test("money is known by the building file's own prices, unless others are asked about", async () => {
  const priced = `${CALIBRATED}energy: { prices: [{ from: 2026-01-01, eur_per_kWh: 1 }] }\n`;
  const data = await lived(priced);
  const eurosOf = async (...args: string[]): Promise<number> => {
    const { out } = await battant(["backtest", "--data", data, "--json", ...args]);
    return JSON.parse(out).zones[0].results[0].euros;
  };
  const file = await eurosOf();
  expect(file).toBeGreaterThan(0);
  expect(await eurosOf("--price", "0.5")).toBeCloseTo(file / 2, 9);
});

test("where somebody may be seen, it is told how long it was too dark for them", async () => {
  const watched = CALIBRATED.replace(
    "    circuits:",
    "    presence: { sensors: { door: { board: hall-2, sensor: motion } } }\n    circuits:",
  );
  const dir = folder(watched);
  inRegistry(dir, () => {});
  const readings = Array.from({ length: 60 }, (_, n) => [
    reading("hall-1", n, { value: 400 + (n % 2) }),
    reading("hall-2", n, { sensor: "motion" as never, quantity: "occupancy", value: 1 }),
  ]);
  await measured(dir, { readings: readings.flat() });
  const { out } = await battant(["backtest", "--data", dir]);
  expect(out).toMatch(/of which somebody was there +0\.8 h/);
  expect(out).toMatch(
    /off below the target, longest +0 s\n +of which somebody was there +0\.0 min/,
  );
});

test("an imported table is tried instead, and its faults are told on the side", async () => {
  const dir = folder(CALIBRATED);
  inRegistry(dir, () => {});
  const csv = join(dir, "logger.csv");
  const rows = Array.from({ length: 40 }, (_, n) => {
    const two = String(n).padStart(2, "0");
    return `21/06/2026 14:${two};${n === 3 ? "?" : `${400 + (n % 2)},5`}`;
  });
  writeFileSync(csv, `\ufeffheure;lux\r\n${rows.join("\r\n")}`);
  const { code, out, err } = await battant(["backtest", "--data", dir, "--csv", csv]);
  expect([code, err]).toEqual([0, "1 line left out:\n  line 5: the value is no number\n"]);
  expect(out).toMatch(/light avoided +0\.5 h/);
});

const misuses: readonly [args: string[], code: number, told: RegExp][] = [
  [["--set", "margn=1.3"], 2, /knows no "margn"; did you mean margin\?/],
  [["--set", "margin"], 2, /margin takes a number/],
  [["--set", "margin=9"], 2, /zone hall: margin: 9 will not .* 1\.2 to 5/],
  [["--set", "target_lx=20"], 2, /below the legal minimum of 100 lx/],
  [["--price", "cheap"], 2, /"cheap" is no price; write 0\.25/],
  [["--zone", "hal"], 2, /no zone "hal"; did you mean hall\?/],
  [["--from", "tomorrow"], 2, /"tomorrow" is no time/],
  [["--csv", "nowhere.csv"], 1, /nowhere\.csv cannot be read \(ENOENT\)/],
  [["--to", "2020-01-01"], 1, /No reading of hall-1\/light in this time/],
  [Array.from({ length: 14 }, (_, n) => (n % 2 ? "margin=2" : "--set")), 2, /At most 6 times/],
];

test.each(misuses)("%j: exit code %i, with the next step", async (args, code, told) => {
  const data = await lived();
  const printed = await battant(["backtest", "--data", data, ...args]);
  expect([printed.code, printed.out]).toEqual([code, ""]);
  expect(printed.err).toMatch(told);
});

test("a table of other sensors says which it tells of", async () => {
  const data = await lived();
  const csv = join(data, "other.csv");
  writeFileSync(csv, "time,board,sensor,value\n2026-06-21,attic,light,5\n");
  const { code, err } = await battant(["backtest", "--data", data, "--csv", csv]);
  expect(code).toBe(1);
  expect(err).toBe("No reading of hall-1/light in this time. The table tells of attic/light.\n");
});

const ACTING = `
building: one
name: "One zone"
location: { latitude_deg: 47.24, longitude_deg: 6.02 }
timezone: Europe/Paris
boards:
  hand: { name: "A board by hand" }
zones:
  hall:
    kind: hall
    light_sensor: { board: hand, sensor: light }
    circuits:
      ceiling: { relay: { board: hand, relay: main } }
    daylight: { mode: act, luminaire_contribution_lx: 0 }
`;

/** Long enough for a hub that wants something to say so, several ticks. */
const WAIT_MS = 8000;

test("beside a running hub, a backtest publishes nothing", { timeout: 120_000 }, async () => {
  const data = dataFolder();
  writeFileSync(join(data, "building.yaml"), ACTING);
  const hub = await startHub(data, "--no-demo");
  const { password } = await addBoard("hand", data);
  const board = await connectAsync(`mqtt://127.0.0.1:${hub.mqtt}`, {
    clientId: "hand",
    username: "hand",
    password,
    reconnectPeriod: 0,
  });
  onTestFinished(() => board.endAsync());
  const heard: string[] = [];
  board.on("message", (topic) => void heard.push(topic));
  const topics = ["relay/main/lease", "clock", "settings", "update", "update/chunk"];
  await board.subscribeAsync(
    topics.map((topic) => `battant/1/hand/${topic}`),
    { qos: 1 },
  );
  const say = (topic: string, text: object) =>
    board.publishAsync(`battant/1/hand/${topic}`, JSON.stringify(text), { qos: 1 });
  const r = [{ n: 1, s: "light", q: "illuminance", v: 400, a: 0 }];
  await say("readings", { boot: "hand-1", r });
  await say("relay/main", { boot: "hand-1", state: "available", why: "start", lit: true });
  // The clock is asked for, to hear that the hub can be heard.
  await say("clock/get", { boot: "hand-1", c: 0 });
  await expect.poll(() => heard.length, { timeout: 20_000 }).toBeGreaterThan(0);
  await new Promise((done) => setTimeout(done, WAIT_MS));
  const before = [...heard];

  // A day on which the rule asks for the circuit all the time.
  const csv = join(data, "day.csv");
  const rows = Array.from({ length: 600 }, (_, n) => {
    const at = new Date(Date.UTC(2026, 5, 21, 6) + n * 60_000).toISOString();
    return `${at},hand,light,${500 + (n % 5)}`;
  });
  writeFileSync(csv, `time,board,sensor,value\n${rows.join("\n")}\n`);
  const tried = await command("backtest", "--data", data, "--csv", csv, "--json");
  expect(tried.code).toBe(0);
  expect(JSON.parse(tried.out).zones[0].results[0].avoided_h).toBeGreaterThan(9);
  await new Promise((done) => setTimeout(done, WAIT_MS));
  expect(heard).toEqual(before);
});
