import type { FlashView, RegionView } from "@battant/hub/api/contract";
import { type Decoded, isBetween, isHex, refused } from "@battant/protocol/wire/decoded";
import {
  ERASED,
  type FlashPlan,
  type Region,
  REGION_NAMES,
  type RegionName,
  SECTOR_BYTES,
} from "../plan.ts";
import { fromBase64, toBase64 } from "./bytes.ts";

/** A flash plan on its way from the hub to whoever holds the cable: what is erased is not sent. */
export type PlanView = Pick<FlashView, "flashSize" | "regions">;

const FLASH_BYTES_MAX = 16 * 1024 * 1024;

const withoutErasedEnd = (bytes: Uint8Array): Uint8Array =>
  bytes.subarray(0, bytes.findLastIndex((byte) => byte !== ERASED) + 1);

export const planToView = ({ flashSize, regions }: FlashPlan): PlanView => ({
  flashSize,
  regions: regions.map(({ name, address, bytes, md5 }) => ({
    name,
    address,
    length: bytes.length,
    data: toBase64(withoutErasedEnd(bytes)),
    md5,
  })),
});

const isRegionName = (name: unknown): name is RegionName =>
  REGION_NAMES.some((known) => known === name);

const isMultiple = (value: unknown, unit: number): value is number =>
  isBetween(value, 0, FLASH_BYTES_MAX) && value % unit === 0;

const decodeRegion = (view: RegionView): Decoded<Region> => {
  const { name, address, length, md5 } = view;
  if (!isRegionName(name)) return refused("a region is called by no name that is known");
  if (!isMultiple(address, SECTOR_BYTES)) return refused(`${name} does not begin with a sector`);
  if (!isMultiple(length, 4) || length === 0) return refused(`${name} is not made of words`);
  if (!isHex(md5, 32)) return refused(`${name} has no MD5`);
  const data = typeof view.data === "string" ? fromBase64(view.data) : undefined;
  if (data === undefined || data.length > length) return refused(`${name} is not base64 that fits`);
  const bytes = new Uint8Array(length).fill(ERASED);
  bytes.set(data);
  return { ok: true, value: { name, address, bytes, md5 } };
};

/**
 * It came over a network, and would be written over whatever a chip holds: all of it is checked, but
 * for the MD5s, which the chip checks when it has it.
 */
export const planFromView = ({ flashSize, regions }: PlanView): Decoded<FlashPlan> => {
  if (!isMultiple(flashSize, SECTOR_BYTES)) return refused("the flash has no size");
  if (!Array.isArray(regions) || regions.length === 0) return refused("nothing is to be written");
  if (regions.length > REGION_NAMES.length) return refused("there are too many regions");
  const plan: Region[] = [];
  let free = 0;
  for (const view of regions) {
    const region = decodeRegion(view);
    if (!region.ok) return region;
    const { name, address, bytes } = region.value;
    if (address < free) return refused(`${name} overlaps what is before it`);
    free = Math.ceil((address + bytes.length) / SECTOR_BYTES) * SECTOR_BYTES;
    if (free > flashSize) return refused(`${name} ends beyond the flash`);
    plan.push(region.value);
  }
  return { ok: true, value: { flashSize, regions: plan } };
};
