import { expect, test } from "vitest";
import { createRandom } from "../random.ts";
import { wire } from "../wiring.ts";
import { createWorld } from "../world.ts";
import { typicalZone } from "../world-file.ts";

// Goal: a detector's output does what that of the real part does, and fails as it fails.
// Method: one board with one detector, in a hall where people come and go.

const HOUR = 3_600_000;
const START = Date.UTC(2026, 5, 21, 6);

const hall = () => {
  const world = createWorld({
    seed: 1,
    origin: START,
    location: { latitude_deg: 47.24, longitude_deg: 6.02 },
    scene: "clear",
    zones: [typicalZone("hall", "hall")],
    meters: [],
  });
  let isStuck = false;
  const { sensors, pins } = wire([{ kind: "motion", sensor: "door", zone: "hall" }], {
    world,
    random: createRandom(1),
    illuminance: () => 0,
    isStuck: () => isStuck,
    pulsesArrive: () => true,
  });
  const output = pins.inputs.get(0)!;
  const edges: { readonly active: boolean; readonly at: number }[] = [];
  output.watch((active, at) => edges.push({ active, at }));
  const stick = (stuck: boolean): void => {
    isStuck = stuck;
  };
  return { world, sensors, output, edges, stick };
};

test("a detector is wired as the board file of its kind says", () => {
  expect(hall().sensors).toEqual([
    { kind: "motion", sensor: "door", input: { pin: 0 }, settles: 60_000, hold: 120_000 },
  ]);
});

test("its output is active while somebody is there, and each edge has its time", () => {
  const { world, output, edges } = hall();
  let isAlike = true;
  for (let at = START; at <= START + HOUR; at += 1000) {
    world.advance(at);
    isAlike &&= output.read() === world.moves("hall");
  }
  expect(isAlike).toBe(true);
  expect(edges.length).toBeGreaterThan(4);
  expect(edges.map(({ active }) => active)).toEqual(edges.map((_, i) => i % 2 === 0));
  for (const { at } of edges) expect((at - START) % 1000).toBe(0);
});

test("a detector that is stuck stays as it was, and sees again when it is well", () => {
  const { world, output, edges, stick } = hall();
  while (!output.read()) world.advance(world.now() + 1000);
  stick(true);
  const before = edges.length;
  world.advance(world.now() + HOUR);
  expect(edges.length).toBe(before);
  expect(output.read()).toBe(true);
  stick(false);
  world.advance(world.now() + HOUR);
  expect(edges.length).toBeGreaterThan(before);
  expect(output.read()).toBe(world.moves("hall"));
});
