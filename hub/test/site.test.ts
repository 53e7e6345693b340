import type { BoardId, RelayId, SensorId } from "@battant/protocol/vocabulary/ids";
import { minutes } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import { type ZonePlan, zonesOfBoard } from "../src/domain/site.ts";
import { siteOf, stairs } from "./building.ts";

// Goal: who moves, flashes or updates a board is told of every zone that would notice.

const BOARD = "b-1" as BoardId;
const at = (board: string) => ({ board: board as BoardId, sensor: "s" as SensorId });
const circuit = (board: string, meter: string): NonNullable<ZonePlan["circuit"]> => ({
  ...stairs.circuit!,
  board: board as BoardId,
  relay: "main" as RelayId,
  meter: at(meter),
});
const watchedBy = (...boards: string[]) => ({ sensors: boards.map(at), hold: minutes(5) });
const bare: ZonePlan = {
  ...stairs,
  circuit: undefined,
  lightSensor: undefined,
  presence: undefined,
};

const table: readonly [name: string, plan: Partial<ZonePlan>, goes: boolean][] = [
  ["nothing", {}, false],
  ["its light sensor", { lightSensor: at("b-1") }, true],
  ["its relay", { circuit: circuit("b-1", "b-2") }, true],
  ["one of its presence sensors", { presence: watchedBy("b-2", "b-1") }, true],
  ["only others' sensors", { lightSensor: at("b-2"), presence: watchedBy("b-2") }, false],
  ["a meter, which decides nothing", { circuit: circuit("b-2", "b-1") }, false],
];

test.each(table)("which zones go by a board: one that has %s of it", (_, plan, goes) => {
  const zone = { ...bare, ...plan };
  expect(zonesOfBoard(siteOf(zone), BOARD)).toEqual(goes ? [zone] : []);
});
