import { expect, test } from "vitest";
import type { BoardId, BootId, SensorId, ZoneId } from "@battant/protocol/vocabulary/ids";
import type { Quantity } from "@battant/protocol/vocabulary/quantity";
import type { Reading } from "@battant/protocol/vocabulary/reading";
import { minutes } from "@battant/protocol/vocabulary/units";
import { createLatest } from "../src/desk/latest.ts";
import { wire } from "../src/domain/building.ts";
import type { SensorAt, ZonePlan } from "../src/domain/site.ts";
import { showLatest } from "../src/start/show-latest.ts";
import { NOON, siteOf, stairs } from "./building.ts";

// Goal: a zone knows what its new sensor or detector last said, and is not told twice.
// Method: one board that has spoken; the plan changes around it.

const BOARD = "stairs-a-light" as BoardId;
const at = (sensor: string): SensorAt => ({ board: BOARD, sensor: sensor as SensorId });

const said = (sensor: string, quantity: Quantity, value: number): Reading => ({
  ...at(sensor),
  boot: "boot-1" as BootId,
  sequence: 1,
  quantity,
  value,
  at: NOON,
  received: NOON,
});

const bare: ZonePlan = { ...stairs, lightSensor: undefined };
const watchedBy = (...names: readonly string[]): ZonePlan => ({
  ...stairs,
  presence: { sensors: names.map(at), hold: minutes(3) },
});

/** What the rules hear when one plan follows another. */
const heard = (...plans: readonly ZonePlan[]): readonly string[] => {
  const latest = createLatest(() => false);
  latest.see([
    said("light", "illuminance", 310),
    said("door", "occupancy", 1),
    said("stairs", "occupancy", 0),
  ]);
  const told: string[] = [];
  const [first, ...others] = plans.map(siteOf);
  const changed = showLatest(first!, latest, {
    event: (event) => {
      if (event.kind === "reading") told.push(`${event.reading.sensor} ${event.reading.value}`);
    },
  });
  for (const site of others) changed(wire(site));
  return told;
};

const rows: readonly [about: string, plans: readonly ZonePlan[], told: readonly string[]][] = [
  ["a light sensor that it gets", [bare, stairs], ["light 310"]],
  ["detectors that it gets", [stairs, watchedBy("door", "stairs")], ["door 1", "stairs 0"]],
  ["one more detector", [watchedBy("door"), watchedBy("door", "stairs")], ["stairs 0"]],
  ["all of them at once", [bare, watchedBy("door")], ["light 310", "door 1"]],
  ["a detector that it had", [watchedBy("door"), watchedBy("door")], []],
  ["a detector that has said nothing", [stairs, watchedBy("cellar")], []],
  ["a detector that comes back", [watchedBy("door"), stairs, watchedBy("door")], ["door 1"]],
];

test.each(rows)("a zone and %s", (_, plans, told) => {
  expect(heard(...plans)).toEqual(told);
});

test("a zone that is new knows what its sensor said", () => {
  const other = { ...bare, id: "hall" as ZoneId };
  expect(heard(other, stairs)).toEqual(["light 310"]);
});
