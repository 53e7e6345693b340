import fc from "fast-check";
import { expect, test } from "vitest";
import { decodePartitions } from "../image/partitions.ts";
import { ESPRUINO_TABLE, partitionTable, type TableEntry } from "./release-kit.ts";
import { md5 } from "./digests.ts";

// Goal: nothing is written where it does not belong. Method: the table of Espruino's releases, the
// one of an old release byte for byte as it was published, and one fault at a time.

const MB = 1024 * 1024;
const decode = (table: Uint8Array, flashSize = 4 * MB) =>
  decodePartitions(table, { flashSize, md5 });
const change = (name: string, to: TableEntry): Uint8Array =>
  partitionTable(ESPRUINO_TABLE.map((it) => (it[0] === name ? to : it)));
const without = (name: string): Uint8Array =>
  partitionTable(ESPRUINO_TABLE.filter((it) => it[0] !== name));

test("everything has its place in Espruino's table", () => {
  expect(decode(partitionTable(ESPRUINO_TABLE))).toMatchObject({
    ok: true,
    value: {
      settings: { address: 0x9000, length: 0x3000 },
      choice: { address: 0xc000, length: 0x2000 },
      application: { address: 0x10000, length: 0x180000 },
      storage: { address: 0x320000, length: 0xe0000 },
    },
  });
});

/** Espruino 2v06.63, partitions_espruino.bin, as far as it is not erased. */
const PUBLISHED = [
  "aa50010200900000003000006e76730000000000000000000000000000000000",
  "aa50010000c00000002000006f74616461746100000000000000000000000000",
  "aa50014000e00000002000006672656500000000000000000000000000000000",
  "aa5000000000010000001800666163746f727900000000000000000000000000",
  "aa50001000001900000018006f74615f30000000000000000000000000000000",
  "aa5001400000310000000100666c617368000000000000000000000000000000",
  "aa50010000003200000004006a735f636f646500000000000000000000000000",
  "aa5001000000360000000a0073746f7261676500000000000000000000000000",
  "ebebffffffffffffffffffffffffffff53ca2e7748ccf99d1661e5c44171393f",
];

test("a table as it was published is read, its check included, wherever its storage is", () => {
  const table = new Uint8Array(0xc00).fill(0xff);
  table.set(Buffer.from(PUBLISHED.join(""), "hex"));
  expect(decode(table)).toMatchObject({
    ok: true,
    value: { storage: { address: 0x360000, length: 0xa0000 }, choice: { address: 0xc000 } },
  });
});

test("without a choice of applications, the first one starts, and nothing has to be chosen", () => {
  expect(decode(without("otadata"))).toMatchObject({ ok: true, value: { choice: undefined } });
});

const damaged = (): Uint8Array => {
  const table = partitionTable(ESPRUINO_TABLE);
  table[32 + 5]! ^= 1;
  return table;
};

const refusals: [what: string, table: Uint8Array, problem: string][] = [
  ["no table", Buffer.from("#Name,Type,SubType,Offset,Size\nnvs,data,nvs"), "no partition table"],
  ["an empty one", new Uint8Array(0xc00).fill(0xff), "lacks one of"],
  ["one longer than its place", new Uint8Array(0xc01).fill(0xff), "too long"],
  ["a flipped bit", damaged(), "MD5"],
  ["no settings", without("nvs"), "lacks one of"],
  ["no application", without("factory"), "lacks one of"],
  ["no storage", without("storage"), "lacks one of"],
  [
    "an application named storage",
    change("storage", ["storage", 0, 0, 0x320000, 0xe0000]),
    "lacks",
  ],
  ["overlap", change("storage", ["storage", 1, 0x41, 0x300000, 0xe0000]), "overlaps"],
  ["what covers the table itself", change("nvs", ["nvs", 1, 2, 0x8000, 0x3000]), "overlaps"],
  ["half a sector", change("nvs", ["nvs", 1, 2, 0x9000, 0x2800]), "whole sectors"],
  ["no length", change("nvs", ["nvs", 1, 2, 0x9000, 0]), "whole sectors"],
  ["an application off its 64 kB", change("factory", ["factory", 0, 0, 0xf000, 0x1000]), "whole"],
  ["what ends beyond 4 GB", change("ota_0", ["ota_0", 0, 0x10, 0xffff0000, 0x20000]), "beyond"],
];

test.each(refusals)("%s is refused", (_what, table, problem) => {
  expect(decode(table)).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});

test("a table for a larger flash is refused", () => {
  expect(decode(partitionTable(ESPRUINO_TABLE), 2 * MB)).toMatchObject({
    ok: false,
    problem: "partition ota_0 ends beyond the flash of 2097152 bytes",
  });
});

test("any bytes get an answer", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expect(decode(bytes).ok).toBe(false);
    }),
  );
});
