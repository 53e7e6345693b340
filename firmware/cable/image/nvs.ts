import { ERASED, SECTOR_BYTES } from "../plan.ts";
import { toBytes } from "./bytes.ts";

/**
 * What Espruino looks up in the ESP32's own settings when it starts (targets/esp32/jshardwareESP32.c):
 * Bluetooth off, which frees memory and closes a way in; Wi-Fi on. On a running board,
 * `ESP32.enableBLE(false)` would erase its files.
 *
 * The format is that of ESP-IDF's NVS library, version 2: pages of a sector, each with a header, a
 * table of two bits an entry, and entries of 32 bytes. The pages after the first stay erased.
 */

const ENTRY_BYTES = 32;
const TABLE_AT = 32;
const ENTRIES_AT = 64;
const KEY_BYTES = 16;

const PAGE_ACTIVE = 0xffff_fffe;
const VERSION = 0xfe;
const U8 = 0x01;
const U32 = 0x04;

/** Namespaces are entries of namespace 0; their value is their number. */
const NAMES = 0;
const NAMESPACE = 1;

type Entry = {
  readonly namespace: number;
  readonly type: typeof U8 | typeof U32;
  readonly key: string;
  readonly value: number;
};

const SETTINGS: readonly Entry[] = [
  { namespace: NAMES, type: U8, key: "nvs", value: NAMESPACE },
  { namespace: NAMESPACE, type: U32, key: "bleStatus", value: 0 },
  { namespace: NAMESPACE, type: U32, key: "wifiStatus", value: 1 },
];

/** CRC-32 as `crc32_le(0xffffffff, …)` of the chip's ROM makes it: the usual one, begun with 0. */
const crc32 = (bytes: Uint8Array): number => {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xedb88320;
  }
  return ~crc >>> 0;
};

const header = (): Uint8Array => {
  const bytes = new Uint8Array(TABLE_AT).fill(ERASED);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, PAGE_ACTIVE, true);
  view.setUint32(4, 0, true);
  bytes[8] = VERSION;
  view.setUint32(28, crc32(bytes.subarray(4, 28)), true);
  return bytes;
};

const encode = (entry: Entry): Uint8Array => {
  const bytes = new Uint8Array(ENTRY_BYTES).fill(ERASED);
  const view = new DataView(bytes.buffer);
  bytes.set([entry.namespace, entry.type, 1]);
  bytes.fill(0, 8, 8 + KEY_BYTES).set(toBytes(entry.key), 8);
  if (entry.type === U8) view.setUint8(24, entry.value);
  else view.setUint32(24, entry.value, true);
  // The CRC is of everything but itself.
  view.setUint32(4, crc32(Uint8Array.of(...bytes.subarray(0, 4), ...bytes.subarray(8))), true);
  return bytes;
};

/** `size`: of the partition; the library wants three pages, of which one stays free. */
export const settingsImage = (size: number): Uint8Array<ArrayBuffer> => {
  if (size < 3 * SECTOR_BYTES)
    throw new Error(`settings have ${size} bytes, less than three pages`);
  const image = new Uint8Array(size).fill(ERASED);
  image.set(header());
  for (const [index, entry] of SETTINGS.entries()) {
    image.set(encode(entry), ENTRIES_AT + index * ENTRY_BYTES);
    // Written: the lower of its two bits is cleared.
    const at = TABLE_AT + (index >> 2);
    image[at] = image[at]! & ~(1 << ((index & 3) * 2));
  }
  return image;
};
