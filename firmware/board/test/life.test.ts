import { milliseconds } from "@battant/protocol/vocabulary/units";
import { decodeDescription, encodeDescription } from "@battant/protocol/wire/presence";
import { expect, test } from "vitest";
import type { Health } from "../hardware.ts";
import { lifeOf } from "../life.ts";

// Goal: how the board is doing reaches the hub as it is.
// Method: hardware that says so by hand; the description's own codec is the judge.

const boardWith = (health: Health, uptime = 61_000.75) => ({
  restartReason: "watchdog",
  uptime: () => milliseconds(uptime),
  health: () => health,
});

const nothingRefused = { refused: 0, problem: undefined };

test("a board tells why it started, since when it runs, its memory and its signal", () => {
  const board = boardWith({ variablesFree: 900, variables: 2500, signal: -61 });
  expect(lifeOf(board, 3, { refused: 2, problem: "it came before" })).toEqual({
    reset: "watchdog",
    uptime: 61_000,
    variablesFree: 900,
    variables: 2500,
    signal: -61,
    dropped: 3,
    refused: 2,
    problem: "it came before",
  });
});

test("what a board does not know it does not tell", () => {
  const life = lifeOf(
    boardWith({ variablesFree: 900, variables: 2500, signal: undefined }),
    0,
    nothingRefused,
  );
  expect(Object.keys(life)).not.toContain("signal");
  expect(Object.keys(life)).not.toContain("problem");
});

test("an interpreter's uptime has fractions, and the hub takes it all the same", () => {
  const life = lifeOf(
    boardWith({ variablesFree: 0, variables: 2500, signal: -128 }, 1234.567),
    0,
    nothingRefused,
  );
  const description = {
    contract: 1,
    boot: "b1" as never,
    model: "light",
    program: "0.1.0",
    sensors: [],
    relays: [],
    life,
  };
  expect(decodeDescription(encodeDescription(description))).toEqual({
    ok: true,
    value: description,
  });
});
