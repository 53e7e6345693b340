import type { SensorId } from "@battant/protocol/vocabulary/ids";
import { expect, test } from "vitest";
import type { PulseFile } from "../board-file.ts";
import { pulse } from "../sensors/pulse.ts";
import { createFakeStorage } from "../../simulator/fake-storage.ts";
import { createSensorBench, type SensorBench } from "./sensor-bench.ts";

// Goal: the meter's register on the hub only grows, across restarts and power cuts.
// Method: a meter's output touched by hand, on boards that share a flash.

const PIN = 25;

const file = (pulsesPerKilowattHour: number): PulseFile => ({
  kind: "pulse",
  sensor: "stairwell-meter" as SensorId,
  input: { pin: PIN },
  pulsesPerKilowattHour,
});

const pulses = (bench: SensorBench, count: number, everyMs: number): void => {
  for (let i = 0; i < count; i++) {
    bench.input(PIN, true);
    bench.pass(50);
    bench.input(PIN, false);
    bench.pass(everyMs - 50);
  }
};

/** Reports of the energy, without their time. */
const energies = (bench: SensorBench): readonly number[] =>
  bench.reports.filter((it) => it.split(" ")[1] === "0").map((it) => Number(it.split(" ")[2]));

test("names its sources in the order of its reports", () => {
  expect(pulse.sources(file(1000)).map((it) => it.quantity)).toEqual(["energy", "active-power"]);
});

test("the register is reported at the start and once a minute, power when it moves", () => {
  const bench = createSensorBench();
  bench.start(pulse, file(1000));
  pulses(bench, 10, 12_000); // 300 W
  expect(bench.reports).toEqual(["2 0 1", "14 1 300", "62 0 6", "74 1 300"]);
});

test("a meter with 800 pulses per kWh reports whole Wh, none invented", () => {
  const bench = createSensorBench();
  bench.start(pulse, file(800));
  bench.pass(2_000);
  pulses(bench, 3, 1_000);
  bench.pass(60_000);
  expect(energies(bench)).toEqual([0, 3]); // 3.75 Wh
});

test("after a power cut the register goes on where it was reported last, never before it", () => {
  const flash = createFakeStorage();
  const before = createSensorBench(flash);
  before.start(pulse, file(1000));
  pulses(before, 100, 1_000);
  const reported = energies(before).at(-1)!;
  expect(reported).toBeGreaterThan(0);

  const after = createSensorBench(flash);
  const running = after.start(pulse, file(1000));
  expect(running.tell()).toBe(`${reported} pulses`);
  after.pass(2_000);
  pulses(after, 5, 1_000);
  after.pass(60_000);
  expect(energies(after)).toEqual([reported, reported + 5]);
});

test("the count stays with the pin when the sensor gets another name", () => {
  const flash = createFakeStorage();
  const before = createSensorBench(flash);
  before.start(pulse, file(1000));
  pulses(before, 10, 1_000);
  before.pass(60_000);
  const after = createSensorBench(flash);
  expect(after.start(pulse, { ...file(1000), sensor: "hall" as SensorId }).tell()).toBe(
    "10 pulses",
  );
});

test("with a full flash it goes on counting, and says so", () => {
  const flash = createFakeStorage({ size: 1000 });
  const bench = createSensorBench(flash);
  const running = bench.start(pulse, file(1000));
  bench.pass(2_000);
  pulses(bench, 10, 1_000);
  bench.pass(60_000);
  expect(energies(bench)).toEqual([0, 10]);
  expect(running.tell()).toBe("10 pulses, flash is full");
});
