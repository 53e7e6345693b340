import { type Decoded, refused } from "@battant/protocol/wire/decoded";
import { decodeChipImage } from "./chip-image.ts";
import {
  decodePartitions,
  type Partitions,
  type Surroundings,
  TABLE_ADDRESS,
} from "./partitions.ts";

/** An Espruino release as it goes into a chip: three files that belong together. */
export type EspruinoFiles = {
  readonly bootloader: Uint8Array;
  readonly partitions: Uint8Array;
  readonly application: Uint8Array;
};

export type Layout = Partitions & { readonly flashSize: number };

/** Fixed in the chip's ROM. */
export const BOOTLOADER_ADDRESS = 0x1000;

/** Whether the three fit together, and where each has its place. */
export const layoutOf = (files: EspruinoFiles, md5: Surroundings["md5"]): Decoded<Layout> => {
  const bootloader = decodeChipImage(files.bootloader, "the bootloader");
  if (!bootloader.ok) return bootloader;
  if (files.bootloader.length > TABLE_ADDRESS - BOOTLOADER_ADDRESS) {
    return refused("the bootloader does not fit in its place");
  }
  const application = decodeChipImage(files.application, "Espruino");
  if (!application.ok) return application;
  const { flashSize } = bootloader.value;
  const partitions = decodePartitions(files.partitions, { flashSize, md5 });
  if (!partitions.ok) return partitions;
  if (files.application.length > partitions.value.application.length) {
    return refused("Espruino does not fit in its partition: these files are of different releases");
  }
  return { ok: true, value: { ...partitions.value, flashSize } };
};
