import { expect, test } from "vitest";
import type { BoardId, SensorId } from "@battant/protocol/vocabulary/ids";
import { type Instant, instant, minutes } from "@battant/protocol/vocabulary/units";
import {
  type Detections,
  detect,
  NOTHING_DETECTED,
  presenceIn,
  stillWatching,
  type Watch,
} from "../src/domain/presence.ts";
import { NOON } from "./building.ts";

// Goal: nobody is there only if every detector says so, lately and for long enough.

const at = (name: string) => ({ board: name as BoardId, sensor: "motion" as SensorId });
const DOOR = at("door-pir");
const LIFT = at("lift-pir");
const plan = { sensors: [DOOR, LIFT], hold: minutes(3) };
const ago = (count: number): Instant => instant(NOON - minutes(count));

type Said = readonly [from: typeof DOOR, isOccupied: boolean, minutesAgo: number];

const heard = (...said: readonly Said[]): Detections =>
  said.reduce<Detections>((all, [from, isOccupied, count]) => {
    const told = { isOccupied, at: ago(count) };
    return detect(all, from, told, told.at);
  }, NOTHING_DETECTED);

/** As boards do: the same again every five minutes. */
const always = (from: typeof DOOR, isOccupied: boolean, since: number): Said[] =>
  Array.from({ length: Math.floor(since / 5) + 1 }, (_, n): Said => [
    from,
    isOccupied,
    since - n * 5,
  ]);

const watch: Watch = { now: NOON, isOnline: () => true, switchedOnAt: undefined };

test.each<[string, readonly Said[], Partial<Watch>, string]>([
  ["nothing was ever heard", [], {}, "silent"],
  ["one of two was never heard", [[DOOR, false, 1]], {}, "silent"],
  ["one sees somebody, the other says nothing", [[DOOR, true, 1]], {}, "seen"],
  [
    "both saw nobody for the hold",
    [
      [DOOR, false, 3],
      [LIFT, false, 4],
    ],
    {},
    "nobody",
  ],
  [
    "one saw somebody until two minutes ago",
    [
      [DOOR, true, 9],
      [DOOR, false, 2],
      [LIFT, false, 4],
    ],
    {},
    "seen",
  ],
  [
    "one was last heard ten minutes ago",
    [
      [DOOR, false, 10],
      [LIFT, false, 4],
    ],
    {},
    "nobody",
  ],
  [
    "one was last heard eleven minutes ago",
    [
      [DOOR, false, 11],
      [LIFT, false, 4],
    ],
    {},
    "silent",
  ],
  [
    "the board of one is away",
    [
      [DOOR, false, 5],
      [LIFT, false, 4],
    ],
    { isOnline: (board) => board !== LIFT.board },
    "silent",
  ],
  [
    "somebody switched the lamps on a minute ago",
    [
      [DOOR, false, 5],
      [LIFT, false, 4],
    ],
    { switchedOnAt: ago(1) },
    "seen",
  ],
  [
    "one has seen somebody for four hours",
    [...always(DOOR, true, 240), [LIFT, false, 4]],
    {},
    "stuck",
  ],
  [
    "one has seen somebody for 235 minutes",
    [...always(DOOR, true, 235), [LIFT, false, 4]],
    {},
    "seen",
  ],
  [
    "one has seen nobody for a day",
    [...always(DOOR, false, 24 * 60), [LIFT, false, 4]],
    {},
    "stuck",
  ],
  [
    "one is stuck, and the other sees somebody",
    [...always(DOOR, true, 240), [LIFT, true, 1]],
    {},
    "seen",
  ],
])("%s", (...row) => {
  const [, said, change, kind] = row;
  expect(presenceIn(plan, heard(...said), { ...watch, ...change }).kind).toBe(kind);
});

test("since when nobody is there is since the last of them saw somebody", () => {
  const said = heard([DOOR, true, 30], ...always(DOOR, false, 20), ...always(LIFT, false, 40));
  expect(presenceIn(plan, said, watch)).toEqual({ kind: "nobody", since: ago(20) });
});

test("since when nobody can tell is since the first of them fell silent, if all were ever heard", () => {
  const said = heard([DOOR, false, 40], [LIFT, false, 12]);
  expect(presenceIn(plan, said, watch)).toEqual({ kind: "silent", since: ago(40) });
  expect(presenceIn(plan, heard([DOOR, false, 40]), watch)).toEqual({ kind: "silent" });
});

test("what is late, or out of order, changes nothing", () => {
  const before = heard([DOOR, true, 2]);
  expect(detect(before, DOOR, { isOccupied: false, at: ago(3) }, NOON)).toBe(before);
  expect(detect(before, LIFT, { isOccupied: false, at: ago(11) }, NOON)).toBe(before);
});

test("after a silence nobody knows what was meanwhile: it counts from anew", () => {
  const said = heard([DOOR, false, 60], [DOOR, false, 1], [LIFT, false, 4]);
  expect(presenceIn(plan, said, watch)).toMatchObject({ kind: "seen", since: ago(1) });
});

test("a detector from the future is believed until now and no longer", () => {
  const told = { isOccupied: false, at: instant(NOON + minutes(60)) };
  expect(detect(NOTHING_DETECTED, DOOR, told, NOON).get("door-pir/motion")?.at).toBe(NOON);
});

test("of two things said at one time, that somebody is there counts", () => {
  const ahead = (isOccupied: boolean) => ({ isOccupied, at: instant(NOON + 9000) });
  for (const order of [
    [true, false],
    [false, true],
  ]) {
    const said = order.reduce<Detections>(
      (all, isOccupied) => detect(all, DOOR, ahead(isOccupied), NOON),
      NOTHING_DETECTED,
    );
    expect(said.get("door-pir/motion")?.isOccupied).toBe(true);
  }
});

test("what a detector said is forgotten when it no longer watches, and kept when it does", () => {
  const said = heard([DOOR, false, 5], [LIFT, true, 4]);
  expect(stillWatching(said, plan)).toBe(said);
  expect([...stillWatching(said, { ...plan, sensors: [LIFT] }).keys()]).toEqual([
    "lift-pir/motion",
  ]);
  expect(stillWatching(said, undefined).size).toBe(0);
});
