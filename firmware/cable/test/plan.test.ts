import fc from "fast-check";
import { expect, test } from "vitest";
import { fromBase64, toBase64 } from "../image/bytes.ts";
import { decodeChipImage } from "../image/chip-image.ts";
import { type EspruinoFiles, layoutOf } from "../image/layout.ts";
import { settingsImage } from "../image/nvs.ts";
import { makePlan } from "../image/plan.ts";
import { planFromView, planToView, type PlanView } from "../image/plan-view.ts";
import { storageImage } from "../image/storage.ts";
import { SECTOR_BYTES } from "../plan.ts";
import { chipImage, ESPRUINO_TABLE, partitionTable, pretendRelease } from "./release-kit.ts";
import { md5 } from "./digests.ts";

// Goal: one plan, the same for terminal and page, that puts every byte where the chip looks for it,
// and a release that would not start is refused before anything is erased.

const release = pretendRelease();
const storage = (size: number) => storageImage([[".bootcde", "print('here')"]], size);
const plan = makePlan({ release, storage, md5 });
const refusalOf = (files: Partial<EspruinoFiles>): string => {
  const layout = layoutOf({ ...release, ...files }, md5);
  if (layout.ok) throw new Error("not refused");
  return layout.problem;
};

test("six regions lie where chip and partition table want them, in the order of their addresses", () => {
  expect(plan.flashSize).toBe(4 * 1024 * 1024);
  expect(plan.regions.map((it) => [it.name, it.address, it.bytes.length])).toEqual([
    ["bootloader", 0x1000, release.bootloader.length],
    ["partitions", 0x8000, 0xc00],
    ["settings", 0x9000, 0x3000],
    ["choice", 0xc000, 0x2000],
    ["espruino", 0x10000, release.application.length],
    ["storage", 0x320000, 0xe0000],
  ]);
});

test("their bytes are the release's, the settings, an erased choice and the board's files", () => {
  const bytes = new Map(plan.regions.map((it) => [it.name, Buffer.from(it.bytes)]));
  expect(bytes.get("bootloader")!.equals(release.bootloader)).toBe(true);
  expect(bytes.get("partitions")!.equals(release.partitions)).toBe(true);
  expect(bytes.get("settings")!.equals(settingsImage(0x3000))).toBe(true);
  expect(bytes.get("choice")!.every((byte) => byte === 0xff)).toBe(true);
  expect(bytes.get("espruino")!.equals(release.application)).toBe(true);
  expect(bytes.get("storage")!.equals(storage(0xe0000))).toBe(true);
});

test("each region is whole words, begins with a sector, and has the MD5 of its bytes", () => {
  const partitions = release.partitions.subarray(0, 9 * 32 + 3);
  for (const region of makePlan({ release: { ...release, partitions }, storage, md5 }).regions) {
    expect(region.address % SECTOR_BYTES).toBe(0);
    expect(region.bytes.length % 4).toBe(0);
    expect(region.md5).toBe(md5(region.bytes));
  }
});

test("without a choice of applications none is written", () => {
  const partitions = partitionTable(ESPRUINO_TABLE.filter(([name]) => name !== "otadata"));
  const { regions } = makePlan({ release: { ...release, partitions }, storage, md5 });
  expect(regions.map((it) => it.name)).not.toContain("choice");
  expect(regions).toHaveLength(5);
});

test("a release that could not start is never planned", () => {
  const parts = { release: { ...release, application: release.partitions }, storage, md5 };
  expect(() => makePlan(parts)).toThrow("this Espruino cannot be written: Espruino is no program");
});

const code = new Uint8Array(1000).fill(7);

const unfit: [what: string, files: Partial<EspruinoFiles>, problem: string][] = [
  ["a web page instead of a file", { application: Buffer.from("<!DOCTYPE html>") }, "no program"],
  ["an ESP32-S3's", { application: pretendRelease({ chip: 9 }).application }, "another chip"],
  ["an ESP32-C3's bootloader", { bootloader: chipImage(code, 5) }, "another chip"],
  [
    "too long a bootloader",
    { bootloader: chipImage(new Uint8Array(0x7000)) },
    "not fit in its place",
  ],
  ["too long an application", { application: chipImage(new Uint8Array(0x180000)) }, "not fit"],
  ["another table", { partitions: new Uint8Array(0xc00) }, "no partition table"],
];

test.each(unfit)("%s is refused", (_what, files, problem) => {
  expect(refusalOf(files)).toContain(problem);
});

test("an application that is not whole is refused, wherever it was cut", () => {
  const { application } = release;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: application.length - 1 }), (length) => {
      expect(decodeChipImage(application.subarray(0, length), "it").ok).toBe(false);
    }),
  );
});

test("a segment said to be longer than any file is refused at once", () => {
  const image = release.application.slice();
  image.fill(0xff, 28, 32);
  expect(decodeChipImage(image, "it").ok).toBe(false);
});

test("a flipped bit in its code is noticed", () => {
  const { application } = release;
  fc.assert(
    fc.property(fc.integer({ min: 32, max: 20_000 }), fc.integer({ min: 0, max: 7 }), (at, bit) => {
      const flipped = application.slice();
      flipped[at]! ^= 1 << bit;
      expect(decodeChipImage(flipped, "it").ok).toBe(false);
    }),
  );
});

test("a plan comes out of its view as it went in, and the view leaves out what is erased", () => {
  const view = JSON.parse(JSON.stringify(planToView(plan))) as PlanView;
  expect(view.regions.find((it) => it.name === "choice")!.data).toBe("");
  expect(view.regions.find((it) => it.name === "storage")!.data.length).toBeLessThan(100);
  expect(planFromView(view)).toEqual({ ok: true, value: plan });
});

test("any bytes survive base64, which is spelled as everybody spells it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }),
  );
});

const view = planToView(plan);
const changed = (name: string, to: object): PlanView => ({
  ...view,
  regions: view.regions.map((it) => (it.name === name ? { ...it, ...to } : it)),
});

const strange: [what: string, view: unknown, problem: string][] = [
  ["a region we do not know", changed("choice", { name: "fuses" }), "no name that is known"],
  ["an address within a sector", changed("choice", { address: 0xc004 }), "begin with a sector"],
  ["an address that is text", changed("choice", { address: "49152" }), "begin with a sector"],
  ["half a word", changed("choice", { length: 0x1ffe }), "not made of words"],
  ["nothing to write", changed("choice", { length: 0 }), "not made of words"],
  ["more than any flash", changed("storage", { length: 2 ** 40 }), "not made of words"],
  ["no base64", changed("choice", { data: "%%%" }), "not base64"],
  ["data that is a list", changed("choice", { data: [1, 2] }), "not base64"],
  ["more data than its length", changed("settings", { length: 4 }), "that fits"],
  ["no MD5", changed("choice", { md5: "d41d8" }), "no MD5"],
  ["overlap", changed("espruino", { address: 0xc000 }), "overlaps"],
  ["sectors that overlap", changed("settings", { address: 0x8000 }), "overlaps"],
  ["beyond the flash", { ...view, flashSize: 0x200000 }, "beyond the flash"],
  ["no size", { ...view, flashSize: null }, "no size"],
  ["no regions", { ...view, regions: [] }, "nothing is to be written"],
  ["regions that are no list", { ...view, regions: "all" }, "nothing is to be written"],
  ["too many regions", { ...view, regions: [...view.regions, ...view.regions] }, "too many"],
];

test.each(strange)("a view with %s is refused", (_what, seen, problem) => {
  const decoded = planFromView(seen as PlanView);
  expect(decoded).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});
