import type { Reading } from "@battant/protocol/vocabulary/reading";
import { hours, minutes, seconds } from "@battant/protocol/vocabulary/units";
import { expect, onTestFinished, test } from "vitest";
import {
  boardKind,
  buildScene,
  createTime,
  doubles,
  range,
  type Scene,
  until,
} from "../hub/test/built-board.ts";

// Goal: a day without a hub, and a power cut in the middle of it, cost a board no reading: when the
// hub is back, all are in its journal, each once, in order, with the time at which they were measured.
// Method: the bundle as it was built and the real hub. The hub is killed; its day passes quickly; then
// it comes back. The light tells the time, so that each reading of it says itself when it was seen.
//
// A day in a quarter of a minute, in a vm, is for every day; so fast, timers are late and readings fewer.
// On a real interpreter, with four readings a minute and more:
//
//     ESPRUINO=/path/to/espruino OUTAGE_SPEED=240 npx vitest run test/outage.test.ts
//
// OUTAGE_VARIABLES is how many the interpreter has for the program, 2500 unless told.

const { env } = process;
const kind = boardKind(env["ESPRUINO"]);
if (kind.name === "a vm") {
  console.info("ESPRUINO names no interpreter: the built bundle is left alone in a vm only.");
}
/** While hub and board talk, the network must keep up. */
const SPEED = 60;
const ALONE_SPEED = Number(env["OUTAGE_SPEED"] ?? 5400);
const VARIABLES = Number(env["OUTAGE_VARIABLES"] ?? 2500);
const MORNING = Date.UTC(2026, 5, 21, 7);
/** Seldom enough to leave the board time for what it is asked about. */
const COUNTED_EVERY_MS = 2000;
const HALF = hours(12);

/** The light jumps this often, which is what makes readings. No timer of ours is quicker than 15 ms. */
const jumpAt = (speed: number): number => Math.max(seconds(15), 15 * speed);

/** A processor that is busy elsewhere for so long is so late in simulated time. */
const BUSY_MS = 333;
const ALONE_LATE_MAX = minutes(1) + BUSY_MS * ALONE_SPEED;

const LOW = 1000;
const HIGH = 25_000;
/** Half a window of one and half of the other has the mean as its median. */
const BETWEEN = (LOW + HIGH) / 2;
/** In a day less than from one of them to the next. */
const LX_PER_HOUR = 300;

/** By turns low and high, and a little brighter as the day goes on. */
const lightAt = (elapsed: number, isHigh: boolean): number =>
  (isHigh ? HIGH : LOW) + (elapsed / hours(1)) * LX_PER_HOUR;

/** When it was so bright. */
const elapsedAt = (lux: number): number => {
  const from = [HIGH, BETWEEN, LOW].find((it) => lux > it) ?? NaN;
  return ((lux - from) / LX_PER_HOUR) * hours(1);
};

const shine = ({ board: { world }, time }: Scene) => {
  let isHigh = false;
  let timer: NodeJS.Timeout | undefined;
  const jump = (): void => {
    isHigh = !isHigh;
    world.illuminance(lightAt(time.now() - MORNING, isHigh));
    timer = setTimeout(jump, jumpAt(time.speed()) / time.speed());
  };
  world.lit(true);
  jump();
  return () => clearTimeout(timer);
};

/** What so many of a hundred do not exceed. */
const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length * share) / 100)] ?? NaN;

/** Readings of one start, by their numbers. */
const ofBoot = (journal: readonly Reading[], boot: string): readonly Reading[] =>
  journal.filter((it) => it.boot === boot).toSorted((a, b) => a.sequence - b.sequence);

/** By how much each reading of the light is dated wrongly. */
const errorsIn = (readings: readonly Reading[]): readonly number[] =>
  readings
    .filter((it) => it.quantity === "illuminance")
    .map((it) => Math.abs(it.at - (MORNING + elapsedAt(it.value))));

const isAscending = (values: readonly number[]): boolean =>
  values.every((it, i) => i === 0 || it >= values[i - 1]!);

const told = async (scene: Scene, when: string): Promise<void> => {
  const memory = await scene.board.memory();
  const { outbox } = await scene.counters();
  const variables = memory === undefined ? "" : `, ${memory.used} of ${memory.total} variables`;
  console.info(`${when}: ${JSON.stringify(outbox)}${variables}`);
};

/** Leaves the board alone for a day, and waits until the hub has everything. */
const spendTheDay = async (scene: Scene) => {
  const { board, time } = scene;
  await scene.powerOn();
  await until(() => scene.journal().length > 5);
  await scene.hubDies();
  const gone = time.now();
  scene.quicken(ALONE_SPEED);
  await time.pass(HALF);
  await told(scene, "before the power cut");
  const first = (await scene.counters()).outbox;
  await board.kill();
  await scene.powerOn();
  await time.pass(HALF);
  await told(scene, "before the hub is back");
  scene.quicken(SPEED);
  const back = time.now();
  const known = scene.journal().length;
  await scene.hubComes();
  await until(() => scene.journal().length > known);
  const reached = time.now();
  await until(async () => (await scene.counters()).outbox.waiting === 0, COUNTED_EVERY_MS);
  await told(scene, `${Math.round((time.now() - reached) / 1000)} s after the hub is back`);
  const second = (await scene.counters()).outbox;
  await board.kill();
  await scene.hubDies();
  return { gone, back, reached, counted: [first, second] };
};

test(
  `a day without a hub, with a power cut at half-time, costs the built bundle on ${kind.name} no reading`,
  { timeout: (4 * HALF) / ALONE_SPEED + 300_000 },
  async () => {
    const time = createTime(MORNING, SPEED);
    const scene = await buildScene({ kind, time, variables: VARIABLES });
    onTestFinished(shine(scene));
    const { gone, back, reached, counted } = await spendTheDay(scene);

    const arrived = scene.journal();
    const boots = [...new Set(arrived.map((it) => it.boot))];
    const halves = boots.map((boot) => ofBoot(arrived, boot));
    const missed = arrived.filter((it) => it.at > gone && it.at < back);
    const late = missed.filter((it) => it.received > back);
    const errors = halves.map((half) => percentile(errorsIn(half), 95));
    const delays = arrived
      .filter((it) => it.at > reached + seconds(60))
      .map((it) => it.received - it.at);
    console.info(
      `${missed.length} readings of the outage arrived, 95 % of each half dated within ` +
        `${errors.map((it) => Math.round(it / 1000)).join(" and ")} s; ` +
        `${delays.length} live ones came within ${Math.max(...delays)} ms`,
    );

    expect(scene.board.mishaps()).toEqual([]);
    expect(scene.board.restarts()).toBe(0);
    expect(halves.length).toBe(2);
    for (const [i, half] of halves.entries()) {
      expect(counted[i]!.dropped).toBe(0);
      expect(half.length).toBeGreaterThanOrEqual(counted[i]!.recorded);
      expect(half.map((it) => it.sequence)).toEqual(range(half.length));
      expect(isAscending(half.map((it) => it.at))).toBe(true);
      expect(errors[i]!).toBeLessThan(ALONE_LATE_MAX);
      const arrivals = late.filter((it) => it.boot === boots[i]).map((it) => it.sequence);
      expect(isAscending(arrivals)).toBe(true);
    }
    expect(isAscending(late.map((it) => boots.indexOf(it.boot)))).toBe(true);
    expect(doubles(arrived)).toEqual([]);
    // One a minute at the very least.
    expect(missed.length).toBeGreaterThan(24 * 60);
    expect(delays.length).toBeGreaterThan(0);
    expect(Math.max(...delays)).toBeLessThan(seconds(5) + BUSY_MS * SPEED);
  },
);
