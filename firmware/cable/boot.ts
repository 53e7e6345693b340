import type { BoardConsole } from "./console.ts";
import { parseSelfTest, type SelfTest } from "./self-test.ts";
import { Trouble, type TroubleKind } from "./trouble.ts";

/**
 * A board that has just been written starts: is it our program that comes up, and if not, what does
 * the console tell about it?
 */

export type StartParts = {
  readonly boardConsole: BoardConsole;
  /** Ms, monotonic. */
  readonly now: () => number;
  /** Throws `Trouble` when the walk is stopped. */
  readonly pause: (ms: number) => Promise<void>;
  /** Nothing was heard: this board does not start by itself, somebody has to press EN. */
  readonly onSilence: () => void;
};

/** Typed in two parts: what the console echoes is not what it answers. */
const TEST = 'battant.test(),"battant-"+"told"';
const TOLD = /^="?battant-told"?$/m;
const FAILED = /^Uncaught /m;

/** From reset to the program it takes two seconds. Until then a board had better not be typed at. */
const QUIET_MS = 3000;
const BETWEEN_TESTS_MS = 2000;
const LOOK_MS = 200;
/** A dead I2C bus takes four seconds of a test, and there are two. */
const TEST_MS_MAX = 10_000;
/** An empty line is answered by a prompt at once. */
const SIGN_OF_LIFE_MS_MAX = 2000;
const START_MS_MAX = 45_000;
/** With somebody who has to find the button. */
const PRESS_MS_MAX = 90_000;

export const watchStart = async (parts: StartParts): Promise<SelfTest> => {
  const { boardConsole, now, pause } = parts;
  const began = now();
  const start = boardConsole.mark();
  let isSilent = false;
  await quietly(parts, start, QUIET_MS);
  for (;;) {
    const test = await askForTest(parts);
    if (test !== undefined) return test;
    await quietly(parts, start, BETWEEN_TESTS_MS);
    const heard = boardConsole.heardSince(start);
    if (!isSilent && needsPress(heard)) {
      isSilent = true;
      parts.onSilence();
    }
    if (now() - began > (isSilent ? PRESS_MS_MAX : START_MS_MAX)) throw neverUp(heard);
    await pause(LOOK_MS);
  }
};

/** Undefined when the program is not up, or noise has spoilt what it said: ask again. */
export const askForTest = async ({
  boardConsole,
  now,
  pause,
}: Pick<StartParts, "boardConsole" | "now" | "pause">): Promise<SelfTest | undefined> => {
  const mark = boardConsole.mark();
  const began = now();
  // What noise has typed before ends here, and cannot spoil the line that follows.
  await boardConsole.type("");
  await boardConsole.type(TEST);
  for (;;) {
    const heard = boardConsole.heardSince(mark);
    if (TOLD.test(heard)) return parseSelfTest(heard);
    if (FAILED.test(heard)) return undefined;
    const limit = heard.trim() === "" ? SIGN_OF_LIFE_MS_MAX : TEST_MS_MAX;
    if (now() - began > limit) return undefined;
    throwIfGone(boardConsole);
    await pause(LOOK_MS);
  }
};

const throwIfGone = (boardConsole: BoardConsole): void => {
  const problem = boardConsole.problem();
  if (problem !== undefined) throw problem;
};

/** Listens only, and throws what the board says is wrong. */
const quietly = async (
  { boardConsole, now, pause }: StartParts,
  start: number,
  duration: number,
): Promise<void> => {
  const began = now();
  while (now() - began < duration) {
    const trouble = troubleIn(boardConsole.heardSince(start));
    if (trouble !== undefined) throw trouble;
    throwIfGone(boardConsole);
    await pause(LOOK_MS);
  }
};

/** `times`: what happens once when somebody plugs a cable in is no trouble, what repeats is. */
type Sign = { readonly words: RegExp; readonly kind: TroubleKind; readonly times: number };

const SIGNS: readonly Sign[] = [
  { words: /Brownout detector was triggered/g, kind: "brown-out", times: 2 },
  // The ESP32's ROM finds no boot loader, or cannot read the flash.
  { words: /invalid header: 0x|flash read err,|ets_main\.c/g, kind: "no-boot", times: 3 },
  // The boot loader finds no application.
  {
    words: /No bootable app partitions|image at 0x[0-9a-f]+ has invalid/g,
    kind: "no-boot",
    times: 2,
  },
  { words: /^No program on this board is whole/gm, kind: "no-program", times: 1 },
  { words: /^This board does not know its hub/gm, kind: "no-program", times: 1 },
  { words: /^\w+ does not start$/gm, kind: "program-fails", times: 1 },
  { words: /Guru Meditation Error|abort\(\) was called/g, kind: "program-fails", times: 2 },
  { words: /rst:0x[0-9a-f]+ \(/g, kind: "no-boot", times: 8 },
];

const troubleIn = (heard: string): Trouble | undefined => {
  const sign = SIGNS.find(({ words, times }) => (heard.match(words) ?? []).length >= times);
  return sign && new Trouble(sign.kind, lastWords(heard));
};

/** It says nothing, or that it waits in its boot loader because IO0 is held low. */
const needsPress = (heard: string): boolean =>
  heard.trim() === "" || /waiting for download\s*$/.test(heard);

/** Typed at a prompt, the test was unknown: the interpreter runs, and our program does not. */
const neverUp = (heard: string): Trouble =>
  /is not defined/.test(heard)
    ? new Trouble("program-fails", lastWords(heard))
    : new Trouble("no-boot", heard.trim() === "" ? "nothing was heard" : lastWords(heard));

const LAST_LINES = 6;
const LAST_LENGTH_MAX = 400;

const lastWords = (heard: string): string =>
  heard
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-LAST_LINES)
    .join(" / ")
    .slice(-LAST_LENGTH_MAX);
