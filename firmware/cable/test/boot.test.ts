import { expect, onTestFinished, test } from "vitest";
import { watchStart } from "../boot.ts";
import { openConsole } from "../console.ts";
import { createConsoleCable, createQuickTime } from "./console-cable.ts";

// Goal: a board that starts is recognised, and one that does not is told apart by what it prints.
// Method: the words of an ESP32's ROM, boot loader, interpreter and our loader, in a port in memory.

const ROM =
  "ets Jun  8 2016 00:22:57\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n";
const TEST = [
  "Battant 0.1.0, light",
  "started by: power",
  "Wi-Fi: not connected",
  "hub: not reached yet",
  "variables: 1300 of 2500 free",
  "exceptions: 0 ",
  "I2C, SDA 21, SCL 22: 0x23",
  "light: 412 lx",
  "",
].join("\r\n");
const UNKNOWN = 'Uncaught ReferenceError: "battant" is not defined\r\n at line 1 col 1\r\n>';

const scene = () => {
  const cable = createConsoleCable();
  const time = createQuickTime();
  const console = openConsole({ port: cable.port, pause: time.pause });
  onTestFinished(() => console.close());
  let silences = 0;
  const start = () =>
    watchStart({
      boardConsole: console,
      now: time.now,
      pause: time.pause,
      onSilence: () => void silences++,
    });
  /** A console that echoes, and answers the test in this way. */
  const answers = (answer: () => string): void =>
    cable.onTyped((line) => {
      cable.say(`${line}\r\n`);
      cable.say(line === "" ? ">" : `${answer()}\r\n>`);
    });
  return { cable, time, start, answers, silences: () => silences };
};

test("a board that comes up is listened to first, then tested", async () => {
  const { cable, start, answers, time, silences } = scene();
  cable.say(ROM);
  answers(() => `${TEST}\r\n="battant-told"`);
  const test = await start();
  expect(test).toMatchObject({ program: "0.1.0", model: "light", sensors: [{ isGood: true }] });
  expect(cable.typed().startsWith("\nbattant.test()")).toBe(true);
  expect(time.now()).toBeGreaterThanOrEqual(3000);
  expect(silences()).toBe(0);
});

test("a program that takes its time is asked again", async () => {
  const { cable, start, answers } = scene();
  cable.say(ROM);
  let asked = 0;
  answers(() => (++asked < 4 ? UNKNOWN : `${TEST}\r\n="battant-told"`));
  expect(await start()).toMatchObject({ model: "light" });
  expect(asked).toBe(4);
});

test("an answer that noise has spoilt is asked for again", async () => {
  const { cable, start, answers } = scene();
  cable.say(ROM);
  let asked = 0;
  answers(() => `${++asked === 1 ? TEST.replace("hub:", "h%b:") : TEST}\r\n="battant-told"`);
  await start();
  expect(asked).toBe(2);
});

test("where the cable cannot reset the chip, somebody is asked to, and waited for", async () => {
  const { cable, start, answers, time, silences } = scene();
  answers(() => (time.now() < 60_000 ? "" : `${TEST}\r\n="battant-told"`));
  const silent = scene();
  silent.cable.onTyped(() => {
    if (silent.time.now() > 60_000) {
      silent.cable.say(ROM);
      silent.answers(() => `${TEST}\r\n="battant-told"`);
    }
  });
  expect(await silent.start()).toMatchObject({ model: "light" });
  expect(silent.silences()).toBe(1);
  // A chip that waits in its boot loader is not silent, and needs a hand all the same.
  cable.say(
    "rst:0x1 (POWERON_RESET),boot:0x3 (DOWNLOAD_BOOT(UART0/UART1))\r\nwaiting for download\r\n",
  );
  cable.onTyped(() => {
    if (time.now() > 50_000) answers(() => `${ROM}${TEST}\r\n="battant-told"`);
  });
  expect(await start()).toMatchObject({ model: "light" });
  expect(silences()).toBe(1);
});

const troubles: readonly [name: string, said: string, kind: string, detail: RegExp][] = [
  [
    "that browns out again and again",
    `${ROM}\r\nBrownout detector was triggered\r\n\r\n`.repeat(2),
    "brown-out",
    /Brownout/,
  ],
  [
    "whose flash is empty",
    `${ROM}${"invalid header: 0xffffffff\r\n".repeat(3)}`,
    "no-boot",
    /invalid/,
  ],
  ["whose flash cannot be read", `${ROM}flash read err, 1000\r\n`.repeat(3), "no-boot", /read err/],
  [
    "without an application",
    `${ROM}E (61) boot: No bootable app partitions in the partition table\r\n`.repeat(2),
    "no-boot",
    /No bootable/,
  ],
  ["that restarts for ever", ROM.repeat(8), "no-boot", /rst:0x1/],
  [
    "whose program is not whole",
    `${ROM}No program on this board is whole. Flash it again over the cable.\r\n>`,
    "no-program",
    /not whole|is whole/,
  ],
  [
    "without its membership",
    `${ROM}This board does not know its hub. File membership: there is none\r\n`,
    "no-program",
    /membership: there is none/,
  ],
  [
    "whose program does not start",
    `${ROM}Uncaught ReferenceError: "x" is not defined\r\napp does not start\r\n`,
    "program-fails",
    /"x" is not defined \/ app does not start/,
  ],
  [
    "whose interpreter crashes",
    `${ROM}Guru Meditation Error: Core  0 panic'ed (LoadProhibited)\r\n`.repeat(2),
    "program-fails",
    /Guru Meditation/,
  ],
];

test.each(troubles)("a board %s is told so", async (_, said, kind, detail) => {
  const { cable, start } = scene();
  cable.say(said);
  await expect(start()).rejects.toMatchObject({ kind, detail: expect.stringMatching(detail) });
});

const harmless: readonly [name: string, said: string][] = [
  ["one brown-out as the cable goes in", `${ROM}Brownout detector was triggered\r\n${ROM}`],
  ["one bad header", `invalid header: 0xffffffff\r\n${ROM}`],
  ["a sensor that does not start", `${ROM}light: does not start: Error\r\n`],
];

test.each(harmless)("%s is no trouble", async (_, said) => {
  const { cable, start, answers } = scene();
  cable.say(said);
  answers(() => `${TEST}\r\n="battant-told"`);
  expect(await start()).toMatchObject({ model: "light" });
});

test("a board that only ever has its interpreter is not waited for without end", async () => {
  const { cable, start, answers, time } = scene();
  cable.say(ROM);
  answers(() => UNKNOWN);
  await expect(start()).rejects.toMatchObject({ kind: "program-fails" });
  expect(time.now()).toBeLessThan(60_000);
});

test("a board that stays silent is given up after a minute and a half", async () => {
  const { start, time, silences } = scene();
  await expect(start()).rejects.toMatchObject({ kind: "no-boot", detail: "nothing was heard" });
  expect(silences()).toBe(1);
  expect(time.now()).toBeLessThan(110_000);
});

test("a board that is unplugged meanwhile is not waited for", async () => {
  const { cable, start } = scene();
  cable.say(ROM);
  cable.ends();
  await expect(start()).rejects.toMatchObject({ kind: "unplugged" });
});
