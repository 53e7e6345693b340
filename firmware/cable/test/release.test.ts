// Needs: tar.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import type { EspruinoFiles } from "../image/layout.ts";
import {
  packRelease,
  readRelease,
  readReleaseAt,
  RELEASE_FILES,
  releaseOf,
} from "../release/node-read.ts";
import { newestRelease, PINS, standingOf } from "../release/pins.ts";
import { readTar } from "../release/tar.ts";
import { compareVersions, isNewEnough, versionOf } from "../release/version.ts";
import { chipImage, pretendRelease } from "./release-kit.ts";

// Goal: whatever way a release reaches the workshop, the right three files are found in it, or the
// person is told what to bring instead. Method: archives made by the tools that people have.

const release = pretendRelease();

const createFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "battant-release-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const put = (folder: string, files: { readonly [path: string]: Uint8Array }): void => {
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
};

const filesIn = (folder: string, files: EspruinoFiles): { [path: string]: Uint8Array } => ({
  [`${folder}${RELEASE_FILES.bootloader}`]: files.bootloader,
  [`${folder}${RELEASE_FILES.partitions}`]: files.partitions,
  [`${folder}${RELEASE_FILES.application}`]: files.application,
});

const tarOf = (files: { readonly [path: string]: Uint8Array }, ...flags: string[]): Buffer => {
  const folder = createFolder();
  put(folder, files);
  return execFileSync("tar", ["-c", ...flags, "-C", folder, "."], { maxBuffer: 2 ** 26 });
};

/** Said of the files themselves, so that it can be compared with what was found in an archive. */
const found = releaseOf(release);

const one = filesIn("espruino_2v30_esp32/", release);
const deep = filesIn(`${"folder/".repeat(20)}`, release);
const bare = filesIn("", release);

const archives: [what: string, make: () => Uint8Array][] = [
  ["a .tgz as Espruino makes them", () => tarOf(one, "-z")],
  ["a .tar", () => tarOf(one)],
  ["a .tar of the old kind", () => tarOf(one, "--format=v7")],
  ["a .tar of the new kind", () => tarOf(one, "--format=posix")],
  ["a .tar with long names", () => tarOf(deep, "--format=ustar")],
  ["a .zip", () => zipSync(one)],
  ["a .zip that does not compress", () => zipSync(one, { level: 0 })],
  ["a .zip without a folder", () => zipSync(bare)],
  ["what we pack ourselves", () => packRelease(release)],
];

test.each(archives)("a release is found in %s", (_what, make) => {
  expect(readRelease(make())).toEqual(found);
});

test("what is found says its version and its checksum", () => {
  const sum = createHash("sha256").update(release.bootloader).update(release.partitions);
  const sha256 = sum.update(release.application).digest("hex");
  expect(found).toEqual({ ok: true, value: { ...release, version: "2v30", sha256 } });
});

test("in an archive of all boards, the ESP32's own bootloader is taken", () => {
  const other = pretendRelease({ chip: 5 });
  const files = {
    ...filesIn("espruino_2v30_esp32c3/", {
      ...other,
      bootloader: chipImage(release.bootloader, 5),
    }),
    ...one,
  };
  delete files["espruino_2v30_esp32c3/espruino_esp32.bin"];
  files["espruino_2v30_esp32c3/espruino_esp32c3.bin"] = other.application;
  expect(readRelease(zipSync(files))).toEqual(found);
});

test("a release is found in a file, and in a folder", async () => {
  const folder = createFolder();
  put(folder, { ...bare, "espruino.zip": packRelease(release) });
  expect(await readReleaseAt(join(folder, "espruino.zip"))).toEqual(found);
  expect(await readReleaseAt(folder)).toEqual(found);
});

test("long names in a .tar are whole", () => {
  const read = readTar(tarOf(deep, "--format=ustar"));
  const names = read.ok ? read.value.map((it) => it.name.replace(/^\.\//, "")) : [];
  expect(new Set(names)).toEqual(new Set(Object.keys(deep)));
});

const withDamagedHeader = (): Uint8Array => {
  const tar = tarOf(bare);
  const name = tar.indexOf(RELEASE_FILES.partitions);
  tar[name]! ^= 1;
  return tar;
};

const application = RELEASE_FILES.application;

const refusals: [what: string, make: () => Uint8Array, problem: RegExp][] = [
  ["a web page", () => Buffer.from("<!DOCTYPE html>"), /no Espruino for the ESP32/],
  ["a long web page", () => Buffer.alloc(9000, "<!DOCTYPE html>"), /damaged/],
  ["nothing", () => new Uint8Array(0), /no Espruino for the ESP32: give the archive/],
  ["an archive of other things", () => zipSync({ "a.txt": Buffer.from("a") }), /no Espruino/],
  ["a lone application", () => zipSync({ [application]: release.application }), /side by side/],
  ["an ESP32-C3's", () => zipSync(filesIn("", pretendRelease({ chip: 5 }))), /another chip/],
  ["two of them", () => zipSync({ ...one, ...bare }), /more than one/],
  ["a .tgz cut short", () => tarOf(one, "-z").subarray(0, 4000), /damaged/],
  ["a .tar cut short", () => tarOf(one).subarray(0, 20_000), /damaged/],
  ["a .tar with a damaged name", withDamagedHeader, /is damaged/],
  ["a .zip cut short", () => zipSync(one).subarray(0, 9000), /damaged/],
  [
    "a program that is not Espruino",
    () => zipSync(filesIn("", { ...release, application: chipImage(Buffer.from("Hello")) })),
    /is not Espruino/,
  ],
  ["more than 16 MB", () => new Uint8Array(16 * 1024 * 1024 + 1), /more than 16 MB/],
  ["a bomb in a .tgz", () => gzipSync(new Uint8Array(65 * 1024 * 1024)), /damaged, or none/],
  [
    "a bomb in a .zip",
    () => zipSync({ [application]: new Uint8Array(65 * 1024 * 1024) }),
    /too large/,
  ],
];

test.each(refusals)("%s is refused, with what to bring", (_what, make, problem) => {
  expect(readRelease(make())).toEqual({ ok: false, problem: expect.stringMatching(problem) });
});

test("a file that is not there is refused", async () => {
  const read = await readReleaseAt(join(createFolder(), "espruino.zip"));
  expect(read).toEqual({ ok: false, problem: expect.stringContaining("ENOENT") });
});

test("a damaged archive gets an answer", () => {
  for (const whole of [packRelease(release), gzipSync(tarOf(bare)), tarOf(bare)]) {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const damaged = Uint8Array.from(whole);
        damaged[at] = byte;
        expect(() => readRelease(damaged)).not.toThrow();
      }),
      { numRuns: 60 },
    );
  }
});

test("packing is the same each time, whenever it is done", () => {
  const packed = packRelease(release);
  expect(packRelease(release)).toEqual(packed);
  // Local file header, PKWARE APPNOTE 4.3.7: time and date, the first of 1980.
  expect(Buffer.from(packed).toString("hex", 10, 14)).toBe("00002100");
});

const versions: [banner: string, version: string | undefined][] = [
  ["\n 2v30 (c) 2026 G.Williams\n", "2v30"],
  ["\n 2v29.120 (c) 2026 G.Williams\n", "2v29.120"],
  ["Espruino 2v30\0User-Agent: Espruino 2v30", undefined],
  ["MicroPython v1.24", undefined],
];

test.each(versions)("%j is version %s", (banner, version) => {
  expect(versionOf(Buffer.from(`\x01\x02${banner}\0`, "latin1"))).toBe(version);
});

test("versions have an order, and only what came after 2v29 is new enough", () => {
  const order = ["", "1v99", "2v9", "2v29", "2v29.1", "2v29.120", "2v30", "2v30.1", "3v00"];
  expect(order.toReversed().toSorted(compareVersions)).toEqual(order);
  expect(order.filter(isNewEnough)).toEqual(["2v29.1", "2v29.120", "2v30", "2v30.1", "3v00"]);
});

test("a release is listed, not listed, or not what is listed", () => {
  const address = "https://example.org/";
  const pins = { "2v30": { address, sha256: "aa" }, "2v31": { address, sha256: null } };
  expect(standingOf({ version: "2v30", sha256: "aa" }, pins)).toBe("listed");
  expect(standingOf({ version: "2v30", sha256: "bb" }, pins)).toBe("differs");
  expect(standingOf({ version: "2v31", sha256: "bb" }, pins)).toBe("unlisted");
  expect(standingOf({ version: "2v29.99", sha256: "bb" }, pins)).toBe("unlisted");
  expect(newestRelease(pins)).toBe("2v31");
});

test("what Battant names is new enough, over HTTPS, and has a checksum or says that it has none", () => {
  expect(Object.keys(PINS).length).toBeGreaterThan(0);
  for (const [version, { address, sha256 }] of Object.entries(PINS)) {
    expect(isNewEnough(version)).toBe(true);
    expect(address).toBe(`https://www.espruino.com/binaries/espruino_${version}_esp32/`);
    expect(sha256 ?? "0".repeat(64)).toMatch(/^[0-9a-f]{64}$/);
  }
});
