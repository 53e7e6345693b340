import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeMembership, MEMBERSHIP_FILE } from "@battant/board/espruino/membership";
import { createStorage } from "@battant/board/espruino/storage";
import type { EspruinoStorage } from "@battant/board/espruino/globals";
import { chooseSlot } from "@battant/board/update-slots";
import { isBoardId } from "@battant/protocol/vocabulary/ids";
import { createFlash, FLASH_SIZE } from "../../flash/host/flash.ts";
import { boardFiles, type BoardFilesParts } from "../image/board-files.ts";
import { readStorage, type StorageFile, storageImage } from "../image/storage.ts";
import { sha256 } from "./digests.ts";

// Goal: what we write into a chip's flash is what Espruino finds there. Method: bytes worked out by
// hand from jsflash.h; any files at all, there and back; a board's own loader on the result. The
// real interpreter has its turn in image-boot.test.ts.

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

test("a file is its length, its name and its content, each filled up to where the next begins", () => {
  const image = storageImage(
    [
      [".bootcde", "12345"],
      ["a", "\x00\xff"],
    ],
    96,
  );
  expect(latin1(image)).toBe(
    `\x05\0\0\0.bootcde${"\0".repeat(20)}12345\xff\xff\xff` +
      `\x02\0\0\0a${"\0".repeat(27)}\x00\xff\xff\xff${"\xff".repeat(20)}`,
  );
});

test("a name may fill its 28 bytes, and files may fill the area to its last byte", () => {
  const files: StorageFile[] = [
    ["a".repeat(28), "1234"],
    ["b", "x".repeat(60)],
  ];
  const image = storageImage(files, 36 + 92);
  expect(latin1(image.subarray(4, 36))).toBe(`${"a".repeat(28)}1234`);
  expect(readStorage(image)).toEqual(files);
});

const impossible: [what: string, files: readonly StorageFile[], problem: string][] = [
  ["a name of 29 bytes", [["n".repeat(29), "x"]], "1 to 28 bytes"],
  ["no name", [["", "x"]], "1 to 28 bytes"],
  ["a zero in a name", [["a\0b", "x"]], "other than zero"],
  ["a name that is not made of bytes", [["é€", "x"]], "no byte"],
  ["an empty file", [["a", ""]], "cannot be kept"],
  ["content that is not made of bytes", [["a", "€"]], "no byte"],
  [
    "the same name twice",
    [
      ["a", "x"],
      ["a", "y"],
    ],
    "twice",
  ],
  ["more than the area holds", [["a", "x".repeat(4065)]], "does not fit"],
];

test.each(impossible)("%s is refused", (_what, files, problem) => {
  expect(() => storageImage(files, 4096)).toThrow(problem);
});

test("whatever bytes are put in come out, in their order", () => {
  const name = fc
    .uint8Array({ minLength: 1, maxLength: 28 })
    .map((bytes) => latin1(bytes.map((byte) => (byte === 0 ? 1 : byte))));
  const content = fc.uint8Array({ minLength: 1, maxLength: 300 }).map(latin1);
  const files = fc.uniqueArray(fc.tuple(name, content), { maxLength: 8, selector: ([it]) => it });
  fc.assert(
    fc.property(files, (some) => {
      expect(readStorage(storageImage(some, 4096))).toEqual(some);
    }),
  );
});

test("an erased file is not read, a broken list is", () => {
  const image = storageImage(
    [
      ["gone", "x"],
      ["here", "y"],
    ],
    4096,
  );
  image.fill(0, 4, 8);
  expect(readStorage(image)).toEqual([["here", "y"]]);
  image.fill(0, 0, 4);
  expect(() => readStorage(image)).toThrow("no file begins at 0");
});

const BOARD = "hall-1";
if (!isBoardId(BOARD)) throw new Error("not a board's name");

const parts: BoardFilesParts = {
  loader: "load()",
  program: "program()",
  membership: {
    board: BOARD,
    broker: { host: "192.168.4.1", port: 1883 },
    password: "a password",
    key: "\xab".repeat(32),
  },
  wifi: { ssid: "Immeuble", password: "corridor", hostname: "battant-hall-1" },
  sha256,
};

const contentOf = (files: readonly StorageFile[], name: string): string =>
  files.find(([it]) => it === name)![1];

test("a board's loader comes first and starts the program; its membership is whole", () => {
  const image = storageImage(boardFiles(parts), FLASH_SIZE);
  const files = readStorage(image);
  expect(files.map(([name]) => name)).toEqual([
    ".bootcde",
    ".wificfg",
    "membership",
    "app",
    "slots",
  ]);
  const flash = createFlash();
  for (const [name, content] of files) flash.write(name, content);
  const storage = createStorage(flash.storage as EspruinoStorage);
  expect(chooseSlot(storage, sha256)).toBe("app");
  const membership = decodeMembership(contentOf(files, MEMBERSHIP_FILE));
  expect(membership).toEqual({
    ok: true,
    value: { ...parts.membership, broker: { ...parts.membership.broker, tls: false } },
  });
});

test("the image takes as much flash as the same files written by a board", () => {
  const files = boardFiles(parts);
  const image = storageImage(files, FLASH_SIZE);
  const used = image.findLastIndex((byte) => byte !== 0xff) + 1;
  const flash = createFlash();
  for (const [name, content] of files) flash.write(name, content);
  const { getFree } = flash.storage as { getFree: () => number };
  expect(FLASH_SIZE - getFree()).toBe(Math.ceil(used / 4) * 4);
});

test("the Wi-Fi is spelled as Espruino saves it, in bytes", () => {
  const spelled = (wifi: BoardFilesParts["wifi"]) =>
    contentOf(boardFiles({ ...parts, wifi }), ".wificfg");
  expect(spelled(parts.wifi)).toBe(
    '{"ssid":"Immeuble","password":"corridor","mode":1,"sleepType":1,"hostname":"battant-hall-1"}',
  );
  expect(spelled({ ssid: 'Café "1"', password: "", hostname: "h" })).toBe(
    '{"ssid":"Caf\xc3\xa9 \\"1\\"","password":"","mode":1,"sleepType":1,"hostname":"h"}',
  );
});

test("without a Wi-Fi the board opens none of its own", () => {
  expect(contentOf(boardFiles({ ...parts, wifi: undefined }), ".wificfg")).toBe('{"mode":0}');
});

const tooLong: [what: string, wifi: NonNullable<BoardFilesParts["wifi"]>][] = [
  ["ssid", { ssid: "é".repeat(16), password: "", hostname: "h" }],
  ["password", { ssid: "s", password: "p".repeat(64), hostname: "h" }],
  ["hostname", { ssid: "s", password: "", hostname: "h".repeat(64) }],
];

test.each(tooLong)(
  "a %s that Espruino would cut off is refused, and not repeated",
  (what, wifi) => {
    expect(() => boardFiles({ ...parts, wifi })).toThrow(
      new RegExp(`^the Wi-Fi's ${what} has more`),
    );
  },
);
