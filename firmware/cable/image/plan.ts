import { ERASED, type FlashPlan, type Region, type RegionName } from "../plan.ts";
import { BOOTLOADER_ADDRESS, type EspruinoFiles, layoutOf } from "./layout.ts";
import { settingsImage } from "./nvs.ts";
import { type Surroundings, TABLE_ADDRESS } from "./partitions.ts";

/**
 * All that goes into a blank chip, in one write. What updates over the air would have left in
 * `choice` is erased, so that the Espruino that was just written is the one that starts.
 */

export type PlanParts = {
  readonly release: EspruinoFiles;
  /** The board's files, as an image of this size. */
  readonly storage: (size: number) => Uint8Array;
  readonly md5: Surroundings["md5"];
};

/** A chip writes words. */
const inWords = (bytes: Uint8Array): Uint8Array => {
  if (bytes.length % 4 === 0) return bytes;
  const padded = new Uint8Array(bytes.length + 4 - (bytes.length % 4)).fill(ERASED);
  padded.set(bytes);
  return padded;
};

/** Throws when the release is none: it was checked when it was imported. */
export const makePlan = ({ release, storage, md5 }: PlanParts): FlashPlan => {
  const layout = layoutOf(release, md5);
  if (!layout.ok) throw new Error(`this Espruino cannot be written: ${layout.problem}`);
  const { flashSize, settings, choice, application, storage: files } = layout.value;
  const region = (name: RegionName, address: number, content: Uint8Array): Region => {
    const bytes = inWords(content);
    return { name, address, bytes, md5: md5(bytes) };
  };
  const regions = [
    region("bootloader", BOOTLOADER_ADDRESS, release.bootloader),
    region("partitions", TABLE_ADDRESS, release.partitions),
    region("settings", settings.address, settingsImage(settings.length)),
    region("espruino", application.address, release.application),
    region("storage", files.address, storage(files.length)),
  ];
  if (choice !== undefined) {
    regions.push(region("choice", choice.address, new Uint8Array(choice.length).fill(ERASED)));
  }
  return { flashSize, regions: regions.toSorted((a, b) => a.address - b.address) };
};
