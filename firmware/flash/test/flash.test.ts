import { expect, test } from "vitest";
import { createFlash } from "../host/flash.ts";

// Goal: a flash for tests that refuses what Espruino's Storage refuses, wastes what it wastes.
// Method: the rules of jsflash.c, one by one.

type Storage = {
  read(name: string, from?: number, length?: number): string | undefined;
  write(name: string, data: string, offset?: number, size?: number): boolean;
  erase(name: string): void;
  list(pattern?: RegExp): string[];
  getFree(): number;
  getStats(): { readonly trashBytes: number; readonly fileBytes: number };
  compact(): void;
};

const SIZE = 4096;

const fresh = () => {
  const flash = createFlash(SIZE);
  return { flash, storage: flash.storage as Storage };
};

test("a file takes its content, rounded up to four bytes, and a header of 32", () => {
  const { storage } = fresh();
  storage.write("a", "12345");
  expect(storage.read("a")).toBe("12345");
  expect(storage.getFree()).toBe(SIZE - 40);
});

test("a file of a size is written piece by piece, once", () => {
  const { storage } = fresh();
  storage.write("a", "12", 0, 6);
  storage.write("a", "56", 4);
  expect(storage.read("a")).toBe("12\xff\xff56");
  expect(storage.read("a", 4)).toBe("56");
  expect(storage.read("a", 0, 2)).toBe("12");
  storage.write("a", "34", 2);
  expect(storage.read("a")).toBe("123456");
});

test("what is replaced stays as waste; what is the same is not written", () => {
  const { storage } = fresh();
  storage.write("a", "one.");
  storage.write("a", "one.");
  expect(storage.getStats().trashBytes).toBe(0);
  storage.write("a", "two.");
  expect(storage.getStats()).toMatchObject({ trashBytes: 36, fileBytes: 36 });
  storage.compact();
  expect(storage.getFree()).toBe(SIZE - 36);
});

test("writing at the start of a file that holds anything replaces it", () => {
  const { storage } = fresh();
  storage.write("a", "1234", 0, 8);
  storage.write("a", "ab", 0, 8);
  expect(storage.read("a")).toBe("ab\xff\xff\xff\xff\xff\xff");
});

test("erased is gone, and listed no more", () => {
  const { storage } = fresh();
  storage.write("a1", "x");
  storage.write("b1", "x");
  storage.erase("a1");
  storage.erase("nobody");
  expect(storage.read("a1")).toBeUndefined();
  expect(storage.list()).toEqual(["b1"]);
  expect(storage.list(/^a/)).toEqual([]);
});

test("a write without room moves everything, as the interpreter does by itself", () => {
  const { flash, storage } = fresh();
  for (let i = 0; i < 3; i++) storage.write("a", String(i).repeat(1000));
  expect(flash.compactions()).toBe(0);
  storage.write("b", "x".repeat(2000));
  expect(flash.compactions()).toBe(1);
  expect(storage.read("a")).toBe("2".repeat(1000));
});

test("a name of more than 28 characters is cut off", () => {
  const { storage } = fresh();
  storage.write("n".repeat(30), "x");
  expect(storage.list()).toEqual(["n".repeat(28)]);
});

const refusals: readonly (readonly [
  what: string,
  act: (storage: Storage) => void,
  says: RegExp,
])[] = [
  ["other bytes over written ones", (it) => it.write("a", "zz", 1), /already written/],
  ["bytes beyond the end", (it) => it.write("a", "zz", 7), /Too much data/],
  ["bytes into no file", (it) => it.write("b", "zz", 1), /Unable to find/],
  ["an empty file", (it) => it.write("b", ""), /zero length/],
  ["a file larger than flash", (it) => it.write("b", "x".repeat(SIZE)), /Unable to find or create/],
];

test.each(refusals)("%s are refused", (_what, act, says) => {
  const { storage } = fresh();
  storage.write("a", "1234", 0, 8);
  expect(() => act(storage)).toThrow(says);
});
