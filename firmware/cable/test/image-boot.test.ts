import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { decodeMembership, MEMBERSHIP_FILE } from "@battant/board/espruino/membership";
import { isBoardId } from "@battant/protocol/vocabulary/ids";
import {
  createDirectory,
  INTERPRETER,
  marked,
  powerOn,
  problemIn,
} from "../../board/test/espruino-kit.ts";
import { bundle } from "../../flash/bundle.ts";
import { loaderEntry } from "../../flash/entry.ts";
import { FLASH_SIZE } from "../../flash/host/flash.ts";
import { boardFiles } from "../image/board-files.ts";
import { readStorage, type StorageFile, storageImage } from "../image/storage.ts";
import { sha256 } from "./digests.ts";

// Goal: a chip that was blank starts straight into what we wrote, and lives on with it. Method: the
// image, byte for byte, is the flash of the real Espruino that ESPRUINO names; it has the ESP32's
// 896 kB. Without one, storage.test.ts still reads the image as the format's description says.

const onEspruino = describe.each(INTERPRETER === undefined ? [] : ["a real Espruino"]);

test("an interpreter is there, or else it is said that there is none", () => {
  if (INTERPRETER === undefined) {
    console.log("ESPRUINO names no interpreter: no image is booted");
  }
  expect(INTERPRETER).toBe(process.env["ESPRUINO"]);
});

const FLASH = "espruino.flash";

const flashed = (files: readonly StorageFile[]): string => {
  const directory = createDirectory();
  writeFileSync(join(directory, FLASH), storageImage(files, FLASH_SIZE));
  return directory;
};

const flashOf = (directory: string): readonly StorageFile[] =>
  readStorage(readFileSync(join(directory, FLASH)));

/** Tells each file's SHA-256, for no board has room to tell all of it; then replaces one, adds one, appends to one, erases one. */
const VISITOR = `
var s = require("Storage");
var digest = function (bytes) { return btoa(E.toString(require("crypto").SHA256(bytes))); };
s.list().forEach(function (name) { print("FILE " + name + " " + digest(s.read(name))); });
s.write("config", "another, longer than before");
s.write("new", "x".repeat(9000));
s.write("log", "first", 0, 100);
s.write("log", "then", 5);
s.erase("gone");
print("DONE " + s.getStats().fileCount);
`;

const ALL_BYTES = String.fromCharCode(...Array.from({ length: 256 }, (_, byte) => byte));

const SOME: readonly StorageFile[] = [
  [".bootcde", VISITOR],
  ["config", "short"],
  ["bytes", ALL_BYTES],
  ["a".repeat(28), "1"],
  ["large", ALL_BYTES.repeat(200)],
  ["gone", "soon"],
];

onEspruino("%s", () => {
  test("boots the image as it is, finds every file, and writes on behind them", async () => {
    const directory = flashed(SOME);
    const interpreter = powerOn(directory);
    const said = await interpreter.hear(/^DONE \d+/m);
    expect(problemIn(said)).toBeUndefined();
    expect(marked(said, "FILE")).toEqual(
      SOME.map(
        ([name, content]) => `${name} ${Buffer.from(sha256(content), "latin1").toString("base64")}`,
      ),
    );
    expect(marked(said, "DONE")).toEqual(["7"]);
    await interpreter.cutPower();
    expect(new Map(flashOf(directory))).toEqual(
      new Map([
        ...SOME.filter(([name]) => name !== "gone" && name !== "config"),
        ["config", "another, longer than before"],
        ["new", "x".repeat(9000)],
        ["log", `firstthen${"\xff".repeat(91)}`],
      ]),
    );
  });

  test("starts a board's program by its own loader, from the image that a board is given", async () => {
    const board = "hall-1";
    if (!isBoardId(board)) throw new Error("not a board's name");
    const loader = await bundle(loaderEntry());
    if (!loader.ok) throw new Error(loader.problems.join("\n"));
    const membership = {
      board,
      broker: { host: "192.168.4.1", port: 1883, tls: false },
      password: "a password",
      key: "\xab".repeat(32),
    };
    const files = boardFiles({
      loader: loader.code,
      program: `var battant={};print("MEMBER "+require("Storage").read("${MEMBERSHIP_FILE}"));print("WIFI "+require("Storage").readJSON(".wificfg").ssid);`,
      membership,
      wifi: { ssid: 'Café "1"', password: "corridor", hostname: board },
      sha256,
    });
    const said = await powerOn(flashed(files)).hear(/^WIFI .*$/m);
    expect(problemIn(said)).toBeUndefined();
    expect(decodeMembership(marked(said, "MEMBER")[0]!)).toEqual({ ok: true, value: membership });
    expect(Buffer.from(marked(said, "WIFI")[0]!, "latin1").toString()).toBe('Café "1"');
  });
});
