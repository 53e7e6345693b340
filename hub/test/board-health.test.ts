import type { BoardLife } from "@battant/protocol/vocabulary/description";
import type { BoardId, BootId } from "@battant/protocol/vocabulary/ids";
import { after, hours, milliseconds, minutes } from "@battant/protocol/vocabulary/units";
import { expect, test } from "vitest";
import type { Board } from "../src/domain/building.ts";
import { createRestarts } from "../src/restarts.ts";
import { healthView } from "../src/start/health.ts";
import { BOOT, NOON, SENSOR, siteOf, stairs } from "./building.ts";

// Goal: who looks after the boards sees how each does, as it said itself and as the hub saw it.
// Method: descriptions and starts, one after the other.

const boot = (number: number): BootId => `b${number}` as BootId;

test("starting again is counted for a day, and the first start that is seen is not one more", () => {
  const restarts = createRestarts(10);
  restarts.see(SENSOR, boot(1), NOON);
  restarts.see(SENSOR, boot(1), after(NOON, minutes(5)));
  expect(restarts.inADay(SENSOR, NOON)).toBe(0);
  restarts.see(SENSOR, boot(2), after(NOON, hours(1)));
  restarts.see(SENSOR, boot(3), after(NOON, hours(2)));
  expect(restarts.inADay(SENSOR, after(NOON, hours(24)))).toBe(2);
  expect(restarts.inADay(SENSOR, after(NOON, hours(25)))).toBe(1);
  expect(restarts.inADay(SENSOR, after(NOON, hours(26)))).toBe(0);
  expect(restarts.inADay("nobody" as BoardId, NOON)).toBe(0);
});

test("neither one mad board nor many boards take memory without end", () => {
  const restarts = createRestarts(2);
  for (let i = 0; i < 1000; i++) restarts.see(SENSOR, boot(i), NOON);
  expect(restarts.inADay(SENSOR, NOON)).toBe(100);
  for (const id of ["second", "third"] as BoardId[]) {
    restarts.see(id, boot(1), NOON);
    restarts.see(id, boot(2), NOON);
  }
  expect(restarts.inADay("second" as BoardId, NOON)).toBe(1);
  expect(restarts.inADay("third" as BoardId, NOON)).toBe(0);
});

const life: BoardLife = {
  reset: "watchdog",
  uptime: milliseconds(90_000),
  variablesFree: 800,
  variables: 2500,
  signal: -70,
  dropped: 2,
  refused: 1,
  problem: "not sealed",
};

const healthOf = (board: Board | undefined) => {
  const view = healthView({
    since: NOON,
    site: siteOf(stairs),
    board: (id) => (id === SENSOR ? board : undefined),
    restarts: () => 2,
    registered: [],
    isPrivate: () => false,
    lastReading: () => undefined,
    figures: { events: 0, stored: 0, duplicates: 0, journalProblem: null },
    refusals: [],
    forwarder: undefined,
    serial: [],
  });
  return view.boards.find((it) => it.board === SENSOR)!;
};

const description = {
  contract: 1,
  boot: BOOT,
  model: "light",
  program: "0.1.0",
  sensors: [],
  relays: [],
};

test("what a board says of itself is shown with its units, what it leaves out is unknown", () => {
  const told = { ...description, life, trial: true };
  expect(healthOf({ online: true, description: told })).toMatchObject({
    program: "0.1.0",
    onTrial: true,
    restarts: 2,
    life: {
      reset: "watchdog",
      uptime_ms: 90_000,
      variablesFree: 800,
      variables: 2500,
      signal_dBm: -70,
      dropped: 2,
      refused: 1,
      problem: "not sealed",
    },
  });
  expect(healthOf({ online: true, description })).toMatchObject({ onTrial: false, life: null });
  expect(healthOf(undefined)).toMatchObject({ online: null, program: null, life: null });
});
