import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { settingsImage } from "../image/nvs.ts";

// Goal: Espruino finds Bluetooth off and Wi-Fi on when it starts for the first time. Method: an
// independent reading of the NVS format (ESP-IDF, "NVS: Structure of a Page"), with zlib's CRC, and
// the bytes of an entry worked out by hand. The same bytes were accepted by Espruino 2v27.45 in an
// ESP32 emulator: "Bluetooth is disabled per ESP32.enableBLE(false)".

const image = Buffer.from(settingsImage(0x3000));

/** The ROM's `crc32_le(0xffffffff, …)` begins where zlib's ends. */
const romCrc = (bytes: Uint8Array): number => crc32(bytes, 0xffffffff);

test("the first page is in use, of version 2, and its header is whole; the others are erased", () => {
  expect(image.readUInt32LE(0)).toBe(0xfffffffe);
  expect(image.readUInt32LE(4)).toBe(0);
  expect(image[8]).toBe(0xfe);
  expect(image.readUInt32LE(28)).toBe(romCrc(image.subarray(4, 28)));
  expect(image.subarray(4096).every((byte) => byte === 0xff)).toBe(true);
});

test("three entries are written, all others free", () => {
  // Two bits each, the first in the lowest: 10 written, 11 free.
  expect(image[32]).toBe(0b11101010);
  expect(image.subarray(33, 64).every((byte) => byte === 0xff)).toBe(true);
  expect(image.subarray(64 + 3 * 32, 4096).every((byte) => byte === 0xff)).toBe(true);
});

const entries: [key: string, head: readonly number[], value: string][] = [
  ["nvs", [0, 0x01, 1, 0xff], "01ffffffffffffff"],
  ["bleStatus", [1, 0x04, 1, 0xff], "00000000ffffffff"],
  ["wifiStatus", [1, 0x04, 1, 0xff], "01000000ffffffff"],
];

/** Head: namespace, type, one entry long, no chunk. */
test.each(entries)("entry %s is written as the library writes it", (key, head, value) => {
  const index = entries.findIndex(([it]) => it === key);
  const entry = image.subarray(64 + index * 32, 96 + index * 32);
  expect([...entry.subarray(0, 4)]).toEqual(head);
  expect(entry.readUInt32LE(4)).toBe(
    romCrc(Buffer.concat([entry.subarray(0, 4), entry.subarray(8)])),
  );
  expect(entry.toString("latin1", 8, 24)).toBe(key.padEnd(16, "\0"));
  expect(entry.toString("hex", 24)).toBe(value);
});

test("less than three pages are refused: the library would not begin", () => {
  expect(() => settingsImage(0x2000)).toThrow("three pages");
});
