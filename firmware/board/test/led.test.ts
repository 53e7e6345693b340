import { expect, test } from "vitest";
import { type Mood, startLed } from "../led.ts";
import { createBench } from "./bench.ts";

/** Five seconds of the lamp, a character per quarter of a second, once it has taken its mood. */
const shown = (mood: Mood): string => {
  const bench = createBench();
  startLed(bench.hardware, { pin: 4 }, () => mood);
  let text = "";
  for (let i = 0; i < 40; i++) {
    bench.pass(250);
    text += bench.output(4) === true ? "#" : ".";
  }
  // The first step that is shown is the second of a round; the last one begins the next.
  return text.slice(19, 39);
};

test.each<{ mood: Mood; lamp: string }>([
  { mood: "well", lamp: "#..................." },
  { mood: "borrowing", lamp: "#.#................." },
  { mood: "on-trial", lamp: "#.#.#..............." },
  { mood: "no-hub", lamp: "####....####....####" },
  { mood: "no-wifi", lamp: "#.#.#.#.#.#.#.#.#.#." },
])("the lamp shows $mood as $lamp", ({ mood, lamp }) => {
  expect(shown(mood)).toBe(lamp);
});
