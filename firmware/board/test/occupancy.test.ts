import type { SensorId } from "@battant/protocol/vocabulary/ids";
import { minutes, seconds } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import type { MotionFile, RadarFile } from "../board-file.ts";
import { ld2410 } from "../sensors/ld2410.ts";
import { motion } from "../sensors/motion.ts";
import { bytesOf, createSensorBench, type SensorBench } from "./sensor-bench.ts";

// Goal: occupancy while somebody is there and for the hold time after; silence when nobody knows.
// Method: a detector's output touched by hand; a radar's reports, second by second.

const PIN = 27;

const detector: MotionFile = {
  kind: "motion",
  sensor: "hall" as SensorId,
  input: { pin: PIN },
  settles: seconds(60),
  hold: minutes(2),
};

const startDetector = (bench: SensorBench) => bench.start(motion, detector);

test("a detector's first minute counts for nothing", () => {
  const bench = createSensorBench();
  const running = startDetector(bench);
  bench.pass(20_000);
  bench.input(PIN, true);
  bench.pass(2_000);
  bench.input(PIN, false);
  bench.pass(37_000);
  expect(bench.reports).toEqual([]);
  expect(running.tell()).toBe("settling");
  bench.pass(2_000);
  expect(bench.reports).toEqual(["60 0 0"]);
  expect(running.tell()).toBe("no movement");
});

test("a movement is reported at once, its end when the hold time is over", () => {
  const bench = createSensorBench();
  const running = startDetector(bench);
  bench.pass(100_500);
  bench.input(PIN, true);
  expect(bench.reports).toEqual(["60 0 0", "100 0 1"]);
  expect(running.tell()).toBe("movement");
  bench.pass(2_000);
  bench.input(PIN, false);
  bench.pass(130_000);
  expect(bench.reports).toEqual(["60 0 0", "100 0 1", "223 0 0"]);
});

test("without a hold time a zone is occupied while somebody moves, and no longer", () => {
  const bench = createSensorBench();
  bench.start(motion, { ...detector, hold: seconds(0) });
  bench.pass(61_000);
  bench.input(PIN, true);
  bench.pass(5_000);
  bench.input(PIN, false);
  bench.pass(5_000);
  expect(bench.reports).toEqual(["60 0 0", "61 0 1", "67 0 0"]);
});

test("each movement begins the hold time anew", () => {
  const bench = createSensorBench();
  startDetector(bench);
  bench.pass(61_000);
  for (let i = 0; i < 4; i++) {
    bench.input(PIN, true);
    bench.pass(300); // Between two looks: only the edges tell.
    bench.input(PIN, false);
    bench.pass(60_000);
  }
  expect(bench.reports).toEqual(["60 0 0", "61 0 1"]);
});

test("whoever moves since before the detector has settled counts from then on", () => {
  const bench = createSensorBench();
  bench.input(PIN, true);
  startDetector(bench);
  bench.pass(61_000);
  expect(bench.reports).toEqual(["60 0 1"]);
});

test("an output that never falls leaves the zone occupied, and goes on saying so", () => {
  const bench = createSensorBench();
  startDetector(bench);
  bench.pass(70_000);
  bench.input(PIN, true);
  bench.pass(1_200_000);
  expect(bench.reports).toEqual(["60 0 0", "70 0 1", "370 0 1", "670 0 1", "970 0 1", "1270 0 1"]);
});

const radar: RadarFile = {
  kind: "ld2410",
  sensor: "hall" as SensorId,
  wiring: { port: 3, rx: 16, tx: 17, baud: 115200 },
  hold: seconds(30),
};

const ABSENT = bytesOf("f4f3f2f10d0002aa00c40100dd0124d3015500f8f7f6f5");
const STILL = bytesOf("f4f3f2f10d0002aa0251000000003b00005500f8f7f6f5");

/** Ten reports a second. */
const hear = (bench: SensorBench, frame: string, count: number): void => {
  for (let i = 0; i < count * 10; i++) {
    bench.pass(100);
    bench.line.feed(frame);
  }
};

test("a radar sees who stands still, and its stale distances nobody", () => {
  const bench = createSensorBench();
  const running = bench.start(ld2410, radar);
  expect(running.tell()).toBe("silent at 115200 baud");
  hear(bench, ABSENT, 5);
  expect(running.tell()).toBe("nobody");
  hear(bench, STILL, 5);
  expect(running.tell()).toBe("still");
  hear(bench, ABSENT, 40);
  expect(bench.reports).toEqual(["1 0 0", "5 0 1", "40 0 0"]);
});

test("a radar that falls silent reports nothing: nobody knows whether somebody is there", () => {
  const bench = createSensorBench();
  const running = bench.start(ld2410, radar);
  hear(bench, STILL, 5);
  bench.pass(3_600_000);
  expect(bench.reports).toEqual(["0 0 1"]);
  expect(running.tell()).toMatch(/^silent at (115200|256000) baud$/);
});

test("a line full of noise is a silent radar", () => {
  const bench = createSensorBench();
  bench.start(ld2410, radar);
  hear(bench, "\xf4\xf3\xf2\xf1\x0d\x00\x02\xaa\x01", 60);
  expect(bench.reports).toEqual([]);
});

/** Speaks at its own speed alone, and obeys as the protocol says. */
const radarAt = (bench: SensorBench, speed: number): void => {
  let next = speed;
  let current = speed;
  let isEnabled = false;
  bench.line.onWrite = (bytes) => {
    if (bench.line.wiring?.baud !== current) return;
    if (bytes === bytesOf("fdfcfbfa0400ff00010004030201")) isEnabled = true;
    if (isEnabled && bytes === bytesOf("fdfcfbfa0400a100050004030201")) next = 115200;
    if (isEnabled && bytes === bytesOf("fdfcfbfa0200a30004030201")) current = next;
  };
  bench.hardware.timers.every(seconds(1), () => {
    if (bench.line.wiring?.baud === current) bench.line.feed(STILL);
  });
};

test("a radar as the factory made it is found at 256000 baud, and told to be calm", () => {
  const bench = createSensorBench();
  bench.start(ld2410, radar);
  radarAt(bench, 256000);
  bench.pass(60_000);
  expect(bench.line.wiring?.baud).toBe(115200);
  expect(bench.line.written).toHaveLength(3);
  expect(bench.reports[0]).toBe("10 0 1");
});

test("a board that cannot talk to its radar listens at the speed it finds", () => {
  const bench = createSensorBench();
  const wiring = { port: 3, rx: 16, baud: 115200 };
  bench.start(ld2410, { ...radar, wiring });
  radarAt(bench, 256000);
  bench.pass(60_000);
  expect(bench.line.wiring).toEqual({ port: 3, rx: 16, baud: 256000 });
  expect(bench.line.written).toEqual([]);
  expect(bench.reports[0]).toBe("10 0 1");
});

test("a radar that does not obey is asked once, and followed where it speaks", () => {
  const bench = createSensorBench();
  bench.start(ld2410, radar);
  bench.hardware.timers.every(seconds(1), () => {
    if (bench.line.wiring?.baud === 256000) bench.line.feed(STILL);
  });
  bench.pass(600_000);
  expect(bench.line.written).toHaveLength(3);
  expect(bench.line.wiring?.baud).toBe(256000);
});
