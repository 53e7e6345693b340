import { expect, onTestFinished, test } from "vitest";
import { openConsole } from "../console.ts";
import { Trouble } from "../trouble.ts";
import { createConsoleCable, createQuickTime } from "./console-cable.ts";

// Goal: what a board prints arrives as lines, whatever a terminal would make of it, and what is typed
// gets there; nothing grows without end.
// Method: a port in memory, and a time that passes at once.

const scene = () => {
  const cable = createConsoleCable();
  const { pause } = createQuickTime();
  const console = openConsole({ port: cable.port, pause });
  onTestFinished(() => console.close());
  const lines: string[] = [];
  console.onLine((line) => lines.push(line));
  /** Until everything that was said has been heard. */
  const heard = async (): Promise<string> => {
    for (let i = 0; i < 10; i++) await pause(1);
    return console.heardSince(0);
  };
  return { cable, console, lines, heard };
};

const texts: readonly [name: string, said: string, lines: readonly string[]][] = [
  ["lines", "one\r\ntwo\r\n", ["one", "two"]],
  [
    "a prompt before an answer",
    ">battant.test()\r\n=undefined\r\n>",
    ["battant.test()", "=undefined"],
  ],
  ["colours and cursor movements", "\x1b[1;32mgreen\x1b[0m\x1b[J\r\n", ["green"]],
  ["a prompt that made way", ">half typed\r\x1b[Jlight: 1 lx\r\n>", ["light: 1 lx"]],
  ["what was erased", "wrongg\b\r\n", ["wrong"]],
  ["XON and XOFF", "\x13light: 1\x11 lx\r\n", ["light: 1 lx"]],
  ["other control characters", "\x00\x07a\x01b\r\n", ["ab"]],
  ["a tab is no letter", "a\tb\r\n", ["ab"]],
];

test.each(texts)("of %s, what people would read is kept", async (_, said, wanted) => {
  const whole = scene();
  whole.cable.say(said);
  await whole.heard();
  expect(whole.lines).toEqual(wanted);

  const bytewise = scene();
  for (const byte of new TextEncoder().encode(said)) bytewise.cable.say(Uint8Array.of(byte));
  await bytewise.heard();
  expect(bytewise.lines).toEqual(wanted);
});

test("bytes that are no text are heard as something, and hurt nothing", async () => {
  const { cable, heard } = scene();
  cable.say(Uint8Array.of(0xff, 0xfe, 0x80, 0x0a));
  cable.say("still here\n");
  expect(await heard()).toBe("ÿþ\x80\nstill here\n");
});

test("a line that has only begun is heard", async () => {
  const { cable, console, heard, lines } = scene();
  cable.say("first\nsec");
  await heard();
  expect(lines).toEqual(["first"]);
  const mark = console.mark();
  cable.say("ond\nthird");
  await heard();
  expect(console.heardSince(mark)).toBe("second\nthird");
});

test("of a board that never stops only the last words are kept", async () => {
  const { cable, console, heard } = scene();
  const mark = console.mark();
  for (let i = 0; i < 5000; i++) cable.say(`line ${i} ${"x".repeat(40)}\n`);
  expect((await heard()).length).toBeLessThanOrEqual(65_536);
  expect(console.heardSince(mark)).toMatch(/line 4999 x+\n$/);
  cable.say(`${"y".repeat(100_000)}\nend\n`);
  expect(await heard()).toMatch(/\ny{2048}\nend\n$/);
});

test("what is typed arrives with Enter", async () => {
  const { cable, console } = scene();
  await console.type("1+1");
  await console.type("");
  expect(cable.typed()).toBe("1+1\n\n");
});

test("a board that asks to wait is waited for, and not for ever", async () => {
  const { cable, console, heard } = scene();
  cable.say("\x13");
  await heard();
  const typing = console.type("later");
  expect(cable.typed()).toBe("");
  cable.say("\x11");
  await typing;
  expect(cable.typed()).toBe("later\n");
  cable.say("\x13");
  await heard();
  await console.type("all the same");
  expect(cable.typed()).toBe("later\nall the same\n");
});

test("a port that takes nothing is told as unplugged", async () => {
  const { cable, console } = scene();
  cable.blocks();
  await expect(console.type("x")).rejects.toMatchObject({ kind: "unplugged" });
});

test("a stream that breaks is taken up again", async () => {
  const { cable, console, heard } = scene();
  cable.say("before\n");
  await heard();
  cable.breaks(new Error("FramingError"));
  await heard();
  cable.say("after\n");
  expect(await heard()).toBe("before\nafter\n");
  expect(console.problem()).toBeUndefined();
});

test("a stream that never holds is given up", async () => {
  const { cable, console, heard } = scene();
  for (let i = 0; i < 60; i++) {
    cable.breaks(new Error("FramingError"));
    await heard();
  }
  expect(console.problem()).toMatchObject({ kind: "unplugged" });
});

test("a port that was unplugged says so", async () => {
  const ended = scene();
  ended.cable.ends();
  await ended.heard();
  expect(ended.console.problem()).toMatchObject({ kind: "unplugged" });

  const broken = scene();
  const trouble = new Trouble("unplugged", "EIO");
  broken.cable.breaks(trouble);
  await broken.heard();
  expect(broken.console.problem()).toBe(trouble);
});

test("closed, it leaves the port to others", async () => {
  const { cable, console } = scene();
  await console.close();
  expect(cable.port.readable!.locked).toBe(false);
  expect(cable.port.writable!.locked).toBe(false);
  expect(console.problem()).toBeUndefined();
});
