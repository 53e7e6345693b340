import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { minutes, seconds } from "@battant/protocol/vocabulary/units";
import { expect, onTestFinished, test } from "vitest";
import type { Memory } from "../firmware/flash/host/board.ts";
import {
  boardKind,
  buildScene,
  createTime,
  doubles,
  range,
  type Scene,
  until,
} from "../hub/test/built-board.ts";

// Goal: a board as it was built, and the hub as it is started, live together for long; the hub is
// killed again and again, and no reading is lost, none doubled, and the board's memory stays flat.
// Method: both in a simulated time, so that leases come and go and clouds pass. The world answers the
// relay as lamps do. At the end the books are compared: what the board counted, what the journal holds.
//
// A quarter of a minute in a vm is for every day. Ten minutes on a real interpreter:
//
//     ESPRUINO=/path/to/espruino ENDURANCE_MINUTES=10 ENDURANCE_SPEED=10 \
//       npx vitest run test/endurance.test.ts
//
// ENDURANCE_SPEED=1 is life itself; then no hub lives long enough to borrow a light. At 600, five
// days pass in ten minutes: a vm can.
// ENDURANCE_VARIABLES is how many the interpreter has for the program, 2500 unless told.

const { env } = process;
const kind = boardKind(env["ESPRUINO"]);
if (kind.name === "a vm") {
  console.info("ESPRUINO names no interpreter: the built bundle endures in a vm only.");
}
const SPEED = Number(env["ENDURANCE_SPEED"] ?? 60);
const PERIODS = env["ENDURANCE_MINUTES"] === undefined ? 3 : Number(env["ENDURANCE_MINUTES"]);
/** How long a hub is with its board, and then away, in real time. */
const LIFE_MS = env["ENDURANCE_MINUTES"] === undefined ? 4500 : 55_000;
const DOWN_MS = LIFE_MS / 20;
/** The rule wants it bright for three minutes first, and a started hub knows nothing of before. */
const MAY_BORROW = SPEED * LIFE_MS > minutes(4);
const VARIABLES = Number(env["ENDURANCE_VARIABLES"] ?? 2500);

/** Nine at midsummer in Besançon: twelve hours of sun ahead. */
const MORNING = Date.UTC(2026, 5, 21, 7);
const LAMPS_LX = 60;
const CLOUD = minutes(30);
/** A processor that is busy elsewhere for a third of a second is so late in simulated time. */
const LATE_MAX = seconds(2) + 333 * SPEED;
/** What garbage collection leaves here or there. */
const GROWTH_MAX = 40;

type Change = { readonly lit: boolean; readonly at: number };

type LiveWorld = { readonly changes: readonly Change[]; stop(): void };

/** Lamps that do what the relay lets them, and clouds. */
const live = ({ board: { world }, time }: Scene): LiveWorld => {
  const changes: Change[] = [];
  const start = time.now();
  let lit = true;
  let lux = 0;
  world.lit(true);
  const look = (): void => {
    const on = !world.relay();
    if (on !== lit) {
      lit = on;
      world.lit(lit);
      changes.push({ lit, at: time.now() });
    }
    const phase = ((time.now() - start) / CLOUD) * 2 * Math.PI;
    const seen = Math.round(500 + 450 * Math.sin(phase)) + (lit ? LAMPS_LX : 0);
    if (Math.abs(seen - lux) < 3) return;
    lux = seen;
    world.illuminance(lux);
  };
  look();
  const timer = setInterval(look, 25);
  return { changes, stop: () => clearInterval(timer) };
};

const press = async ({ board, time }: Scene): Promise<void> => {
  board.world.hold();
  await time.pass(seconds(1));
  board.world.release();
};

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Of this process, in kB: all there is to see of a board that is a vm in it. */
const heap = (): number => {
  collectGarbage();
  return Math.round(process.memoryUsage().heapUsed / 1024);
};

type Row = {
  /** Of real time, in the long run; else five seconds. */
  readonly period: number;
  readonly memory: Memory | undefined;
  readonly heap: number;
} & Awaited<ReturnType<Scene["counters"]>>;

const told = ({ period, memory, heap, outbox, link }: Row): string =>
  [
    String(period).padStart(6),
    String(memory?.used ?? `${heap} kB`).padStart(9),
    String(memory?.total ?? "-").padStart(6),
    String(outbox.recorded).padStart(9),
    String(outbox.dropped).padStart(8),
    String(outbox.waiting).padStart(8),
    String(link.connections).padStart(12),
  ].join("");

const HEAD = "period     used total recorded dropped waiting connections";

/** The changes a sequence of readings of `lit` tells, heartbeats left out. */
const changesIn = (journal: readonly Reading[]): readonly Change[] =>
  journal
    .filter((it) => it.quantity === "lit")
    .map((it) => ({ lit: it.value === 1, at: it.at }))
    .filter((it, i, all) => i > 0 && it.lit !== all[i - 1]!.lit);

/** A moment of calm is what can be compared. */
const LOOKS = 8;

const look = async ({ board, counters, time }: Scene, period: number): Promise<Row> => {
  let memory = await board.memory();
  for (let i = 1; memory !== undefined && i < LOOKS; i++) {
    await time.pass(seconds(3));
    const again = (await board.memory())!;
    if (again.used < memory.used) memory = again;
  }
  return { period, memory, heap: heap(), ...(await counters()) };
};

/** Kills the hub once in each period, and waits at the end until it has everything. */
const endure = async (scene: Scene, world: LiveWorld): Promise<readonly Row[]> => {
  const { board, time } = scene;
  const rows: Row[] = [];
  const reached = (times: number): Promise<void> =>
    until(async () => (await scene.counters()).link.connections >= times);
  await scene.powerOn();
  for (let period = 1; period <= PERIODS; period++) {
    await reached(period);
    await time.pass(LIFE_MS * SPEED);
    if (period % 4 === 3) await press(scene);
    rows.push(await look(scene, period));
    await scene.hubDies();
    await time.pass(DOWN_MS * SPEED);
    await scene.hubComes();
  }
  await reached(PERIODS + 1);
  world.stop();
  await time.pass(seconds(5));
  let last = rows.at(-1)!;
  await until(async () => {
    last = { ...last, ...(await scene.counters()) };
    return last.outbox.waiting === 0;
  });
  await board.kill();
  await scene.hubDies();
  return [...rows, last];
};

test(
  `the built bundle on ${kind.name} endures a hub that is killed ${PERIODS} times`,
  { timeout: 2 * (PERIODS + 4) * LIFE_MS + 60_000 },
  async () => {
    const time = createTime(MORNING, SPEED);
    const scene = await buildScene({ kind, time, variables: VARIABLES });
    const world = live(scene);
    onTestFinished(world.stop);
    const rows = await endure(scene, world);

    const journal = scene.journal().toSorted((a, b) => a.sequence - b.sequence);
    const late = journal.filter((it) => it.received - it.at > seconds(10) + SPEED * 1000);
    const seen = changesIn(journal);
    const errors = seen.map((it, i) => Math.abs(it.at - (world.changes[i]?.at ?? NaN)));
    const used = rows.map((it) => it.memory?.used ?? 0);
    console.info([HEAD, ...rows.map(told)].join("\n"));
    console.info(
      `${journal.length} readings in the journal, ${late.length} of them late; ` +
        `lamps changed ${seen.length} times, dated within ${Math.max(0, ...errors)} ms`,
    );

    expect(scene.board.mishaps()).toEqual([]);
    expect(scene.board.restarts()).toBe(0);
    expect(rows.at(-1)!.outbox.dropped).toBe(0);
    expect(new Set(journal.map((it) => it.boot)).size).toBe(1);
    expect(journal.length).toBeGreaterThanOrEqual(rows.at(-1)!.outbox.recorded);
    expect(journal.length).toBeGreaterThan(PERIODS * 5);
    expect(journal.map((it) => it.sequence)).toEqual(range(journal.length));
    expect(doubles(journal)).toEqual([]);
    expect(await scene.exported()).toBe(journal.length);
    expect(seen.length).toBeGreaterThan(MAY_BORROW ? 1 : -1);
    expect(seen.map((it) => it.lit)).toEqual(world.changes.map((it) => it.lit));
    expect(Math.max(0, ...errors)).toBeLessThan(LATE_MAX);
    expect(Math.max(...used.slice(1)) - used[0]!).toBeLessThan(GROWTH_MAX);
  },
);
