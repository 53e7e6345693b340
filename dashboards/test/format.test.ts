import { expect, test } from "vitest";
import { createFormat } from "../src/format.ts";

// Goal: numbers, units and times are written as the reader writes them, at the building's hour.

const fr = createFormat("fr", "Europe/Paris");
const en = createFormat("en", "Europe/Paris");

/** Narrow and no-break spaces read as spaces. */
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ");

const SUMMER_NOON = Date.UTC(2026, 6, 1, 10, 5, 9);

test.each([
  [0, "0 lx", "0 lx"],
  [4.25, "4,3 lx", "4.3 lx"],
  [9.96, "10 lx", "10 lx"],
  [310.4, "310 lx", "310 lx"],
  [12_345, "12 345 lx", "12,345 lx"],
])("%d lx", (value, french, english) => {
  expect(plain(fr.lux(value))).toBe(french);
  expect(plain(en.lux(value))).toBe(english);
});

test.each([
  [-1, "0 s"],
  [0, "0 s"],
  [59_999, "59 s"],
  [60_000, "1 min"],
  [3_599_999, "59 min"],
  [3_600_000, "1 h 00 min"],
  [3_900_000, "1 h 05 min"],
  [86_399_999, "23 h 59 min"],
  [86_400_000, "1 j 0 h"],
  [180_000_000, "2 j 2 h"],
])("a span of %d ms", (duration, french) => {
  expect(plain(fr.span(duration))).toBe(french);
  expect(plain(en.span(duration))).toBe(french.replace(" j ", " d "));
});

test("times are the building's, in winter and in summer", () => {
  expect(fr.clock(SUMMER_NOON)).toBe("12:05");
  expect(fr.clock(Date.UTC(2026, 0, 1, 10, 5))).toBe("11:05");
  expect(en.clockSeconds(SUMMER_NOON)).toBe("12:05:09");
  expect(fr.day(SUMMER_NOON)).toBe("mercredi 1 juillet 2026");
  expect(en.day(SUMMER_NOON)).toBe("Wednesday 1 July 2026".replace("Wednesday", "Wednesday,"));
});

test("a moment of another day says which, even a minute after midnight", () => {
  const midnight = Date.UTC(2026, 6, 1, 22, 0);
  expect(plain(fr.moment(SUMMER_NOON, midnight - 1))).toBe("12:05");
  expect(plain(fr.moment(SUMMER_NOON, midnight))).toBe("1 juil. 12:05");
  expect(plain(en.moment(SUMMER_NOON, midnight))).toBe("1 Jul 12:05");
});

test("a number and its unit are never torn apart", () => {
  for (const text of [fr.lux(310), fr.lux(12_345), fr.span(3_900_000), fr.span(180_000_000)]) {
    expect(text).not.toContain(" ");
  }
});

test("degrees and factors are as plain as they can be", () => {
  expect(fr.degrees(-12.4)).toBe("12°");
  expect(fr.degrees(37.6)).toBe("38°");
  expect(fr.speed(60)).toBe("60");
  expect(fr.speed(0.5)).toBe("0,5");
  expect(plain(fr.count(1_284_310))).toBe("1 284 310");
});

test.each([
  [412.4, "lx", "412 lx", "412 lx"],
  [0.434, "A", "0,43 A", "0.43 A"],
  [84.44, "W", "84,4 W", "84.4 W"],
  [-84.44, "W", "-84,4 W", "-84.4 W"],
  [1_204_310, "Wh", "1 204 310 Wh", "1,204,310 Wh"],
  [3, "", "3", "3"],
])("what was measured: %d %s", (value, unit, french, english) => {
  expect(plain(fr.measured(value, unit))).toBe(french);
  expect(plain(en.measured(value, unit))).toBe(english);
});

test.each([
  [0, "0 s"],
  [-5, "0 s"],
  [59_400, "59 s"],
  [59_600, "1 min 0 s"],
  [72_000, "1 min 12 s"],
  [180_000, "3 min 0 s"],
])("%d ms took", (duration, text) => {
  expect(plain(fr.took(duration))).toBe(text);
  expect(plain(en.took(duration))).toBe(text);
});

test("how fast and how far, as each language writes it", () => {
  expect(plain(fr.rate(41_300))).toBe("41 ko/s");
  expect(plain(en.rate(41_300))).toBe("41 kB/s");
  expect(plain(fr.percent(0.426))).toBe("43 %");
  expect(plain(en.percent(0.426))).toBe("43%");
});
