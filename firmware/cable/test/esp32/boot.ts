import { createHash } from "node:crypto";

/**
 * What an ESP32 does with its flash when it starts, and what it prints: the ROM looks for the
 * bootloader, the bootloader for the partition table and an application in it. Messages are those of
 * the chip's ROM and of ESP-IDF 3.
 */

export type Start =
  | { readonly kind: "runs"; readonly text: string }
  /** It starts again and again, and prints this each time. */
  | { readonly kind: "fails"; readonly text: string };

export type ResetReason =
  | "POWERON_RESET"
  | "SW_RESET"
  | "RTCWDT_RTC_RESET"
  | "RTCWDT_BROWN_OUT_RESET";

const RESET_CODES: { readonly [reason in ResetReason]: number } = {
  POWERON_RESET: 0x1,
  SW_RESET: 0x3,
  RTCWDT_RTC_RESET: 0x10,
  RTCWDT_BROWN_OUT_RESET: 0xf,
};

const BOOTLOADER = 0x1000;
const TABLE = 0x8000;
const TABLE_LENGTH = 0xc00;
/** Of a bootloader and of an application ("Firmware Image Format"). */
const IMAGE_MAGIC = 0xe9;

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join("");

const greeting = (reason: ResetReason, mode: string): string =>
  lines(
    "ets Jul 29 2019 12:21:46",
    "",
    `rst:0x${RESET_CODES[reason].toString(16)} (${reason}),boot:${mode}`,
  );

export const downloadText = (reason: ResetReason): string =>
  greeting(reason, "0x3 (DOWNLOAD_BOOT(UART0/UART1/SDIO_REI_REO_V2))") +
  lines("waiting for download");

export const BROWN_OUT_TEXT = lines("", "Brownout detector was triggered", "");

export type Partition = {
  readonly label: string;
  readonly type: number;
  readonly subtype: number;
  readonly address: number;
  readonly size: number;
};

const ENTRY = 32;
const ENTRY_MAGIC = 0x50aa;
const MD5_MAGIC = 0xebeb;
const LABEL = 12;
const LABEL_LENGTH = 16;

const labelOf = (entry: Buffer): string => {
  const label = entry.toString("latin1", LABEL, LABEL + LABEL_LENGTH);
  return label.replace(/\0.*$/s, "");
};

/** ESP-IDF's partition table; undefined when it is none, or not whole. */
export const readPartitions = (flash: Uint8Array): readonly Partition[] | undefined => {
  const table = Buffer.from(flash.subarray(TABLE, TABLE + TABLE_LENGTH));
  const partitions: Partition[] = [];
  for (let at = 0; at < TABLE_LENGTH; at += ENTRY) {
    const entry = table.subarray(at, at + ENTRY);
    const magic = entry.readUInt16LE(0);
    if (magic === MD5_MAGIC) {
      const md5 = createHash("md5").update(table.subarray(0, at)).digest();
      if (!md5.equals(entry.subarray(16))) return undefined;
    } else if (magic === ENTRY_MAGIC) {
      partitions.push({
        label: labelOf(entry),
        type: entry[2]!,
        subtype: entry[3]!,
        address: entry.readUInt32LE(4),
        size: entry.readUInt32LE(8),
      });
    } else break;
  }
  return partitions.length === 0 ? undefined : partitions;
};

const APPLICATION = 0;
const DATA = 1;
const OTA_DATA = 0;
const FACTORY = 0;

/** The factory's application, unless the choice of another one is written: we never write one. */
const chooseApplication = (
  flash: Uint8Array,
  partitions: readonly Partition[],
): Partition | undefined => {
  const choice = partitions.find((it) => it.type === DATA && it.subtype === OTA_DATA);
  if (choice !== undefined) {
    const { address, size } = choice;
    if (flash.subarray(address, address + size).some((byte) => byte !== 0xff)) return undefined;
  }
  const applications = partitions.filter((it) => it.type === APPLICATION);
  return applications.find((it) => it.subtype === FACTORY) ?? applications[0];
};

const problemIn = (flash: Uint8Array): readonly string[] | undefined => {
  const partitions = readPartitions(flash);
  if (partitions === undefined) {
    return [
      "E (36) flash_parts: partition 0 invalid magic number",
      "E (37) boot: Failed to verify partition table",
      "E (45) boot: load partition table error!",
    ];
  }
  const application = chooseApplication(flash, partitions);
  if (application !== undefined && flash[application.address] === IMAGE_MAGIC) return undefined;
  const address = (application?.address ?? 0).toString(16);
  return [
    `E (61) esp_image: image at 0x${address} has invalid magic byte`,
    "E (75) boot: No bootable app partitions in the partition table",
  ];
};

const LOADING = [
  "configsip: 0, SPIWP:0xee",
  "clk_drv:0x00,q_drv:0x00,d_drv:0x00,cs0_drv:0x00,hd_drv:0x00,wp_drv:0x00",
  "mode:DIO, clock div:2",
  "load:0x3fff0018,len:4",
  "entry 0x400806ac",
];

export const startFrom = (flash: Uint8Array, reason: ResetReason, isReadable: boolean): Start => {
  const greeted = greeting(reason, "0x13 (SPI_FAST_FLASH_BOOT)");
  if (!isReadable) {
    return { kind: "fails", text: greeted + lines("flash read err, 1000", "ets_main.c 371") };
  }
  if (flash[BOOTLOADER] !== IMAGE_MAGIC) {
    const header = Buffer.from(flash.subarray(BOOTLOADER, BOOTLOADER + 4)).readUInt32LE(0);
    const line = `invalid header: 0x${header.toString(16).padStart(8, "0")}`;
    return { kind: "fails", text: greeted + lines(line, line, line) };
  }
  const loaded = greeted + lines(...LOADING);
  const problems = problemIn(flash);
  if (problems === undefined) return { kind: "runs", text: loaded };
  return { kind: "fails", text: loaded + lines(...problems) };
};
