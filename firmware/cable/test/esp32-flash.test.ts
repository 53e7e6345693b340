// Needs: socat.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { createMemoryPort } from "./esp32/ports.ts";
import { openPty } from "./esp32/pty.ts";
import { esptool, fill, layChip, noise, until, writeWith } from "./esp32-kit.ts";

// Goal: whatever flashes a real ESP32 flashes the simulated one: it is told the same, and what it
// wrote lies in flash byte by byte.
// Method: esptool-js at a port in memory; where ESPTOOL names a program, Espressif's own one, too.

const NOISE = noise(100_000);

const holds = (flash: Uint8Array, address: number, data: Uint8Array): boolean =>
  Buffer.compare(flash.subarray(address, address + data.length), data) === 0;

test.each([
  ["compressed", {}, { compress: true }],
  ["as it is", {}, { compress: false }],
  ["over a port that must be reopened for another rate", { likeBrowser: true }, {}],
])("esptool-js writes %s", async (_how, portOptions, options) => {
  const chip = layChip();
  const loader = esptool(createMemoryPort(chip, portOptions));
  expect(await loader.main()).toMatch(/^ESP32-D0WD-V3 /);
  await writeWith(loader, { data: NOISE, address: 0x10000, ...options });
  expect(holds(chip.flash, 0x10000, NOISE)).toBe(true);
  expect(chip.complaints).toEqual([]);
  expect(chip.counts).toMatchObject({ resent: 0, damaged: 0 });
});

test("what was written is read back, erased, and gone", async () => {
  const chip = layChip();
  const loader = esptool(createMemoryPort(chip));
  await loader.main();
  await writeWith(loader, { data: NOISE, address: 0x10000 });
  const read = await loader.readFlash(0x10000, NOISE.length);
  expect(Buffer.compare(read, NOISE)).toBe(0);
  await loader.eraseFlash();
  expect(chip.flash.every((byte) => byte === 0xff)).toBe(true);
  expect(chip.complaints).toEqual([]);
});

test("a second write needs its sectors erased, and only those", async () => {
  const chip = layChip();
  const loader = esptool(createMemoryPort(chip));
  chip.flash.fill(0, 0x10000, 0x14000);
  await loader.main();
  await writeWith(loader, { data: NOISE.subarray(0, 4100), address: 0x11000 });
  expect(holds(chip.flash, 0x11000, NOISE.subarray(0, 4100))).toBe(true);
  expect(chip.flash[0x10fff]).toBe(0);
  expect(chip.flash[0x12fff]).toBe(0xff);
  expect(chip.flash[0x13000]).toBe(0);
});

test.each(["ESP32-S3", "ESP32-C3", "ESP8266"] as const)("an %s says what it is", async (kind) => {
  const loader = esptool(createMemoryPort(layChip({ kind })));
  await loader.connect();
  expect(loader.chip.CHIP_NAME).toBe(kind);
});

test("a chip says its own address and the size of its flash", async () => {
  const chip = layChip({ mac: "7c9ebd0a1b2c", flashSize: 8 * 1024 * 1024 });
  const loader = esptool(createMemoryPort(chip));
  await loader.main();
  expect(await loader.chip.readMac(loader)).toBe("7c:9e:bd:0a:1b:2c");
  expect(await loader.detectFlashSize()).toBe("8MB");
});

const pulse = async (port: ReturnType<typeof createMemoryPort>, dtr: boolean): Promise<void> => {
  await port.setSignals({ dataTerminalReady: false, requestToSend: true });
  await port.setSignals({ dataTerminalReady: dtr, requestToSend: false });
};

test.each([
  ["EN alone starts what is in flash", false, "running"],
  ["EN and then BOOT starts the loader", true, "loader"],
] as const)("%s", async (_what, dtr, state) => {
  const chip = layChip();
  fill(chip);
  const port = createMemoryPort(chip);
  await port.open({ baudRate: 115_200 });
  await pulse(port, dtr);
  expect(chip.state()).toBe("reset");
  await until(() => chip.state() !== "reset");
  expect(chip.state()).toBe(state);
});

test("RTS let go of without DTR resets nothing", async () => {
  const chip = layChip();
  fill(chip);
  const port = createMemoryPort(chip);
  await port.open({ baudRate: 115_200 });
  const starts = chip.starts();
  await port.setSignals({ requestToSend: false });
  await port.setSignals({ dataTerminalReady: false });
  expect([chip.state(), chip.starts()]).toEqual(["running", starts]);
});

const external = process.env["ESPTOOL"];
if (external === undefined)
  console.info("ESPTOOL names no program: esptool-js is the only flasher.");

describe.each(external === undefined ? [] : [external])("%s, over a pseudo-terminal", (program) => {
  const call = async (path: string, ...args: string[]): Promise<string> => {
    // Without a reset between them, the eight answers to its question for the kind of chip would
    // run into what it asks next.
    const options = ["--chip", "esp32", "--before", "no_reset", "--after", "no_reset"];
    return (await promisify(execFile)(program, [...options, "--port", path, ...args])).stdout;
  };
  const keep = ["--flash_mode", "keep", "--flash_size", "keep", "--flash_freq", "keep"];

  test("tells the chip, writes and reads", { timeout: 120_000 }, async () => {
    const chip = layChip({ mac: "7c9ebd0a1b2c" });
    const pty = await openPty(chip);
    onTestFinished(pty.close);
    const folder = mkdtempSync(join(tmpdir(), "battant-esptool-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "image");
    writeFileSync(file, NOISE);

    expect(await call(pty.path, "flash_id")).toMatch(/ESP32-D0WD[^]*7c:9e:bd:0a:1b:2c[^]*4MB/);
    await call(pty.path, "--baud", "921600", "write_flash", ...keep, "0x10000", file);
    expect(holds(chip.flash, 0x10000, NOISE)).toBe(true);
    await call(pty.path, "write_flash", "--no-compress", ...keep, "0x80000", file);
    expect(holds(chip.flash, 0x80000, NOISE)).toBe(true);
    await call(pty.path, "read_flash", "0x10000", String(NOISE.length), file);
    expect(Buffer.compare(readFileSync(file), NOISE)).toBe(0);
    await call(pty.path, "erase_region", "0x10000", "0x1000");
    expect(chip.flash.subarray(0x10000, 0x11000).every((byte) => byte === 0xff)).toBe(true);
    expect(chip.complaints).toEqual([]);
  });

  test("writes by the ROM alone", { timeout: 120_000 }, async () => {
    const chip = layChip();
    const pty = await openPty(chip);
    onTestFinished(pty.close);
    const folder = mkdtempSync(join(tmpdir(), "battant-esptool-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "image");
    writeFileSync(file, NOISE);
    await call(pty.path, "--no-stub", "write_flash", ...keep, "0x10000", file);
    expect(holds(chip.flash, 0x10000, NOISE)).toBe(true);
    expect(chip.complaints).toEqual([]);
  });
});
