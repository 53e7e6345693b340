import { expect, test } from "vitest";
import { createFakeStorage, PowerCut } from "../fake-storage.ts";

// Goal: what the contract of `Storage` promises, and the manners of real flash.
// Method: one rule after the other.

test("a file is read as it was written, and replaced as a whole", () => {
  const { storage } = createFakeStorage();
  expect(storage.read("a")).toBeUndefined();
  expect(storage.write("a", "one\x00\xff")).toBe(true);
  expect(storage.write("a", "two")).toBe(true);
  expect(storage.read("a")).toBe("two");
  storage.erase("a");
  expect(storage.read("a")).toBeUndefined();
});

test("a reserved file reads as unwritten, and takes each byte once", () => {
  const { storage } = createFakeStorage();
  expect(storage.reserve("log", 6)).toBe(true);
  expect(storage.writeAt("log", "bc", 1)).toBe(true);
  expect(storage.read("log")).toBe("\xffbc\xff\xff\xff");
  expect(storage.writeAt("log", "xy", 2)).toBe(false);
  expect(storage.writeAt("log", "xyz", 4)).toBe(false);
  expect(storage.writeAt("none", "x", 0)).toBe(false);
  expect(storage.read("log")).toBe("\xffbc\xff\xff\xff");
});

test("names are found by how they begin, and have at most 28 characters", () => {
  const { storage } = createFakeStorage();
  for (const name of ["log1", "log2", "other", "n".repeat(28)]) storage.write(name, "x");
  expect(storage.write("n".repeat(29), "x")).toBe(false);
  expect(storage.names("log").toSorted()).toEqual(["log1", "log2"]);
});

test("what is replaced or erased is waste, with its header, until it is tidied up", () => {
  const { storage, tidyUp, figures } = createFakeStorage({ size: 1000 });
  storage.write("a", "x".repeat(100));
  expect([storage.free(), storage.waste()]).toEqual([868, 0]);
  storage.write("a", "y".repeat(100));
  storage.write("a", "y".repeat(100));
  expect([storage.free(), storage.waste()]).toEqual([736, 132]);
  storage.erase("a");
  tidyUp();
  expect([storage.free(), storage.waste()]).toEqual([1000, 0]);
  expect(figures()).toEqual({ written: 264, tidied: 1 });
});

test("a full flash refuses, and keeps what it has", () => {
  const { storage } = createFakeStorage({ size: 200 });
  expect(storage.write("a", "x".repeat(100))).toBe(true);
  expect(storage.write("b", "x".repeat(100))).toBe(false);
  expect(storage.reserve("b", 100)).toBe(false);
  expect(storage.write("a", "y".repeat(100))).toBe(false);
  expect(storage.read("a")).toBe("x".repeat(100));
});

test("a power cut tears a write at its byte; what was not reached keeps bits that it should not", () => {
  const { storage, cutPowerAfter, tidyUp } = createFakeStorage({ noise: () => 0x0f });
  storage.reserve("log", 8);
  cutPowerAfter(2);
  expect(() => storage.writeAt("log", "0000", 0)).toThrow(PowerCut);
  expect(() => storage.write("b", "x")).toThrow(PowerCut);
  tidyUp();
  expect(storage.read("log")).toBe("00??\xff\xff\xff\xff");
  expect(storage.read("b")).toBeUndefined();
});
