import { expect, test } from "vitest";
import type { Esp32 } from "./esp32/chip.ts";
import * as code from "./esp32/commands.ts";
import type { Faults } from "./esp32/faults.ts";
import { createMemoryPort, type MemoryPort } from "./esp32/ports.ts";
import { md5 } from "./digests.ts";
import { slip } from "./esp32/slip.ts";
import {
  block,
  esptool,
  fill,
  layChip,
  noise,
  packet,
  plugRaw,
  type RawHost,
  SYNC_DATA,
  until,
  word,
  writeWith,
} from "./esp32-kit.ts";

// Goal: each fault does what its name says, at its place and nowhere else, and the same again with
// the same seed.

const NOISE = noise(3000);
const SUM = code.checksumOf(NOISE);
const AT = 0x10000;

const inStub = (): { readonly chip: Esp32; readonly host: RawHost } => {
  const chip = layChip();
  const host = plugRaw(chip);
  host.sync();
  host.startStub();
  return { chip, host };
};

const begin = (host: RawHost): void =>
  void host.ask(code.FLASH_BEGIN, word(NOISE.length, 1, 0x4000, AT));

const send = (host: RawHost) => host.ask(code.FLASH_DATA, block(0, NOISE), SUM);

const isWritten = ({ flash }: Esp32): boolean =>
  md5(flash.subarray(AT, AT + NOISE.length)) === md5(NOISE);

test("a refused block is not written, and may be sent again", () => {
  const { chip, host } = inStub();
  begin(host);
  chip.setFaults({ refuseOneIn: 1 });
  expect(send(host)[0]!.data).toEqual([0xc1, 0]);
  expect(isWritten(chip)).toBe(false);
  chip.setFaults({});
  expect(send(host)[0]!.data).toEqual([0, 0]);
  expect([isWritten(chip), chip.counts.refused]).toEqual([true, 1]);
});

test("what a lost answer would have told has happened", () => {
  const { chip, host } = inStub();
  begin(host);
  chip.setFaults({ loseOneIn: 1 });
  expect(send(host)).toEqual([]);
  expect([isWritten(chip), chip.counts.lost]).toEqual([true, 1]);
});

test("a deaf chip hears what comes before and after", () => {
  const { chip, host } = inStub();
  chip.setFaults({ deaf: { at: 14, bytes: 14 } });
  const asked = Array.from({ length: 3 }, () => host.ask(code.READ_REG, word(0)).length);
  expect(asked).toEqual([1, 0, 1]);
});

test.each([
  ["always", false, [false, false]],
  ["once", true, [false, true]],
] as const)("a worn sector keeps old bits %s", (_how, once, written) => {
  const { chip, host } = inStub();
  chip.setFaults({ worn: { address: AT + 100, once } });
  const tries = written.map(() => {
    begin(host);
    send(host);
    host.ask(code.FLASH_END, word(1));
    return isWritten(chip);
  });
  expect(tries).toEqual(written);
});

test("a brown-out amid a block leaves it unwritten, and the chip starts anew", () => {
  const { chip, host } = inStub();
  begin(host);
  chip.setFaults({ brownOutAt: 1500 });
  expect(send(host)).toEqual([]);
  expect([isWritten(chip), chip.state()]).toEqual([false, "no-start"]);
  expect(host.heard()).toMatch(
    /Brownout detector was triggered[^]*rst:0xf \(RTCWDT_BROWN_OUT_RESET\)[^]*invalid header: 0xffffffff/,
  );
});

test("a chip that is stuck says nothing until it is reset", async () => {
  const chip = layChip();
  const port = createMemoryPort(chip);
  await port.open({ baudRate: 115_200 });
  chip.setFaults({ stuckAt: 3 });
  await say(port, SYNC);
  expect(chip.state()).toBe("stuck");
  await port.setSignals({ dataTerminalReady: false, requestToSend: true });
  await port.setSignals({ dataTerminalReady: true, requestToSend: false });
  await until(() => chip.state() === "loader");
});

const SYNC = slip(packet(code.SYNC, SYNC_DATA, 0));

const say = async (port: MemoryPort, bytes: Uint8Array): Promise<void> => {
  const writer = port.writable!.getWriter();
  await writer.write(bytes);
  writer.releaseLock();
};

/** What it fails with. */
const endOf = async (readable: ReadableStream<Uint8Array>): Promise<unknown> => {
  const reader = readable.getReader();
  try {
    while (!(await reader.read()).done);
    return undefined;
  } catch (error) {
    return error;
  }
};

test("a cable that comes out ends both directions, and can be put in again", async () => {
  const chip = layChip({ faults: { unplugAt: 20 } });
  const port = createMemoryPort(chip);
  await port.open({ baudRate: 115_200 });
  const ended = endOf(port.readable!);
  await say(port, SYNC);
  expect(await ended).toMatchObject({ name: "NetworkError" });
  expect([chip.state(), port.readable, port.writable]).toEqual(["off", null, null]);
  await expect(port.open({ baudRate: 115_200 })).rejects.toMatchObject({ name: "NetworkError" });
  port.plug();
  await port.open({ baudRate: 115_200 });
  expect(chip.state()).toBe("no-start");
});

test.each([
  ["both agree", 115_200, {}, 8],
  ["the host is too fast", 230_400, {}, 0],
  ["the cable is too bad for it", 115_200, { baudMax: 9600 }, 0],
])("a line on which %s", (_what, baud, faults, answers) => {
  const chip = layChip();
  const host = plugRaw(chip);
  host.sync();
  host.setBaud(baud);
  chip.setFaults(faults);
  expect(host.ask(code.SYNC, SYNC_DATA).length).toBe(answers);
});

test("noise is the same for the same seed, and another for another", () => {
  const heardWith = (seed: number): string => {
    const chip = layChip({ seed, faults: { noiseOneIn: 50 } });
    const host = plugRaw(chip);
    for (let i = 0; i < 20; i++) host.sync();
    return host.heard();
  };
  expect(heardWith(5)).toBe(heardWith(5));
  expect(heardWith(5)).not.toBe(heardWith(6));
  expect(heardWith(5)).not.toContain("waiting for download\r\n".repeat(2));
});

test("noise that damages a packet is no complaint about the host", () => {
  const chip = layChip({ faults: { noiseOneIn: 20 } });
  const host = plugRaw(chip);
  for (let i = 0; i < 50; i++) host.sync();
  expect(chip.counts.damaged).toBeGreaterThan(0);
  expect(chip.complaints).toEqual([]);
});

test("a flasher that looks at the MD5 notices a worn sector", async () => {
  const chip = layChip({ faults: { worn: { address: AT, once: false } } });
  const loader = esptool(createMemoryPort(chip));
  await loader.main();
  await expect(writeWith(loader, { data: NOISE, address: AT })).rejects.toThrow(/MD5/);
});

const starts: readonly (readonly [string, (chip: Esp32) => void, Faults, RegExp])[] = [
  ["a blank flash", () => undefined, {}, /POWERON_RESET.*\r\ninvalid header: 0xffffffff/],
  [
    "another boot loader",
    (chip) => chip.flash.set([1, 2, 3, 4], 0x1000),
    {},
    /invalid header: 0x04030201/,
  ],
  ["a dead flash", fill, { deadFlash: true }, /flash read err, 1000/],
  ["no partition table", (chip) => spoil(chip, 0x8000), {}, /load partition table error/],
  [
    "a partition table that is not whole",
    (chip) => spoil(chip, 0x8004),
    {},
    /load partition table error/,
  ],
  ["no application", (chip) => spoil(chip, 0x10000), {}, /image at 0x10000 has invalid magic byte/],
  ["another application chosen", (chip) => spoil(chip, 0xc000), {}, /No bootable app/],
  ["a weak supply", fill, { brownOutAtStart: true }, /entry 0x[^]*Brownout detector was triggered/],
];

const spoil = (chip: Esp32, address: number): void => {
  fill(chip);
  chip.flash[address]! ^= 0x01;
};

test.each(starts)("a chip with %s says so", (_what, prepare, faults, words) => {
  const chip = layChip({ faults });
  prepare(chip);
  const host = plugRaw(chip);
  expect(chip.state()).toBe("no-start");
  expect(host.heard()).toMatch(words);
});

test("a chip that has all that it needs runs it", () => {
  const chip = layChip();
  fill(chip);
  const host = plugRaw(chip);
  expect(chip.state()).toBe("running");
  expect(host.heard()).toMatch(/boot:0x13 \(SPI_FAST_FLASH_BOOT\)[^]*entry 0x400806ac\r\n$/);
});

test("a chip that cannot start tries again and again", async () => {
  const chip = layChip();
  const host = plugRaw(chip);
  await until(() => chip.starts() >= 3);
  expect(host.heard()).toMatch(/rst:0x10 \(RTCWDT_RTC_RESET\)/);
});
